"""What makes a request urgent: each motive with each criterion, words with slips and negation (R060-R067)."""

from datetime import time
from zoneinfo import ZoneInfo

import pytest

from core.domain.rules import Motive, OpeningHours, Rules, Team, UrgencyRules, Urgent
from core.domain.triage import Criterion, needs_blocking_question, stronger, triage, word_that_fired

URGENT_BY_ITSELF = {
    "delivery": Urgent.IF_BLOCKING,
    "return": Urgent.IF_BLOCKING,
    "billing": Urgent.IF_BLOCKING,
    "product": Urgent.NEVER,
    "account": Urgent.IF_BLOCKING,
    "incident": Urgent.ALWAYS,
    "complaint": Urgent.IF_ESCALATING,
    "sales": Urgent.NEVER,
    "appointment": Urgent.NEVER,
    "legal": Urgent.IF_BLOCKING,
    "other": Urgent.IF_BLOCKING,
}
WORDS = (
    "bloqué",
    "bloquant",
    "urgent",
    "urgence",
    "en panne",
    "plus rien ne fonctionne",
    "blocked",
    "stuck",
    "vite",
)
LEGAL = (
    "mise en demeure",
    "mon avocat",
    "porter plainte",
    "DGCCRF",
    "avis négatif",
    "dans la presse",
    "my lawyer",
)


def rules(*, vip: bool = True) -> Rules:
    return Rules(
        service_name="Relais",
        hours=OpeningHours(zone=ZoneInfo("Europe/Paris"), week={0: ((time(9), time(18)),)}),
        motives=tuple(
            Motive(key, key, key, "support", urgent=urgent) for key, urgent in URGENT_BY_ITSELF.items()
        ),
        teams=(Team("support", "Support", "C1"),),
        urgency=UrgencyRules(words=WORDS, legal_words=LEGAL, vip=vip),
    )


RULES = rules()
ALWAYS = Criterion("motive", "incident")
QUIET, WORD, DENIED = "où est mon colis", "c'est urgent svp", "ce n'est pas urgent"
THREAT = "je vais porter plainte"


def judged(
    motive: str | None,
    text: str = QUIET,
    *,
    second: bool = False,
    vip: bool = False,
    blocking: bool | None = None,
    by: Rules = RULES,
) -> Criterion | None:
    fired = word_that_fired(text, by)
    return triage(motive=motive, fired=fired, second_complaint=second, vip=vip, blocking=blocking, rules=by)


@pytest.mark.parametrize("motive", URGENT_BY_ITSELF)
@pytest.mark.parametrize("text", [QUIET, DENIED])
def test_no_word_or_a_denied_one_leaves_the_motive_to_decide(motive: str, text: str) -> None:
    assert judged(motive, text) == (ALWAYS if motive == "incident" else None)


@pytest.mark.parametrize("motive", URGENT_BY_ITSELF)
def test_an_urgent_word_fires_whatever_the_motive(motive: str) -> None:
    assert judged(motive, WORD) == (ALWAYS if motive == "incident" else Criterion("word", "urgent"))


@pytest.mark.parametrize("motive", URGENT_BY_ITSELF)
def test_a_legal_phrase_fires_whatever_the_motive(motive: str) -> None:
    assert judged(motive, THREAT) == (
        ALWAYS if motive == "incident" else Criterion("legal", "porter plainte")
    )


@pytest.mark.parametrize("motive", URGENT_BY_ITSELF)
def test_a_vip_is_urgent_whatever_the_motive_unless_the_rules_say_otherwise(motive: str) -> None:
    assert judged(motive, vip=True) == (ALWAYS if motive == "incident" else Criterion("vip"))
    assert judged(motive, vip=True, by=rules(vip=False)) == (ALWAYS if motive == "incident" else None)


