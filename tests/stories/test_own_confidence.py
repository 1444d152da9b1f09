"""A service answers from the confidence that its rules file says, whatever is shipped."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.stories.people import on_telegram, sentence
from tests.stories.town import shipped_rules, town

QUESTION = "Où est mon colis ?"


@pytest.mark.parametrize(("answer_from", "is_answered"), [(None, True), (0.6, True), (1.0, False)])
async def test_a_question_is_answered_when_the_team_s_own_confidence_is_reached(
    tmp_path: Path, answer_from: float | None, is_answered: bool
) -> None:
    async with town(tmp_path, replace(shipped_rules(), answer_from=answer_from)) as place:
        karim = await on_telegram(place)
        await karim.writes(QUESTION)
        assert (sentence("faq.did_you_mean") in karim.reads[-1]) is not is_answered
        assert ("Non" in karim.offered) is is_answered
