"""Where a message may hold two questions: at the end of a sentence, or at a word that begins another one."""

import re
from collections.abc import Iterator

from faq.lexicon import Lexicon
from faq.words import COMMON_WEIGHT, words_of

MOST_CUTS = 4
"""Places looked at: a message with more of them tells a story."""
FEWEST_LETTERS = 5
_OTHER = (
    r"(?:et\s+)?(?:puis|aussi|sinon|enfin|ensuite|par\s+ailleurs|autre\s+(?:question|chose))"
    r"|and\s+(?:also|then)|also|by\s+the\s+way|another\s+question"
)
_BETWEEN = re.compile(
    rf"[.!?;\n]+[\s?!]*(?:(?:{_OTHER}|et|and)\b\s*[,:]?\s*)?"
    rf"|,?\s+(?:{_OTHER})\s*[,:]?\s+"
    r"|,?\s+(?:et|and|\+|&)\s+",
    re.IGNORECASE,
)


def halves(text: str, lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    """The message in two, at each place where it may be cut; both halves say something."""
    cuts = list(_BETWEEN.finditer(text.strip()[:2_000]))
    if not cuts or len(cuts) > MOST_CUTS:
        return
    for cut in cuts:
        parts = text.strip()[: cut.start()], text.strip()[cut.end() :]
        if all(len(part) >= FEWEST_LETTERS and _says_something(part, lexicon) for part in parts):
            yield parts


def _says_something(text: str, lexicon: Lexicon) -> bool:
    words = words_of(text, lexicon.code)
    return any(word.weight > COMMON_WEIGHT for word in words)