@pytest.mark.parametrize(
    ("motive", "expected"),
    [
        ("delivery", Criterion("blocking")),
        ("return", Criterion("blocking")),
        ("billing", Criterion("blocking")),
        ("product", None),
        ("account", Criterion("blocking")),
        ("incident", ALWAYS),
        ("complaint", None),
        ("sales", None),
        ("appointment", None),
        ("legal", Criterion("blocking")),
        ("other", Criterion("blocking")),
        (None, None),
    ],
)
def test_being_blocked_fires_only_where_the_motive_has_it_asked(
    motive: str | None, expected: Criterion | None
) -> None:
    assert judged(motive, blocking=True) == expected
    assert judged(motive, blocking=False) == (ALWAYS if motive == "incident" else None)


def test_a_second_complaint_fires_although_the_first_did_not() -> None:
    assert judged("complaint") is None
    assert judged("complaint", second=True) == Criterion("second_complaint")


def test_the_criteria_are_tried_in_the_order_of_the_product() -> None:
    assert judged("incident", WORD, second=True, vip=True, blocking=True) == ALWAYS
    both = f"{THREAT}, {WORD}"
    assert judged("billing", both, second=True, vip=True, blocking=True) == Criterion("word", "urgent")
    assert judged("billing", THREAT, second=True, vip=True) == Criterion("legal", "porter plainte")
    assert judged("billing", second=True, vip=True, blocking=True) == Criterion("second_complaint")
    assert judged("billing", vip=True, blocking=True) == Criterion("vip")
    assert judged("billing", blocking=True) == Criterion("blocking")


def test_a_person_asked_for_before_any_motive_is_urgent_by_words_only() -> None:
    assert judged(None) is None
    assert judged(None, WORD) == Criterion("word", "urgent")
    assert judged("no-such-motive", blocking=True) is None


@pytest.mark.parametrize(("motive", "urgent"), URGENT_BY_ITSELF.items())
def test_the_blocking_question_is_asked_where_the_motive_says_so_and_nothing_fired(
    motive: str, urgent: Urgent
) -> None:
    assert needs_blocking_question(motive, None, RULES) is (urgent is Urgent.IF_BLOCKING)
    assert not needs_blocking_question(motive, Criterion("word", "urgent"), RULES)


def test_without_a_motive_the_blocking_question_is_not_asked() -> None:
    assert not needs_blocking_question(None, None, RULES)


def test_the_stronger_criterion_is_the_one_that_comes_first() -> None:
    word, legal = Criterion("word", "urgent"), Criterion("legal", "mon avocat")
    assert stronger(legal, word) == stronger(word, legal) == word
    assert stronger(None, legal) == stronger(legal, None) == legal
    assert stronger(None, None) is None
    assert stronger(word, Criterion("word", "bloqué")) == word


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("c'est urgent", "urgent"),
        ("URGENT !!!", "urgent"),
        ("c’est très urgente", "urgent"),
        ("urgeant", "urgent"),
        ("uregnt", "urgent"),
        ("urgentttt", "urgent"),
        ("il y a urgence", "urgence"),
        ("mon compte est bloque", "bloqué"),
        ("Ma carte est BLOQUÉE", "bloqué"),
        ("je ne peux plus rien faire, c'est bloqué", "bloqué"),
        ("je ne peux plus rien faire c'est bloqué", "bloqué"),
        ("la machine est en pane", "en panne"),
        ("plus rien ne fonctionne ici", "plus rien ne fonctionne"),
        ("I am blocked", "blocked"),
        ("non, c'est urgent", "urgent"),
        ("non c'est urgent", "urgent"),
        ("c'est de plus en plus urgent", "urgent"),
        ("toujours rien urgent svp", "urgent"),
        ("Répondez, c'est urgent ? Pas de réponse depuis hier", "urgent"),
        ("pas urgent mais je suis bloqué", "bloqué"),
        ("mon compte n'est pas encore débloqué", "bloqué"),
        ("still not unblocked", "blocked"),
        ("vite", "vite"),
        ("je ne peux plus rien faire, c'est urgent", "urgent"),
        ("tout marche sauf urgence", "urgence"),
        ("Urgent : toujours pas réglé", "urgent"),
        ("rien n'est débloqué", "bloqué"),
    ],
)
def test_an_urgent_word_is_found_through_case_accents_and_slips(text: str, expected: str) -> None:
    assert word_that_fired(text, RULES) == Criterion("word", expected)


