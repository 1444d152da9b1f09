"""What customers read: short enough for the poorest channel, polite, exact, and free of what is ours."""

import re
import unicodedata
from pathlib import Path

import pytest

from bots import telegram, whatsapp
from core.domain.decide import commands
from core.domain.lines import Line, Value, When, line
from core.domain.words import asks_status, skips
from core.split import measure, split
from core.texts import LANGUAGES, Texts, catalogue
from settings import load_rules
from tests.core.texts.keys_in_code import ROOT
from tests.core.texts.reading import FOLDED, LONGEST, NOW, PARIS, TONES, customer_texts, every_text

QUICK_REPLY = 20
"""The title of a button on WhatsApp; the shortest of all channels."""

VAGUE = re.compile(
    r"patient(?:er|ez)|plus brefs délais|dès que possible|rapidement|prochainement|sous peu|(?<!à )bientôt"
    r"|please wait|be patient|as soon as|shortly|\bsoon\b|in due course",
    re.IGNORECASE,
)
FAMILIAR = re.compile(r"\b(?:tu|te|toi|ton|ta|tes|t’\w+|salut|coucou|hey|hi|gonna|wanna)\b", re.IGNORECASE)
OURS = re.compile(
    r"ticket|#\s?\d|n°|backlog|\bSLA\b|\bKPI\b|\bFAQ\b|workflow|\bbot\b|e-?mail|\bsvp\b|\brdv\b|slack"
    r"|<[@#!]|\*|`",
    re.IGNORECASE,
)


def words(language: str, key: str, tone: str = "pro", **values: Value) -> str:
    return Texts(PARIS, tone).write((Line(key, values),), language, NOW).translate(FOLDED)


@pytest.mark.parametrize("language", LANGUAGES)
def test_button_labels_fit_the_smallest_button(language: str) -> None:
    labels = [
        text for key, text in every_text(language, "customer") if key.startswith(("choice.", "way_out.b"))
    ]
    assert len(labels) == 9
    assert [label for label in labels if len(label) > QUICK_REPLY] == []


