"""`relais faq` with an evaluation file in the rules: additions are tried on it, and a faulty one is told."""

from pathlib import Path

from composition.faq_told import MOST_TOLD
from faq.files import SHIPPED, read_articles
from tests.faq.command_house import PARKING, ROOT, House, house

LOST = next(article for article in read_articles(SHIPPED) if article.id == "suivi-commande")
STOLEN = "je voudrais savoir où en est mon colis"
THIEF = PARKING.replace('"ranger mon vélo"', f'"{STOLEN}"')
COLLIDES = f"  « {STOLEN} », of the evaluation file, is answered with parking, not suivi-commande\n"


def measured(folder: Path, *lines: str) -> House:
    """A house whose rules name an evaluation file that stands beside them."""
    made = house(folder)
    text = (ROOT / "relais.toml").read_text("utf-8")
    made.rules = folder / "own.toml"
    made.rules.write_text(text.replace('# evaluation = "eva', 'evaluation = "eva'), "utf-8")
    (folder / "evaluation.jsonl").write_text("\n".join(lines), "utf-8")
    return made


def test_an_addition_that_costs_a_message_its_answer_is_asked_about(tmp_path: Path) -> None:
    desk = measured(tmp_path, f'{{"text": "{STOLEN}", "expected": "suivi-commande"}}')
    desk.write("parking.toml", PARKING)
    desk.write("thief.toml", THIEF)
    refused = desk.run("add", "thief.toml")
    assert COLLIDES in refused.stdout
    assert refused.stdout.endswith("Nothing was saved.\n")
    imported = desk.run("import", "thief.toml", typed="n\n")
    assert COLLIDES in imported.stdout
    assert "parking" not in desk.kept()
    added = desk.run("add", "parking.toml")
    assert added.stdout == "Added: parking.\n"
    assert added.stderr == "Trying the evaluation file\n"
    edited = desk.run("edit", "parking", edits={'"ranger mon vélo"': f'"{STOLEN}"'})
    assert COLLIDES in edited.stdout


def test_of_many_messages_that_would_fall_the_first_are_told_and_all_when_asked(tmp_path: Path) -> None:
    said = [f"{STOLEN} {way}" for way in ("svp", *(f"numéro {number}a" for number in range(MOST_TOLD)))]
    desk = measured(tmp_path, *(f'{{"text": "{text}", "expected": "suivi-commande"}}' for text in said))
    desk.write("thief.toml", THIEF)
    for words in (("add",), ("import", "--dry-run")):
        told = desk.run(*words, "thief.toml").stdout
        all_told = desk.run(*words, "thief.toml", "--every").stdout
        assert told.count("of the evaluation file") == MOST_TOLD
        assert "  and 1 other: the same command with --every prints them all\n" in told
        assert all_told.count("of the evaluation file") == MOST_TOLD + 1
        assert "--every" not in all_told


def test_an_id_that_is_in_no_base_yet_is_no_fault(tmp_path: Path) -> None:
    desk = measured(tmp_path, '{"text": "des skis", "expected": "skis"}')
    desk.write("parking.toml", PARKING)
    assert desk.run("add", "parking.toml").exit_code == 0


def test_a_faulty_file_stops_every_command_with_its_lines_and_what_to_write(tmp_path: Path) -> None:
    desk = measured(tmp_path, '{"text": " ", "expected": [3]}', "des skis")
    ended = desk.run("list")
    assert ended.exit_code == 2
    assert ended.stderr == (
        "This asks the base of the service, with its settings. Mend these, then run it again:\n\n"
        "evaluation.jsonl:1: no text; write what the customer wrote.\n"
        "evaluation.jsonl:1: 3 is no id of an article; write one, or null for no answer.\n"
        'evaluation.jsonl:2: not an object of JSON; write {"text": "…", "expected": "…"}.\n'
    )
