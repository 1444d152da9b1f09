"""Does the customer want a person? ("conseiller", "parler à quelqu'un": any time, P12 and P29)

Three readings. A message or a sentence that says nothing else ("un conseiller svp"); a wish that leads to the
person ("je veux enfin parler à une vraie personne"), however long the message; or somebody who is awaited, or
was to call ("j'attends un conseiller", "un conseiller devait me rappeler"). A story about a person ("votre
conseiller ne répond pas") is none of them.
"""

from itertools import groupby

from core.domain.lexicon import ADDRESSED, ARTICLES, AUXILIARIES, COMMON, GREETINGS, POLITE
from core.domain.words_spelling import Lookout, Phrasebook, Vocabulary, clauses, listed, tokens, without_words

_PERSONS = Phrasebook(
    listed(
        """conseiller|conseillere|humain|humaine|humains|agent|agente|operateur|
        operatrice|teleconseiller|teleoperateur|interlocuteur|quelqu un|quelqun|quelquun|qqn|
        qqun|qqu un|qq un|qq1|une personne|vraie personne|personne reelle|personne humaine|etre humain|
        service client|service clients|sav|service apres vente|support client|votre equipe|un responsable|
        une responsable|human|humans|human being|someone|somebody|a person|real person|actual person|
        live person|live agent|advisor|adviser|operator|representative|customer service|customer support|
        support team|a manager"""
    ),
    COMMON,
)

_ADVISES = Vocabulary(("conseiller", "conseillez", "conseille", "conseilles"), COMMON)
_BEFORE_ADVISING = frozenset("me m nous te se vous ai as a".split())
_AFTER_ADVISING = frozenset("moi nous vous".split())

_WISHES = Vocabulary(
    """parler discuter echanger joindre contacter appeler rappeler voudrais voudrai souhaite souhaiterais
    aimerais aimerai prefere prefererais besoin demande exige reclame speak
    talk chat connect contact transfer""".split(),
    COMMON,
)
_SHORT_WISHES = frozenset(
    """veux veut veu voudrait parle parles parlez parlons passe passez passer mettez met mets
    transferez transmettez want need wanna like get give reach have""".split()
)

_BRIDGES = ARTICLES | frozenset(
    """a au aux avec en chez moi nous m me que qu qui vers est ce je j i can could may please svp stp
    vrai vraie vrais autre enfin maintenant direct directement urgemment vite rapidement
    immediatement absolument juste simplement plutot encore avoir voir etre mis mise relation contact ligne
    telephone live real actual human humaine physique vivante vivant competent competente bon de
    to with you be connected transferred through by your my votre vos un some any now directly 2 instead
    conversation discussion""".split()
)

_ONLY = (
    GREETINGS
    | ADDRESSED
    | POLITE
    | ARTICLES
    | _SHORT_WISHES
    | frozenset(
        """avec en ligne vrai vraie reel reelle vite maintenant urgent urgence rapidement direct
        directement ok oui non moi je j me m nous i d accord y il peut pourrait pouvez vous peux est ce que qu
        pourrais puis possible disponible dispo ici repondre repond aide aider m aider help me can could is
        there would now real live mais bordel putain merde pour le la choix option
        ou joindre plutot prefere the for to with""".split()
    )
)

_NEGATORS = frozenset("pas plus jamais sans ni not no never without dont don".split())
_UNABLE = frozenset(
    """arrive arrives arrivons peux peut puis pouvez pouvons peuvent parviens reussi reussis reussit pu
    possible""".split()
)
_ROBOTS = Vocabulary(
    ("robot", "robots", "bot", "bots", "machine", "automate", "chatbot", "repondeur"), COMMON
)
_names_robot = Lookout(_ROBOTS.__contains__).any_of
_SPOKEN_OF = frozenset(
    """votre vos le la les l ce cet cette ces mon ma mes notre nos son sa ses aucun aucune
    your the my this that our his her their""".split()
)
"""What stands before somebody who is known: "votre conseiller" is spoken of, "un conseiller" asked for."""
_BEFORE_DEED = frozenset("me m nous vous".split())
_DEEDS = AUXILIARIES | frozenset(
    "ne n doit devait devra devrait allait va vient venait was is should".split()
)
"""What begins what a person did, or was to do; "ne": what they do not."""
_AWAITS = frozenset("attends attend attendons attente waiting wait awaiting".split())
_CALLS = frozenset("appel rappel retour reponse coup fil call callback reply answer".split())
_TO_AWAITED = (
    ARTICLES
    | _CALLS
    | frozenset("qu que toujours encore votre vos mon ma notre le from by for my your still back".split())
)
_ANYBODY = frozenset("quelqu quelqun quelquun qqn qqun qqu qq qq1 someone somebody".split())
"""Whom one awaits for a delivery or a repair as well."""
_VISITORS = frozenset("agent agente equipe operateur operatrice sav team".split())
"""Last words of those who come too: "j'attends votre équipe pour l'installation"."""
_MODALS = frozenset(
    """doit devait devra devrait allait va was should peut pourrait pourra puisse peuvent can could will would
    may to""".split()
)
_TO_ME = frozenset("me m nous us".split())
_CONTACTS = Vocabulary(
    """rappeler appeler recontacter contacter joindre telephoner repondre call called contact contacted
    ring phone reply answer""".split(),
    COMMON,
)
_CALL = frozenset("call contact ring phone reply answer".split())
"""Not what was done: "someone called me" tells of a stranger."""
_CONTACT_WITHIN = 5
"""Words behind the person: "was supposed to call me"."""
_SHORTEST_SPELLED = 5
"""Letters that stand alone in a row before they are one word: "s'il y a" has three."""