def test_labels_of_motives_fit_the_smallest_button() -> None:
    motives = load_rules(ROOT / "relais.toml", "C0SAV").motives
    labels = [label for motive in motives for label in (motive.short, motive.short_en)]
    assert [label for label in labels if not 0 < len(label) <= QUICK_REPLY] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_fits_one_message_of_every_channel_with_room_to_spare(language: str) -> None:
    for channel in (telegram.CAPABILITIES, whatsapp.CAPABILITIES):
        for key, text in customer_texts(language):
            assert measure(text, channel.length_unit) < channel.text_limit / 3, key
            assert split(text, channel) == [text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_holds_an_unresolved_brace(language: str) -> None:
    assert [text for _, text in customer_texts(language) if "{" in text or "}" in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_holds_an_emoji(language: str) -> None:
    shown = [(key, sign) for key, text in customer_texts(language) for sign in text]
    assert [found for found in shown if unicodedata.category(found[1]) in {"So", "Sk", "Cs"}] == []


@pytest.mark.parametrize("unwanted", [VAGUE, FAMILIAR, OURS], ids=["vague", "familiar", "ours"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_vague_or_familiar_or_speaks_our_jargon(language: str, unwanted: re.Pattern[str]) -> None:
    texts = [*every_text(language, "customer"), *customer_texts(language)]
    assert [(key, found[0]) for key, text in texts if (found := unwanted.search(text))] == []


def test_a_shout_is_kept_to_the_warm_tone() -> None:
    shouted = {key for language in LANGUAGES for key, text in every_text(language, "customer") if "!" in text}
    assert {key.partition("@")[2] for key in shouted} == {"warm"}


@pytest.mark.parametrize("tone", TONES)
def test_what_the_product_promises_to_say_is_said_word_for_word(tone: str) -> None:
    due = When(NOW.replace(day=24, hour=10, minute=30))
    said = words("fr", "handoff.confirmed", tone, name="Marie", when=due)
    assert said == "C'est noté, Marie. Un conseiller vous répond d'ici demain, mardi, 11 h 30."
    assert words("fr", "claim.named", tone, agent="Léa") == "Léa prend votre demande en charge."
    assert words("fr", "claim.unnamed", tone) == "Un conseiller prend votre demande en charge."
    assert words("fr", "blocking.ask", tone) == "Est-ce que cela vous bloque complètement ?"
    assert words("fr", "choice.blocking", tone) == "Oui, c'est bloquant"
    assert words("fr", "choice.no", tone) == "Non"
    assert words("fr", "way_out.line", tone) == "Écrivez « conseiller » pour parler à quelqu'un."
    assert words("fr", "faq.did_you_mean", tone) == "Vous vouliez dire :"


def test_the_same_promise_in_english() -> None:
    due = When(NOW.replace(day=24, hour=10, minute=30))
    said = words("en", "handoff.confirmed", name="Marie", when=due)
    assert said == "Noted, Marie. An advisor will reply by tomorrow, Tuesday, 11:30 am."


@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_reads_well_without_a_name(language: str, tone: str) -> None:
    for key in ("greeting.first", "greeting.again", "handoff.confirmed", "handoff.urgent"):
        text = words(language, key, tone, **{**LONGEST, "name": ""})
        assert "  " not in text
        assert re.match(r"[\w' ]+[.,:] ?", text), text
        assert not re.search(r" [.,]|[.,]{2}", text), text


def test_the_confirmation_without_a_name() -> None:
    said = words("fr", "handoff.confirmed", name="", when=When(NOW.replace(hour=13)))
    assert said == "C'est noté. Un conseiller vous répond au plus tard aujourd'hui, 14 h."


def test_what_customers_are_told_to_write_is_understood() -> None:
    quoted = {
        "fr": re.findall(r"«\u00a0(.+?)\u00a0»", _told("fr")),
        "en": re.findall(r"“(.+?)”", _told("en")),
    }
    typed = [*quoted["fr"], *quoted["en"]]
    assert sum(commands.wants_person(said) for said in typed) == 4
    assert sum(skips(said) for said in typed) == 6
    assert sum(asks_status(said) for said in typed) == 2
    slashed = [said for said in typed if said.startswith("/")]
    orders = [commands.parse(said) for said in slashed if not commands.wants_person(said)]
    assert {order for order, _ in orders} == {"language", "end"}
    assert {rest for _, rest in orders} == {"", *commands.LANGUAGES}
    assert len(orders) == len(typed) - 12


def _told(language: str) -> str:
    texts = catalogue(language)
    keys = ("way_out.line", "identity.phone", "identity.company", "identity.both", "language.how", "help")
    return "\n".join(str(texts[key]) for key in keys)


def test_names_and_recaps_with_braces_pass_untouched() -> None:
    texts = Texts(PARIS)
    name = "{agent} {0} {{x}} {name.__class__}"
    said = texts.write((line("greeting.again", name=name), "Recap {when} {", "}"), "fr", NOW)
    assert said == f"Bonjour {name}.\n\nRecap {{when}} {{\n\n}}"


def test_a_sentence_around_another_does_not_read_its_braces() -> None:
    inner = line("claim.named", agent="{motive}")
    said = Texts(PARIS).line(line("motive.guess", motive=inner), "fr", NOW)
    assert "{motive} prend votre demande en charge." in said


def test_the_rules_file_ships_a_service_that_can_be_greeted() -> None:
    rules = load_rules(Path(ROOT / "relais.toml"), "C0SAV")
    said = words("fr", "greeting.first", rules.tone, name="Marie", service=rules.service_name)
    assert said == "Bonjour Marie, vous êtes bien chez Relais. Je suis l'assistant automatique."
