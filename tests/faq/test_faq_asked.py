"""The file of a team's messages: read in either form, or every fault told with its line."""

from pathlib import Path

import pytest

from faq.asked import Asked, read_asked
from faq.entries import ArticleFaults

KNOWN = {"piscine", "parking", "swimming"}
READ = [
    Asked("où nager", ("piscine",)),
    Asked("nager; puis se garer", ("piscine", "parking")),
    Asked("la mer", ()),
    Asked("pool", ("swimming",), "en"),
]
LINES = """
{"text": "où nager", "expected": "piscine", "noise": "clean"}
{"text": "nager; puis se garer", "expected": ["piscine", "parking"]}

{"text": "la mer", "expected": null}
{"text": "pool", "expected": "swimming", "language": "en"}
"""
TABLE = """text;note;expected;language
où nager;x;piscine;
"nager; puis se garer";;piscine parking;fr
;;;
la mer
pool;;swimming;en
"""


def _file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def _faults(path: Path) -> list[str]:
    with pytest.raises(ArticleFaults) as caught:
        read_asked(path, KNOWN, "fr")
    return caught.value.faults


def test_json_lines_and_tables_say_the_same(tmp_path: Path) -> None:
    assert read_asked(_file(tmp_path, "a.jsonl", LINES), KNOWN, "fr") == READ
    assert read_asked(_file(tmp_path, "a.csv", TABLE), KNOWN, "fr") == READ
    tabbed = TABLE.replace('"nager; puis se garer"', "nager, puis se garer").replace(";", "\t")
    found = read_asked(_file(tmp_path, "a.tsv", "\ufeff" + tabbed.replace("\n", "\r\n")), KNOWN, "fr")
    assert found[1].text == "nager, puis se garer"
    assert (found[0], found[2:]) == (READ[0], READ[2:])


def test_messages_that_tell_no_language_are_of_the_one_asked_for(tmp_path: Path) -> None:
    found = read_asked(_file(tmp_path, "a.jsonl", LINES), KNOWN, "en")
    assert {asked.language for asked in found} == {"en"}


def test_every_fault_of_json_lines_is_told_with_its_line(tmp_path: Path) -> None:
    text = """{"text": "où nager", "expected": "bassin"}
{"text": " ", "expected": null}
["où nager", "piscine"]
{"text": "où nager"}
{"text": "où nager", "expected": ["piscine", 3]
{"text": "où nager", "expected": ["piscine", 3], "language": "de"}
{"text": "où \\ud800 nager", "expected": null}
"""
    assert _faults(_file(tmp_path, "a.jsonl", text)) == [
        "a.jsonl:1: no article 'bassin' answers in this base; write the id of one that does",
        "a.jsonl:2: no text; write what the customer wrote",
        'a.jsonl:3: not an object of JSON; write {"text": "…", "expected": "…"}',
        "a.jsonl:4: 'expected' is missing; without an answer, write null for `expected`",
        'a.jsonl:5: not an object of JSON; write {"text": "…", "expected": "…"}',
        "a.jsonl:6: no article 3 answers in this base; write the id of one that does",
        "a.jsonl:6: unknown language 'de'; write one of: fr, en",
        "a.jsonl:7: half a character (a lone surrogate); write the text anew",
    ]


def test_a_message_with_two_answers_is_a_fault_with_both_lines_and_one_told_twice_counts_once(
    tmp_path: Path,
) -> None:
    text = """text;expected;language
où nager;piscine;
se garer;parking;
Ou  nager;piscine;
se garer;;
swim;swimming;en
swim;piscine;fr
se garer;piscine parking;
où nager;bassin;
"""
    assert _faults(_file(tmp_path, "a.csv", text)) == [
        "a.csv:5: the message of line 3, with no answer instead of parking; keep one of the two",
        "a.csv:8: the message of line 3, with piscine or parking instead of parking; keep one of the two",
        "a.csv:9: no article 'bassin' answers in this base; write the id of one that does",
    ]
    told = "\n".join(text.splitlines()[:4] + text.splitlines()[5:7])
    assert read_asked(_file(tmp_path, "a.csv", told), KNOWN, "fr") == [
        Asked("où nager", ("piscine",)),
        Asked("se garer", ("parking",)),
        Asked("swim", ("swimming",), "en"),
        Asked("swim", ("piscine",)),
    ]


def test_signs_and_addresses_alone_are_messages_of_their_own(tmp_path: Path) -> None:
    text = "text;expected\n👍;\n❤;piscine\nhttps://a.fr;\nhttps://b.fr;parking\n"
    assert len(read_asked(_file(tmp_path, "a.csv", text), KNOWN, "fr")) == 4


def test_every_fault_of_a_table_is_told_with_its_line(tmp_path: Path) -> None:
    text = "text;expected\noù nager;bassin\noù; nager;piscine\n;piscine\n"
    assert _faults(_file(tmp_path, "a.csv", text)) == [
        "a.csv:2: no article 'bassin' answers in this base; write the id of one that does",
        "a.csv:3: more cells than columns; quote the text",
        "a.csv:3: no article 'nager' answers in this base; write the id of one that does",
        "a.csv:4: no text; write what the customer wrote",
    ]


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        (
            "a.csv",
            "où nager;piscine\n",
            "1: no column 'text' and 'expected'; name the columns in the first row",
        ),
        ("a.csv", "", "1: no column 'text' and 'expected'"),
        ("a.csv", "text;expected\n", "1: no message; write one a line"),
        ("a.csv", 'text;expected\n"où', "2: not a table"),
        ("a.jsonl", "\n", "1: no message; write one a line"),
        ("a.xlsx", "", "1: not .jsonl, .ndjson, .json, .csv, .tsv; name it after its form"),
    ],
)
def test_a_file_without_messages_is_told(tmp_path: Path, name: str, text: str, fault: str) -> None:
    (told,) = _faults(_file(tmp_path, name, text))
    assert told.startswith(f"{name}:{fault}")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert _faults(tmp_path / "no.csv") == ["no.csv:1: cannot be read: No such file or directory"]
