"""Article files: what is read, and all that is wrong told at once with its place."""

from datetime import date
from pathlib import Path

import pytest

from faq.files import SHIPPED, ArticleFaults, read_articles
from faq.shape import sentence_count

GOOD = """
[[article]]
id = "parking"
question = "Où se garer ?"
phrasings = ["place de parking", "garer ma voiture", "stationnement", "ou est le parking"]
keywords = ["parking"]
counter_examples = ["ma voiture est rayée", "location de voiture"]
answer = "Le parking est derrière le bâtiment."
steps = ["Suivez le panneau."]
follow_up = "La barrière s’ouvre aussitôt."
motive = "other"
"""


def _write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _faults(folder: Path) -> list[str]:
    with pytest.raises(ArticleFaults) as caught:
        read_articles(folder)
    return caught.value.faults


def test_the_shipped_articles_are_complete() -> None:
    articles = read_articles(SHIPPED)
    french = [article for article in articles if article.language == "fr"]
    english = [article for article in articles if article.language == "en"]
    assert len(french) >= 32
    assert len(english) >= 14
    assert all(len(article.phrasings) >= 4 and len(article.counter_examples) >= 2 for article in articles)
    assert all(article.motive and article.follow_up for article in articles)


def test_a_file_becomes_articles_of_its_folder_s_language(tmp_path: Path) -> None:
    _write(tmp_path, "fr/acces.toml", GOOD)
    _write(tmp_path, "en/access.toml", GOOD.replace('"parking"\nq', '"car-park"\nq'))
    first, second = read_articles(tmp_path)
    assert (first.id, first.language, first.motive) == ("parking", "fr", "other")
    assert (second.id, second.language) == ("car-park", "en")
    assert first.steps == ("Suivez le panneau.",)
    assert first.counter_examples == ("ma voiture est rayée", "location de voiture")


def test_all_faults_of_all_files_are_told_at_once_with_their_lines(tmp_path: Path) -> None:
    _write(tmp_path, "fr/a.toml", GOOD.replace("steps =", "step ="))
    _write(tmp_path, "fr/b.toml", GOOD)
    _write(tmp_path, "fr/c.toml", "id = \n")
    found = _faults(tmp_path)
    assert [fault.split(": ")[0] for fault in found] == ["fr/a.toml:9", "fr/b.toml:3", "fr/c.toml:1"]
    assert "unknown key 'step'" in found[0]
    assert "already used at fr/a.toml:2" in found[1]
    assert "not TOML" in found[2]


@pytest.mark.parametrize(
    ("before", "after", "line", "words"),
    [
        ('["Suivez le panneau."]', '["a", "b", "c", "d"]', 9, "4 steps; keep 3 at most"),
        ('["Suivez le panneau."]', '"Suivez"', 9, "'steps' is not a list of texts"),
        ('["Suivez le panneau."]', "[1]", 9, "'steps' is not a list of texts"),
        ("le bâtiment.", "le bâtiment. Il est gratuit.", 8, "not one sentence"),
        ("le bâtiment.", "le bâtiment", None, ""),
        ("le bâtiment.", "le bâtiment, {nom}.", 8, "unknown variable {nom}; one of {prénom}, "),
        ("Où se garer ?", "Où, {prénom} ?", 4, "a variable is not filled in a question"),
        ("Où se garer ?", "Où {ça} ?", 4, "a brace in the question, {ça}, where nothing fills it"),
        ("le bâtiment.", "le bâtiment, {prénom.", 8, "a brace without its other half, {prénom; close it"),
        ("le panneau.", "le panneau bleu}.", 9, "a brace without its other half, }; close it, or take"),
        ("aussitôt.", "sous {{délai}.", 10, "a brace without its other half, {; close it"),
        ("le panneau.", "le panneau {heure|bleu}.", 9, "unknown variable {heure|bleu}"),
        ('answer = "Le parking est derrière le bâtiment."\n', "", 2, "'answer' is missing or empty"),
        ('id = "parking"', 'id = "parking"\nlanguage = "en"', 4, "not that of the folder fr/"),
        ('motive = "other"', 'valid_from = "1/1/2026"', 11, "write it as 2026-12-31, without quotes"),
        ('motive = "other"', "validated_on = 2026-01-01T10:00:00", 11, "'validated_on' is not a day"),
        ('motive = "other"', "valid_until = 2026-01-01\nvalid_from = 2026-01-02", 11, "before the first"),
        ('id = "parking"', 'id = "Le parking"', 3, "is not plain"),
        ('motive = "other"', 'motive = "Autre"', 11, "motive 'Autre' is no key; write that of a motive"),
        ('question = "Où se garer ?"', "question = 3", 4, "'question' is not a text"),
    ],
)
def test_each_fault_names_its_line_and_what_to_write(
    tmp_path: Path, before: str, after: str, line: int | None, words: str
) -> None:
    assert before in GOOD
    _write(tmp_path, "fr/a.toml", GOOD.replace(before, after))
    if line is None:
        assert len(read_articles(tmp_path)) == 1
        return
    (fault,) = _faults(tmp_path)
    assert fault.startswith(f"fr/a.toml:{line}: ")
    assert words in fault


