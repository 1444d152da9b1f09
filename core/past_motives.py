"""What customers wrote first in conversations that the team resolved, by the motive these ended with."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Final

from core.domain.words import tokens
from core.masks import BULLETS
from core.store import questions
from core.store.engine import Store

MOST_QUESTIONS: Final = 2000
"""The latest are read: what it costs must not grow with history."""
MOST_OF_A_MOTIVE: Final = 40
LONGEST: Final = 160
"""Characters: longer messages tell a story, and other motives' words with it."""

PastWords = Mapping[tuple[str, str], tuple[str, ...]]
"""By motive and language."""


async def past_words(store: Store, now: datetime) -> PastWords:
    """The latest of every motive, newest first; none that is older than questions are kept.

    Raises:
        StoreError: the store is down.
    """
    return grouped(await store.read(partial(questions.first_words, now=now, limit=MOST_QUESTIONS)))


def grouped(said: Iterable[tuple[str, str, str]]) -> PastWords:
    """By motive and language, each text once; masked words and figures left out, and so is what was written
    for two motives: it tells neither. `said`: motive, language and text, newest first."""
    motives: dict[tuple[str, str], set[str]] = defaultdict(set)
    texts: dict[tuple[str, str, str], str] = {}
    for motive, language, text in said:
        words = [word for word in text.split() if not _is_somebodys(word)]
        same = " ".join(tokens(" ".join(words)))
        if same and len(text) <= LONGEST:
            motives[language, same].add(motive)
            texts.setdefault((motive, language, same), " ".join(words))
    kept: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (motive, language, same), text in texts.items():
        of_motive = kept[motive, language]
        if len(motives[language, same]) == 1 and len(of_motive) < MOST_OF_A_MOTIVE:
            of_motive.append(text)
    return {place: tuple(of_motive) for place, of_motive in sorted(kept.items()) if of_motive}


def _is_somebodys(word: str) -> bool:
    """A masked word, or one with figures: a number of something that is one customer's own."""
    return BULLETS[0] in word or any(letter.isdigit() for letter in word)
