"""Who is not of the team does nothing, by any door, and reads why; their words come back (P18)."""

import pytest

from handoff.registry import BY_NAME
from tests.stories.people import OnWhatsApp, labels, press, sentence, told, waiting, words
from tests.stories.town import CHANNEL, HUGO, LEA, Town

STRANGERS = {
    "U0NINA": ("roster.unknown", {}),
    "U0GUEST": ("roster.guest", {"guest": True}),
    "U0ULTRA": ("roster.guest", {"ultra": True}),
    "U0OTHER": ("roster.outsider", {"team_id": "T0OTHER001"}),
    "U0ROBOT": ("roster.bot", {"bot": True}),
    "U0GONE": ("roster.unknown", {"deleted": True}),
}


@pytest.fixture
async def full_house(place: Town) -> Town:
    """Everybody who does not belong is in the team's channel."""
    for user, (_, kind) in STRANGERS.items():
        place.slack.add_user(user, user.lower(), user.title(), **kind)  # type: ignore[arg-type]
        place.slack.channels[CHANNEL].members.add(user)
    return place


async def _unchanged(place: Town, before: dict[str, int], marie: OnWhatsApp, read: list[str]) -> None:
    after = await place.counts()
    assert after == before
    assert marie.reads == read


async def test_a_stranger_is_refused_every_command_and_gets_the_words_back(full_house: Town) -> None:
    marie = await waiting(full_house)
    before, read = await full_house.counts(), list(marie.reads)
    for user, (why, _) in STRANGERS.items():
        for command in BY_NAME:
            answer = await full_house.command(user, command, "des mots pour Marie")
            assert answer.status == 200
            assert words(answer).startswith(sentence(why)), f"{user} {command}"
            assert words(answer).endswith("> des mots pour Marie"), f"{user} {command}"
    await _unchanged(full_house, before, marie, read)


KINDS = ["unknown", "guest", "single-channel guest", "outsider", "app", "left"]


@pytest.mark.parametrize("user", STRANGERS, ids=KINDS)
async def test_a_stranger_is_refused_every_button_of_a_card(full_house: Town, user: str) -> None:
    marie = await waiting(full_house)
    (card,) = full_house.cards
    before, read = await full_house.counts(), list(marie.reads)
    assert labels(card) == ["Prendre", "Répondre", "Noter", "Choisir le motif"]
    for label in labels(card):
        assert words(await press(full_house, user, card, label)) == sentence(STRANGERS[user][0])
    await _unchanged(full_house, before, marie, read)
    await full_house.command(LEA, "/claim", "marie")
    assert words(await press(full_house, user, card, "Rendre")) == sentence(STRANGERS[user][0])
    (row,) = await full_house.rows("SELECT owner FROM conversations")
    assert row["owner"] == LEA.id


async def test_a_strangers_words_in_a_thread_are_no_note(full_house: Town) -> None:
    marie = await waiting(full_house)
    (card,) = full_house.cards
    before, read = await full_house.counts(), list(marie.reads)
    strangers = STRANGERS.keys() - {"U0ROBOT"}
    for user in strangers:
        await full_house.slack.say(user, CHANNEL, "Je peux aider ?", card.ts)
        await full_house.settle()
        why = sentence(STRANGERS[user][0])
        assert words(await told(full_house, user)) == sentence("answers.outsider_thread", why=why), user
    refused = await full_house.rows("SELECT event, raw FROM journal WHERE kind = 'Refused'")
    assert refused == [{"event": "{}", "raw": None}] * len(strangers), "nothing of it but that it was told"
    await _unchanged(full_house, before | {"journal": before["journal"] + len(strangers)}, marie, read)


async def test_an_outsider_who_presses_a_chooser_shown_to_an_agent_does_nothing(full_house: Town) -> None:
    """The payload names another workspace than ours, whoever it says the person is."""
    marie = await waiting(full_house)
    (card,) = full_house.cards
    read = list(marie.reads)
    full_house.slack.users[HUGO.id].team_id = "T0OTHER001"
    assert words(await press(full_house, HUGO, card, "Prendre")) == sentence("roster.outsider")
    assert marie.reads == read
