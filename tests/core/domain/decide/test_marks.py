"""How far a reply got, what the team is told of it, and what leaves no more."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from core.domain.channel import Address
from core.domain.conversation import Status, Step, Thread
from core.domain.decide.marking import mark_of
from core.domain.effects import (
    Absence,
    Condition,
    Delivery,
    Follow,
    Mark,
    MarkLine,
    OpenThread,
    PostTranscript,
    ToCustomer,
    ToThread,
)
from core.domain.events import (
    AgentReleased,
    AgentReplied,
    AgentSettled,
    CardLost,
    CustomerReturned,
    Delivered,
    DeliveryReported,
    NotDelivered,
    ReportStatus,
    TimerKind,
)
from core.domain.lines import Line
from core.domain.situation import Reply, SentEffect
from tests.core.domain.decide.scene import (
    HOME,
    KNOWN,
    LEA,
    WHATSAPP,
    Scene,
    at,
    claimed,
    handed_over,
    keys,
    lines,
    resolved,
)

ROW = SentEffect("o1", "c1", "whatsapp", "message", agent=LEA.id, is_for_customer=True, about="c1:7")


def part(state: str, reported: str = "", error: str = "") -> SentEffect:
    return replace(ROW, state=state, reported=reported, error=error)


WAITS, SENT = part("ready"), part("sent")
ARRIVED, READ = part("sent", "delivered"), part("sent", "read")
LOST, UNSURE = part("failed", error="refused.window 63016"), part("unknown")


@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        ([SENT], Delivery.SENT),
        ([part("sent", "sent")], Delivery.SENT),
        ([ARRIVED], Delivery.DELIVERED),
        ([READ], Delivery.READ),
        ([READ, ARRIVED], Delivery.DELIVERED),
        ([READ, SENT, ARRIVED], Delivery.SENT),
        ([READ, UNSURE], Delivery.UNKNOWN),
        ([LOST, READ], Delivery.FAILED),
        ([LOST, UNSURE], Delivery.FAILED),
        ([LOST, WAITS], Delivery.FAILED),
        ([part("sent", "failed", "refused.blocked")], Delivery.FAILED),
        ([part("cancelled", error="refused.opted_out")], Delivery.FAILED),
        ([part("cancelled", error="an agent decided")], Delivery.UNKNOWN),
    ],
)
def test_a_reply_is_as_far_as_its_slowest_part_and_lost_when_one_is(
    parts: list[SentEffect], shown: Delivery
) -> None:
    for order in permutations(parts):
        mark = mark_of(order)
        assert mark is not None
        assert (mark.about, mark.delivery) == ("c1:7", shown)
        assert (mark.why is not None) is (shown is Delivery.FAILED)


@pytest.mark.parametrize("parts", [[], [WAITS], [READ, WAITS], [UNSURE, part("sending")], [part("held")]])
def test_while_a_part_has_not_left_nothing_is_known_of_the_whole(parts: list[SentEffect]) -> None:
    assert mark_of(parts) is None


@pytest.mark.parametrize(
    ("error", "why"),
    [
        ("refused.window 63016", ("refused.window", "63016")),
        ("refused.blocked", ("refused.blocked", "")),
        ("30008", ("refused.other", "30008")),
        ("", ("refused.other", "")),
    ],
)
def test_a_lost_reply_is_marked_with_the_reason_and_what_to_do(error: str, why: tuple[str, str]) -> None:
    mark = mark_of([part("failed", error=error)])
    assert mark is not None
    assert mark.why is not None
    assert (mark.why.key, mark.why.values["code"]) == why


def test_a_plain_report_marks_the_line_and_writes_nothing_else() -> None:
    scene = claimed()
    scene.facts = {"effect": ROW, "parts": (ARRIVED,)}
    decision = scene.hears(DeliveryReported(ReportStatus.DELIVERED, "o1"))
    assert decision.effects == (MarkLine("c1:7", Delivery.DELIVERED),)
    assert decision.stands


def test_a_line_that_stands_at_last_gets_the_mark_of_what_is_known_already() -> None:
    scene = claimed()
    line = replace(ROW, kind="line", is_for_customer=False, agent="")
    scene.facts = {"effect": line, "parts": (READ,)}
    assert scene.hears(Delivered("o1", "1.1")).effects == (MarkLine("c1:7", Delivery.READ),)


def test_a_failure_is_marked_and_told() -> None:
    scene = claimed()
    scene.hears(AgentReplied(LEA, scene.state.id, "Bonjour"))
    scene.facts = {"effect": ROW, "parts": (LOST,), "replies": (Reply(scene.now, is_lost=True),)}
    decision = scene.hears(NotDelivered("o1", "refused.window", "63016"))
    assert [mark.delivery for mark in scene.of(MarkLine)] == [Delivery.FAILED]
    assert [told.mark for told in scene.of(ToThread)] == [Mark.ALARM]
    assert not decision.stands


def test_an_agents_line_is_the_one_that_shows_how_far_the_reply_got() -> None:
    scene = claimed()
    scene.hears(AgentReplied(LEA, scene.state.id, "Bonjour"))
    assert [told.shows_delivery for told in scene.of(ToThread)] == [True]


@pytest.mark.parametrize("absence", ["", *Absence])
def test_what_cannot_arrive_is_not_sent_again_and_may_still_be_left(absence: str) -> None:
    unsure = replace(UNSURE, conversation_id="", id="o1")
    for resend in (True, False):
        scene = claimed()
        scene.facts = {"effect": replace(unsure, conversation_id=scene.state.id), "absence": absence}
        decision = scene.hears(AgentSettled(LEA, scene.state.id, "o1", resend=resend))
        is_refused = bool(absence) and resend
        assert decision.refusal == (absence if is_refused else "")
        assert keys(decision.answer) == [
            f"refuse.{absence}" if is_refused else f"answer.{'resent' if resend else 'abandoned'}"
        ]


def test_nothing_is_sent_again_once_the_window_is_closed() -> None:
    scene = claimed(channel=WHATSAPP)
    scene.passes(timedelta(hours=25))
    scene.facts = {"effect": replace(UNSURE, conversation_id=scene.state.id)}
    decision = scene.hears(AgentSettled(LEA, scene.state.id, "o1", resend=True))
    assert (decision.refusal, keys(decision.answer)) == ("window", ["refuse.window"])


def conditions(scene: Scene) -> set[Condition]:
    found = {effect.condition for effect in scene.of(ToCustomer)}
    assert found
    return found


@pytest.mark.parametrize("step", [Step.LISTENING, Step.CONFIRMING, Step.CHOOSING, Step.MOTIVE, Step.IDENTITY])
def test_what_the_bot_asks_or_answers_goes_only_while_the_bot_has_the_conversation(step: Step) -> None:
    scene = at(step)
    scene.says("/aide")
    assert conditions(scene) == {Condition.WITH_BOT}


def test_confirmations_promises_claims_and_endings_go_whoever_has_the_conversation() -> None:
    scene = at(Step.CONFIRMING)
    scene.says("conseiller")
    assert conditions(scene) == {Condition.REACHABLE}
    scene.says("où en est ma demande ?")
    assert conditions(scene) == {Condition.REACHABLE}
    scene.hears(AgentReplied(LEA, scene.state.id, "Bonjour"))
    assert conditions(scene) == {Condition.REACHABLE}
    ended = at(Step.CONFIRMING)
    ended.says("oui")
    assert conditions(ended) == {Condition.REACHABLE}


def test_an_answer_names_the_article_that_it_shows() -> None:
    scene = Scene()
    scene.says(KNOWN)
    assert [bool(effect.article) for effect in scene.of(ToCustomer)] == [True]
    assert scene.of(ToCustomer)[0].article == scene.state.talk.attempts[-1].article


def facts(scene: Scene) -> list[str]:
    return [key for told in lines(scene, Mark.FACT) for key in keys(told.words)]


def test_the_team_sees_every_time_that_the_customer_was_told_before_the_claim() -> None:
    scene = handed_over()
    scene.says("où en est ma demande ?")
    assert facts(scene) == ["thread.told_status"]
    scene.says("je suis bloqué, c’est urgent")
    assert facts(scene) == ["thread.told_sooner"]
    scene.passes(timedelta(days=2))
    scene.says("où en est ma demande ?")
    assert facts(scene) == ["thread.told_late"]


def test_the_team_sees_the_time_told_at_a_release_and_at_a_reopening() -> None:
    scene = claimed()
    scene.hears(AgentReplied(LEA, scene.state.id, "Bonjour"))
    scene.hears(AgentReleased(LEA, scene.state.id))
    assert facts(scene) == ["thread.told_new", "thread.released"]
    scene = resolved()
    scene.says("Toujours rien reçu")
    (told,) = (each for each in lines(scene, Mark.FACT) if keys(each.words) == ["thread.reopened"])
    (said,) = (part for part in told.words if isinstance(part, Line))
    assert "when" in said.values
    assert (told.mentions, told.calls_team) == ((LEA.id,), False)


def test_a_customer_who_comes_back_to_nobody_is_seen_at_the_teams_place() -> None:
    scene = handed_over()
    scene.says("/fin")
    scene.passes(timedelta(minutes=5))
    scene.says("Toujours rien reçu")
    (told,) = (each for each in lines(scene, Mark.FACT) if keys(each.words) == ["thread.reopened"])
    assert (told.mentions, told.calls_team) == ((), True)


def named(scene: Scene, text: str) -> tuple[str, ...]:
    scene.says(text)
    (told,) = lines(scene, Mark.CUSTOMER)
    return told.mentions


def test_an_agent_is_named_when_it_is_their_turn_and_again_when_the_customer_comes_back() -> None:
    scene = claimed()
    scene.hears(AgentReplied(LEA, scene.state.id, "Bonjour"))
    assert named(scene, "Et donc ?") == (LEA.id,)
    scene.passes(timedelta(minutes=2))
    assert named(scene, "Vous êtes là ?") == ()
    scene.passes(timedelta(minutes=29))
    assert named(scene, "Encore moi") == ()
    scene.passes(timedelta(minutes=30))
    assert named(scene, "Et maintenant ?") == (LEA.id,)


def test_a_customer_who_can_be_reached_again_is_told_to_their_agent() -> None:
    scene = claimed()
    scene.facts = {"absence": Absence.BLOCKED}
    scene.hears(CustomerReturned(HOME[scene.channel.name]))
    assert [(keys(told.words), told.mentions) for told in scene.of(ToThread)] == [
        (["thread.reachable"], (LEA.id,))
    ]


Make = Callable[[], Scene]


@pytest.mark.parametrize(("make", "owner"), [(handed_over, ()), (claimed, (LEA.id,)), (resolved, (LEA.id,))])
def test_a_lost_card_opens_anew_with_all_that_was_said_a_way_back_and_what_waited(
    make: Make, owner: tuple[str, ...]
) -> None:
    scene = make()
    scene.conversation = scene.state.but(thread=Thread("C0SAV", "1.1"))
    scene.hears(CardLost(scene.state.id, "1.1"))
    opened, said, told, following = scene.effects
    assert (opened, said, following) == (
        OpenThread("C0SAV"),
        PostTranscript(),
        Follow(Thread("C0SAV", "1.1")),
    )
    assert isinstance(told, ToThread)
    assert (told.former, told.mentions) == (Thread("C0SAV", "1.1"), owner)
    assert scene.state.thread is None
    assert scene.hears(CardLost(scene.state.id, "1.1")).ignored


def test_stop_is_confirmed_even_though_nothing_more_may_be_sent() -> None:
    scene = Scene(channel=replace(WHATSAPP, honours_stop=True))
    scene.says("bonjour")
    scene.writes("STOP")
    effects: list[Any] = scene.of(ToCustomer)
    assert [(each.address, each.condition) for each in effects] == [
        (Address("whatsapp", "+33612345678"), Condition.ALWAYS)
    ]


def test_start_in_the_middle_of_the_bot_s_talk_is_followed_by_its_silence() -> None:
    """A STOP found late is overtaken and ends no talk; the START after it leaves none that never ends."""
    scene = Scene(channel=replace(WHATSAPP, honours_stop=True))
    scene.says("bonjour")
    scene.facts = {"back_from": Absence.STOPPED}
    scene.writes("START")
    assert scene.told == ["stop.resumed"]
    assert scene.state.status is Status.BOT
    assert TimerKind.BOT_SILENCE in scene.timers
