"""What is wrong with an article is one truth: a file and the form in Slack refuse the same."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from composition.library import TOLD, shape_faults
from core.domain.knowledge import Article
from faq.shape import faults_in, flaws_in

SKIS = Article("skis", "fr", "Louez-vous des skis\u00a0?", ("location de skis",), "Oui.", motive="sales")
MOTIVES = ("sales", "other")
FLAWS: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"motive": "ski"}, "motive", "unknown_motive"),
    ({"answer": "Oui. Non."}, "answer", "one_sentence"),
    ({"steps": ("1", "2", "3", "4")}, "steps", "most_steps"),
    (
        {"valid_from": date(2026, 2, 1), "valid_until": date(2026, 1, 1)},
        "valid_until",
        "ends_before",
    ),
    ({"question": "Ouvrez-vous {horaires}\u00a0?"}, "question", "variable_in_question"),
    ({"question": "Donnez-moi {précisions}\u00a0?"}, "question", "brace_in_question"),
    ({"question": "Louez-vous des {skis}\u00a0?"}, "question", "brace_in_question"),
    ({"question": "Louez-vous des {skis\u00a0?"}, "question", "brace_in_question"),
    ({"answer": "Oui, {prénom."}, "answer", "lone_brace"),
    ({"steps": ("Payez.", "Partez}.")}, "steps", "lone_brace"),
    ({"follow_up": "Sous {{délai}."}, "follow_up", "lone_brace"),
    ({"answer": "Oui, {prix}."}, "answer", "unknown_variable"),
    ({"follow_up": "Envoyez {précisions}."}, "follow_up", "unknown_variable"),
    ({"steps": ("Payez {prix}.",)}, "steps", "unknown_variable"),
    ({"follow_up": "Sous {prix}."}, "follow_up", "unknown_variable"),
)


@pytest.mark.parametrize(("changes", "field", "kind"), FLAWS)
def test_a_file_and_the_form_refuse_the_same_under_the_same_field(
    changes: dict[str, Any], field: str, kind: str
) -> None:
    article = replace(SKIS, **changes)
    (flaw,) = flaws_in(article, MOTIVES)
    assert (flaw.field, flaw.kind) == (field, kind)
    assert faults_in(article, MOTIVES) == [(field, flaw.sentence)]
    (fault,) = shape_faults(article, MOTIVES)
    assert (fault.field, fault.told.key) == (field, f"base.{kind}")


def test_every_flaw_that_a_form_can_bring_has_its_words() -> None:
    assert set(TOLD) == {kind for _, _, kind in FLAWS}
    odd = replace(SKIS, id="Skis à louer", language="de")
    assert [flaw.kind for flaw in flaws_in(odd, MOTIVES)] == ["plain_id", "unknown_language"]
    assert {fault.told.key for fault in shape_faults(odd, MOTIVES)} == {"modal.stale"}


def test_the_form_asks_for_a_question_that_fits_a_list_besides() -> None:
    assert [fault.told.key for fault in shape_faults(replace(SKIS, question="?"), MOTIVES)] == [
        "base.no_question"
    ]
    long = replace(SKIS, question=f"Louez-vous des {'skis ' * 20}?")
    assert [fault.told.key for fault in shape_faults(long, MOTIVES)] == ["base.long_question"]
    assert faults_in(long, MOTIVES) == []
    assert [fault.field for fault in shape_faults(replace(SKIS, answer=""), MOTIVES)] == ["answer"]
    assert list(shape_faults(SKIS, MOTIVES)) == []
