"""What ended badly and nobody was told of reaches people: a line for operators, `/dead` for managers."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from sandbox.slack import Answer, Ephemeral
from sandbox.slack import Message as Post
from sandbox.slack_web import refusal
from sandbox.twilio import refusal as twilio_refusal
from sandbox.wire import Fault
from tests.stories.forged import telegram
from tests.stories.people import labels, on_telegram, on_whatsapp, press, sentence, thread, waiting, words
from tests.stories.town import CHANNEL, LEA, SOFIA, Town

SECRET_WORDS = "mots-du-client-à-ne-pas-montrer"
AGAIN, DROP = "Réessayer", "Abandonner"


def ops_lines(place: Town, channel: str = CHANNEL) -> list[str]:
    """What operators were told, oldest first."""
    posts = [post for post in place.slack.channels[channel].messages if not post.thread_ts]
    return [text for post in posts if (text := words(post)).startswith(("⚠️", "✅"))]


async def put_aside(place: Town, count: int = 1) -> None:
    """Requests that Telegram sent and nobody can read."""
    for number in range(count):
        body = json.dumps({"update_id": 900 + number, "message": {"text": SECRET_WORDS}}).encode()
        assert (await telegram(body).post(place)).status_code == 200


async def lose_a_line(place: Town) -> Post:
    """A closed conversation's thread is locked, and then something must be shown in it."""
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    place.twilio.auto_report = False
    await place.command(LEA, "/reply", "Votre colis part demain.")
    lost = marie.messages[-1].sid
    await press(place, LEA, await place.command(LEA, "/resolve", "Expédié."), "Autre demande")
    await place.pass_time(timedelta(hours=73))
    (card,) = place.cards
    place.slack.wire.plan("chat.postMessage", Fault(answer=refusal("restricted_action_thread_locked")))
    await place.twilio.report(lost, "undelivered", 63024)
    await place.settle()
    failed = await place.rows("SELECT kind FROM outbox WHERE state = 'failed'")
    assert [row["kind"] for row in failed if row["kind"] == "line"] == ["line"]
    return card


async def test_what_was_put_aside_is_told_to_operators_once_and_many_as_one_line(place: Town) -> None:
    await put_aside(place)
    await place.service.alerts.look()
    await put_aside(place, 7)
    for _ in range(3):
        await place.service.alerts.look()
    assert len(ops_lines(place)) == 1
    assert "1 requête non traitée" in ops_lines(place)[0]
    await place.pass_time(timedelta(minutes=11))
    for _ in range(3):
        await place.service.alerts.look()
    assert len(ops_lines(place)) == 2
    assert "6 requêtes non traitées" in ops_lines(place)[1]
    assert SECRET_WORDS not in "".join(ops_lines(place))


async def test_a_line_that_nobody_saw_is_listed_and_tried_again_under_a_new_card(place: Town) -> None:
    await lose_a_line(place)
    await place.service.alerts.look()
    (told,) = ops_lines(place)
    assert "1 envoi échoué" in told
    listed = await place.command(SOFIA, "/dead")
    assert labels(listed) == [AGAIN, DROP]
    assert "Ligne du fil → Slack" in words(listed)
    assert "Marie Dupont" in words(listed)
    shown = await press(place, SOFIA, listed, AGAIN)
    assert words(shown).startswith(sentence("answer.retried", customer="Marie Dupont"))
    assert sentence("dead.none") in words(shown)
    card = place.cards[-1]
    assert any("non remis" in line or "Votre colis part demain." in line for line in thread(place, card))
    await place.pass_time(timedelta(minutes=11))
    await place.service.alerts.look()
    assert len(ops_lines(place)) == 1


