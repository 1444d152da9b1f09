"""The product against the second opinion: any acts in any order, and after each the two agree."""

import os
from datetime import datetime

from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    invariant,
    run_state_machine_as_test,
)

from core.domain.channel import Address
from core.domain.conversation import Step
from core.domain.effects import Condition
from tests.model.hours import PARIS
from tests.model.house import WORDS
from tests.model.reference import Asks, Stage
from tests.model.walk import Walk

STEPS = {
    Step.LISTENING: Asks.NOTHING,
    Step.CONFIRMING: Asks.HELPED,
    Step.GUESSING: Asks.GUESSED,
    Step.MOTIVE: Asks.MOTIVE,
    Step.BLOCKING: Asks.BLOCKING,
    Step.IDENTITY: Asks.PHONE,
}


class Agreement(Walk):
    """What the two must have in common after each step."""

    def __init__(self) -> None:
        super().__init__()
        self.told: dict[Address, datetime | None] = {}

    @invariant()
    def the_two_agree(self) -> None:
        for who, expected in self.model.items():
            state = self.house.latest(who)
            assert self.house.count("(SELECT id AS conversation_id FROM conversations) WHERE true", who) == (
                expected.requests
            )
            if state is None:
                assert expected.stage is Stage.NONE
                continue
            assert state.status.value == expected.stage.value
            assert state.motive == expected.motive
            if expected.stage in {Stage.RESOLVED, Stage.CLOSED}:
                assert state.recap == expected.recap
            if expected.stage is Stage.BOT:
                assert STEPS[state.talk.step] is expected.asks
            if expected.is_with_team:
                assert (state.owner, state.is_urgent) == (expected.owner, expected.is_urgent)

    @invariant()
    def each_reply_is_decided_once_in_order(self) -> None:
        for who, expected in self.model.items():
            sql = """
            SELECT json_extract(payload, '$.text') AS said FROM outbox
            WHERE agent <> '' AND destination = $1 AND said LIKE 'Votre colis part demain%'
            ORDER BY created_at, seq
            """
            assert [row["said"] for row in self.house.rows(sql, who.channel)] == expected.replies

    @invariant()
    def notes_are_kept_and_never_leave(self) -> None:
        for who, expected in self.model.items():
            assert self.house.count("messages WHERE author = 'note'", who) == expected.notes
        left = "SELECT 1 FROM outbox WHERE is_for_customer = 1 AND payload LIKE '%Transporteur prévenu%'"
        assert self.house.rows(left) == []

    @invariant()
    def whoever_waits_was_told_one_time(self) -> None:
        for who, expected in self.model.items():
            assert self.house.count("outbox WHERE kind = 'call'", who) == expected.calls
            state = self.house.latest(who)
            if state is not None:
                sql = "SELECT due_at FROM promises WHERE conversation_id = $1 AND outcome = 'live'"
                due = [row["due_at"] for row in self.house.rows(sql, state.id)]
                live = [int(expected.promise.timestamp() * 1000)] if expected.promise else []
                assert due == live
                self.was_told(who, state.id, expected.promise)

    @invariant()
    def nothing_leaves_through_a_shut_door(self) -> None:
        for who, expected in self.model.items():
            sql = "SELECT absence FROM addresses WHERE channel = $1 AND external_id = $2"
            absence = [row["absence"] for row in self.house.rows(sql, who.channel, who.external_id)]
            assert any(absence) is expected.is_shut
        for job in self.house.leaving():
            (expected,) = (each for who, each in self.model.items() if who.channel == job.destination)
            assert not expected.is_shut or job.condition == Condition.ALWAYS
            # Nothing of the bot's is asked beside the team.
            assert not ("prompt" in job.payload and job.talk_status in {"open", "in_progress", "resolved"})

    def was_told(self, who: Address, talk: str, promise: datetime | None) -> None:
        """A time that is new stands in our latest words."""
        if promise is not None and promise != self.told.get(who):
            said = self.house.rows(WORDS, talk)[0]["text"]
            local = promise.astimezone(PARIS)
            hour = f" {local.hour} h" + (f" {local.minute:02}" if local.minute else "")
            assert f"{hour}." in said.replace("\u00a0", " "), (hour, said)
        self.told[who] = promise


def test_the_product_and_the_second_opinion_agree() -> None:
    run_state_machine_as_test(
        Agreement,
        settings=settings(
            max_examples=int(os.environ.get("FUZZ", "20")),
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
