"""The evaluation's line protocol: one message in, one verdict out."""

import json
import subprocess
import sys
from pathlib import Path

ENTRIES = [
    {"id": "parking", "question": "Où se garer ?", "phrasings": ["place de parking", "garer ma voiture"],
     "keywords": ["parking"], "answer": "Derrière.", "lang": "fr"},
    {"id": "menu", "question": "Quel est le menu ?", "phrasings": ["plat du jour"], "keywords": [],
     "answer": "Affiché.", "lang": "fr"},
]  # fmt: skip
ROOT = Path(__file__).parents[2]


def _run(*arguments: str, lines: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app", "faq", "serve-eval", *arguments]
    return subprocess.run(
        command, input=lines, capture_output=True, text=True, encoding="utf-8", cwd=ROOT, check=False
    )


def test_each_line_gets_one_verdict_in_order(tmp_path: Path) -> None:
    base = tmp_path / "kb.jsonl"
    base.write_text("\n".join(map(json.dumps, ENTRIES)) + "\n\n", encoding="utf-8")
    done = _run(str(base), lines="garer ma voitur\nle plat du jour\nbonjour\n")
    verdicts = [json.loads(line) for line in done.stdout.splitlines()]
    assert [verdict["id"] for verdict in verdicts] == ["parking", "menu", None]
    assert verdicts[0]["confidence"] > 0.5
    assert verdicts[2] == {"id": None, "confidence": 0.0, "alternatives": []}


def test_lines_that_are_no_articles_are_told(tmp_path: Path) -> None:
    base = tmp_path / "kb.jsonl"
    base.write_text(json.dumps(ENTRIES[0]) + '\n{"id": "menu"}\n[]\nmenu\n', encoding="utf-8")
    done = _run(str(base), lines="garer\n")
    assert (done.returncode, done.stdout) == (1, "")
    assert [line.split(";")[0] for line in done.stderr.splitlines()] == [
        "Error: kb.jsonl:2: no article",
        "kb.jsonl:3: no article",
        "kb.jsonl:4: no article",
    ]


def test_without_a_base_it_says_how_to_run() -> None:
    done = _run()
    assert (done.returncode, done.stdout) == (2, "")
    assert "Usage" in done.stderr