@pytest.mark.parametrize(
    "text",
    [
        "ce n'est pas urgent",
        "Ce n’est vraiment pas si urgent",
        "c'est pas urgent du tout",
        "rien d'urgent",
        "rien de bloquant ou d'urgent",
        "pas bloqué",
        "pas urgent ni bloquant",
        "sans urgence",
        "il n'y a pas d'urgence",
        "aucune urgence",
        "ce n'est pas une demande urgente",
        "je ne suis plus bloqué",
        "urgent ? non",
        "Est-ce urgent ? Pas du tout",
        "Urgent : non",
        "not urgent",
        "it isn't really urgent",
        "I'm not blocked",
        "c'est débloqué, merci",
        "je voudrais débloquer mon compte",
        "unblocked now",
        "c'est tout sauf urgent, conseiller",
        "plus rien n'est urgent, conseiller",
        "loin d'être urgent",
    ],
)
def test_a_denied_word_does_not_fire(text: str) -> None:
    assert word_that_fired(text, RULES) is None


@pytest.mark.parametrize(
    "text",
    ["je veux mon argent", "encore en stock ?", "votre site est vide", "suite à ma commande", "un agent", ""],
)
def test_a_word_of_its_own_is_not_a_misspelt_urgent_word(text: str) -> None:
    assert word_that_fired(text, RULES) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ceci est une mise en demeure.", "mise en demeure"),
        ("mise en demeur", "mise en demeure"),
        ("mon avocat vous contactera", "mon avocat"),
        ("je porterai plainte", "porter plainte"),
        ("j'ai porté plainte", "porter plainte"),
        ("je compte porter une plainte", "porter plainte"),
        ("je n'hésiterai pas à porter plainte", "porter plainte"),
        ("je n'ai pas encore porté plainte", "porter plainte"),
        ("dgccrf", "DGCCRF"),
        ("je laisse un avis très négatif", "avis négatif"),
        ("vous lirez ça dans la presse", "dans la presse"),
        ("My lawyer will call", "my lawyer"),
    ],
)
def test_a_legal_or_reputational_phrase_is_found(text: str, expected: str) -> None:
    assert word_that_fired(text, RULES) == Criterion("legal", expected)


@pytest.mark.parametrize(
    "text",
    [
        "a word",
        "avis de passage",
        "ça presse",
        "ça presse dans la semaine",
        "un avis pas négatif",
        "je ne veux pas porter plainte",
        "une mise à jour",
        "un avocat et une mangue",
        "mon colis. Avocat demandé",
    ],
)
def test_words_that_look_like_a_legal_phrase_are_none(text: str) -> None:
    assert word_that_fired(text, RULES) is None


def test_a_word_comes_before_a_legal_phrase_wherever_they_stand() -> None:
    assert word_that_fired("mon avocat dit que c'est urgent", RULES) == Criterion("word", "urgent")


def test_the_first_word_of_the_text_is_the_one_named() -> None:
    assert word_that_fired("bloqué et urgent", RULES) == Criterion("word", "bloqué")
    assert word_that_fired("urgent et bloqué", RULES) == Criterion("word", "urgent")


def test_rules_without_words_find_nothing() -> None:
    bare = Rules(service_name="Relais", hours=RULES.hours, motives=RULES.motives, teams=RULES.teams)
    assert word_that_fired("c'est urgent, mon avocat arrive", bare) is None


def test_only_the_first_4000_characters_are_read() -> None:
    assert word_that_fired("colis " * 600 + "urgent", RULES) == Criterion("word", "urgent")
    assert word_that_fired("colis " * 700 + "urgent", RULES) is None
