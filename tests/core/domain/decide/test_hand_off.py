"""The hand-off: which criterion fires for each motive, what is promised, and who is called."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from core.domain.conversation import Mode, Priority, Status, Step, WaitingFor
from core.domain.customer import Customer
from core.domain.effects import CallOnDuty, MakePromise, OpenThread, PostTranscript, ToCustomer
from core.domain.lines import Line, When
from core.domain.rules import Duty
from core.domain.triage import Criterion
from core.texts import Texts
from tests.core.domain.decide.scene import MONDAY, UNKNOWN, Scene, at, handed_over, keys, shipped

PARIS = shipped().hours.zone
MOTIVES = [motive.key for motive in shipped().motives]
BLOCKS = {"delivery", "return", "billing", "account", "legal", "other"}
CASES = {
    "nothing": "",
    "word": "C’est urgent",
    "negated": "Ce n’est pas urgent",
    "legal": "J’envoie une mise en demeure",
    "second complaint": "",
    "vip": "",
    "blocking": "",
}


def brought_over(motive: str, case: str) -> Scene:
    """A first message, a motive, and the answer to the blocking question where it is asked."""
    scene = Scene(customer=Customer("m1", "Marie Dupont", vip=case == "vip"))
    scene.facts = {"recent_complaint": case == "second complaint", "guess": ""}
    scene.says(f"{UNKNOWN}. {CASES[case]}")
    assert scene.state.talk.step in {Step.MOTIVE, Step.CHOOSING}
    if scene.state.talk.step is Step.CHOOSING:
        scene.taps("none")
    if motive == "other":
        scene.says("Mon voisin a peint son portail")
    else:
        scene.taps(f"m:{motive}")
    if scene.state.status is Status.BOT:
        scene.taps("yes" if case == "blocking" else "no")
    assert scene.state.status is Status.OPEN
    return scene


def expected(motive: str, case: str) -> Criterion | None:
    """PRODUCT's order, told apart by hand."""
    if motive == "incident":
        return Criterion("motive", "incident")
    if case == "blocking":
        return Criterion("blocking") if motive in BLOCKS else None
    if case == "second complaint":
        return Criterion("second_complaint") if motive == "complaint" else None
    fired = {"word": ("word", "urgent"), "legal": ("legal", "mise en demeure"), "vip": ("vip", "")}
    return Criterion(*fired[case]) if case in fired else None


@pytest.mark.parametrize("motive", MOTIVES)
@pytest.mark.parametrize("case", list(CASES))
def test_each_motive_is_urgent_by_the_criterion_that_fired_first(motive: str, case: str) -> None:
    scene, criterion = brought_over(motive, case), expected(motive, case)
    assert (scene.state.motive, scene.state.criterion) == (motive, criterion)
    assert scene.state.priority is (Priority.URGENT if criterion else Priority.NORMAL)
    assert scene.told == ["handoff.urgent" if criterion else "handoff.confirmed"]
    assert len(scene.of(CallOnDuty)) == (1 if criterion else 0)


@pytest.mark.parametrize("case", ["word", "legal", "vip", "blocking"])
def test_the_call_says_who_waits_and_which_criterion_fired(case: str) -> None:
    called = brought_over("delivery", case).of(CallOnDuty)[0].words[0]
    assert isinstance(called, Line)
    assert called.values["name"] == "Marie Dupont"
    why = called.values["why"]
    assert isinstance(why, Line)
    assert why.key == f"criterion.{case}"


def test_a_motive_that_is_always_urgent_is_called_by_its_name() -> None:
    called = brought_over("incident", "nothing").of(CallOnDuty)[0]
    said = Texts(PARIS).write(called.words, "fr", MONDAY)
    assert "Incident critique" in said
    assert "incident" not in said


def test_a_nameless_customer_is_called_by_the_handle() -> None:
    scene = Scene(customer=Customer("m1"))
    scene.says(f"{UNKNOWN}. C’est urgent")
    scene.writes("conseiller")
    called = scene.of(CallOnDuty)[0].words[0]
    assert isinstance(called, Line)
    assert called.values["name"] == scene.state.handle != ""


