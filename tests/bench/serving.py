"""Our side of the bench: the service as `relais serve` composes it, with the lanes and the alarm off.

Nothing leaves, nothing rings: what is measured is hearing, deciding and keeping.
"""

import asyncio
import json
import socket
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from composition import Seams, Service, compose
from composition.serving import server_of
from core.domain.channel import Address
from core.domain.events import AgentClaimed, CustomerWrote, Delivered
from core.domain.knowledge import Article
from core.domain.rules import Agent, Role
from core.store.db import Db
from settings import Secret, Settings, Slack, Twilio, load_rules
from tests.bench.forms import ACCOUNT, CHANNEL, PUBLIC, SENDER, SLACK_SECRET, TOKEN, name, phone

ROOT = Path(__file__).parents[2]
LEA = Agent("U0LEA", "Léa", Role.AGENT, ("support",))
ROWS = 1000
"""How many ways to ask the knowledge base holds in (b)."""


def settings(database: Path, *, burst: timedelta | None = None) -> Settings:
    """The shipped rules with one agent; `burst` in place of the shipped three seconds."""
    rules = replace(load_rules(ROOT / "relais.toml", CHANNEL), agents=(LEA,))
    if burst is not None:
        rules = replace(rules, timers=replace(rules.timers, burst=burst))
    token = Secret("xoxb-bench-0123456789")
    return Settings(
        slack=Slack(bot_token=token, signing_secret=Secret(SLACK_SECRET), channel=CHANNEL),
        twilio=Twilio(account_sid=ACCOUNT, auth_token=Secret(TOKEN), sender=SENDER),
        public_url=PUBLIC,
        rules=rules,
        rules_path=ROOT / "relais.toml",
        database=database,
    )


async def hand_over(service: Service, customers: int) -> None:
    """Every customer's request is with the team; an agent has every second one."""
    for number in range(customers):
        address = Address("whatsapp", phone(number))
        event = CustomerWrote(address, name=name(number), text="conseiller", phone=phone(number))
        heard = await service.desk.handle(event, key=f"bench:{number}")
        assert heard.conversation is not None
        await service.desk.handle(
            Delivered(await _card_of(service, heard.conversation.id), f"1.{number}"),
            key=f"bench:card:{number}",
        )
        if number % 2:
            await service.desk.handle(AgentClaimed(LEA, heard.conversation.id), key=f"bench:claim:{number}")


async def _card_of(service: Service, conversation_id: str) -> str:
    """The row that opens the thread: posted by now, in real life."""

    async def find(db: Db) -> str:
        sql = "SELECT id FROM outbox WHERE conversation_id = $1 AND kind = 'open_thread'"
        return str(await db.value(sql, conversation_id))

    return await service.store.read(find)


def _rows(article: Article) -> int:
    return 1 + len(article.phrasings) + len(article.keywords) + len(article.counter_examples)


def more_articles(missing: int) -> Iterator[Article]:
    """Articles of five rows about things the shipped ones do not know, until the base has its rows."""
    for number in range(-(-missing // 5)):
        asked = [f"question inventée {number} {letter}" for letter in "abcde"]
        yield Article(f"bench-{number}", "fr", asked[0], tuple(asked[1:]), answer="Voici la réponse.")


def fill_base(service: Service) -> None:
    """The shipped articles, and as many more as make `ROWS` rows."""
    held = sum(_rows(article) for article in service.knowledge.articles)
    for article in more_articles(ROWS - held):
        service.knowledge.add(article)


async def serve(database: Path, told: dict[str, Any]) -> None:
    """Serve on a free port until the process is ended; the port is printed."""
    burst = timedelta(0) if told.get("burst") == 0 else None
    service = await compose(settings(database, burst=burst), Seams(local_door=False))
    await hand_over(service, told.get("with_team", 0))
    fill_base(service)
    # Only where the protocol is named does asyncio let small answers leave at once (TCP_NODELAY).
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen(256)
    server = server_of(service.asgi)
    sys.stdout.write(f"{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve(sockets=[listening])


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), json.loads(sys.argv[2])))
