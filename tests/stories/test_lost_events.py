"""What Slack fails to bring of a thread: kept once, in order; what was to leave never leaves late unsaid."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from sandbox.slack import Ephemeral, refusal
from sandbox.slack import Message as Post
from sandbox.wire import Fault
from tests.stories.people import OnWhatsApp, on_whatsapp, press, sentence, thread, waiting, words
from tests.stories.town import CHANNEL, HUGO, LEA, Town

MINUTE = timedelta(minutes=1)
NOTES = "SELECT text, reference, is_late FROM messages WHERE author = 'note' ORDER BY seq"
VERSIONS = "SELECT kind, text FROM versions ORDER BY version"
TEXT = "Votre colis repart demain."


async def loses(place: Town, text: str, user: str = LEA.id, **fields: object) -> Post:
    """Somebody types in the first thread, and Slack's event never reaches us."""
    known, place.slack.request_url = place.slack.request_url, None
    line = await place.slack.say(user, CHANNEL, text, place.cards[0].ts, **fields)
    place.slack.request_url = known
    place.clock.shift += timedelta(seconds=1)
    return line


async def types(place: Town, text: str) -> Post:
    """Léa types in the first thread, and it is heard at once."""
    line = await place.slack.say(LEA.id, CHANNEL, text, place.cards[0].ts)
    await place.settle()
    return line


async def after(place: Town, minutes: float = 6) -> None:
    """Minutes pass, and Slack is asked for what is due."""
    await place.pass_time(minutes * MINUTE)
    await place.sweep()


async def brings(place: Town, line: Post, **fields: object) -> None:
    """Slack brings the event of a line after all."""
    event = next(each for each in await replies(place) if each["ts"] == line.ts)
    await place.slack.push_event({**event, "channel": CHANNEL, "event_ts": line.ts, **fields})
    await place.settle()


async def replies(place: Town) -> list[dict[str, Any]]:
    asked = {"channel": CHANNEL, "ts": place.cards[0].ts}
    found: list[dict[str, Any]] = (await place.service.slack.call("conversations.replies", asked))["messages"]
    return found


def whispers(place: Town, user: str = LEA.id) -> list[Ephemeral]:
    return [one for one in place.slack.ephemerals if one.user == user and one.thread_ts == place.cards[0].ts]


def asked(place: Town, method: str) -> int:
    """How often Slack was asked for that."""
    return sum(call.method == method for call in place.slack.wire.calls)


async def test_notes_whose_events_were_lost_are_kept_once_and_in_order(place: Town) -> None:
    await waiting(place)
    await types(place, "a")
    await place.pass_time(6 * MINUTE)
    lost = [await loses(place, text) for text in ("b", "c")]
    await place.sweep()
    assert [row["text"] for row in await place.rows(NOTES)] == ["a"], "their events may be on their way"
    await after(place)
    kept = await place.rows(NOTES)
    assert [row["text"] for row in kept] == ["a", "b", "c"]
    assert [row["reference"] for row in kept[1:]] == [line.ts for line in lost]
    assert [row["is_late"] for row in kept] == [0, 1, 1]
    for _ in range(3):
        await after(place)
    for line in lost:
        await brings(place, line)
    assert await place.rows(NOTES) == kept


async def test_what_events_brought_is_not_found_again_and_a_quiet_thread_is_not_read(place: Town) -> None:
    marie = await waiting(place)
    await types(place, "!prendre")
    await types(place, "je regarde")
    await types(place, f"!r {TEXT}")
    await types(place, "!aide")
    await place.pass_time(MINUTE)
    before, read, told = await place.counts(), list(marie.reads), len(whispers(place))
    await after(place)
    pages = asked(place, "conversations.replies")
    for _ in range(3):
        await after(place)
    assert await place.counts() == before
    assert (marie.reads, len(whispers(place))) == (read, told)
    assert (pages, asked(place, "conversations.replies")) == (1, 1)


async def test_what_was_typed_while_the_service_was_down_is_kept_at_its_start(place: Town) -> None:
    await waiting(place)
    await place.close_service()
    place.clock.shift += 3 * 60 * MINUTE
    await loses(place, "je demande au transporteur")
    place.clock.shift += 20 * 60 * MINUTE
    await place.open_service()
    await place.sweep()
    assert [row["text"] for row in await place.rows(NOTES)] == ["je demande au transporteur"]