async def test_two_decisions_about_one_letter_act_once(place: Town) -> None:
    await lose_a_line(place)
    listed, beside = [await place.command(SOFIA, "/dead") for _ in range(2)]
    await press(place, SOFIA, listed, DROP)
    await press(place, SOFIA, beside, AGAIN)
    assert sentence("refuse.settled") in words(beside)
    rows = await place.rows("SELECT state FROM outbox WHERE is_dead = 1")
    assert [row["state"] for row in rows] == ["cancelled"]
    kinds = await place.rows("SELECT 1 FROM journal WHERE kind = 'ManagerSettled'")
    assert len(kinds) == 1


async def test_a_request_put_aside_is_let_go_once_and_journalled(place: Town) -> None:
    await put_aside(place, 2)
    listed, beside = [await place.command(SOFIA, "/echecs") for _ in range(2)]
    assert labels(listed) == [AGAIN, DROP] * 2
    assert "Requête illisible" in words(listed)
    assert "Telegram" in words(listed)
    assert SECRET_WORDS not in json.dumps(listed.document)
    await press(place, SOFIA, listed, DROP)
    assert sentence("answer.request_dropped") in words(listed)
    assert labels(listed) == [AGAIN, DROP]
    await press(place, SOFIA, beside, DROP)
    assert sentence("refuse.settled") in words(beside)
    (row,) = await place.rows("SELECT event FROM journal WHERE kind = 'RequestAbandoned'")
    assert json.loads(row["event"])["agent"] == SOFIA.id
    assert len(await place.service.operations.quarantined()) == 1


async def test_a_request_that_can_be_read_now_is_heard_by_a_press(place: Town) -> None:
    karim = await on_telegram(place)
    await _break(place)
    await karim.writes("Bonjour")
    await _mend(place)
    listed = await place.command(SOFIA, "/dead")
    assert "Événement non traité" in words(listed)
    shown = await press(place, SOFIA, listed, AGAIN)
    assert sentence("answer.request_heard") in words(shown)
    assert karim.reads
    assert len(await place.rows("SELECT 1 FROM journal WHERE kind = 'RequestRetried'")) == 1


async def _break(place: Town) -> None:
    """A law of the database that no conversation can keep: deciding fails, as a fault of ours would."""
    law = "CREATE TRIGGER law BEFORE INSERT ON conversations BEGIN SELECT RAISE(ABORT, 'a law'); END"
    await place.service.store.write(lambda db: db.run(law))


async def _mend(place: Town) -> None:
    await place.service.store.write(lambda db: db.run("DROP TRIGGER law"))


async def test_a_request_that_fails_again_stays_and_its_manager_is_told(place: Town) -> None:
    await put_aside(place)
    shown = await press(place, SOFIA, await place.command(SOFIA, "/dead"), AGAIN)
    assert sentence("answer.request_still") in words(shown)
    assert labels(shown) == [AGAIN, DROP]


@pytest.mark.parametrize("kind", ["effect", "request"])
async def test_only_managers_look_and_decide(place: Town, kind: str) -> None:
    if kind == "effect":
        await lose_a_line(place)
    else:
        await put_aside(place)
    before = await place.counts()
    assert words(await place.command(LEA, "/dead")) == sentence("refuse.not_manager")
    for label in (AGAIN, DROP):
        listed = await place.command(SOFIA, "/dead")
        stolen = await _pressed_by_somebody_else(place, listed, label)
        assert words(stolen) == sentence("refuse.not_manager")
    assert await place.counts() == before
    assert len(labels(await place.command(SOFIA, "/dead"))) == 2


async def _pressed_by_somebody_else(place: Town, listed: Answer, label: str) -> Ephemeral:
    """A button's value, forged into a press of Léa's own."""
    assert listed.shown is not None
    listed.shown.user = LEA.id
    return await press(place, LEA, listed, label)


async def test_whoever_is_no_manager_is_not_told_of_the_command(place: Town) -> None:
    assert "/dead" not in words(await place.command(LEA, "/aide"))
    assert "/dead" in words(await place.command(SOFIA, "/aide"))


