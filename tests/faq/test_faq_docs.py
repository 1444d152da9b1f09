"""docs/faq.md, run: its files are written, its commands typed in order, and they print what the page says."""

import contextlib
import re
import shlex
from dataclasses import fields
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from app import faq, main
from composition.faq import FAQ_COMMANDS
from core.domain.knowledge import Article
from core.domain.variables import known_names
from faq.files import read_articles
from faq.shape import FIELDS
from faq.stock_phrases import PHRASES
from settings import load_rules
from tests.faq.command_house import ENVIRONMENT, ROOT, House, house

PAGE = (ROOT / "docs" / "faq.md").read_text("utf-8")
FILES = re.compile(r"^```\w+ (\S+\.\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CONSOLES = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TYPED = re.compile(r"^\$ relais faq (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


@pytest.fixture
def desk(tmp_path: Path) -> House:
    made = house(tmp_path)
    for name, text in FILES.findall(PAGE):
        made.write(name, text)
    for shipped in ("faq", "relais.toml"):
        (made.here / shipped).symlink_to(ROOT / shipped)
    return made


def test_the_page_s_commands_print_what_it_says(desk: House) -> None:
    typed = [found for console in CONSOLES.findall(PAGE) for found in TYPED.findall(console)]
    assert len(typed) > 8
    for words, said in typed:
        printed = desk.run(*shlex.split(words)).stdout.replace("\u00a0", " ")
        wanted = re.escape(said).replace("\n…\\\n", "\n(?s:.*)").replace("…", ".*")
        assert re.fullmatch(wanted, printed), (words, printed)


@pytest.mark.parametrize(
    "words",
    [
        ("test", "parking.toml"),
        ("lint", "parking.toml"),
        ("lint", "--rules", "relais.toml"),
        ("eval", "messages.csv", "parking.toml"),
        ("why", "vélo", "--path", "parking.toml"),
        ("why", "merci", "--path", "parking.toml"),
        ("serve-eval", "parking.jsonl"),
    ],
)
def test_files_alone_are_asked_with_nothing_set(desk: House, words: tuple[str, ...]) -> None:
    desk.write("parking.jsonl", "")
    assert _with_nothing_set(desk, *words).exit_code == 0


@pytest.mark.parametrize("name", [name for name in faq.commands if name != "serve-eval"])
def test_what_asks_the_base_of_the_service_says_so_with_nothing_set(desk: House, name: str) -> None:
    given = {"import": "parking.toml", "eval": "messages.csv", "export": "there"}
    takes = [given.get(name, "x") for _ in _needed(name)]
    ended = _with_nothing_set(desk, name, *takes)
    assert ended.exit_code == 2
    assert ended.stderr.startswith("This asks the base of the service, with its settings.")
    assert "SLACK_BOT_TOKEN: is missing" in ended.stderr


def test_a_database_that_is_not_there_yet_is_told_with_what_to_do(desk: House) -> None:
    desk.database.unlink()
    ended = desk.run("list")
    assert ended.exit_code == 2
    assert ended.stderr.endswith("relais.db does not exist: start the service once with `relais serve`\n")


def test_the_page_says_how_many_articles_are_shipped(desk: House) -> None:
    listed = desk.run("list").stdout.splitlines()
    assert f"`relais faq list` shows {len(listed)} of them" in PAGE


def _needed(name: str) -> list[click.Parameter]:
    return [
        taken for taken in faq.commands[name].params if isinstance(taken, click.Argument) and taken.required
    ]


def _with_nothing_set(desk: House, *words: str) -> Result:
    bare: dict[str, str | None] = dict.fromkeys([*ENVIRONMENT, "RELAIS_RULES", "DATABASE_URL"])
    with contextlib.chdir(desk.here):
        return CliRunner().invoke(main, ["faq", *words], env=bare)


def test_the_page_s_files_can_be_read(desk: House) -> None:
    for name in {name for name, _ in FILES.findall(PAGE)} - {"messages.csv"}:
        assert len(read_articles(desk.here / name)) == 1


def test_the_page_names_every_field_variable_motive_and_command() -> None:
    assert {field.name for field in fields(Article)} == set(FIELDS)
    prose = re.sub(r"^```.*?^```$", "", PAGE, flags=re.MULTILINE | re.DOTALL)
    named = set(re.findall(r"`([^`]+)`", prose))
    motives = {motive.key for motive in load_rules(ROOT / "relais.toml").motives}
    assert set(FIELDS) | motives | set(known_names()) <= named
    commands = {command.name for command in FAQ_COMMANDS} - {"on"}
    assert commands == set(re.findall(r"^\| `relais faq ([\w-]+)", PAGE, re.MULTILINE))
    assert list(faq.commands) == [command.name for command in FAQ_COMMANDS]


def test_every_stock_phrase_has_words_to_write_instead() -> None:
    assert all(instead and phrase == phrase.lower() for phrase, instead in PHRASES.items())
