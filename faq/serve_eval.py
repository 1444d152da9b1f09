"""Serves a base of JSON lines to an evaluation: a message a line in, a verdict a line out.

`relais faq serve-eval BASE.jsonl`. Input: one text a line. Output: `{"id", "confidence",
"alternatives"}`, where `id` is the best guess even below the threshold of an answer.
"""

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, TextIO

from core.domain.knowledge import Article
from faq.entries import ArticleFaults
from faq.match import KnowledgeBase
from faq.ranking import read_weights

KEYS: Final = ("id", "lang", "question", "phrasings", "keywords", "answer")


def read_base(path: Path) -> list[Article]:
    """The articles of a file of JSON lines (id, question, phrasings, keywords, answer, lang).

    Raises:
        ArticleFaults: the lines that are none, each with what to write.
    """
    articles, faults = [], []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            articles += [article_of(json.loads(line))] if line.strip() else []
        except (ValueError, KeyError, TypeError):
            faults.append(f"{path.name}:{number}: no article; write an object of JSON with {', '.join(KEYS)}")
    if faults:
        raise ArticleFaults(faults)
    return articles


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


def run(path: Path, weights: Path | None) -> None:
    """Serves a base until the input ends; the language is that of its first article."""
    articles = read_base(path)
    language = articles[0].language if articles else "fr"
    learned = read_weights(weights) if weights else None
    serve(KnowledgeBase(articles, learned=learned), language, sys.stdin, sys.stdout)