def wants_person(text: str) -> bool:
    """Whether the customer asks for a human being, tolerant of typos, accents and politeness."""
    if not _may_name_one(tokens(text)):
        return False
    said_clauses = [_unspaced(tokens(clause)) for clause in clauses(text)]
    if any(_is_wish(said) for said in said_clauses):
        return True
    alone = len(said_clauses) == 1
    return any(_asks_only_that(said, alone=alone) for said in said_clauses) or _asks_only_that(
        _unspaced(tokens(text)), alone=True
    )


def without_persons_asked(text: str) -> str:
    """The text without those it asks for, and without the verb that is written like them: what is left says
    what it is about. Of "votre conseiller ne répond pas" all is left; a text that names nobody is as it was.
    """
    said = tokens(text)
    if not _may_name_one(said):
        return text
    found = ((at, _PERSONS.at(said, at)) for at in range(len(said)))
    ends = {at: at + person.count(" ") + 1 for at, person in found if person}
    places = {
        place
        for at, end in ends.items()
        if not _is_spoken_of(said, at, end)
        for place in range(at, _contact_end(said, end))
    }
    return without_words(text, places) if places else text


def _is_spoken_of(said: list[str], at: int, end: int) -> bool:
    """Whether the person at a place is known, awaited, or did something, and no wish leads there."""
    if _gives_advice(said, at) or _wish_before(said, at, negated=False):
        return False
    is_known = at > 0 and said[at - 1] in _SPOKEN_OF
    return is_known or _is_awaited(said, at, end) or _did_something(said[end:])


def _did_something(after: list[str]) -> bool:
    """ "… m'a raccroché au nez", "… devait me rappeler", "… ne répond pas"."""
    did = next((word for word in after if word not in _BEFORE_DEED), "")
    return did in _DEEDS


def _is_awaited(said: list[str], at: int, end: int) -> bool:
    """ "J'attends un conseiller", "en attente de l'appel d'un conseiller"; not "l'agent de livraison"."""
    start = at
    while at > 0 and said[at - 1] in _TO_AWAITED:
        at -= 1
    if at == 0 or said[at - 1] not in _AWAITS or said[end : end + 1] in (["de"], ["d"]):
        return False
    return not _may_come(said, start, end) or not _CALLS.isdisjoint(said[at:start])


def _may_come(said: list[str], at: int, end: int) -> bool:
    """Whether who is awaited, and not a call, may be one who delivers, installs or repairs."""
    is_anybody = said[at] in _ANYBODY or said[at:end] in (["une", "personne"], ["a", "person"])
    return is_anybody or (said[end - 1] in _VISITORS and said[end : end + 1] in (["pour"], ["for"]))


def _contact_end(said: list[str], end: int) -> int:
    """Where "… devait me rappeler", "… peut m'appeler", "… call me" ends behind a person; `end` for none."""
    after = said[end : end + _CONTACT_WITHIN]
    verb = next((n for n, word in enumerate(after) if word in _CONTACTS), None)
    if verb is None or not _TO_ME.intersection(said[end : end + verb + 2]):
        return end
    is_led = after[0] in _MODALS or after[0] in _CALL
    return end + verb + 1 if is_led and _NEGATORS.isdisjoint(after) else end


