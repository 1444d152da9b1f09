"""Does the customer ask how far their request is, or say that nobody answers?"""

from core.domain.lexicon import ADDRESSED, COMMON, GREETINGS, POLITE
from core.domain.words_spelling import Phrasebook, listed, tokens

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
_BESIDE = _AROUND | frozenset(
    """depuis hier avant ce matin soir midi jour jours semaine semaines mois heure heures minute minutes an
    plus que maintenant longtemps deja encore toujours fois bientot il y un une deux trois quatre cinq
    six sept huit dix quinze j ai je on nous vous me m avons avez ecrit ecris envoye contacte relance
    appele message messages mail mails email courriel mes mon ma la le les votre vos de du des d a au en
    pour par et mais ou demande dossier question reponse nouvelles part c est sont ca cela l long
    vraiment trop tres bien bon alors donc tout quand meme two three four since for from yesterday today
    morning week weeks day days hour hours month months now ago i have ve has it been my your the to an
    of on and but still about so request message messages emails wrote sent yet me is s are there at all
    please""".split()
)
"""Words that tell no more than how one has been asking, and for how long."""


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


def asks_only_status(text: str) -> bool:
    """Whether the customer asks that and says nothing else.

    "C'est urgent, personne ne me répond" and "toujours pas de réponse pour mon remboursement" are requests.
    """
    if not asks_status(text):
        return False
    said, at = tokens(text), 0
    while at < len(said):
        asking = _ASKING.at(said, at) or _ASKING_ALONE.at(said, at)
        if asking is None and said[at] not in _BESIDE and not said[at].isdecimal():
            return False
        at += asking.count(" ") + 1 if asking else 1
    return True
