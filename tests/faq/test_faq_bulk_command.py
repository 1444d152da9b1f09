"""`relais faq import`, `export`, `test`, `lint` and `why`: whole bases, and what words lead to."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from faq.files import SHIPPED, read_articles
from faq.writing import FORMS, export
from tests.faq.command_house import PARKING, House, house

SHIPPED_ARTICLES = {article.id: article for article in read_articles(SHIPPED)}
CANCEL = SHIPPED_ARTICLES["annuler-commande"]


@pytest.fixture
def desk(tmp_path: Path) -> House:
    return house(tmp_path)


def parking(desk: House, text: str = PARKING) -> str:
    path = desk.folder / "parking.toml"
    path.write_text(text, "utf-8")
    return str(path)


def test_an_import_says_what_changes_and_does_it_when_asked_to(desk: House) -> None:
    folder = desk.folder / "in"
    changed = replace(CANCEL, answer="Une commande s’annule avant son départ.")
    export([*SHIPPED_ARTICLES.values(), read_articles(Path(parking(desk)))[0]], "toml", folder)
    export([changed], "csv", folder / "more")
    told = desk.run("import", str(folder), typed="y\n").output
    assert "  + parking  Où garer mon vélo\u00a0?" in told
    assert f"1 added, 0 changed, 0 switched off, {len(SHIPPED_ARTICLES)} unchanged." in told
    assert told.endswith("Done.\n")
    assert desk.changes("parking") == ["imported"]
    assert desk.changes(CANCEL.id) == ["first"]
    told = desk.run("import", str(folder / "more" / "articles.csv"), "--yes").output
    assert "  ~ annuler-commande\n    -answer = " in told
    assert desk.kept()[CANCEL.id].article == changed
    assert "unchanged." in desk.run("import", str(folder / "more" / "articles.csv")).output


def test_a_dry_run_and_a_no_change_nothing(desk: House) -> None:
    assert "this was a dry run" in desk.run("import", parking(desk), "--dry-run").output
    declined = desk.run("import", parking(desk), typed="n\n")
    assert declined.output.endswith("Nothing was changed.\n")
    assert declined.exit_code == 1
    assert "parking" not in desk.kept()


def test_nothing_of_a_faulty_folder_is_imported(desk: House) -> None:
    folder = desk.folder / "in" / "fr"
    folder.mkdir(parents=True)
    (folder / "a.toml").write_text(PARKING, "utf-8")
    (folder / "b.md").write_text("# Quoi\n\nUn. Deux.\n\nSous {délai.\n", "utf-8")
    ended = desk.run("import", str(folder.parent), "--yes")
    assert ended.exit_code == 1
    assert "fr/b.md:3: the answer is not one sentence" in ended.output
    assert "fr/b.md:5: a brace without its other half, {délai; close it, or take it out" in ended.output
    assert ended.output.endswith("Nothing was imported.\n")
    assert "parking" not in desk.kept()


def test_replace_switches_off_what_the_files_do_not_hold(desk: House) -> None:
    told = desk.run("import", parking(desk), "--replace", "--yes").output
    assert "  - annuler-commande  switched off" in told
    assert [key for key, kept in desk.kept().items() if kept.active] == ["parking"]
    assert desk.run("undo", CANCEL.id).exit_code == 0
    assert desk.kept()[CANCEL.id].active


def test_an_import_that_collides_is_told_before_it_is_done(desk: House) -> None:
    stolen = PARKING.replace('"ranger mon vélo"', f'"{CANCEL.phrasings[0]}"')
    ended = desk.run("import", parking(desk, stolen), typed="\n")
    assert f"« {CANCEL.phrasings[0]} » finds" in ended.output
    assert ended.output.endswith("Nothing was changed.\n")
    assert "parking" not in desk.kept()


def test_an_article_that_is_off_stays_off_when_it_is_imported(desk: House) -> None:
    desk.run("import", parking(desk), "--yes")
    desk.run("off", "parking")
    told = desk.run("import", parking(desk, PARKING.replace("derrière", "devant")), "--yes").output
    assert "stays off" in told
    assert not desk.kept()["parking"].active


@pytest.mark.parametrize("form", FORMS)
def test_what_is_exported_is_all_that_is_switched_on_and_comes_back_unchanged(desk: House, form: str) -> None:
    desk.run("off", "mot-de-passe")
    folder = desk.folder / "out"
    told = desk.run("export", str(folder), "--form", form).output
    assert told.startswith(f"{len(SHIPPED_ARTICLES) - 1} articles in ")
    back = {article.id: article for article in read_articles(folder)}
    assert back == {key: article for key, article in SHIPPED_ARTICLES.items() if key != "mot-de-passe"}
    assert f"{len(back)} unchanged." in desk.run("import", str(folder)).output


def test_an_export_replaces_article_files_only_when_told_to(desk: House) -> None:
    folder = desk.folder / "out"
    desk.run("export", str(folder))
    ours = {
        "README.md": "ours",
        "relais.toml": "[service]\n",
        "prices.csv": "a;b\n",
        "fr/notes.md": "# Ours\n",
    }
    for name, text in ours.items():
        (folder / name).write_text(text, "utf-8")
    ended = desk.run("export", str(folder), "--form", "markdown")
    assert ended.exit_code == 1
    assert "is there: give another folder, or --overwrite" in ended.output
    assert desk.run("export", str(folder), "--form", "markdown", "--overwrite").exit_code == 0
    assert [path.name for path in folder.rglob("*.toml")] == ["relais.toml"]
    assert {name: (folder / name).read_text("utf-8") for name in ours} == ours
    assert desk.run("export", parking(desk)).exit_code == 1


def test_the_shipped_files_pass_test_and_lint_without_a_database(tmp_path: Path) -> None:
    empty = House(tmp_path)
    for command in ("test", "lint"):
        ended = empty.run(command, str(SHIPPED))
        assert ended.exit_code == 0, ended.output
        assert ended.stdout == ""


def test_a_phrasing_that_goes_astray_fails_the_test_with_a_line(desk: House) -> None:
    twin = replace(CANCEL, id="abandonner-commande")
    export([CANCEL, twin], "toml", desk.folder / "in")
    ended = desk.run("test", str(desk.folder / "in"))
    assert ended.exit_code == 1
    assert "« annulation de commande » finds " in ended.stdout
    desk.put(twin)
    live = desk.run("test")
    assert live.exit_code == 1
    assert "abandonner-commande" in live.stdout


def test_the_lint_says_what_to_write(desk: House) -> None:
    old = replace(CANCEL, valid_until=date(2020, 1, 1), answer="Bonjour, c’est possible.")
    desk.put(old)
    ended = desk.run("lint")
    assert ended.exit_code == 1
    assert "annuler-commande: the answer greets (R125)" in ended.stdout
    assert "annuler-commande: valid until 2020-01-01 only; switch it off" in ended.stdout


def test_files_that_are_faulty_are_told_by_the_checks(desk: House) -> None:
    path = parking(desk, PARKING.replace('"other"', '"Autre"'))
    for command in ("test", "lint", "why"):
        words = (command, "où", "--path", path) if command == "why" else (command, path)
        ended = desk.run(*words)
        assert ended.exit_code == 1
        assert "parking.toml:10: motive 'Autre' is no key" in ended.output


def test_a_folder_that_is_not_there_is_told(desk: House) -> None:
    for command in ("test", "lint", "import"):
        assert "nowhere:1: no such file or folder\n" in desk.run(command, "nowhere").output


def test_why_tells_the_outcome_and_the_first_three(desk: House) -> None:
    told = desk.run("why", "annuler ma commande").output.splitlines()
    assert told[0] == "« annuler ma commande »: answers with annuler-commande"
    ranked = [line for line in told if line.endswith(CANCEL.question)]
    assert len(ranked) == 1
    nothing = desk.run("why", "zyzzyva").output
    assert "knows nothing about it" in nothing
    assert "asks which is meant: " in desk.run("why", "Problème de livraison").output


def test_why_says_first_what_is_handed_over_whatever_the_base_holds(desk: House) -> None:
    danger = desk.run("why", "ça sent le gaz, comment annuler ma commande").output.splitlines()
    assert danger[0].startswith("« sent le gaz » is critical: handed over at once")
    assert danger[1].endswith(": answers with annuler-commande")
    person = desk.run("why", "je veux parler à un conseiller").output
    assert person.startswith("It asks for a person: handed over at once")
    for small_talk in ("merci", "ok", "👍"):
        thanked = desk.run("why", small_talk).output
        assert thanked == "It thanks, agrees or takes leave: answered as small talk; no article answers.\n"


def test_why_asks_what_is_in_force_today_or_the_files_it_is_given(desk: House) -> None:
    desk.put(replace(CANCEL, valid_until=date(2020, 1, 1)))
    assert "answers with annuler-commande" not in desk.run("why", CANCEL.question).output
    told = desk.run("why", CANCEL.question, "--path", str(SHIPPED)).output
    assert "answers with annuler-commande" in told
    english = desk.run("why", "where is my order", "--language", "en").output
    assert "answers with " in english
