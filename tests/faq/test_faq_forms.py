"""Three forms of files: what is written is read again, exactly; a person can type them; faults have lines."""

import csv
import string
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.domain.knowledge import Article
from faq.escapes import escaped, unescaped
from faq.files import SHIPPED, ArticleFaults, read_articles
from faq.shape import faults_in
from faq.writing import FORMS, export

PLAIN = Article("parking", "fr", "Où se garer\u00a0?", (), "Le parking est derrière.")
ODD = (
    "=1+1",
    "+33 6",
    "-x",
    "@x",
    "'=x",
    "''=",
    "'",
    "# x",
    "- x",
    "1) x",
    "+++",
    "\\n",
    "\\",
    "a\nb",
    " a ",
    "\u00a0",
)
ALPHABET = st.sampled_from([*string.printable, *"éœ«»\u00a0\u202f’'=+-@#;,\"\\|\u2028\u200b\x00\x7f\ufeff🚗"])
TEXT = (
    st.text(ALPHABET, max_size=20) | st.sampled_from(ODD) | st.text(st.characters(codec="utf-8"), max_size=9)
)
LINE = TEXT.filter(str.strip)
LINES = st.lists(LINE, max_size=4).map(tuple)
DAY = st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1))


@st.composite
def articles(draw: st.DrawFn) -> list[Article]:
    """A base without faults: ids that differ, and anything at all in every text."""
    ids = draw(
        st.lists(st.from_regex(r"[a-z0-9]{1,4}(-[a-z0-9]{1,3})?", fullmatch=True), unique=True, max_size=3)
    )
    drawn = [draw(_article(identity)) for identity in ids]
    return [article for article in drawn if not faults_in(article)]


@st.composite
def _article(draw: st.DrawFn, identity: str) -> Article:
    return Article(
        id=identity,
        language=draw(st.sampled_from(("fr", "en"))),
        question=draw(LINE),
        phrasings=draw(LINES),
        answer=draw(LINE) + draw(st.sampled_from((".", "\u00a0!", ""))),
        steps=draw(LINES)[:3],
        follow_up=draw(TEXT),
        keywords=draw(LINES),
        counter_examples=draw(LINES),
        motive=draw(st.none() | st.sampled_from(["delivery", "other", "our_own_2"])),
        learnt=draw(LINES),
        valid_from=draw(DAY),
        valid_until=draw(DAY),
        author=draw(TEXT),
        validated_by=draw(TEXT),
        validated_on=draw(DAY),
    )


def there_and_back(base: list[Article], form: str) -> dict[str, Article]:
    with TemporaryDirectory() as folder:
        export(base, form, Path(folder))
        return {article.id: article for article in read_articles(Path(folder))}


@pytest.mark.parametrize("form", FORMS)
@given(base=articles())
@example(
    base=[replace(PLAIN, question=text, phrasings=(text, "x"), author=text) for text in ("'=x", "\\u0041")]
)
def test_what_is_exported_is_imported_again(form: str, base: list[Article]) -> None:
    by_id = {article.id: article for article in base}
    if by_id:
        assert there_and_back(list(by_id.values()), form) == by_id


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("odd", ODD)
def test_what_looks_like_a_mark_or_a_formula_stays_what_it_is(form: str, odd: str) -> None:
    held = (f"{odd}x", "b") if not odd.strip() else (odd, "b")
    answer = f"{odd}."
    base = replace(
        PLAIN, question=held[0], phrasings=held, steps=held, answer=answer, follow_up=odd, author=odd
    )
    assert there_and_back([base], form) == {"parking": base}


@pytest.mark.parametrize("form", FORMS)
def test_the_shipped_base_goes_there_and_back(form: str) -> None:
    shipped = read_articles(SHIPPED)
    assert there_and_back(shipped, form) == {article.id: article for article in shipped}


@given(TEXT)
def test_a_text_is_escaped_onto_one_line_and_back(text: str) -> None:
    assert unescaped(escaped(text)) == text
    assert len(escaped(text).splitlines()) <= 1


def test_no_cell_of_a_table_is_a_formula(tmp_path: Path) -> None:
    base = [replace(PLAIN, id=f"a{n}", author=odd, follow_up=odd) for n, odd in enumerate(ODD)]
    (path,) = export(base, "csv", tmp_path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(path.read_text("utf-8-sig").splitlines(keepends=True), delimiter=";"))
    assert len(rows) == len(ODD) + 1
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_an_id_that_is_not_plain_leaves_no_folder(tmp_path: Path) -> None:
    written = export([replace(PLAIN, id="../../x")], "markdown", tmp_path / "out")
    assert [path.parent for path in written] == [tmp_path / "out" / "fr"]


