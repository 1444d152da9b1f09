"""The lint reads the ready texts of the rules file as it reads articles, each complaint with its line."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.domain.rules import Macro
from faq.macro_lint import lint_rules
from settings import load_rules
from tests.faq.command_house import PARKING, ROOT, House, house

SHIPPED = (ROOT / "relais.toml").read_text("utf-8")
GOOD = "Bonjour {prénom}, votre colis est parti.\n\n- Gardez ce message.\n\nIl arrive sous 2 jours."
EMOJI = "Merci {prénom} 🙂, nous vérifions ces précisions."


RULES = load_rules(ROOT / "relais.toml")


def told(text: str) -> list[str]:
    rules = replace(RULES, macros=(Macro("colis", text),))
    return [complaint.what for complaint in lint_rules(rules)]


def test_the_shipped_ones_have_no_complaint() -> None:
    assert len(RULES.macros) == 4
    assert sum(bool(motive.asks and motive.asks_en) for motive in RULES.motives) == 10
    assert lint_rules(RULES) == []


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("colis", "colis 📦", "emoji or symbol (R130); leave it out"),
        ("votre colis", "votre cmd", "abbreviation cmd (R130); write the whole word"),
        ("votre colis", "ton colis", "says tu; write vous"),
        ("parti.", "parti !", "no no-break space before ; : ! ? or »; write one (U+00A0)"),
        ("Gardez ce", "N'égarez pas ce", "straight apostrophe; write ’"),
        ("message.", "message. ", "space too many; take it out"),
        ("est parti", "est parti " + "loin " * 28, "sentence of more than 28 words (R130); make two of it"),
        ("sous 2 jours", "bientôt", "it names no delay (R124); write by when, or {délai}"),
        ("- Gardez", "- Un.\n- Deux.\n- Trois.\n- Gardez", "4 points; keep 3 at most (R124)"),
        ("- Gardez", "Lisez.\n" * 13 + "- Gardez", "19 lines on a phone; shorten it to 18 (R130)"),
        (
            "- Gardez",
            "Cordialement. Gardez",
            "stock phrase « Cordialement » (R129); leave it out: what comes",
        ),
        ("Il arrive", "Ouvert {horaires du jour}. Il arrive", "hours of today that may be closed; write"),
    ],
)
def test_each_rule_of_articles_that_holds_for_a_reply_is_told(
    before: str, after: str, complaint: str
) -> None:
    assert told(GOOD) == []
    assert before in GOOD
    found = told(GOOD.replace(before, after))
    assert [each for each in found if each.startswith(complaint)], found


def test_a_text_is_judged_in_the_language_it_is_written_in() -> None:
    english = "Hello {first name}, we have your parcel: it leaves today!\n\nYou will have it in 2 days."
    assert told(english) == []


def test_a_degree_sign_is_no_emoji() -> None:
    assert told(GOOD.replace("votre colis", "le colis n° 12")) == []


@pytest.fixture
def desk(tmp_path: Path) -> House:
    return house(tmp_path)


def rules_with(desk: House, before: str, after: str) -> str:
    """The shipped rules, changed; its path."""
    assert before in SHIPPED
    desk.write("mine.toml", SHIPPED.replace(before, after))
    return str(desk.here / "mine.toml")


def test_a_rules_file_is_read_by_itself_and_each_complaint_has_its_line(desk: House) -> None:
    path = rules_with(desk, "Merci {prénom}, nous vérifions ces précisions.", EMOJI)
    ended = desk.run("lint", "--rules", path)
    line = (desk.here / "mine.toml").read_text("utf-8").split("\n").index(EMOJI) + 1
    what = "emoji or symbol (R130); leave it out"
    assert ended.stdout == f"{path}:{line}: macro merci: {what}: {EMOJI}\n"
    assert ended.stderr.endswith("4 macros: 1 complaint.\n")
    assert ended.exit_code == 1


def test_of_a_text_that_is_written_otherwise_than_it_reads_the_beginning_is_told(desk: House) -> None:
    desk.write("mine.toml", SHIPPED + '\n[[macro]]\nkey = "oui"\ntext = "Oui.\\nSous 2 jours \\U0001F642."\n')
    line = len(SHIPPED.split("\n")) + 3
    ended = desk.run("lint", "--rules", "mine.toml")
    assert ended.stdout.startswith(f"mine.toml:{line}: macro oui: emoji or symbol (R130)")
    assert len(ended.stdout.splitlines()) == 1


def test_what_a_motive_asks_for_is_read_too(desk: House) -> None:
    path = rules_with(desk, '"la quantité",', '"la qté svp",')
    ended = desk.run("lint", "--rules", path)
    line = (desk.here / "mine.toml").read_text("utf-8").split("\n").index('  "la qté svp",') + 1
    what = "abbreviation svp (R130); write the whole word"
    assert ended.stdout == f"{path}:{line}: motive sales: {what}: la qté svp\n"


def test_the_base_of_the_service_is_read_with_the_macros_of_its_rules(desk: House) -> None:
    ended = desk.run("lint")
    assert (ended.stdout, ended.exit_code) == ("", 0)
    assert ended.stderr.endswith(" articles, 4 macros: no complaints.\n")
    desk.rules = Path(rules_with(desk, "Bonjour {prénom}, votre demande", "Slt {prénom}, votre demande"))
    ended = desk.run("lint")
    assert "macro pris-en-charge: abbreviation Slt (R130); write the whole word: Slt" in ended.stdout
    assert ended.exit_code == 1


def test_articles_are_held_to_the_motives_of_the_rules_beside_them(desk: House) -> None:
    desk.write("parking.toml", PARKING.replace('"other"', '"ski"'))
    assert desk.run("lint", "parking.toml").stdout == ""
    ended = desk.run("lint", "parking.toml", "--rules", str(ROOT / "relais.toml"))
    assert ended.stdout.startswith("parking: unknown motive 'ski'; one of ")
    assert ended.stderr.endswith("1 article, 4 macros: 1 complaint.\n")


def test_rules_that_are_faulty_are_told_with_their_lines(desk: House) -> None:
    path = rules_with(desk, "Merci {prénom}, nous", "Merci {prénom, nous")
    ended = desk.run("lint", "--rules", path)
    assert ended.exit_code == 2
    assert "has “{prénom”, a brace without its other half" in ended.output
    assert f"{path}:" in ended.output
