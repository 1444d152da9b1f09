"""The page of faults is what the tests play."""

from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from core.domain import asked, effects
from core.texts import catalogue
from handoff.carry import IN_THREAD
from handoff.refusals import CHANGES
from tests.faults import slack_scene, telegram_scene, twilio_scene
from tests.faults.page import TABLES, page
from tests.faults.rows import Row

ROOT = Path(__file__).parents[2]
KINDS = {
    "Slack": slack_scene.kinds("talk", "1.2"),
    "Twilio": twilio_scene.KINDS,
    "Telegram": telegram_scene.kinds("700"),
}
TO_THE_TEAM = {
    effects.OpenThread: "open_thread",
    effects.UpdateCard: "update_card",
    effects.PostTranscript: "transcript",
    effects.ToThread: "line",
    effects.MarkLine: "mark",
    effects.CallOnDuty: "call",
}
TO_CUSTOMERS = {effects.ToCustomer, effects.SayInWords, effects.Resend}
"""Said, said in words, and said again: one kind of row at each channel."""
CARRIED_BY_NOBODY = {
    *(effects.Record, effects.Revise, effects.SetAbsence),
    *(
        effects.MakePromise,
        effects.SettlePromise,
        effects.RevivePromise,
        effects.StartTimer,
        effects.StopTimer,
    ),
    *(effects.Follow, effects.Withdraw, effects.Abandon),
    *get_args(asked.QuestionEffect),
}
"""What our own database keeps, or what becomes of rows that are there."""
CHANGED_LATER = {"retell"}
"""Kinds that no effect makes: a flood's line that stands is told anew."""


def test_the_page_is_what_the_tests_play() -> None:
    text = (ROOT / "docs" / "faults.md").read_text("utf-8")
    assert text.endswith(f"\n\n{page()}\n"), "print it with `python -m tests.faults`"


@pytest.mark.parametrize("rows", TABLES.values(), ids=TABLES.keys())
def test_each_platform_has_at_least_forty_kinds_each_told_once(rows: list[Row]) -> None:
    told = Counter((row.name, row.carries) for row in rows)
    assert [name for name, times in told.items() if times > 1] == []
    assert len(rows) >= 40
    assert {row.told for row in rows} - {""} <= set(catalogue("fr"))


def test_every_effect_that_is_carried_has_a_kind_and_every_kind_a_row() -> None:
    """A new effect belongs to one of the lists above, and what carries it into the tables."""
    known = TO_THE_TEAM.keys() | TO_CUSTOMERS | CARRIED_BY_NOBODY
    assert known == {*get_args(effects.Effect)}
    carried = {kind["kind"] for kind in KINDS["Slack"].values()}
    assert carried == {"open_thread", *CHANGES, *IN_THREAD}, "the carrier refuses all others"
    assert carried == {*TO_THE_TEAM.values()} | CHANGED_LATER
    for platform, rows in TABLES.items():
        assert {row.carries for row in rows} == KINDS[platform].keys()
