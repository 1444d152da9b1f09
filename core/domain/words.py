"""What a customer's few words mean, French and English, whatever their case, accents and slips (B26).

The door of this reading: the other rooms import from here. Each reading looks at one message, knows nothing
of the conversation, and returns "no" or None when unsure; none reads more than 4,000 characters.
"""

from typing import Literal

from core.domain.lexicon import ADDRESSED, COMMON, GREETINGS, POLITE
from core.domain.words_answers import says_unsettled, skips, yes_or_no
from core.domain.words_choice import is_number_choice, pick
from core.domain.words_courtesy import is_greeting, is_pleasantry, is_thanks
from core.domain.words_person import wants_person
from core.domain.words_spelling import Phrasebook, fold, listed, near, osa_distance, tokens

__all__ = [
    "asks_status",
    "asks_to_start",
    "asks_to_stop",
    "fold",
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

_LONGEST_QUESTION = 25
"""Words after which a message tells more than that it waits."""

_ASKING = Phrasebook(
    listed(
        """ou en est ma demande|ou en est mon dossier|ou en est ma requete|ou en est ma reclamation|
        ou en est mon cas|ou en est ma question|ou en est mon probleme|ou en est ce dossier|
        ou en est la demande|ou en est le dossier|ou en est le traitement|ou en etes vous|
        ou en sommes nous|ou en est on|ou ca en est|ou sa en est|ou cela en est|ou c en est|ca en est ou|
        on en est ou|vous en etes ou|suivi de ma demande|suivi de mon dossier|etat de ma demande|
        etat de mon dossier|statut de ma demande|statut de mon dossier|avancement de ma demande|
        avancement de mon dossier|nouvelles de ma demande|nouvelles de mon dossier|
        toujours pas de reponse|toujours pas eu de reponse|toujours pas recu de reponse|
        toujours aucune reponse|toujours sans reponse|toujours sans nouvelles|toujours pas de nouvelles|
        toujours pas de nouvelle|toujours pas de retour|toujours aucun retour|toujours pas eu de retour|
        toujours rien de votre part|aucune nouvelle de votre part|pas de nouvelles de votre part|
        j attends toujours une reponse|j attends toujours votre reponse|attends toujours votre retour|
        avez vous des nouvelles|vous avez des nouvelles|avez vous du nouveau|vous avez du nouveau|
        quand aurai je une reponse|quand est ce que vous repondez|quand allez vous me repondre|
        quand est ce que j aurai une reponse|quand vais je avoir une reponse|personne ne me repond|
        personne ne repond|personne me repond|where is my request|where s my request|status of my request|
        status of my case|what s the status|what is the status|any news|any update|any updates|
        still no answer|still no reply|still no response|still no news|still waiting for an answer|
        still waiting for a reply|still waiting for your answer|still waiting for your reply|
        when will i get an answer|when will you answer|when will i hear back|nobody answers|no one answers"""
    ),
    COMMON,
)
_ASKING_ALONE = Phrasebook(
    listed(
        """des nouvelles|une nouvelle|du nouveau|quoi de neuf|quoi de nouveau|alors|toujours rien|
        rien de nouveau|pas de reponse|pas de nouvelles|aucune reponse|aucune nouvelle|aucun retour|
        sans reponse|j attends|j attends toujours|je patiente|je patiente toujours|toujours en attente|
        c est pour quand|c est long|dans combien de temps|combien de temps|ma demande|mon dossier|statut|
        status|suivi|suivi demande|avancement|you there|vous etes la|vous etes toujours la|still waiting|
        still nothing|how long|update|updates|news|no answer|no reply|so"""
    ),
    COMMON,
)
_AROUND = GREETINGS | ADDRESSED | POLITE | frozenset("et and ok hum euh depuis hier ce matin encore".split())

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


def asks_status(text: str) -> bool:
    """Whether the customer asks how far their request is, or says that nobody answers.

    About the request only: "où est mon colis" is a question for the knowledge base.
    """
    said = tokens(text)[: _LONGEST_QUESTION + 1]
    if len(said) > _LONGEST_QUESTION:
        return False
    if _ASKING.inside(said) is not None:
        return True
    kept = [word for word in said if word not in _AROUND]
    return bool(kept) and _ASKING_ALONE.cover(kept) is not None


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
