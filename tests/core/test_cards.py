"""The values of a card: what is shown, in which words, and what is masked."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.cards import card, why
from core.domain.channel import Address
from core.domain.conversation import Attempt, Conversation, Mode, Near, Priority, Status, Talk, WaitingFor
from core.domain.customer import Customer
from core.domain.rules import Motive, OpeningHours, Rules, Team
from core.domain.triage import Criterion
from core.texts import Texts

PARIS = ZoneInfo("Europe/Paris")
TEXTS = Texts(PARIS)
AT = datetime(2026, 11, 23, 9, 0, 0, 900_000, tzinfo=UTC)
RULES = Rules(
    service_name="Relais",
    hours=OpeningHours(zone=PARIS, week={}),
    motives=(
        Motive("billing", "Facture, paiement", "Facture", "finance", "Invoice, payment", copy=("support",)),
        Motive("incident", "Incident critique", "Incident", "tech", "Critical incident"),
        Motive("other", "Autre demande", "Autre", "support"),
    ),
    teams=(
        Team("support", "Support", "C1"),
        Team("finance", "Finance", "C2"),
        Team("tech", "Technique", "C3"),
    ),
)
ENGLISH = replace(RULES, language="en")
CUSTOMER = Customer("k1", name="Marie Dupont", language="fr", phone="+33612345612", company="Dupont SA")
CONVERSATION = Conversation(
    id="c1",
    customer_id="k1",
    address=Address("whatsapp", "+33612345612"),
    entry_address=Address("whatsapp", "+33612345612"),
    opened_at=AT,
    status=Status.OPEN,
    handle="marie",
    motive="billing",
    waiting_for=WaitingFor.US,
    waiting_since=AT,
    promised_for=AT,
    talk=Talk(
        question="Ma facture est fausse",
        attempts=(Attempt("a1", "Où est ma facture ?", "not_helped"),),
        near=(Near("a1", "Où est ma facture ?", 0.6), Near("avoir", "Comment obtenir un avoir ?", 0.4149)),
    ),
)


def shown(
    conversation: Conversation = CONVERSATION,
    customer: Customer = CUSTOMER,
    rules: Rules = RULES,
    **known: Any,  # noqa: ANN401 - the optional arguments of `card`
) -> dict[str, Any]:
    return card(conversation, customer, rules=rules, texts=TEXTS, labels={"whatsapp": "WhatsApp"}, **known)


def test_a_card_tells_who_waits_for_what_since_when() -> None:
    assert shown() == {
        "conversation": "c1",
        "customer": "Marie Dupont",
        "company": "Dupont SA",
        "phone": "+33 6 •• •• •• 12",
        "language": "fr",
        "channel": "WhatsApp",
        "handle": "marie",
        "status": "open",
        "owner": "",
        "motive": "Facture, paiement",
        "formal": False,
        "copies": ["Support"],
        "urgent": False,
        "why": "",
        "waiting_for": "us",
        "waiting_since": 1795424400,
        "promised_for": 1795424400,
        "question": "Ma facture est fausse",
        "tried": [["Où est ma facture ?", "not_helped"]],
        "near": [["avoir", "Comment obtenir un avoir ?", 41]],
        "recap": "",
        "origin": "",
        "reopened": 0,
        "same_phone": "",
        "previous": ["", ""],
    }


def test_a_card_of_a_conversation_that_has_nothing_yet_is_empty_where_it_must() -> None:
    bare = CONVERSATION.but(motive="", waiting_for=None, waiting_since=None, promised_for=None, talk=Talk())
    values = shown(bare, Customer("k1"))
    empty = ("motive", "phone", "company", "waiting_for", "question", "why")
    assert [values[name] for name in empty] == [""] * 6
    assert [values["waiting_since"], values["promised_for"]] == [None, None]
    assert [values["copies"], values["tried"]] == [[], []]


def test_a_customer_without_a_name_is_called_by_the_handle() -> None:
    assert shown(CONVERSATION.but(handle="hibou"), replace(CUSTOMER, name=""))["customer"] == "hibou"


def test_a_channel_without_a_label_is_shown_by_its_name() -> None:
    moved = CONVERSATION.but(address=Address("pigeon", "1"))
    assert shown(moved)["channel"] == "pigeon"


def test_what_customers_wrote_is_masked_wherever_it_stands() -> None:
    question = "Rappelez le 06 12 34 56 78 ou marie@exemple.fr, carte 4111 1111 1111 1111"
    conversation = CONVERSATION.but(talk=Talk(question=question))
    customer = replace(CUSTOMER, name="06 12 34 56 78", company="jean@dupont.fr")
    values = shown(conversation, customer, same_phone="marie@exemple.fr")
    assert values["question"] == "Rappelez le +33 6 •• •• •• 78 ou m••@exemple.fr, carte •• •• •• 1111"
    assert values["customer"] == "+33 6 •• •• •• 78"
    assert values["company"] == "j••@dupont.fr"
    assert values["same_phone"] == "m••@exemple.fr"


def test_a_long_question_is_masked_before_it_is_cut() -> None:
    question = "x" * 286 + " 06 12 34 56 78"
    cut = shown(CONVERSATION.but(talk=Talk(question=question)))["question"]
    assert cut == "x" * 286 + " +33 6 •• •• •"


def test_every_team_in_copy_is_named() -> None:
    everyone = replace(RULES.motives[0], copy=("tech", "support", "unheard-of"))
    rules = replace(RULES, motives=(everyone, *RULES.motives[1:]))
    assert shown(rules=rules)["copies"] == ["Support", "Technique"]


def test_a_past_thread_and_a_proven_equal_are_shown() -> None:
    values = shown(same_phone="Jean Dupont", previous=("C1", "1795424400.000100"))
    assert values["same_phone"] == "Jean Dupont"
    assert values["previous"] == ["C1", "1795424400.000100"]


def test_a_resolved_dossier_shows_its_recap_its_owner_and_how_often_it_came_back() -> None:
    resolved = CONVERSATION.but(
        status=Status.RESOLVED, owner="U1", recap="Avoir émis.", reopened=2, mode=Mode.FORMAL
    )
    values = shown(resolved)
    names = ("status", "owner", "recap", "reopened", "formal")
    assert [values[name] for name in names] == ["resolved", "U1", "Avoir émis.", 2, True]


@pytest.mark.parametrize(
    ("criterion", "french", "english"),
    [
        (
            Criterion("motive", "incident"),
            "motif «\u00a0Incident critique\u00a0»",
            "reason “Critical incident”",
        ),
        (Criterion("motive", "gone"), "motif «\u00a0gone\u00a0»", "reason “gone”"),
        (Criterion("word", "bloqué"), "mot «\u00a0bloqué\u00a0»", "word “bloqué”"),
        (
            Criterion("critical", "incendie"),
            "danger, mot «\u00a0incendie\u00a0»",
            "danger, word “incendie”",
        ),
        (Criterion("legal", "mon avocat"), "formule «\u00a0mon avocat\u00a0»", "phrase “mon avocat”"),
        (
            Criterion("second_complaint"),
            "seconde réclamation en 30\u00a0jours",
            "second complaint in 30\u00a0days",
        ),
        (Criterion("vip"), "client VIP", "VIP customer"),
        (Criterion("blocking"), "le client dit être bloqué", "the customer says they are blocked"),
        (None, "", ""),
    ],
)
def test_the_criterion_that_fired_is_told_in_the_team_s_language(
    criterion: Criterion | None, french: str, english: str
) -> None:
    assert french == why(criterion, RULES, TEXTS)
    assert english == why(criterion, ENGLISH, TEXTS)


def test_an_urgent_card_says_why() -> None:
    urgent = CONVERSATION.but(priority=Priority.URGENT, criterion=Criterion("word", "urgent"))
    values = shown(urgent)
    assert [values["urgent"], values["why"]] == [True, "mot «\u00a0urgent\u00a0»"]


def test_an_english_team_reads_the_english_name_of_a_motive_where_there_is_one() -> None:
    assert shown(rules=ENGLISH)["motive"] == "Invoice, payment"
    assert shown(CONVERSATION.but(motive="other"), rules=ENGLISH)["motive"] == "Autre demande"
