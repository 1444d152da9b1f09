"""`make bench`: two costs that customers and agents feel, each beside its floor in the same run.

Absolute figures are this machine's, today; only the ratios travel.
"""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from statistics import median

import click
from rapidfuzz import fuzz, process, utils

from composition import Seams, Service, compose
from core.domain.channel import Address
from core.domain.events import CustomerWrote
from core.store.db import Db
from faq.files import SHIPPED, read_articles
from faq.match import KnowledgeBase
from settings import Secret, Settings, Slack, Twilio, load_rules

ROOT = Path(__file__).parents[2]
ROUNDS = 5
MESSAGES = 1500
AT_ONCE = 20
CUSTOMERS = 50
QUESTIONS = (
    "où est mon colis ?",
    "je veux etre remboursé",
    "mdp oublié",
    "vous ouvrez à quelle heure",
    "asdf",
)


def _settings(folder: Path) -> Settings:
    return Settings(
        slack=Slack(
            bot_token=Secret("xoxb-bench-0123456789"), signing_secret=Secret("s" * 32), channel="C0SAV"
        ),
        twilio=Twilio(
            account_sid="AC" + "1" * 32, auth_token=Secret("a" * 32), sender="whatsapp:+33700000001"
        ),
        public_url="https://relais.test",
        rules=load_rules(ROOT / "relais.toml", "C0SAV"),
        rules_path=ROOT / "relais.toml",
        database=folder / "bench.db",
    )


async def _rate(work: Callable[[int], Awaitable[object]], count: int) -> float:
    """How many a second, `AT_ONCE` at a time."""
    waiting = iter(range(count))

    async def worker() -> None:
        for number in waiting:
            await work(number)

    begun = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return count / (time.perf_counter() - begun)


async def _hand_over(service: Service) -> None:
    """Every customer already waits for the team: what they write is filed, not searched for."""
    for number in range(CUSTOMERS):
        event = CustomerWrote(_address(number), name=f"Client {number}", text="conseiller")
        await service.desk.handle(event, key=f"first:{number}")


def _address(number: int) -> Address:
    return Address("whatsapp", f"+336{number % CUSTOMERS:08}")


async def _heard(service: Service, prefix: str, number: int) -> object:
    event = CustomerWrote(_address(number), text=f"Un détail de plus, le numéro {number}.")
    return await service.desk.handle(event, key=f"{prefix}:{number}")


async def _row(service: Service, prefix: str, number: int) -> object:
    async def insert(db: Db) -> int:
        sql = "INSERT INTO journal (key, at, kind, conversation_id, event) VALUES ($1, $2, 'floor', '', $3)"
        return await db.run(sql, f"{prefix}:{number}", number, "x" * 300)

    return await service.store.write(insert)


async def _desk(folder: Path) -> None:
    service = await compose(_settings(folder), Seams(local_door=False))
    await _hand_over(service)
    decided, floor = [], []
    for turn in range(ROUNDS):
        floor.append(await _rate(partial(_row, service, f"floor{turn}"), MESSAGES))
        decided.append(await _rate(partial(_heard, service, f"heard{turn}"), MESSAGES))
    await service.stop()
    _print(
        "a message with the team: heard, decided, committed",
        median(decided),
        "one durable row",
        median(floor),
    )


def _print(what: str, measured: float, beside: str, floor: float) -> None:
    click.echo(f"{what}: {measured:,.0f}/s; {beside}: {floor:,.0f}/s; ratio {measured / floor:.2f}")


def _search() -> None:
    articles = read_articles(SHIPPED)
    base = KnowledgeBase(articles)
    rows = [
        utils.default_process(text) for article in articles for text in (article.question, *article.phrasings)
    ]
    ours, naive = [], []
    for turn in range(ROUNDS * 20):
        question = QUESTIONS[turn % len(QUESTIONS)]
        begun = time.perf_counter()
        base.find(f"{question} {turn}", "fr")
        between = time.perf_counter()
        process.extract(utils.default_process(question), rows, scorer=fuzz.WRatio, limit=3)
        ours.append(between - begun)
        naive.append(time.perf_counter() - between)
    _print(f"a search in {len(rows)} phrasings", 1 / median(ours), "rapidfuzz WRatio", 1 / median(naive))


def main() -> None:
    """Print the ratios."""
    with tempfile.TemporaryDirectory(prefix="relais-bench-") as folder:
        asyncio.run(_desk(Path(folder)))
    _search()


if __name__ == "__main__":
    main()
