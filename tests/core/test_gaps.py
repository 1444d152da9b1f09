"""The gap finder: the same questions make the same groups, largest first, with a draft from real words."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.gaps import MOST_QUESTIONS, Gap, Gaps, grouped
from core.store.questions import Question
from faq.words import words_of
from tests.core.desk_house import LEA, Desks, a_desk, no_answer
from tests.core.virtual import virtually

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
BIKES = (
    "Faites-vous la location de vélos ?",
    "location de vélo possible ?",
    "on peut louer un velo chez vous",
)
GIFTS = (
    "vendez-vous des cartes cadeaux",
    "je cherche une carte cadeau",
    "cartes cadeau svp",
    "carte cadau ?",
)
LONE = ("la selle grince quand il pleut",)


def weigh(text: str, language: str) -> list[tuple[str, float]]:
    """The words as the matcher sees them."""
    return [(word.stem, word.weight) for word in words_of(text, language)]


def asked(*texts: str, of: int = 0) -> list[Question]:
    """One question a customer, in their order."""
    return [
        Question(f"{of}-c{at}", 1, NOW, text, "fr", f"{of}-m{at}", "other", "", "", "")
        for at, text in enumerate(texts)
    ]


def every() -> list[Question]:
    """Three topics, and one of them asked twice by the same customer."""
    twice = replace(asked(GIFTS[0], of=1)[0], number=2)
    return [*asked(*BIKES, of=0), *asked(*GIFTS, of=1), twice, *asked(*LONE, of=2)]


def test_questions_that_say_the_same_are_one_group_and_the_largest_is_first() -> None:
    gaps = grouped(every(), weigh)
    assert [gap.customers for gap in gaps[:2]] == [4, 3]
    assert {gaps[0].question, *gaps[0].phrasings} == set(GIFTS)
    assert {gaps[1].question, *gaps[1].phrasings} == set(BIKES)
    assert gaps[-1].customers == 1
    assert gaps[0].motive == "other"


@pytest.mark.parametrize("seed", range(8))
def test_the_order_of_the_questions_changes_nothing(seed: int) -> None:
    shuffled = every()
    random.Random(seed).shuffle(shuffled)
    assert grouped(shuffled, weigh) == grouped(every(), weigh)


def test_words_that_tell_nothing_are_no_question() -> None:
    assert grouped(asked("bonjour", "???", "et le", ""), weigh) == []


def test_as_many_questions_as_are_ever_read_are_each_in_one_group() -> None:
    chance = random.Random(5)
    words = [f"{a}{b}{c}" for a in "bcdfg" for b in ("alo", "eri", "oma", "uti") for c in "lmnrst"]
    texts = [" ".join(chance.sample(words, 4)) for _ in range(MOST_QUESTIONS)]
    found = grouped(asked(*texts), weigh)
    assert sum(len(gap.conversations) for gap in found) == MOST_QUESTIONS
    assert found[0].customers >= found[-1].customers


async def _ask(desks: Desks, *texts: str) -> None:
    for at, text in enumerate(texts):
        await desks.wrote(text, who=f"client{at}")


def test_a_gap_is_told_with_what_an_agent_really_answered(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path, find_answer=no_answer) as desks:
            alarm = desks.with_alarm()
            await alarm.start()
            await _ask(desks, *GIFTS, "merci")
            (second,) = await desks.rows(
                "SELECT conversation_id AS id FROM questions WHERE text = $1", GIFTS[1]
            )
            for text in ("Je regarde.", "Oui, elles sont en caisse, appelez le 06 12 34 56 78."):
                await desks.run(
                    "INSERT INTO messages SELECT $1, max(seq) + 1, max(at) + 1, 'agent', $2, 'mute', $3,"
                    " '[]', '', '', 0 FROM messages WHERE conversation_id = $1",
                    second["id"],
                    LEA.id,
                    text,
                )
            finding = Gaps(store=desks.store, clock=desks.clock, weigh=weigh, find=no_answer, apart=_at_once)
            (gap,) = await finding.found()
            assert gap.customers == 4
            assert gap.reply.startswith("Oui, elles sont en caisse")
            assert "12 34" not in gap.reply
            desks.step(timedelta(weeks=5))
            assert await finding.found() == []
            assert len(await finding.found(weeks=6)) == 1

    virtually(story())


async def _at_once(work: Callable[[], list[Gap]]) -> list[Gap]:
    return work()
