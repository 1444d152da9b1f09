"""Writing a base to files, in the forms that `faq.files` reads: what is written is what will be read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

from core.domain.knowledge import Article
from faq import csv_form, markdown_form, toml_form

TABLE: Final = "articles.csv"
Files = Iterator[tuple[str, str]]
"""Names below a folder, with what each holds."""


def as_toml(articles: Sequence[Article]) -> Files:
    """One file a language and motive."""
    names = sorted({_name(article) for article in articles})
    for name in names:
        held = [article for article in articles if _name(article) == name]
        yield name, toml_form.written(held, without=("language",))


def as_markdown(articles: Sequence[Article]) -> Files:
    """One file an article, named after its id."""
    for article in articles:
        name = f"{quote(article.language, safe='')}/{quote(article.id, safe='')}.md"
        yield name, markdown_form.written(article)


def as_csv(articles: Sequence[Article]) -> Files:
    """One table."""
    yield TABLE, csv_form.written(articles)


FORMS: Final[Mapping[str, Callable[[Sequence[Article]], Files]]] = {
    "toml": as_toml,
    "markdown": as_markdown,
    "csv": as_csv,
}


def export(articles: Sequence[Article], form: str, folder: Path) -> list[Path]:
    """Write the files below a folder, which is made; returns them. Others that are there are left alone."""
    written = []
    for name, text in FORMS[form](articles):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
        written.append(path)
    return written


def _name(article: Article) -> str:
    return f"{quote(article.language, safe='')}/{quote(article.motive or 'any', safe='')}.toml"
