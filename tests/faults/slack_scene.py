"""The team's channel in the stand-in for Slack, and the true carrier towards it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from composition.doors import CHANNELS
from core.domain.conversation import Thread
from core.metrics import Metrics
from handoff.api import SlackApi
from handoff.carry import TeamCarrier
from handoff.notices import Notices
from handoff.roster import Roster
from handoff.sharing import Sharing
from sandbox.slack import Message, SlackStandIn
from tests.core.desk_house import Desks, a_desk, shipped_rules
from tests.faults.network import Network
from tests.faults.scene import Scene

ROOM = "C0SAV"
CARD, LINE, TRANSCRIPT, UPDATE, MARK = "a card", "a line", "a transcript", "a card anew", "a mark"
CALL, RETELL = "a call to the team", "a line anew"
STATE = {
    "conversation": "talk-marie",
    "customer": "Marie Dupont",
    "channel": "WhatsApp",
    "handle": "marie-wa",
    "status": "open",
    "waiting_for": "us",
    "waiting_since": 1790000000,
    "question": "où est mon colis ?",
}
SAID = {"mark": "customer", "who": "Marie Dupont", "channel": "WhatsApp", "text": "Et mon colis ?"}
CALLED = {"text": "Marie Dupont attend : urgent.", "agent": ""}
FLOODED = SAID | {"flood": {"conversation": "talk-marie", "count": 40, "gap": 0, "from": 1, "to": 40}}
"""A line of a flood: what it counts changes while it stands."""


def kinds(talk: str, line: str) -> dict[str, dict[str, Any]]:
    """What is enqueued for each kind of effect. `line`: the one that stands on the card."""
    in_room = {"place": ROOM, "is_for_customer": False}
    standing = {"reference": line}
    return {
        CARD: in_room | {"kind": "open_thread", "payload": STATE},
        LINE: in_room | {"kind": "line", "payload": SAID},
        TRANSCRIPT: in_room | {"kind": "transcript", "payload": {"text": "où est mon colis ?"}},
        UPDATE: in_room | {"kind": "update_card", "payload": STATE},
        MARK: in_room | {"kind": "mark", "payload": SAID | standing | {"delivery": "sent"}},
        CALL: in_room | {"kind": "call", "payload": CALLED},
        RETELL: in_room | {"kind": "retell", "lane": f"{talk}:flood:line", "payload": FLOODED | standing},
    }


@asynccontextmanager
async def scene(folder: Path) -> AsyncIterator[Scene]:
    """The team's channel, and Marie's card in it, on which one line stands."""
    async with a_desk(folder, channels=CHANNELS) as desks, httpx.AsyncClient() as hands:
        slack = SlackStandIn(
            bot_token="xoxb-1", signing_secret="s", clock=lambda: desks.clock.now().timestamp(), http=hands
        )
        slack.add_channel(ROOM, "sav", members=[slack.bot_user_id])
        network = Network(slack.app)
        api = SlackApi(
            token="xoxb-1", api_url="https://slack.test/api/", clock=desks.clock, transport=network
        )
        posted = [await api.call("chat.postMessage", {"channel": ROOM, "text": "Marie"}) for _ in "12"]
        root, line = (str(answer["ts"]) for answer in posted)
        talk = await desks.talk("marie", channel="whatsapp", thread=Thread(ROOM, root))
        yield Scene(
            desks=desks,
            destination="team",
            carrier=_carrier(desks, api),
            network=network,
            wire=slack.wire,
            method="chat.postMessage",
            talk=talk,
            kinds=kinds(talk, line),
            copies=lambda row: sum(_is_of(row, post) for post in slack.channels[ROOM].messages),
        )
        await api.close()
        await slack.close()


def _is_of(row: str, post: Message) -> bool:
    """A post carries its row's id: in its metadata or, where Slack took none, in its first block."""
    carried = ((post.metadata or {}).get("event_payload") or {}).get("outbox_id")
    return row in {carried, *(block.get("block_id") for block in post.blocks[:1])}


def _carrier(desks: Desks, api: SlackApi) -> TeamCarrier:
    rules = shipped_rules()
    roster = Roster(api=api, rules=rules, channel=ROOM, clock=desks.clock)
    notices = Notices(Metrics().notices, {ROOM})
    sharing = Sharing(roster=roster, notices=notices, channels={ROOM}, clock=desks.clock)
    return TeamCarrier(api=api, texts=desks.texts, rules=rules, sharing=sharing)