async def test_a_reply_lost_a_moment_ago_is_sent_once_and_its_author_is_told(place: Town) -> None:
    marie = await waiting(place)
    lost = await loses(place, f"!r {TEXT}")
    next_one = await loses(place, "!r Bonne journée.")
    await after(place)
    assert marie.reads[-2:] == [TEXT, "Bonne journée."]
    assert words(whispers(place)[-1]).startswith("En route vers Marie Dupont (")
    for line in (lost, next_one):
        await brings(place, line)
    await after(place)
    assert marie.reads.count(TEXT) == marie.reads.count("Bonne journée.") == 1
    assert await place.rows(NOTES) == []


async def _is_given_back(place: Town, text: str = TEXT) -> Ephemeral:
    """It is a note, the thread names its author, and the words are shown to them alone."""
    assert [row["text"] for row in await place.rows(NOTES)] == [f"!r {text}"]
    (told,) = [line for line in thread(place, place.cards[0]) if "pas transmise à temps" in line]
    assert "<@U0LEA>" in told
    assert text in told
    shown = whispers(place)[-1]
    assert words(shown).startswith(sentence("refuse.late", customer="Marie Dupont"))
    assert text in words(shown)
    return shown


async def test_a_reply_found_long_after_is_not_sent_but_given_back_with_a_way_to_send_it(place: Town) -> None:
    marie = await waiting(place)
    read = list(marie.reads)
    lost = await loses(place, f"!r {TEXT}")
    await after(place, 16)
    shown = await _is_given_back(place)
    await brings(place, lost)
    await after(place)
    assert marie.reads == read
    assert len(whispers(place)) == 1
    await press(place, LEA, shown, sentence("button.send_again"))
    assert marie.reads[-1] == TEXT


async def test_a_reply_from_before_the_customer_wrote_again_is_not_sent(place: Town) -> None:
    marie = await waiting(place)
    await loses(place, f"!r {TEXT}")
    await marie.writes("C’est bon, il est arrivé.")
    await after(place)
    await _is_given_back(place)
    assert TEXT not in marie.reads