def test_every_field_is_read(tmp_path: Path) -> None:
    more = """
learnt = ["jme gare ou"]
valid_from = 2026-01-01
valid_until = 2026-12-31
author = "Léa"
validated_by = "Nadia"
validated_on = 2026-02-01
"""
    _write(tmp_path, "fr/a.toml", GOOD + more)
    (article,) = read_articles(tmp_path)
    assert article.learnt == ("jme gare ou",)
    assert (article.valid_from, article.valid_until) == (date(2026, 1, 1), date(2026, 12, 31))
    assert (article.author, article.validated_by) == ("Léa", "Nadia")
    assert article.validated_on == date(2026, 2, 1)


def test_a_file_outside_of_the_folders_tells_the_language_itself(tmp_path: Path) -> None:
    path = tmp_path / "parking.toml"
    path.write_text(GOOD.replace('id = "parking"', 'id = "parking"\nlanguage = "en"'), "utf-8")
    assert [article.language for article in read_articles(path)] == ["en"]
    assert read_articles(tmp_path) == read_articles(path)
    path.write_text(GOOD, "utf-8")
    with pytest.raises(ArticleFaults, match=r"parking.toml:2: 'language' is missing or empty"):
        read_articles(path)


def test_what_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ArticleFaults, match=r"nowhere.toml:1: cannot be read: No such file"):
        read_articles(tmp_path / "nowhere.toml")
    with pytest.raises(ArticleFaults, match=r"nowhere:1: no such file or folder"):
        read_articles(tmp_path / "nowhere")
    _write(tmp_path, "notes.txt", "")
    with pytest.raises(ArticleFaults, match=r"notes.txt:1: not .toml, .md or .csv"):
        read_articles(tmp_path / "notes.txt")


def test_the_second_article_of_a_file_has_its_own_lines(tmp_path: Path) -> None:
    second = GOOD.replace('"parking"\nq', '"garage"\nq').replace('motive = "other"', 'motive = "No one"')
    _write(tmp_path, "fr/a.toml", GOOD + second)
    (fault,) = _faults(tmp_path)
    assert fault.startswith(f"fr/a.toml:{len(GOOD.splitlines()) + 11}: ")


def test_a_motive_is_one_of_the_rules_where_they_are_at_hand_and_else_any_key(tmp_path: Path) -> None:
    _write(tmp_path, "fr/a.toml", GOOD.replace('motive = "other"', 'motive = "ski_passes"'))
    assert read_articles(tmp_path)[0].motive == "ski_passes"
    assert read_articles(tmp_path, {}, ("ski_passes", "other"))[0].motive == "ski_passes"
    with pytest.raises(ArticleFaults, match=r"fr/a\.toml:11: unknown motive 'ski_passes'; one of other, ski"):
        read_articles(tmp_path, {}, ("ski", "other"))


def test_a_file_that_is_not_text_or_holds_no_article_is_a_fault(tmp_path: Path) -> None:
    _write(tmp_path, "fr/a.toml", "")
    (tmp_path / "fr" / "b.toml").write_bytes(b"\xff\xfe\x00")
    _write(tmp_path, "fr/c.toml", "article = 3\n")
    _write(tmp_path, "fr/d.toml", 'title = "x"\n' + GOOD)
    found = _faults(tmp_path)
    assert [fault.split(": ")[0] for fault in found] == [f"fr/{name}.toml:1" for name in "abcd"]
    assert "UTF-8" in found[1]
    assert "unknown key 'title'" in found[3]


def test_inline_tables_are_read_and_their_faults_told_at_the_first_line(tmp_path: Path) -> None:
    _write(tmp_path, "fr/a.toml", 'article = [{id = "x"}]\n')
    found = _faults(tmp_path)
    assert {fault.split(": ")[0] for fault in found} == {"fr/a.toml:1"}
    assert len(found) == 2


def test_a_translation_names_an_article_of_another_language(tmp_path: Path) -> None:
    english = GOOD.replace('"parking"\nq', '"car-park"\ntranslates = ["parking"]\nq')
    _write(tmp_path, "fr/a.toml", GOOD)
    _write(tmp_path, "en/a.toml", english)
    assert read_articles(tmp_path)[1].translates == ("parking",)
    _write(tmp_path, "en/a.toml", english.replace('["parking"]', '["garage", "car-park"]'))
    (same,) = _faults(tmp_path)
    assert same.startswith("en/a.toml:4: 'car-park' is of the same language")


def test_a_translation_may_name_an_article_that_is_kept_elsewhere(tmp_path: Path) -> None:
    _write(tmp_path, "en/a.toml", GOOD.replace('id = "parking"', 'id = "car-park"\ntranslates = ["garage"]'))
    assert len(read_articles(tmp_path, {"garage": "fr"})) == 1
    with pytest.raises(ArticleFaults, match="same language"):
        read_articles(tmp_path, {"garage": "en"})


def test_every_shipped_english_article_has_its_french_one() -> None:
    articles = read_articles(SHIPPED)
    french = {article.id for article in articles if article.language == "fr"}
    english = [article for article in articles if article.language == "en"]
    assert all(article.translates and french.issuperset(article.translates) for article in english)


def test_an_empty_folder_is_a_fault(tmp_path: Path) -> None:
    (fault,) = _faults(tmp_path)
    assert "no article" in fault


def test_sentences_are_counted_by_their_ends() -> None:
    assert sentence_count("Une seule.") == 1
    assert sentence_count("Une\u00a0! Deux\u00a0?") == 2
    assert sentence_count("Une. deux") == 2
    assert sentence_count("Sous 1.5 jour.") == 1
