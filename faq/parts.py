"""Where a message may hold two questions: at the end of a sentence, or at a word that begins another one."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from faq.lexicon import Lexicon
from faq.words import COMMON_WEIGHT, words_of

MOST_CUTS = 4
"""Places looked at: a message with more of them tells a story."""
LONGEST_PAIR = 600
"""Characters above which a message is no pair of questions: each half would be searched for as long."""
FEWEST_LETTERS = 5
_TELLING = (
    r"et\s+(?:puis|aussi|sinon|enfin|ensuite)|sinon|par\s+ailleurs|(?:et\s+)?autre\s+(?:question|chose)"
    r"|and\s+(?:also|then)|by\s+the\s+way|another\s+question"
)
"""What nobody says but before another question."""
_ADDING = r"puis|aussi|enfin|ensuite|also"
"""What stands within one as well: « je voudrais aussi savoir »."""
_BETWEEN = re.compile(
    rf"[.!?;\n]+[\s?!]*(?:(?:(?P<begun>{_TELLING}|{_ADDING})|et|and)\b\s*[,:]?\s*)?"
    rf"|,?\s+(?:(?P<joined>{_TELLING}|\+)|{_ADDING})\s*[,:]?\s+"
    r"|,?\s+(?:et|and|&)\s+",
    re.IGNORECASE,
)


class Halves(NamedTuple):
    """A message in two. `is_told`: its own words say that another question begins."""

    first: str
    second: str
    is_told: bool


def halves(text: str, lexicon: Lexicon) -> Iterator[Halves]:
    """The message in two, at each place where it may be cut; both halves say something."""
    said = text.strip()
    if len(said) > LONGEST_PAIR:
        return
    cuts = list(islice(_BETWEEN.finditer(said), MOST_CUTS + 1))
    if len(cuts) > MOST_CUTS:
        return
    for cut in cuts:
        parts = said[: cut.start()], said[cut.end() :]
        if all(len(part) >= FEWEST_LETTERS and _says_something(part, lexicon) for part in parts):
            yield Halves(*parts, is_told=bool(cut["begun"] or cut["joined"]))


def _says_something(text: str, lexicon: Lexicon) -> bool:
    words = words_of(text, lexicon.code)
    return any(word.weight > COMMON_WEIGHT for word in words)
