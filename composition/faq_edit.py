"""Writing an article in the operator's editor: what is invalid comes back with its faults, never lost."""

from collections.abc import Collection, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

import click

from core.domain.knowledge import Article
from faq.files import ArticleFaults, read_articles
from faq.toml_form import written

MARK: Final = "#! "
"""Begins the lines that are ours, and not the author's."""
NEW: Final = """[[article]]
id = ""
language = "fr"
motive = ""
question = ""
phrasings = [
  "",
]
keywords = [""]
counter_examples = [
  "",
]
answer = ""
steps = []
follow_up = ""
"""


class Known(NamedTuple):
    """What an article may name: the languages of the other articles, by their ids; and motives."""

    languages: Mapping[str, str]
    motives: Collection[str]


def edited(text: str, known: Known, keep_at: Path, only: str = "") -> Article | None:
    """The article as the operator leaves it; None when it is as it was. `only`: the id it must keep.

    Given up, the words are kept in the file `keep_at`.
    """
    shown = text
    while True:
        typed = click.edit(shown, extension=".toml", require_save=False)
        if typed is None or _bare(typed) == _bare(text):
            return None
        try:
            return parsed(_bare(typed), known, only)
        except ArticleFaults as error:
            click.echo("\n".join(error.faults), err=True)
            if not _goes_on(_bare(typed), keep_at):
                return None
            shown = "".join(f"{MARK}{fault}\n" for fault in error.faults) + _bare(typed)


def _goes_on(typed: str, keep_at: Path) -> bool:
    """Whether it is opened again; where not, or where nobody answers, the words are kept."""
    try:
        goes_on = click.confirm("Open it again?", default=True)
    except click.Abort:
        goes_on = False
    if not goes_on:
        keep(typed, keep_at)
    return goes_on


def keep(typed: str, at: Path) -> None:
    """Put words that are not saved into a file, and say where."""
    at.write_text(typed, encoding="utf-8")
    click.echo(f"Nothing was saved. Your text is in {at}: `relais faq add` or `edit` takes it.", err=True)


def parsed(text: str, known: Known, only: str = "") -> Article:
    """The one article of a text.

    Raises:
        ArticleFaults: it is none, or not one, or changes its id.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "article.toml"
        path.write_text(text, encoding="utf-8")
        found = read_articles(path, *known)
    if len(found) != 1:
        raise ArticleFaults(
            [f"article.toml:1: {len(found)} articles; keep one, the others have their own file"]
        )
    if only and found[0].id != only:
        raise ArticleFaults(
            [f"article.toml:1: the id is {only}; it stays, or `relais faq add` adds another one"]
        )
    return found[0]


def as_opened(article: Article) -> str:
    """An article as the editor shows it."""
    return written([article])


def _bare(text: str) -> str:
    """What the author wrote, without our lines above it."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(MARK))
