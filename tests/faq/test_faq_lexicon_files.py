"""The tables are read from files, and whatever is wrong with them is told with file and line."""

from pathlib import Path

import pytest

from faq.lexicon import Group
from faq.lexicon_files import SHIPPED, LexiconFaults, read_lexicon

FILES = [path.stem for path in (SHIPPED / "fr").glob("*.txt")]


def _folder(root: Path, **tables: str) -> Path:
    (root / "fr").mkdir()
    for name in FILES:
        (root / "fr" / f"{name}.txt").write_text(tables.get(name, ""), encoding="utf-8")
    return root


def _faults(folder: Path) -> list[str]:
    with pytest.raises(LexiconFaults) as raised:
        read_lexicon(folder, "fr")
    return raised.value.faults


def test_comments_and_blank_lines_count_for_nothing(tmp_path: Path) -> None:
    folder = _folder(tmp_path, common="# everyday\n\njour  mois # and so on\n")
    assert read_lexicon(folder, "fr").common == {"jour", "mois"}


def test_several_spellings_stand_for_several_words(tmp_path: Path) -> None:
    folder = _folder(tmp_path, abbreviations="jveu jveux = je veux\n", forms="recu recois = recevoir\n")
    lexicon = read_lexicon(folder, "fr")
    assert lexicon.abbreviations == {"jveu": ("je", "veux"), "jveux": ("je", "veux")}
    assert lexicon.forms == {"recu": "recevoir", "recois": "recevoir"}


def test_a_run_with_choices_is_all_of_its_runs_the_longest_first(tmp_path: Path) -> None:
    folder = _folder(tmp_path, phrases="je veux/voudrais bien? savoir =\nje veux | moi = envie\n")
    assert read_lexicon(folder, "fr").phrases == {
        ("je", "veux"): (
            (("je", "veux", "bien", "savoir"), ()),
            (("je", "veux", "savoir"), ()),
            (("je", "veux"), ("envie",)),
        ),
        ("je", "voudrais"): (
            (("je", "voudrais", "bien", "savoir"), ()),
            (("je", "voudrais", "savoir"), ()),
        ),
        ("moi",): ((("moi",), ("envie",)),),
    }


def test_words_after_a_colon_are_near_the_first_alone(tmp_path: Path) -> None:
    folder = _folder(tmp_path, synonyms="0.6 facture: justificatif note\n")
    groups = read_lexicon(folder, "fr").synonyms
    assert groups == (Group(("facture", "justificatif"), 0.6), Group(("facture", "note"), 0.6))


def test_the_endings_of_regular_verbs_are_written_out_unless_forms_say_otherwise(tmp_path: Path) -> None:
    folder = _folder(tmp_path, verbs="donner changer payer jeter creer\n", forms="donnees = donnees\n")
    forms = read_lexicon(folder, "fr").forms
    assert [forms[form] for form in ("donnons", "donnent", "donnee")] == ["donner"] * 3
    assert forms["donnees"] == "donnees"
    assert forms["changeons"] == "changer"
    assert forms["paye"] == forms["paieront"] == "payer"
    assert forms["jettent"] == "jeter"
    assert forms["cree"] == forms["crees"] == "creer"


def test_a_group_has_its_weight_and_a_word_its_band(tmp_path: Path) -> None:
    folder = _folder(
        tmp_path, synonyms="0.9 colis paquet\n", dictionary="## band 1\nle la # articles\n## band 2\ncolis\n"
    )
    lexicon = read_lexicon(folder, "fr")
    assert lexicon.synonyms == (Group(("colis", "paquet"), 0.9),)
    assert lexicon.dictionary == {"le": 1, "la": 1, "colis": 2}


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("common", "jour\nété", "common.txt:2: 'été' is not plain"),
        ("common", "jour\nmois jour", "common.txt:2: 'jour' already stands at line 1"),
        ("function", "l'", "function.txt:1: 'l'' is not plain"),
        ("abbreviations", "slt salut", "abbreviations.txt:1: not of the form 'left = right'"),
        ("abbreviations", "slt =", "abbreviations.txt:1: 'slt' stands for nothing"),
        ("abbreviations", "slt = salut\nslt = coucou", "abbreviations.txt:2: 'slt' already stands at line 1"),
        ("abbreviations", "c'é = c est", "abbreviations.txt:1: 'c'é' is not plain"),
        ("forms", "recu = avoir recu", "forms.txt:1: 'avoir recu' is not one word"),
        ("forms", "= recevoir", "forms.txt:1: not of the form 'left = right'"),
        ("phrases", "Mot de passe = motdepasse", "phrases.txt:1: 'Mot de passe' is not a run"),
        ("phrases", "mot/ passe = motdepasse", "phrases.txt:1: 'mot/ passe' is not a run"),
        ("phrases", "svp? =", "phrases.txt:1: 'svp?' stands for nothing"),
        ("phrases", "de/du passe =\n\nde passe =", "phrases.txt:3: 'de passe' already stands at line 1"),
        ("synonyms", "colis paquet", "synonyms.txt:1: not of the form '0.75 word word'"),
        ("synonyms", "0.0 colis paquet", "synonyms.txt:1: not of the form"),
        ("synonyms", "0.9 colis", "synonyms.txt:1: not of the form"),
        ("synonyms", "0.9 colis paquet colis", "synonyms.txt:1: a word stands twice in this group"),
        ("synonyms", "0.9 colis paquet\n0.9 colis paquet", "synonyms.txt:2: '0.9 colis paquet' already"),
        ("verbs", "finir", "verbs.txt:1: 'finir' is no regular verb in -er"),
        ("dictionary", "le la", "dictionary.txt:1: no band above these words"),
        ("dictionary", "## band 1\nle\n## band 2\nle", "dictionary.txt:4: 'le' already stands at line 2"),
    ],
)
def test_each_fault_names_its_line(tmp_path: Path, name: str, text: str, fault: str) -> None:
    found = _faults(_folder(tmp_path, **{name: text}))
    assert [one.startswith(f"fr/{fault}") for one in found] == [True], found


def test_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    folder = _folder(tmp_path, common="é", synonyms="0.9 colis", polite="à")
    assert [fault.split(":")[0] for fault in _faults(folder)] == [
        "fr/common.txt",
        "fr/polite.txt",
        "fr/synonyms.txt",
    ]


def test_a_file_that_is_missing_or_is_not_text_is_a_fault(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    (folder / "fr" / "forms.txt").unlink()
    (folder / "fr" / "polite.txt").write_bytes(b"\xff\xfe")
    assert _faults(folder) == [
        "fr/forms.txt:1: no such file; an empty one will do",
        "fr/polite.txt:1: not UTF-8 text; save the file as UTF-8",
    ]


def test_a_line_of_too_many_choices_is_refused(tmp_path: Path) -> None:
    many = " ".join(["a/b/c/d"] * 6)
    assert _faults(_folder(tmp_path, phrases=f"{many} =")) == [
        f"fr/phrases.txt:1: '{many}' stands for nothing, or for more than 1000 runs; split it"
    ]