def _may_name_one(said: list[str]) -> bool:
    """Whether a person or a robot is named at all, be it letter by letter: most messages name none."""
    lone = sum([len(word) == 1 for word in said])
    named = lone >= _SHORTEST_SPELLED or _PERSONS.inside(said) is not None
    return named or _names_robot(said)


def _unspaced(said: list[str]) -> list[str]:
    """The words, a word spelled letter by letter written as one: "c o n s e i l l e r"."""
    words: list[str] = []
    for is_letter, run in groupby(said, key=lambda word: len(word) == 1 and word.isalpha()):
        together = list(run)
        spelled = is_letter and len(together) >= _SHORTEST_SPELLED
        words += ["".join(together)] if spelled else together
    return words


def _asks_only_that(said: list[str], *, alone: bool) -> bool:
    """The words name a person and hold nothing but politeness besides.

    In a longer message "le conseiller" is somebody spoken of, where "un conseiller" is still a wish.
    """
    names_one, at = False, 0
    while at < len(said):
        person = _person_at(said, at)
        if person is None and said[at] not in _ONLY:
            return False
        if person is not None and not alone and at and said[at - 1] in {"le", "la", "the"}:
            return False
        names_one = names_one or person is not None
        at += person.count(" ") + 1 if person else 1
    return names_one


def _is_wish(said: list[str]) -> bool:
    """Somewhere a wish leads to a person, or away from a robot; or one is awaited, or was to call."""
    for at in range(len(said)):
        person = _person_at(said, at)
        if person is not None and _is_wished(said, at, at + person.count(" ") + 1):
            return True
        if said[at] in _ROBOTS and (_wish_before(said, at, negated=True) or _is_fed_up_with(said, at)):
            return True
    return False


def _is_wished(said: list[str], at: int, end: int) -> bool:
    leads = _wish_before(said, at, negated=False)
    return leads or _is_awaited(said, at, end) or _contact_end(said, end) > end


def _is_fed_up_with(said: list[str], at: int) -> bool:
    """ "Marre des robots", but not "marre de mon robot", nor of a machine: those may be what was bought."""
    if _ROBOTS.find(said[at]) == "machine" or any(word not in _ONLY for word in said[at + 1 :]):
        return False
    at -= 1
    while at >= 0 and (said[at] in _BRIDGES or said[at] == "ces" or _is_wish_verb(said[at])):
        at -= 1
    return at >= 0 and said[at] == "marre" and (at == 0 or said[at - 1] not in _NEGATORS)


def _wish_before(said: list[str], at: int, *, negated: bool) -> bool:
    """Walk back from a person over the words that may link them to a wish; what comes before it decides."""
    wished = ""
    at -= 1
    while at >= 0 and (said[at] in _BRIDGES or _is_wish_verb(said[at])):
        if _is_wish_verb(said[at]):
            if not wished and _tells_the_past(said, at):
                return False
            wished = said[at]
        at -= 1
    return bool(wished) and _is_negated(said, at) is negated


def _is_wish_verb(word: str) -> bool:
    return word in _SHORT_WISHES or word in _WISHES


def _tells_the_past(said: list[str], at: int) -> bool:
    """ "J'ai parlé à un conseiller", "j'ai déjà contacté quelqu'un": not a wish, what happened."""
    before = at - 1
    while before >= 0 and said[before] in {"deja", "bien", "enfin", "already"}:
        before -= 1
    happened = before >= 0 and said[before] in AUXILIARIES
    if happened and said[before] == "a":
        happened = not said[at].endswith(("er", "re"))  # "a parlé", and not "à parler"
    wanted = said[at] == "besoin" or (said[at] == "demande" and said[at + 1 : at + 2] != ["a"])
    return happened and not wanted


def _is_negated(said: list[str], at: int) -> bool:
    """Whether the walk stopped at a negation, other than "je n'arrive pas à joindre quelqu'un"."""
    if at < 0:
        return False
    negator = at - 1 if said[at] == "t" else at
    if said[negator] not in _NEGATORS:
        return False
    return not any(word in _UNABLE for word in said[max(0, negator - 2) : negator])


def _person_at(said: list[str], at: int) -> str | None:
    person = _PERSONS.at(said, at)
    if person is None or not _gives_advice(said, at):
        return person
    return None


def _gives_advice(said: list[str], at: int) -> bool:
    """ "Pouvez-vous me conseiller", "conseillez-moi": the verb, not the person."""
    if said[at] not in _ADVISES:
        return False
    before = said[at - 1] if at else ""
    return before in _BEFORE_ADVISING or said[at + 1 : at + 2] in ([word] for word in _AFTER_ADVISING)