async def test_the_list_is_bounded_and_says_how_many_more_there_are(place: Town) -> None:
    await put_aside(place, 14)
    listed = await place.command(SOFIA, "/dead")
    assert words(listed).startswith(sentence("dead.title", count=14))
    assert len(labels(listed)) == 20
    assert sentence("dead.rest", count=4) in words(listed)


async def test_what_the_thread_told_already_is_no_dead_letter(place: Town) -> None:
    await waiting(place)
    await place.command(LEA, "/claim", "marie")
    place.twilio.wire.plan("messages.create", Fault(answer=twilio_refusal(400, 63013, "no")))
    await place.command(LEA, "/reply", "Bonjour")
    assert await place.rows("SELECT 1 FROM outbox WHERE state = 'failed'")
    await place.service.alerts.look()
    assert ops_lines(place) == []
    assert words(await place.command(SOFIA, "/dead")) == sentence("dead.none")


async def test_operators_may_have_a_channel_of_their_own(place: Town) -> None:
    place.slack.add_channel("C0OPS", "ops", members=(SOFIA.id, place.slack.bot_user_id))
    await place.close_service()
    place.settings = replace(place.settings, slack=replace(place.settings.slack, ops_channel="C0OPS"))
    await place.open_service()
    await put_aside(place)
    await place.service.alerts.look()
    assert len(ops_lines(place, "C0OPS")) == 1
    assert ops_lines(place) == []


async def test_an_alert_that_slack_cut_stands_once(place: Town) -> None:
    for cut in ("before", "after"):
        await put_aside(place, 1 if cut == "before" else 2)
        place.slack.wire.plan("chat.postMessage", Fault(cut=cut))
        for _ in range(3):
            await place.service.alerts.look()
            await place.pass_time(timedelta(minutes=2))
        assert len(ops_lines(place)) == (1 if cut == "before" else 2)
        await place.pass_time(timedelta(minutes=11))


async def test_an_alert_that_slack_refuses_waits_and_is_told_later(place: Town) -> None:
    await put_aside(place)
    place.slack.wire.plan("chat.postMessage", Fault(answer=refusal("not_in_channel")))
    await place.service.alerts.look()
    assert ops_lines(place) == []
    await place.pass_time(timedelta(minutes=2))
    await place.service.alerts.look()
    assert len(ops_lines(place)) == 1


async def _lose_the_last_words(place: Town) -> str:
    """The bot's last words to a customer who is content; WhatsApp takes them, and loses them."""
    marie = await on_whatsapp(place)
    await marie.writes("Où est mon colis ?")
    place.twilio.auto_report = False
    await marie.presses("Oui")
    lost = marie.messages[-1]
    assert await place.rows("SELECT 1 FROM conversations WHERE status = 'closed' AND handed_off_at IS NULL")
    await place.twilio.report(lost.sid, "undelivered", 63013)
    await place.settle()
    return str(lost.sid)


async def test_what_was_taken_and_then_lost_after_the_talk_is_a_dead_letter(place: Town) -> None:
    await _lose_the_last_words(place)
    for _ in range(2):
        await place.service.alerts.look()
    assert ["1 envoi échoué" in text for text in ops_lines(place)] == [True]
    listed, beside = [await place.command(SOFIA, "/dead") for _ in range(2)]
    assert labels(listed) == [AGAIN, DROP]
    await press(place, SOFIA, listed, DROP)
    assert sentence("answer.dropped", customer="Marie Dupont") in words(listed)
    await press(place, SOFIA, beside, DROP)
    assert sentence("refuse.settled") in words(beside)
    (row,) = await place.rows("SELECT state, error FROM outbox WHERE report = 'failed'")
    assert row == {"state": "sent", "error": "an agent decided"}


async def test_what_arrived_after_all_is_no_dead_letter_any_more(place: Town) -> None:
    lost = await _lose_the_last_words(place)
    await place.service.alerts.look()
    await place.twilio.report(lost, "delivered")
    await place.settle()
    assert labels(await place.command(SOFIA, "/dead")) == []