MARKDOWN = """+++
motive = "other"
validated_on = 2026-02-01
+++

# Où se garer ?

Le parking est derrière
le bâtiment.

- Suivez le panneau.
* Prenez un ticket
  à la borne.

La barrière s’ouvre aussitôt.

## Phrasings

- place de parking
- garer ma voiture

## counter-examples
- ma voiture est rayée
"""


def test_markdown_is_read_as_people_type_it(tmp_path: Path) -> None:
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "se-garer.md").write_text(MARKDOWN, "utf-8", newline="\r\n")
    assert read_articles(tmp_path) == [
        Article(
            id="se-garer",
            language="fr",
            question="Où se garer ?",
            phrasings=("place de parking", "garer ma voiture"),
            answer="Le parking est derrière le bâtiment.",
            steps=("Suivez le panneau.", "Prenez un ticket à la borne."),
            follow_up="La barrière s’ouvre aussitôt.",
            counter_examples=("ma voiture est rayée",),
            motive="other",
            validated_on=date(2026, 2, 1),
        )
    ]


@pytest.mark.parametrize(
    ("before", "after", "line", "words"),
    [
        ("## Phrasings", "## Formulations", 17, "unknown title '## Formulations'"),
        ("- place de parking", "place de parking", 19, "not an item; begin the line with '- '"),
        ("La barrière", "Puis ceci.\n\nLa barrière", 17, "one paragraph too many"),
        ("# Où", "Un mot.\n\n# Où", 6, "text before the question"),
        ("# Où se garer ?\n", "", 7, "text before the question"),
        ('motive = "other"', 'motive = "Autre"', 2, "motive 'Autre' is no key"),
        ('motive = "other"', 'answer = "Oui."', 2, "'answer' belongs below the second +++"),
        ("2026-02-01\n+++", "2026-02-01", 1, "no second line +++"),
        ("validated_on =", "validated_on", 3, "not TOML"),
        ("le bâtiment.", "le bâtiment. Il est gratuit.", 8, "not one sentence"),
        ("garer ma voiture", "garer {", None, ""),
    ],
)
def test_each_fault_of_markdown_names_its_line(
    tmp_path: Path, before: str, after: str, line: int | None, words: str
) -> None:
    assert before in MARKDOWN
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "a.md").write_text(MARKDOWN.replace(before, after, 1), "utf-8")
    if line is None:
        assert len(read_articles(tmp_path)) == 1
        return
    with pytest.raises(ArticleFaults) as caught:
        read_articles(tmp_path)
    assert caught.value.faults[0].startswith(f"fr/a.md:{line}: ")
    assert words in caught.value.faults[0]


TABLE = """id,language,question,answer,phrasings,valid_until
parking,fr,Où ?,Derrière.,"place de parking
garer ma voiture",31/12/2026
garage,en,Where?,'=behind.,,2026-12-31
"""


def test_a_table_is_read_as_a_spreadsheet_saves_it(tmp_path: Path) -> None:
    path = tmp_path / "articles.csv"
    path.write_bytes(b"\xef\xbb\xbf" + TABLE.replace("\n", "\r\n").encode())
    first, second = read_articles(path)
    assert first.phrasings == ("place de parking", "garer ma voiture")
    assert first.valid_until == second.valid_until == date(2026, 12, 31)
    assert second.answer == "=behind."
    path.write_text(TABLE.replace(",", ";"), "utf-8")
    assert read_articles(tmp_path) == [first, second]


@pytest.mark.parametrize(
    ("before", "after", "line", "words"),
    [
        ("question", "Question", 1, "unknown column 'Question'"),
        ("phrasings", "id", 1, "column 'id' is there twice"),
        (",answer", "", 1, "column 'answer' is missing"),
        ("Derrière.", "Derrière. Ici.", 2, "not one sentence"),
        ("2026-12-31", "31 décembre", 4, "'valid_until' is not a day"),
        ("'=behind.", "Behind, on the left", 4, "7 cells, 6 columns"),
        ("Where?", '"Where', 4, "not a table"),
        ("garage", "parking", 4, "already used at articles.csv:2"),
        (TABLE, "", 1, "no row"),
    ],
)
def test_each_fault_of_a_table_names_its_line(
    tmp_path: Path, before: str, after: str, line: int, words: str
) -> None:
    assert before in TABLE
    path = tmp_path / "articles.csv"
    path.write_text(TABLE.replace(before, after, 1), "utf-8")
    with pytest.raises(ArticleFaults) as caught:
        read_articles(path)
    assert any(fault.startswith(f"articles.csv:{line}: ") and words in fault for fault in caught.value.faults)