async def test_a_reply_from_before_a_colleague_answered_is_not_sent(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    await place.pass_time(MINUTE)
    await loses(place, f"!r {TEXT}")
    await place.command(LEA, "/reply", "Il est déjà parti.")
    await after(place)
    await _is_given_back(place)
    assert TEXT not in marie.reads


async def test_a_reply_that_is_refused_when_it_is_found_is_told_in_the_thread(place: Town) -> None:
    marie = await waiting(place)
    await place.command(HUGO, "/claim", "marie")
    await place.pass_time(MINUTE)
    await loses(place, f"!r {TEXT}")
    await after(place)
    assert words(whispers(place)[-1]).startswith(
        sentence("refuse.owned", customer="Marie Dupont", owner="Hugo")
    )
    assert any("pas transmise à temps" in line for line in thread(place, place.cards[0]))
    assert TEXT not in marie.reads


async def test_a_reply_that_slack_repeats_an_hour_later_is_not_sent_either(place: Town) -> None:
    marie = await waiting(place)
    lost = await loses(place, f"!r {TEXT}")
    await place.pass_time(60 * MINUTE)
    place.slack.retry_delays = (0.3,)
    before, known = len(place.slack.deliveries), place.slack.request_url
    place.slack.request_url = "http://127.0.0.1:9/slack"
    bringing = asyncio.create_task(brings(place, lost))
    await place.until(lambda: any(one.attempts for one in place.slack.deliveries[before:]))
    place.slack.request_url = known
    await bringing
    await place.settle()
    await _is_given_back(place)
    assert TEXT not in marie.reads


async def test_a_line_made_into_a_verb_afterwards_is_not_obeyed_when_it_is_found(place: Town) -> None:
    marie = await waiting(place)
    line = await loses(place, "je regarde")
    known, place.slack.request_url = place.slack.request_url, None
    await place.slack.hands.edit(LEA.id, CHANNEL, line.ts, f"!r {TEXT}")
    place.slack.request_url = known
    await after(place)
    assert TEXT not in marie.reads
    assert [row["text"] for row in await place.rows(NOTES)] == [f"!r {TEXT}"]
    assert [words(one).startswith(sentence("bang.edited")) for one in whispers(place)] == [True]
    await loses(place, "autre chose")
    await after(place)
    assert len(await place.rows(NOTES)) == 2, "the thread was read again"
    assert len(whispers(place)) == 1


async def test_a_change_and_a_deletion_whose_events_were_lost_are_found(place: Town) -> None:
    await waiting(place)
    changed, gone, kept = [await types(place, text) for text in ("un", "deux", "trois")]
    await place.pass_time(2 * MINUTE)
    known, place.slack.request_url = place.slack.request_url, None
    edit = await place.slack.hands.edit(LEA.id, CHANNEL, changed.ts, "un de plus")
    await place.slack.hands.delete(CHANNEL, gone.ts)
    place.slack.request_url = known
    assert edit is None
    for _ in range(2):
        await after(place)
    assert await place.rows(VERSIONS) == [
        {"kind": "edited", "text": "un de plus"},
        {"kind": "deleted", "text": ""},
    ]
    assert kept.ts in {row["reference"] for row in await place.rows(NOTES)}


@pytest.mark.parametrize("is_bare", [False, True])
async def test_a_card_that_was_deleted_unheard_opens_anew(place: Town, is_bare: bool) -> None:
    await waiting(place)
    await loses(place, "je demande au transporteur")
    (card,) = place.cards
    known, place.slack.request_url = place.slack.request_url, None
    for post in place.slack.thread(CHANNEL, card.ts)[1:] if is_bare else ():
        await place.slack.hands.delete(CHANNEL, post.ts)
    await place.slack.hands.delete(CHANNEL, card.ts)
    place.slack.request_url = known
    await after(place)
    anew = place.cards[-1]
    assert anew.ts != card.ts
    assert ("je demande au transporteur" in "\n".join(thread(place, anew))) is not is_bare
    cards = len(place.cards)
    await after(place)
    assert len(place.cards) == cards


@pytest.mark.parametrize("hours", [0, 26])
async def test_a_card_that_was_deleted_unheard_long_after_the_last_line_opens_anew(
    place: Town, hours: int
) -> None:
    await waiting(place)
    await types(place, "je demande au transporteur")
    for _ in range(2):
        await after(place)  # its thread was read, and holds nothing new
    await place.pass_time(timedelta(hours=hours))
    (card,) = place.cards
    known, place.slack.request_url = place.slack.request_url, None
    await place.slack.hands.delete(CHANNEL, card.ts)
    place.slack.request_url = known
    for _ in range(2):
        await after(place)
    assert len(place.cards) == 2
    assert "je demande au transporteur" in "\n".join(thread(place, place.cards[-1]))


async def test_a_stranger_whose_line_is_found_is_refused_once_with_the_words(place: Town) -> None:
    await waiting(place)
    place.slack.add_user("U0NINA", "nina", "Nina Roux")
    place.slack.channels[CHANNEL].members.add("U0NINA")
    await place.pass_time(MINUTE)
    before = await place.counts()
    await place.slack.say("U0NINA", CHANNEL, "bonjour", place.cards[0].ts)
    await place.settle()
    lost = await loses(place, "!r encore bonjour", "U0NINA")
    for _ in range(3):
        await after(place)
    await brings(place, lost)
    heard = [words(one) for one in whispers(place, "U0NINA")]
    why = sentence("answers.outsider_thread", why=sentence("roster.unknown"))
    assert [said.startswith(why) for said in heard] == [True, True]
    assert ["encore bonjour" in said for said in heard] == [False, True]
    assert await place.counts() == before | {"journal": before["journal"] + 2}


def is_silent_of_people(place: Town, times: int) -> None:
    """As after a start, and Slack does not say who anybody is."""
    place.service.roster._people.clear()
    place.slack.wire.plan("users.info", *[Fault(answer=refusal("internal_error"))] * times)


async def statuses(place: Town, text: str) -> list[int | None]:
    """What Slack was answered to the event of a line."""
    told = next(one for one in place.slack.deliveries if one.event.get("text") == text)
    return [attempt.status for attempt in told.attempts]


async def test_a_line_of_whom_slack_does_not_say_who_it_is_comes_again_and_is_done_once(place: Town) -> None:
    marie = await waiting(place)
    place.slack.retry_delays = (0.0, 0.0, 0.0)
    for text in (f"!r {TEXT}", "je regarde"):
        is_silent_of_people(place, 2)
        await types(place, text)
        assert await statuses(place, text) == [503, 503, 200]
    for _ in range(2):
        await after(place)
    assert marie.reads.count(TEXT) == 1
    assert [row["text"] for row in await place.rows(NOTES)] == ["je regarde"]
    assert [words(one).startswith("En route vers Marie Dupont (") for one in whispers(place)] == [True]


async def test_what_slack_gave_up_because_it_did_not_say_who_it_is_is_found(place: Town) -> None:
    marie = await waiting(place)
    place.slack.retry_delays = (0.0,)
    is_silent_of_people(place, 3)
    before = await place.counts()
    await types(place, f"!r {TEXT}")
    assert await statuses(place, f"!r {TEXT}") == [503, 503]
    assert (await place.counts(), whispers(place)) == (before, [])
    await after(place, 2)  # and once more it is not said
    assert marie.reads.count(TEXT) == 0
    for _ in range(3):
        await after(place)
    assert marie.reads.count(TEXT) == 1
    assert len(whispers(place)) == 1


async def test_who_is_never_known_holds_up_nobody_else(place: Town) -> None:
    await waiting(place)
    await loses(place, "de Hugo", HUGO.id)
    await loses(place, "de Léa")
    is_silent_of_people(place, 1)
    await after(place)
    assert [row["text"] for row in await place.rows(NOTES)] == ["de Léa"]
    for _ in range(2):
        await after(place)
    assert [row["text"] for row in await place.rows(NOTES)] == ["de Léa", "de Hugo"]


async def _posts_a_card_unconfirmed(place: Town) -> OnWhatsApp:
    """The post was made, its answer was lost: for a moment the thread is nobody's here."""
    marie = await on_whatsapp(place, "Marie Dupont")
    known, place.slack.request_url = place.slack.request_url, None
    place.slack.wire.plan("chat.postMessage", Fault(cut="after"))
    place.slack.wire.plan("conversations.history", *[Fault(answer=refusal("internal_error"))] * 400)
    await place.twilio.write(marie.person, "conseiller")
    await place.until(lambda: any(call.outcome == "cut" for call in place.slack.wire.calls))
    place.slack.request_url, place.slack.retry_delays = known, (0.0,)
    return marie


@pytest.mark.parametrize("text", [f"!r {TEXT}", "je regarde"])
async def test_what_is_typed_under_a_card_before_slack_told_of_it_is_heard(place: Town, text: str) -> None:
    marie = await _posts_a_card_unconfirmed(place)
    await place.slack.say(LEA.id, CHANNEL, text, place.cards[0].ts)
    assert await statuses(place, text) == [503, 503]
    assert whispers(place) == []
    place.slack.wire._faults["conversations.history"].clear()
    for _ in range(2):
        await after(place)
    assert marie.reads.count(TEXT) == (text != "je regarde")
    assert [row["text"] for row in await place.rows(NOTES)] == ["je regarde"] * (text == "je regarde")


async def test_what_was_typed_under_such_a_card_is_heard_though_somebody_takes_the_card_away(
    place: Town,
) -> None:
    await _posts_a_card_unconfirmed(place)
    lost = place.cards[0].ts
    await place.slack.say(LEA.id, CHANNEL, "je regarde", lost)
    await place.slack.hands.delete(CHANNEL, lost)
    place.slack.wire._faults["conversations.history"].clear()
    await place.settle()
    for _ in range(2):
        await after(place)
    assert [row["text"] for row in await place.rows(NOTES)] == ["je regarde"]
    assert len(place.cards) == 2


async def test_slack_that_does_not_answer_is_asked_again_and_nothing_is_lost(place: Town) -> None:
    await waiting(place)
    await loses(place, "je regarde")
    place.slack.wire.plan("conversations.replies", Fault(answer=refusal("internal_error")))
    await after(place)
    assert await place.rows(NOTES) == []
    await after(place)
    assert [row["text"] for row in await place.rows(NOTES)] == ["je regarde"]


async def test_a_channel_that_is_shared_is_not_read_until_it_is_ours_again(place: Town) -> None:
    await waiting(place)
    await loses(place, "je regarde")
    shared = {"type": "channel_shared", "channel": CHANNEL, "connected_team_id": "T0AUTRE"}
    place.slack.channels[CHANNEL].is_ext_shared = True
    await place.slack.push_event(shared)
    await after(place)
    assert asked(place, "conversations.history") == 0
    place.slack.channels[CHANNEL].is_ext_shared = False
    await after(place)
    assert [row["text"] for row in await place.rows(NOTES)] == ["je regarde"]
