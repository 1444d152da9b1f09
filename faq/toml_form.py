"""Articles as TOML: `[[article]]` tables, as they are shipped."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from core.domain.knowledge import Article
from faq.entries import ArticleFaults, Entry, File, lines_of_keys
from faq.shape import table_of

_HEADER = re.compile(r"\s*\[\[\s*article\s*\]\]")
_LONGEST_LINE = 100


def read(file: File) -> Iterator[Entry]:
    """Every article of a file.

    Raises:
        ArticleFaults: it is not TOML, or holds something else than articles.
    """
    text = file.text()
    whole = parsed(text, file.place)
    faults = [
        f"{file.place}:1: unknown key '{key}'; write [[article]] tables only"
        for key in whole
        if key != "article"
    ]
    tables = whole.get("article")
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ArticleFaults([*faults, f"{file.place}:1: no article; write [[article]] tables"])
    if faults:
        raise ArticleFaults(faults)
    yield from _placed(file.place, text.split("\n"), tables)


def parsed(text: str, place: str, first: int = 1) -> dict[str, object]:
    """TOML as a table; `first` is the number of its first line.

    Raises:
        ArticleFaults: it is not TOML.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        number = first - 1 + int(found[1]) if found else first
        raise ArticleFaults([f"{place}:{number}: not TOML: {error}"]) from error
    except (RecursionError, ValueError) as error:
        what = "not TOML: brackets or figures without end; take them out"
        raise ArticleFaults([f"{place}:{first}: {what}"]) from error


def _placed(place: str, lines: list[str], tables: list[dict[str, object]]) -> Iterator[Entry]:
    starts = [number for number, line in enumerate(lines) if _HEADER.match(line)]
    bounds = pairwise([*starts, len(lines)])
    blocks = [(start + 1, lines_of_keys(lines[start:end], start + 1)) for start, end in bounds]
    # Tables written inline have no header of their own: their faults are told at the first line.
    blocks += [(1, {})] * (len(tables) - len(blocks))
    for (start, keys), table in zip(blocks, tables, strict=False):
        yield Entry(place, start, table, keys)


def written(articles: Sequence[Article], *, without: Sequence[str] = ()) -> str:
    """A file that holds these articles; fields `without` are left out, as the folder tells them."""
    blocks = []
    for article in articles:
        table = {key: value for key, value in table_of(article).items() if key not in without}
        blocks.append(f"[[article]]\n{fields_written(table)}")
    return "\n".join(blocks)


def fields_written(table: Mapping[str, object]) -> str:
    """A table's keys and values, one a line, long lists one text a line."""
    return "".join(f"{key} = {_value(value, len(key))}\n" for key, value in table.items())


def _value(value: object, before: int) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        items = [_quoted(str(item)) for item in value]
        short = f"[{', '.join(items)}]"
        if len(short) + before + 3 <= _LONGEST_LINE:
            return short
        return "[\n" + "".join(f"  {item},\n" for item in items) + "]"
    return _quoted(str(value))


def _quoted(text: str) -> str:
    return f'"{"".join(map(_sign, text))}"'


def _sign(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    if sign == "\n":
        return "\\n"
    if sign < " " or "\x7f" <= sign < "\xa0" or sign in "\u2028\u2029":
        return f"\\u{ord(sign):04x}"
    return sign
