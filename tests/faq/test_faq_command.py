"""`relais faq` on one article: look, add, edit, switch, undo; what is typed is never lost."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from composition.faq_edit import NEW
from core.domain.knowledge import Article
from faq.files import SHIPPED, read_articles
from faq.toml_form import written
from tests.faq.command_house import PARKING, House, house

SHIPPED_ARTICLES = {article.id: article for article in read_articles(SHIPPED)}
CANCEL = SHIPPED_ARTICLES["annuler-commande"]


@pytest.fixture
def desk(tmp_path: Path) -> House:
    return house(tmp_path)


def added(desk: House) -> Article:
    path = desk.folder / "parking.toml"
    path.write_text(PARKING, "utf-8")
    assert desk.run("add", str(path)).output.endswith("Added: parking.\n")
    return desk.kept()["parking"].article


def test_the_list_holds_what_is_in_force_and_with_all_everything_with_its_state(desk: House) -> None:
    over = replace(CANCEL, id="vieux", valid_until=date(2020, 1, 1))
    later = replace(CANCEL, id="futur", valid_from=date(2999, 1, 1))
    desk.put(over, later)
    assert desk.run("off", "mot-de-passe").exit_code == 0
    lines = desk.run("list").output.splitlines()
    assert len(lines) == len(SHIPPED_ARTICLES) - 1
    assert "annuler-commande  Comment annuler ma commande\u00a0?" in lines
    everything = desk.run("list", "--all").output.splitlines()
    states = {line.split("  ")[0]: line.split("  ")[1].strip() for line in everything}
    assert len(states) == len(SHIPPED_ARTICLES) + 2
    assert [states[key] for key in ("vieux", "futur", "mot-de-passe", "annuler-commande")] == [
        "over",
        "not yet",
        "off",
        "on",
    ]


def test_the_list_is_one_object_a_line_for_programs(desk: House) -> None:
    rows = [json.loads(line) for line in desk.run("list", "--json").output.splitlines()]
    row = next(row for row in rows if row["id"] == CANCEL.id)
    assert row == {
        "id": CANCEL.id,
        "question": CANCEL.question,
        "phrasings": list(CANCEL.phrasings),
        "language": "fr",
        "state": "on",
    }


def test_show_prints_an_article_as_it_is_typed(desk: House) -> None:
    shown = desk.run("show", "annuler-commande").output
    assert shown.startswith('# on since 2026-03-02 10:30\n[[article]]\nid = "annuler-commande"\n')
    path = desk.folder / "copy.toml"
    path.write_text(shown, "utf-8")
    assert read_articles(path) == [CANCEL]


@pytest.mark.parametrize(
    "words", [("show", "x"), ("edit", "x"), ("off", "x"), ("undo", "x"), ("history", "x")]
)
def test_an_unknown_id_is_told(desk: House, words: tuple[str, str]) -> None:
    ended = desk.run(*words)
    assert ended.exit_code == 1
    assert ended.output == "Error: No article x: `relais faq list --all` shows them.\n"


def test_a_file_is_added(desk: House) -> None:
    article = added(desk)
    assert article.phrasings[0] == "place pour mon vélo"
    assert desk.changes("parking") == ["added"]


def test_an_article_is_added_in_the_editor(desk: House) -> None:
    ended = desk.run("add", edits={"": PARKING})
    assert ended.output == "Added: parking.\n"
    assert desk.kept()["parking"].article == read_articles(_file(desk, PARKING))[0]
    assert "phrasings = [" in desk.opened


def _file(desk: House, text: str) -> Path:
    path = desk.folder / "typed.toml"
    path.write_text(text, "utf-8")
    return path


def test_an_editor_closed_as_it_was_adds_nothing(desk: House) -> None:
    assert desk.run("add").output == "Nothing was added.\n"
    assert desk.run("edit", CANCEL.id).output == "Nothing was changed.\n"
    assert desk.changes(CANCEL.id) == ["first"]


def test_a_faulty_file_is_told_line_by_line_and_adds_nothing(desk: House) -> None:
    ended = desk.run("add", str(_file(desk, PARKING.replace("bâtiment.", "{nom}. Oui."))))
    assert ended.exit_code == 1
    assert "typed.toml:8: the answer is not one sentence" in ended.output
    assert "typed.toml:8: unknown variable {nom}" in ended.output
    assert "parking" not in desk.kept()


def test_what_is_invalid_comes_back_with_its_faults_and_can_be_corrected(desk: House) -> None:
    """The editor types what is wrong into the empty article, and corrects it when it sees it again."""
    wrong = PARKING.replace('"other"', '"autre"')
    ended = desk.run("add", edits={'"autre"': '"other"', NEW: wrong}, typed="y\n")
    assert "Open it again?" in ended.output
    assert "#! article.toml:10: unknown motive 'autre'" in desk.opened
    assert desk.kept()["parking"].article.motive == "other"


def test_a_text_that_nobody_corrects_is_kept(desk: House) -> None:
    wrong = PARKING.replace('motive = "other"', 'motive = "autre"')
    ended = desk.run("add", edits={"": wrong})
    assert "Your text is in article.toml" in ended.output
    assert desk.left("article.toml") == wrong
    assert "Nothing was added." in ended.output


def test_an_id_that_is_there_is_not_added_again(desk: House) -> None:
    ended = desk.run("add", edits={"": PARKING.replace("parking", "annuler-commande")})
    assert ended.exit_code == 1
    assert "annuler-commande is there already" in ended.output
    assert 'id = "annuler-commande"' in desk.left("annuler-commande.toml")


def test_an_edit_is_shown_saved_and_undone(desk: House) -> None:
    edits = {"tant qu’elle n’est pas expédiée": "avant son départ"}
    ended = desk.run("edit", CANCEL.id, edits=edits)
    assert '    -answer = "Une commande s’annule dans votre espace client tant qu’elle' in ended.output
    assert '    +answer = "Une commande s’annule dans votre espace client avant son départ."' in ended.output
    assert ended.output.endswith("`relais faq undo annuler-commande` takes it back.\n")
    assert desk.kept()[CANCEL.id].article.answer.endswith("avant son départ.")
    undone = desk.run("undo", CANCEL.id).output
    assert undone.endswith("annuler-commande is on, as it was before its last change.\n")
    assert desk.kept()[CANCEL.id].article == CANCEL
    assert desk.changes(CANCEL.id) == ["undone", "edited", "first"]


def test_what_somebody_changed_while_the_editor_was_open_is_not_overwritten(desk: House) -> None:
    theirs = replace(CANCEL, follow_up="Le remboursement part sous 1 jour.")
    desk.write("theirs.toml", written([theirs]))
    meanwhile = ("edit", CANCEL.id, str(desk.here / "theirs.toml"), "--yes")
    ended = desk.run("edit", CANCEL.id, edits={"Ouvrez la": "Cherchez la"}, meanwhile=meanwhile)
    assert "Somebody changed it meanwhile:" in ended.output
    assert desk.kept()[CANCEL.id].article == theirs
    assert "Cherchez la commande" in desk.left("annuler-commande.toml")
    assert desk.run("edit", CANCEL.id, "annuler-commande.toml").exit_code == 0
    assert desk.kept()[CANCEL.id].article.steps[0].startswith("Cherchez la commande")


def test_an_edit_keeps_the_id(desk: House) -> None:
    ended = desk.run("edit", CANCEL.id, edits={'"annuler-commande"': '"autre"'}, typed="n\n")
    assert "the id is annuler-commande; it stays" in ended.output
    assert "autre" not in desk.kept()


def test_an_edit_is_taken_from_a_file(desk: House) -> None:
    path = _file(desk, PARKING)
    added(desk)
    path.write_text(PARKING.replace("derrière", "devant"), "utf-8")
    assert desk.run("edit", "parking", str(path)).exit_code == 0
    assert "devant" in desk.kept()["parking"].article.answer
    assert desk.run("edit", "parking", str(desk.folder / "nowhere.toml")).exit_code == 1
    assert desk.run("edit", CANCEL.id, str(path)).exit_code == 1


def test_a_collision_is_told_and_asked_before_anything_is_saved(desk: House) -> None:
    stolen = PARKING.replace('"ranger mon vélo"', f'"{CANCEL.phrasings[0]}"')
    ended = desk.run("add", edits={"": stolen}, typed="n\n")
    assert "What was fine before would no longer be:" in ended.output
    assert f"« {CANCEL.phrasings[0]} » finds" in ended.output
    assert "parking" not in desk.kept()
    assert CANCEL.phrasings[0] in desk.left("parking.toml")
    assert desk.run("add", edits={"": stolen}).exit_code == 1
    assert "parking" not in desk.kept(), "nobody there to answer means no"
    assert desk.run("add", "--yes", edits={"": stolen}).output.endswith("Added: parking.\n")
    assert "parking" in desk.kept()


def test_an_article_is_switched_off_and_on(desk: House) -> None:
    assert desk.run("off", CANCEL.id).output == "annuler-commande off.\n"
    assert not desk.kept()[CANCEL.id].active
    assert desk.run("off", CANCEL.id).output == "annuler-commande is off already; nothing was changed.\n"
    assert desk.run("on", CANCEL.id).output == "annuler-commande on.\n"
    assert desk.changes(CANCEL.id) == ["on", "off", "first"]


def test_nothing_is_undone_before_the_first_change(desk: House) -> None:
    ended = desk.run("undo", CANCEL.id)
    assert ended.exit_code == 1
    assert "Nothing was before" in ended.output


def test_the_history_says_when_by_whom_and_what_differs(desk: House) -> None:
    desk.run("edit", CANCEL.id, edits={"Ouvrez la commande": "Cherchez la commande"})
    desk.run("off", CANCEL.id)
    told = desk.run("history", CANCEL.id).output.splitlines()
    kinds = [line.split("  ")[1] for line in told if not line.startswith(" ")]
    assert kinds == ["off", "edited", "first"]
    assert told[-1] == "2026-03-02 10:30  first  by the command line"
    assert '    -  "Ouvrez la commande dans «\u00a0Mes commandes\u00a0».",' in told
    assert '    +  "Cherchez la commande dans «\u00a0Mes commandes\u00a0».",' in told
    one = desk.run("history", CANCEL.id, "--limit", "1").output.splitlines()
    assert [line.split("  ")[1] for line in one] == ["off"]


def test_a_database_that_is_not_there_is_told(tmp_path: Path) -> None:
    ended = House(tmp_path).run("list")
    assert ended.exit_code == 2
    assert "does not exist: start the service once" in ended.output


@pytest.mark.parametrize(
    ("words", "bounds"),
    [
        (("history", CANCEL.id, "--limit", "-1"), "from 1 to 10000"),
        (("history", CANCEL.id, "--limit", "all"), "from 1 to 10000"),
        (("gaps", "--weeks", "52"), "from 1 to 26"),
        (("gaps", "--weeks", "4.5"), "from 1 to 26"),
    ],
)
def test_a_number_out_of_bounds_is_refused_with_what_to_write(
    desk: House, words: tuple[str, ...], bounds: str
) -> None:
    ended = desk.run(*words)
    assert ended.exit_code == 2
    assert ended.output.endswith(f"'{words[-1]}': write a whole number {bounds}.\n")
