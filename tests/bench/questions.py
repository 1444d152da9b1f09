"""What customers ask the bot in (b): each asks three different things, in words of the shipped articles."""

from collections.abc import Iterator
from itertools import count, cycle

from faq.files import SHIPPED, read_articles
from tests.bench.forms import whatsapp

FIRST = 1_000_000
"""Their numbers begin here: nobody of (a) is among them."""
TOGETHER = 100
"""So many customers take turns, so that nobody writes again before the answer."""
_AROUND = (
    "{}",
    "bonjour, {}",
    "{} svp",
    "bonsoir {} merci",
    "{}, c'est pour ma fille",
    "dites-moi, {}",
    "je suis perdue, {}",
    "{} et je pars demain",
    "salut, {} depuis lundi",
    "alors voilà, {}",
    "{}, je ne comprends pas",
)


def _asked() -> list[str]:
    """A phrasing of every French article, each time with other words around it."""
    known = [article for article in read_articles(SHIPPED) if article.language == "fr" and article.phrasings]
    return [around.format(article.phrasings[0]) for around in _AROUND for article in known]


def questions() -> Iterator[bytes]:
    """A first message of a stranger, then two more of the same customer; in turn, for ever."""
    asked = cycle(_asked())
    for wave in count():
        for _ in range(3):
            for place in range(TOGETHER):
                yield whatsapp(FIRST + wave * TOGETHER + place, next(asked))


def first_messages() -> Iterator[bytes]:
    """Strangers only, for ever."""
    asked = cycle(_asked())
    for number in count():
        yield whatsapp(FIRST + number, next(asked))
