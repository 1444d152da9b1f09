"""Articles as files: a folder, or one file, in any of three forms; all faults told at once, or every article.

A folder holds `fr/` and `en/` with TOML and Markdown files, or files beside them that tell the language of
each article themselves.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from core.domain.knowledge import Article
from faq import csv_form, markdown_form, toml_form
from faq.entries import ArticleFaults, Entry, File
from faq.shape import LANGUAGES, Motives, article_of, faults_of, texts_of

__all__ = ["SHIPPED", "ArticleFaults", "article_files", "read_articles"]

SHIPPED: Final = Path(__file__).parent / "articles"
"""The articles that come with the product."""

_READERS: Final[Mapping[str, Callable[[File], Iterator[Entry]]]] = {
    ".toml": toml_form.read,
    ".md": markdown_form.read,
    ".csv": csv_form.read,
}


def read_articles(
    path: Path, known: Mapping[str, str] | None = None, motives: Motives = None
) -> list[Article]:
    """Every article of a folder or a file, in order. `known`: languages of articles kept elsewhere, by id;
    `motives`: the keys that an article may name, where they are known.

    Raises:
        ArticleFaults: all faults of all files: syntax, unknown or missing keys, wrong types, ids used twice
            (over all languages), an answer that is not one sentence, more than three steps, an unknown
            motive or variable, a translation of an article of the same language.
    """
    reading = _Reading(dict(known or {}), motives)
    for file in _files(path):
        reading.take(file)
    reading.look_at_translations()
    if not reading.articles and not reading.faults:
        reading.faults.append(f"{path.name}:1: no article; put [[article]] tables in fr/*.toml or en/*.toml")
    if reading.faults:
        raise ArticleFaults(reading.faults)
    return reading.articles


def article_files(folder: Path) -> list[Path]:
    """The files of a folder that surely hold articles, and nothing else of what stands there."""
    return [file.path for file in _files(folder) if _holds_articles(file.path)]


def _holds_articles(path: Path) -> bool:
    try:
        entries = list(_READERS[path.suffix](File(path, path.name)))
    except ArticleFaults:
        return False
    return any(entry.table.get("question") and entry.table.get("answer") for entry in entries)


def _files(path: Path) -> Iterator[File]:
    if not path.is_dir():
        yield File(path, path.name)
        return
    for language in LANGUAGES:
        folder = path / language
        found = [each for ext in ("toml", "md") for each in folder.glob(f"*.{ext}")]
        yield from (File(each, f"{language}/{each.name}", language) for each in sorted(found))
    beside = [each for ext in ("toml", "csv") for each in path.glob(f"*.{ext}")]
    yield from (File(each, each.name) for each in sorted(beside))


class _Reading:
    """The articles and the faults so far."""

    def __init__(self, known: dict[str, str], motives: Motives) -> None:
        self.articles: list[Article] = []
        self.faults: list[str] = []
        self._languages = known
        self._motives = motives
        self._seen: dict[str, str] = {}
        self._entries: list[tuple[Entry, str]] = []

    def take(self, file: File) -> None:
        """One file more."""
        reader = _READERS.get(file.path.suffix.lower())
        if reader is None:
            is_there = file.path.exists()
            told = "not .toml, .md or .csv; name it after its form" if is_there else "no such file or folder"
            self.faults.append(f"{file.place}:1: {told}")
            return
        try:
            for entry in reader(file):
                self._add(entry, file.language)
        except ArticleFaults as error:
            self.faults.extend(error.faults)

    def _add(self, entry: Entry, folder: str) -> None:
        table = {"language": folder} | dict(entry.table) if folder else entry.table
        found = [*entry.faults, *(entry.fault(key, what) for key, what in faults_of(table, self._motives))]
        if folder and table.get("language") != folder:
            found.append(
                entry.fault("language", f"language is not that of the folder {folder}/; move the file")
            )
        found += self._twice(entry)
        self.faults.extend(found)
        self._entries.append((entry, str(table.get("language"))))
        if not found:
            article = article_of(table)
            self.articles.append(article)
            self._languages[article.id] = article.language

    def _twice(self, entry: Entry) -> Iterator[str]:
        identity = entry.table.get("id")
        if not isinstance(identity, str) or not identity:
            return
        if identity in self._seen:
            what = f"id '{identity}' is already used at {self._seen[identity]}; choose another"
            yield entry.fault("id", what)
        self._seen.setdefault(identity, entry.where)

    def look_at_translations(self) -> None:
        """Once all is read, for the other article may come later."""
        for entry, language in self._entries:
            for identity in texts_of(entry.table, "translates"):
                if self._languages.get(identity) == language:
                    what = f"'{identity}' is of the same language; name one of another"
                    self.faults.append(entry.fault("translates", what))
