"""What a customer's few words mean, French and English, whatever their case, accents and slips (B26).

The door of this reading: the other rooms import from here. Each reading looks at one message, knows nothing
of the conversation, and returns "no" or None when unsure; none reads more than 4,000 characters.
"""

from typing import Literal

from core.domain.words_answers import says_unsettled, skips, yes_or_no
from core.domain.words_choice import is_number_choice, pick
from core.domain.words_courtesy import is_farewell, is_greeting, is_pleasantry, is_thanks
from core.domain.words_person import wants_person
from core.domain.words_spelling import fold, near, osa_distance, tokens
from core.domain.words_status import asks_only_status, asks_status

__all__ = [
    "asks_only_status",
    "asks_status",
    "asks_to_start",
    "asks_to_stop",
    "fold",
    "is_farewell",
    "is_greeting",
    "is_number_choice",
    "is_pleasantry",
    "is_thanks",
    "language_of",
    "near",
    "osa_distance",
    "pick",
    "says_unsettled",
    "skips",
    "tokens",
    "wants_person",
    "yes_or_no",
]

_FRENCH = frozenset(
    """le la les des du un une et est sont suis etes sommes je tu il elle nous vous ils elles ce cette ces
    mon ma mes votre vos notre nos pas ne que qui quoi dans avec pour sur mais ou donc car quand pourquoi
    bonjour bonsoir merci oui non svp ca j ai avez avons avoir etre fait faire veux voudrais toujours plus
    rien deja tres bien aussi alors colis commande demande facture livraison remboursement quelqu chez au
    aux comment salut bonne""".split()
)
_ENGLISH = frozenset(
    """the is are was were am my your our their this that these those of and with for from what when where
    which who why how do does did don can could would should have has had will not i you he she they we it
    there here please yes want need order parcel refund delivery invoice to in be been any still some
    something someone help get""".split()
)


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


def language_of(text: str) -> Literal["fr", "en"] | None:
    """ "fr" or "en", by a vote of the small words; None when neither has more.

    Greetings that the French borrow ("hello", "ok", "thanks") do not vote.
    """
    said = tokens(text)
    french = sum(word in _FRENCH for word in said)
    english = sum(word in _ENGLISH for word in said)
    if french == english:
        return None
    return "fr" if french > english else "en"
