"""The ready texts that are shipped, as a customer reads them: worded as the bot's own (R120, R129)."""

import re
import unicodedata

import pytest

from bots import telegram, whatsapp
from core.domain.channel import Capabilities
from core.domain.customer import Customer
from core.domain.rules import Macro
from core.domain.telling import Telling, macro_words
from core.split import split
from core.texts import Texts
from faq.stock_phrases import complaints
from settings import load_rules
from tests.core.texts.keys_in_code import ROOT
from tests.core.texts.reading import FOLDED, NOW, PARIS
from tests.core.texts.test_customer_texts import FAMILIAR, OURS, VAGUE
from tests.core.texts.test_typography import FRENCH_FAULTS

RULES = load_rules(ROOT / "relais.toml", "C0SAV")
MACROS = {macro.key: macro for macro in RULES.macros}
OTHERWISE = "- le numéro de la commande, s’il y en a une, et tout ce qui nous aide à répondre."
MARIE, NOBODY = Customer("m1", "Marie Dupont"), Customer("m2", "")


def told(macro: Macro, customer: Customer = MARIE, motive: str = "") -> str:
    telling = Telling(customer, "whatsapp", NOW, RULES, motive, "fr")
    return Texts(PARIS).write(macro_words(macro, telling), "fr", NOW)


@pytest.mark.parametrize("key", MACROS)
@pytest.mark.parametrize("customer", [MARIE, NOBODY], ids=["named", "nameless"])
def test_it_is_printed_and_worded_as_the_bots_own_sentences(key: str, customer: Customer) -> None:
    text = told(MACROS[key], customer)
    assert [fault for fault, found in FRENCH_FAULTS.items() if re.search(found, text)] == []
    assert [found[0] for unwanted in (VAGUE, FAMILIAR, OURS) if (found := unwanted.search(text))] == []
    assert list(complaints(text)) == []
    assert not {"{", "}", "!"} & set(text)
    assert [sign for sign in text if unicodedata.category(sign) in {"So", "Sk", "Cs"}] == []
    assert text[0].isupper()
    assert not re.search(r"[,.]{2}|^[,.]| [,.]", text)


@pytest.mark.parametrize("key", MACROS)
def test_it_is_one_sentence_three_steps_at_most_and_what_comes_next_by_when(key: str) -> None:
    first, following = told(MACROS[key]).split("\n\n")[0], MACROS[key].text.split("\n\n")[-1]
    assert len(re.findall(r"[.!?](?=\s|$)", first)) == 1
    assert first.count("\n- ") <= 3
    assert "{délai}" in following


@pytest.mark.parametrize(
    "channel", [telegram.CAPABILITIES, whatsapp.CAPABILITIES], ids=["telegram", "whatsapp"]
)
def test_it_is_one_message_on_every_channel(channel: Capabilities) -> None:
    for macro in RULES.macros:
        assert split(told(macro), channel) == [told(macro)]


def test_what_is_missing_is_asked_for_in_one_message() -> None:
    said = told(MACROS["infos"], motive="delivery").translate(FOLDED)
    for asked in ("numéro de la commande", "adresse de livraison", "une photo", "en un seul message"):
        assert asked in said
    assert said.startswith("Bonjour Marie, il nous manque")
    assert told(MACROS["infos"], NOBODY).startswith("Bonjour, il nous manque")


@pytest.mark.parametrize("motive", [motive.key for motive in RULES.motives])
def test_each_motive_asks_for_what_it_needs_and_without_one_for_whatever_helps(motive: str) -> None:
    said = told(MACROS["infos"], motive=motive)
    asked = next(each.asks for each in RULES.motives if each.key == motive)
    points = "\n".join(f"- {point}" for point in asked)
    assert f"pour vous répondre\u00a0:\n{points or OTHERWISE}\n\nEnvoyez-nous" in said
    assert list(complaints(said)) == []
    assert len(split(said, telegram.CAPABILITIES)) == 1


def test_who_takes_over_says_by_when() -> None:
    assert told(MACROS["pris-en-charge"]).translate(FOLDED).endswith("ici même, sous 4 heures ouvrées.")
