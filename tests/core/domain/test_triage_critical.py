"""Words of a danger in the shipped rules: slips and negation understood, lookalikes left alone (R065)."""

import pytest

from core.domain.triage import Criterion, stronger, triage, word_that_fired
from tests.core.domain.decide.scene import shipped

RULES = shipped()


def danger(text: str) -> str:
    fired = word_that_fired(text, RULES)
    return fired.detail if fired is not None and fired.is_critical else ""


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Il y a un incendie dans le local", "incendie"),
        ("incandie chez moi !!", "incendie"),
        ("un départ de feu sur la multiprise", "départ de feu"),
        ("la batterie a pris feu", "pris feu"),
        ("il ya de la fumé qui sort du four", "fumée"),
        ("l'appareil dégage de la fumée, comment le retourner ?", "fumée"),
        ("je pense à une fuit de gaz", "fuite de gaz"),
        ("fuite gaz urgent", "fuite gaz"),
        ("ça sent le gaz dans la cuisine", "sent le gaz"),
        ("forte odeur de gaz", "odeur de gaz"),
        ("risque d'électrocution", "électrocution"),
        ("mon mari s'est electrocuté", "électrocuté"),
        ("je suis victime d'une fraude", "fraude"),
        ("un paiement fraduleux sur ma carte", "frauduleux"),
        ("The charger caught fire", "caught fire"),
        ("I smell gas near the boiler", "smell gas"),
        ("this is fraud", "fraud"),
        ("pas de réponse. il y a un incendie", "incendie"),
        ("ce n'est pas urgent mais il y a de la fumée", "fumée"),
    ],
)
def test_a_danger_is_found_with_its_slips(text: str, word: str) -> None:
    assert danger(text) == word


@pytest.mark.parametrize(
    "text",
    [
        "il n'y a pas de fumée",
        "aucune fuite de gaz, je vous rassure",
        "ce n'est pas une fraude",
        "ya pa d'incendie",
        "there is no gas leak",
        "it is not fraud",
    ],
)
def test_a_danger_that_is_denied_is_none(text: str) -> None:
    assert danger(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "Je voudrais faire poser un détecteur de fumée",
        "avez-vous des detecteurs de fumé ?",
        "une attestation d'assurance incendie",
        "deux verres fumés et du saumon fumé",
        "peut-on fumer sur la terrasse ?",
        "refaire l'électricité d'un appartement",
        "le paquet est explosé",
        "une facture de gaz et une fuite d'eau",
        "the incident is over",
    ],
)
def test_words_that_only_look_like_a_danger_are_none(text: str) -> None:
    assert danger(text) == ""


def test_an_alarm_beside_a_real_danger_hides_nothing() -> None:
    assert danger("le détecteur de fumée sonne et il y a de la fumée") == "fumée"


def test_a_legal_phrase_that_holds_a_word_of_danger_stays_legal() -> None:
    assert word_that_fired("j'écris à la répression des fraudes", RULES) == Criterion(
        "legal", "répression des fraudes"
    )


def test_a_danger_comes_before_every_other_criterion() -> None:
    fire, word = Criterion("critical", "incendie"), Criterion("word", "urgent")
    assert word_that_fired("urgent : un incendie, mon avocat est prévenu", RULES) == fire
    assert stronger(word, fire) == fire
    facts = {"second_complaint": True, "vip": True, "blocking": True, "rules": RULES}
    assert triage(motive="incident", fired=fire, **facts) == fire  # type: ignore[arg-type]  # one mapping
