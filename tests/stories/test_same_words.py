"""One journey by every door: commands, their French names, `/sav`, `!verbs`, the card, shortcuts; by webhook
and by socket. Whatever the agent's hands did, the customer reads the same words."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox.slack import buttons
from tests.stories.people import press, thread, waiting
from tests.stories.town import CHANNEL, LEA, Town, town

REPLY = "Bonjour Marie,\nvotre colis part demain 🚚 ; le « payload » est complet & <3 :)"
NOTE = "Transporteur prévenu, geste possible <3"
RECAP = "Colis renvoyé ce matin."
MOTIVE = "Livraison, suivi"
MOMENT = re.compile(r"<!date[^>]*>")
Does = Callable[[Town, str, str], Awaitable[None]]
FRENCH = {
    "claim": "prendre",
    "reply": "repondre",
    "note": "noter",
    "release": "rendre",
    "resolve": "resoudre",
}
LABELS = {
    "claim": "Prendre",
    "reply": "Répondre",
    "note": "Noter",
    "release": "Rendre",
    "resolve": "Résoudre",
}


async def by_command(place: Town, verb: str, text: str) -> None:
    await place.command(LEA, f"/{verb}", text or ("marie" if verb == "claim" else ""))


async def by_french_command(place: Town, verb: str, text: str) -> None:
    await place.command(LEA, f"/{FRENCH[verb]}", text or ("marie" if verb == "claim" else ""))


async def by_umbrella(place: Town, verb: str, text: str) -> None:
    await place.command(LEA, "/sav", f"{FRENCH[verb]} {text or ('marie' if verb == 'claim' else '')}".strip())


async def by_bang(place: Town, verb: str, text: str) -> None:
    await place.slack.say(LEA.id, CHANNEL, f"!{FRENCH[verb]} {text}".strip(), place.cards[0].ts)
    await place.settle()


async def by_card(place: Town, verb: str, text: str) -> None:
    if verb in {"claim", "release"}:
        await press(place, LEA, place.cards[0], LABELS[verb])
        return
    offered = next(button for button in buttons(place.cards[0]) if button.label == LABELS[verb])
    await place.slack.press(
        LEA.id,
        channel_id=CHANNEL,
        message_ts=place.cards[0].ts,
        action_id=offered.action_id,
        value=offered.value,
    )
    await _fill_in(place, text)


async def by_shortcut(place: Town, verb: str, text: str) -> None:
    if verb in {"claim", "release"}:
        await press(place, LEA, place.cards[0], LABELS[verb])
        return
    latest = place.slack.thread(CHANNEL, place.cards[0].ts)[-1]
    await place.slack.hands.shortcut(LEA.id, f"sc_{verb}", CHANNEL, latest.ts)
    await _fill_in(place, text)


async def by_bare_command(place: Town, verb: str, text: str) -> None:
    if verb in {"claim", "release"}:
        await by_command(place, verb, text)
        return
    await place.command(LEA, f"/{verb}")
    await _fill_in(place, text)


async def _fill_in(place: Town, text: str) -> None:
    assert not (await place.slack.hands.submit(LEA.id, {"text": text})).errors
    await place.settle()


WAYS: dict[str, Does] = {
    "commands": by_command,
    "French commands": by_french_command,
    "/sav": by_umbrella,
    "!verbs": by_bang,
    "the card and its forms": by_card,
    "shortcuts and their forms": by_shortcut,
    "commands without words": by_bare_command,
}


@dataclass(frozen=True)
class Told:
    """What came of a journey."""

    read: tuple[str, ...]
    """By the customer, from the hand-off on."""
    lines: tuple[str, ...]
    """In the thread, of ours."""
    rows: tuple[tuple[str, str], ...]
    """In the journal of what was said: by whom and what."""


async def journey(place: Town, does: Does) -> Told:
    """Claim, reply, note, give back, take again, reply, choose the motive, resolve."""
    marie = await waiting(place)
    before = len(marie.received)
    for verb, text in (
        ("claim", ""),
        ("reply", REPLY),
        ("note", NOTE),
        ("release", ""),
        ("claim", ""),
        ("reply", "Avez-vous bien reçu le colis ?"),
    ):
        await does(place, verb, text)
    await press(place, LEA, await press(place, LEA, place.cards[0], "Choisir le motif"), MOTIVE)
    await does(place, "resolve", RECAP)
    said = await place.rows("SELECT author, text FROM messages ORDER BY seq")
    lines = [line for line in thread(place, place.cards[0]) if not line.startswith(("!", "*Note interne*"))]
    rows = tuple((row["author"], row["text"]) for row in said)
    return Told(tuple(marie.received[before:]), tuple(MOMENT.sub("", line) for line in lines), rows)


@pytest.mark.parametrize("socket", [False, True], ids=["webhook", "socket"])
async def test_the_customer_reads_the_same_words_whatever_door_the_agent_took(
    tmp_path: Path, socket: bool
) -> None:
    told: dict[str, Told] = {}
    for number, (way, does) in enumerate(WAYS.items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        async with town(folder, over_socket=socket) as place:
            told[way] = await journey(place, does)
    first = told["commands"]
    assert REPLY in first.read
    assert any(RECAP in text for text in first.read)
    assert ("note", NOTE) in first.rows
    assert {way for way, each in told.items() if each.read != first.read} == set()
    assert {way for way, each in told.items() if each.rows != first.rows} == set()
    assert {way for way, each in told.items() if each.lines != first.lines} == set()