def test_whoever_is_on_call_is_called_by_name() -> None:
    duty = Duty("U0NIGHT", MONDAY - timedelta(hours=1), MONDAY + timedelta(hours=9))
    scene = Scene(rules=replace(shipped(), on_call=(duty,)))
    scene.says(f"{UNKNOWN}. C’est urgent")
    scene.writes("conseiller")
    assert scene.of(CallOnDuty)[0].agent == "U0NIGHT"


PROMISES = [
    ("2026-11-23 09:00", False, "au plus tard aujourd’hui, 14 h"),
    ("2026-11-23 10:07", False, "au plus tard aujourd’hui, 15 h 15"),
    ("2026-11-23 12:45", False, "au plus tard aujourd’hui, 17 h 30"),
    ("2026-11-23 14:00", False, "au plus tard aujourd’hui, 18 h"),
    ("2026-11-23 17:00", False, "d’ici demain, mardi, 12 h"),
    ("2026-11-27 17:55", False, "d’ici lundi, 14 h"),
    ("2026-11-28 10:00", False, "d’ici lundi, 14 h"),
    ("2026-04-30 17:00", False, "d’ici lundi 4 mai, 12 h"),
    ("2026-10-23 17:00", False, "d’ici lundi, 12 h"),
    ("2026-11-23 12:20", True, "au plus tard aujourd’hui, 13 h 50"),
]


@pytest.mark.parametrize(("handed_off", "urgent", "told"), PROMISES)
def test_the_confirmation_says_the_time_that_is_recorded(handed_off: str, urgent: bool, told: str) -> None:
    now = datetime.fromisoformat(handed_off).replace(tzinfo=PARIS)
    scene = Scene(now=now)
    scene.writes("conseiller, c’est urgent" if urgent else "conseiller")
    words = scene.of(ToCustomer)[0].words
    confirmed = words[-1]
    assert isinstance(confirmed, Line)
    due = scene.of(MakePromise)[0].due
    assert confirmed.values["when"] == When(due)
    assert scene.state.promised_for == due
    said = Texts(PARIS).write((confirmed,), "fr", now).replace("\u00a0", " ")
    assert ", Marie" in said
    assert told in said


def test_what_the_hand_off_does_comes_in_order() -> None:
    scene = Scene()
    scene.says(f"{UNKNOWN}. C’est urgent")
    scene.writes("conseiller")
    wanted = (ToCustomer, MakePromise, OpenThread, PostTranscript, CallOnDuty)
    assert [type(effect) for effect in scene.effects if isinstance(effect, wanted)] == list(wanted)


@pytest.mark.parametrize("motive", MOTIVES)
def test_it_opens_at_the_place_of_the_motives_team(motive: str) -> None:
    rules = shipped()
    teams = tuple(replace(team, place=f"C0{team.key.upper()}") for team in rules.teams)
    scene = at(Step.MOTIVE, rules=replace(rules, teams=teams))
    scene.says("Mon voisin a peint son portail") if motive == "other" else scene.taps(f"m:{motive}")
    opened = scene.of(OpenThread) or (scene.taps("no"), scene.of(OpenThread))[1]
    team = rules.team_of(motive).key
    assert (scene.state.team, opened) == (team, [OpenThread(f"C0{team.upper()}")])


def test_without_a_motive_it_goes_to_the_team_of_other() -> None:
    scene = handed_over("")
    assert (scene.state.motive, scene.state.team) == ("", shipped().team_of("other").key)


def test_a_formal_motive_makes_it_a_dossier() -> None:
    assert handed_over("legal").state.mode is Mode.FORMAL
    assert handed_over("billing").state.mode is Mode.STANDARD


def test_the_wait_for_the_team_begins_at_the_hand_off() -> None:
    scene = at(Step.BLOCKING)
    scene.passes(timedelta(hours=2))
    scene.says("non")
    state = scene.state
    assert (state.waiting_for, state.waiting_since) == (WaitingFor.US, state.handed_off_at)
    assert state.opened_at == MONDAY


def test_a_handle_in_use_is_not_given_again() -> None:
    taken = handed_over(facts={"handles": frozenset({"marie"})})
    assert (handed_over().state.handle, taken.state.handle) == ("marie", "marie-d")


def test_nobody_without_a_reason_is_called() -> None:
    scene = handed_over("sales")
    assert (scene.of(CallOnDuty), scene.state.duty_called_at) == ([], None)
    assert keys(scene.of(ToCustomer)[0].words) == ["handoff.confirmed"]
