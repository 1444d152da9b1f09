"""docs/faq.md, run: its files are written, its commands typed in order, and they print what the page says."""

import re
import shlex
from dataclasses import fields
from pathlib import Path

import pytest

from app import faq
from composition.faq import FAQ_COMMANDS
from core.domain.knowledge import Article
from core.domain.variables import known_names
from faq.files import read_articles
from faq.shape import FIELDS
from faq.stock_phrases import PHRASES
from settings import load_rules
from tests.faq.command_house import ROOT, House, house

PAGE = (ROOT / "docs" / "faq.md").read_text("utf-8")
FILES = re.compile(r"^```\w+ (\S+\.\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CONSOLES = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TYPED = re.compile(r"^\$ relais faq (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


@pytest.fixture
def desk(tmp_path: Path) -> House:
    made = house(tmp_path)
    for name, text in FILES.findall(PAGE):
        made.write(name, text)
    return made


def test_the_page_s_commands_print_what_it_says(desk: House) -> None:
    typed = [found for console in CONSOLES.findall(PAGE) for found in TYPED.findall(console)]
    assert len(typed) > 8
    for words, said in typed:
        printed = desk.run(*shlex.split(words)).stdout.replace("\u00a0", " ")
        wanted = re.escape(said).replace("\n…\\\n", "\n(?s:.*)").replace("…", ".*")
        assert re.fullmatch(wanted, printed), (words, printed)


def test_the_page_s_files_can_be_read(desk: House) -> None:
    for name in {name for name, _ in FILES.findall(PAGE)} - {"messages.csv"}:
        assert len(read_articles(desk.here / name)) == 1


def test_the_page_names_every_field_variable_motive_and_command() -> None:
    assert {field.name for field in fields(Article)} == set(FIELDS)
    named = set(re.findall(r"`([^`]+)`", PAGE))
    motives = {motive.key for motive in load_rules(ROOT / "relais.toml").motives}
    assert set(FIELDS) | motives | set(known_names()) <= named
    commands = {command.name for command in FAQ_COMMANDS} - {"on"}
    assert commands == set(re.findall(r"^\| `relais faq ([\w-]+)", PAGE, re.MULTILINE))
    assert list(faq.commands) == [command.name for command in FAQ_COMMANDS]


def test_every_stock_phrase_has_words_to_write_instead() -> None:
    assert all(instead and phrase == phrase.lower() for phrase, instead in PHRASES.items())
