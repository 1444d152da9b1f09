"""`relais faq eval`: what it prints of a base, and what it tells to write."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from faq.asked import Asked
from faq.files import SHIPPED, read_articles
from faq.toml_form import written
from tests.faq.command_house import ROOT, House, house
from tests.faq.small_base import ARTICLES, MESSAGES

FRENCH = [article for article in read_articles(SHIPPED) if article.language == "fr"]
PRINTED = """14 messages: 10 with an answer, 4 without.
  right article first (R@1)               9 of 10     90.0 %  (59.6 % to 98.2 %)
  among the first three (R@3)            10 of 10    100.0 %  (72.2 % to 100.0 %)
Answering from 0.7218, as shipped:
  answered rightly (coverage)             6 of 10     60.0 %  (31.3 % to 83.2 %)
  answers that are right (precision)      6 of 8      75.0 %  (40.9 % to 92.9 %)
  without an answer, and given none       3 of 4      75.0 %  (30.1 % to 95.4 %)
    1 of those was offered a choice
Taken for another (expected → found):
     1  no answer → parking   « il y a des places ? »
     1  menu → parking   « carte de stationnement »
     1  piscine → parking   « je cherche une place de parking et la température de la piscine »
Words that the base lacks, in messages that it should have answered:
  « midi » (1), « quoi » (1)
From        answers    right   coverage  precision   at least
  0.5             9        6     60.0 %     66.7 %     52.7 %
"""


@pytest.fixture
def desk(tmp_path: Path) -> House:
    return house(tmp_path)


def _write(desk: House, messages: Iterable[Asked]) -> None:
    rows = ({"text": m.text, "expected": list(m.expected) or None, "language": m.language} for m in messages)
    desk.write("messages.jsonl", "\n".join(json.dumps(row) for row in rows))


def _own(desk: House, answer_from: str) -> None:
    """The team's own rules file."""
    text = (ROOT / "relais.toml").read_text("utf-8")
    desk.rules = desk.folder / "own.toml"
    desk.rules.write_text(text.replace("# answer_from = 0.81", f"answer_from = {answer_from}"), "utf-8")


def _asked(count: int) -> list[Asked]:
    return [Asked(article.phrasings[0], (article.id,)) for article in FRENCH[:count]]


def test_a_folder_is_measured_without_a_database(tmp_path: Path) -> None:
    desk = House(tmp_path)
    desk.write("base.toml", written(ARTICLES))
    _write(desk, MESSAGES)
    ended = desk.run("eval", "messages.jsonl", "base.toml")
    assert ended.exit_code == 0
    assert ended.stdout.startswith(PRINTED)
    assert ended.stdout.endswith(
        "From no confidence are these messages enough to promise 97.0 % of right answers"
        " (four chances in five):\n  keep 0.7218, write more messages, or look at the pairs above.\n"
    )
    assert not desk.database.exists()
    less = desk.run("eval", "messages.jsonl", "base.toml", "--precision", "0.85").stdout
    assert "85.0 % of right answers (four chances in five): answer from 0.74.\n" in less
    assert "They alone say 0.92; 14 messages, fewer than 200, counting for 7.0 %" in less


def test_the_running_base_is_measured_and_told_what_to_write(desk: House) -> None:
    _write(desk, _asked(30))
    told = desk.run("eval", "messages.jsonl").stdout
    assert "30 messages: 30 with an answer, 0 without." in told
    assert "  without an answer, and given none   none\n" in told
    assert "They alone say 0.5; 30 messages, fewer than 200, counting for 15.0 %, what is shipped" in told
    assert told.endswith(
        "  Each half, from the confidence that the other half says: 30 of 30 answers right (100.0 %).\n"
        "  Write into the rules file, and start Relais anew:\n    [faq]\n    answer_from = 0.69\n"
    )
    _own(desk, "0.69")
    told = desk.run("eval", "messages.jsonl").stdout
    assert "Answering from 0.69, as the rules file says:" in told
    assert told.endswith("  That is what it answers from already.\n")


def test_a_base_with_its_own_confidence_answers_by_it_in_every_command(desk: House) -> None:
    text = FRENCH[0].phrasings[0]
    assert "an answer needs 0.72" in desk.run("why", text).output
    _own(desk, "1")
    told = desk.run("why", text).output
    assert "an answer needs 1.00" in told
    assert f"answers with {FRENCH[0].id}" not in told
    _write(desk, _asked(30))
    told = desk.run("eval", "messages.jsonl").stdout
    assert "  answered rightly (coverage)             0 of 30      0.0 %" in told
    assert "  answers that are right (precision)  none\n" in told


def test_what_answers_nobody_today_is_no_answer(desk: House) -> None:
    desk.put(replace(FRENCH[0], valid_until=date(2020, 1, 1)))
    _write(desk, _asked(2))
    ended = desk.run("eval", "messages.jsonl")
    assert ended.exit_code == 1
    fault = f"messages.jsonl:1: no article '{FRENCH[0].id}' answers in this base"
    assert ended.stderr == f"Error: {fault}; write the id of one that does\n"


@pytest.mark.parametrize(
    ("typed", "write"),
    [
        ("97", "write 0.97 for 97 %."),
        ("97,5 %", "write 0.975 for 97.5 %."),
        ("0,97", "write 0.97 for 97 %."),
        ("0.3", "write 0.97 for 97 %, for instance."),
        ("1", "write 0.97 for 97 %, for instance."),
        ("nan", "write 0.97 for 97 %, for instance."),
        ("most", "write 0.97 for 97 %, for instance."),
    ],
)
def test_a_precision_that_is_no_share_is_refused_with_what_to_write(
    desk: House, typed: str, write: str
) -> None:
    ended = desk.run("eval", "messages.jsonl", "--precision", typed)
    assert ended.exit_code == 2
    assert ended.output.endswith(f"'{typed}' is no share from 0.5 to less than 1: {write}\n")


def test_one_of_a_thing_is_said_so(desk: House) -> None:
    desk.write("base.toml", written(ARTICLES[:1]))
    desk.write("one.jsonl", '{"text": "zyzzyva", "expected": null}')
    assert desk.run("eval", "one.jsonl", "base.toml").stdout.startswith("1 message: 0 with an answer")
    assert "1 article, " in desk.run("test", "base.toml").stderr
    assert "\n1 article: " in desk.run("lint", "base.toml").stderr
