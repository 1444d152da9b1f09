"""Serves a base of JSON lines to an evaluation: a message a line in, a verdict a line out.

`python -m faq.serve_eval BASE.jsonl`. Input: one text a line. Output: `{"id", "confidence",
"alternatives"}`, where `id` is the best guess even below the threshold of an answer.
"""

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TextIO

from core.domain.knowledge import Article
from faq.match import KnowledgeBase


def read_base(path: Path) -> list[Article]:
    """The articles of a file of JSON lines (id, question, phrasings, keywords, answer, lang)."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [article_of(json.loads(line)) for line in lines if line.strip()]


def article_of(entry: Mapping[str, Any]) -> Article:
    """An article of an evaluation's base."""
    return Article(
        id=entry["id"],
        language=entry["lang"],
        question=entry["question"],
        phrasings=tuple(entry["phrasings"]),
        answer=entry["answer"],
        keywords=tuple(entry["keywords"]),
    )


def serve(base: KnowledgeBase, language: str, lines: Iterable[str], out: TextIO) -> None:
    """Answers every line at once, in order."""
    for line in lines:
        scores = base.find(line, language).scores
        guess, confidence = scores[0] if scores else (None, 0.0)
        verdict = {"id": guess, "confidence": confidence, "alternatives": [one for one, _ in scores[1:]]}
        out.write(json.dumps(verdict) + "\n")
        out.flush()


def main(arguments: list[str]) -> int:
    """Runs until the input ends; 2 when no base is named."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m faq.serve_eval BASE.jsonl\n")
        return 2
    articles = read_base(Path(arguments[0]))
    language = articles[0].language if articles else "fr"
    serve(KnowledgeBase(articles), language, sys.stdin, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
