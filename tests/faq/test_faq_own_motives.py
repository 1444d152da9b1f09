"""Articles follow the motives of the rules file: a team's own ones go out to files and come back."""

from dataclasses import replace
from pathlib import Path

from faq.files import SHIPPED, read_articles
from tests.faq.command_house import PARKING, ROOT, House, house

SKIING = PARKING.replace('motive = "other"', 'motive = "ski_passes"')


def with_motive(folder: Path) -> House:
    """A house whose rules have one motive of their own in the place of a shipped one."""
    made = house(folder)
    text = (ROOT / "relais.toml").read_text("utf-8")
    made.rules = folder / "own.toml"
    made.rules.write_text(text.replace('key = "appointment"', 'key = "ski_passes"'), "utf-8")
    return made


def test_an_article_with_a_team_s_own_motive_goes_out_and_comes_back(tmp_path: Path) -> None:
    desk = with_motive(tmp_path)
    desk.write("parking.toml", SKIING)
    assert desk.run("add", "parking.toml").stdout == "Added: parking.\n"
    for form in ("toml", "markdown", "csv"):
        assert desk.run("export", form, "--form", form).exit_code == 0
        told = desk.run("import", form).stdout
        assert told == f"0 added, 0 changed, 0 switched off, {len(desk.kept())} unchanged.\n"
    edited = desk.run("edit", "parking", edits={"derrière": "devant"})
    assert edited.stdout.endswith("takes it back.\n")


def test_a_motive_that_no_rules_and_no_article_have_is_told_with_those_that_are(tmp_path: Path) -> None:
    desk = house(tmp_path)
    desk.write("parking.toml", SKIING)
    ended = desk.run("import", "parking.toml")
    assert ended.exit_code == 1
    assert (
        "parking.toml:10: unknown motive 'ski_passes'; one of account, appointment, billing" in ended.output
    )
    assert "parking" not in desk.kept()


def test_a_motive_that_the_rules_lost_is_a_complaint_and_no_reason_to_refuse_its_articles(
    tmp_path: Path,
) -> None:
    desk = with_motive(tmp_path)
    moved = next(article for article in read_articles(SHIPPED) if article.motive == "other")
    desk.put(replace(moved, motive="appointment"))
    complaint = f"{moved.id}: unknown motive 'appointment'; one of account, "
    assert complaint in desk.run("lint").stdout
    assert desk.run("export", "base").exit_code == 0
    assert desk.run("import", "base").exit_code == 0
    assert complaint not in desk.run("lint", "base").stdout
