"""What a customer's few words mean, French and English, whatever their case, accents and slips (B26).

The door of this reading: the other rooms import from here. Each reading looks at one message, knows nothing
of the conversation, and returns "no" or None when unsure; none reads more than 4,000 characters.
"""

from core.domain.words_answers import says_unsettled, skips, yes_or_no
from core.domain.words_choice import is_number_choice, pick
from core.domain.words_courtesy import is_farewell, is_greeting, is_pleasantry, is_thanks
from core.domain.words_language import greets_in_english, told_by_word
from core.domain.words_person import wants_person, without_persons_asked
from core.domain.words_spelling import fold, near, osa_distance, tokens
from core.domain.words_status import asks_only_status, asks_status

__all__ = [
    "asks_only_status",
    "asks_status",
    "asks_to_start",
    "asks_to_stop",
    "fold",
    "greets_in_english",
    "is_farewell",
    "is_greeting",
    "is_number_choice",
    "is_pleasantry",
    "is_thanks",
    "near",
    "osa_distance",
    "pick",
    "says_unsettled",
    "skips",
    "tokens",
    "told_by_word",
    "wants_person",
    "without_persons_asked",
    "yes_or_no",
]

_STOP = frozenset(
    """stop|stop all|stopall|unsubscribe|optout|opt out|arret|desabonner|se desabonner|me desabonner|
    desabonnement|desinscription|desinscrire|me desinscrire|se desinscrire""".replace("\n    ", "").split("|")
)
_START = frozenset("start|unstop|reprendre|reprise".split("|"))


def asks_to_stop(text: str) -> bool:
    """The bare word with which a person asks to be written to no more: "STOP", "Arrêt" (T39)."""
    return "?" not in text and " ".join(tokens(text)) in _STOP


def asks_to_start(text: str) -> bool:
    """The bare word with which they ask for the contrary: "START"."""
    return "?" not in text and " ".join(tokens(text)) in _START
