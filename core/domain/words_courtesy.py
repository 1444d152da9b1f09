"""Greetings, thanks and the small politenesses that ask for nothing (B16, P15, P24).

A message is one of them only when it is made of nothing else: "merci mais ça ne marche toujours pas" is a
request. A question mark makes any of them a request too, except in "ça va ?".
"""

import re
from functools import lru_cache

from core.domain.lexicon import ADDRESSED, COMMON, GREETINGS
from core.domain.words_spelling import Phrasebook, fold, listed, tokens

_LONGEST = 20
"""Words after which a message is no mere politeness."""

_THANKS = listed(
    """merci|merci beaucoup|merci bcp|mille mercis|mille merci|merci mille fois|mercis|un grand merci|
    grand merci|un immense merci|je vous remercie|je te remercie|nous vous remercions|on vous remercie|
    vous remercie|remercie|remerciements|tous mes remerciements|avec mes remerciements|vous remerciant|
    mrc|mci|merki|thx|tx|ty|thanks|thank you|thank u|many thanks|thanks a lot|thanks a million|thanks again|
    cheers"""
)

_WELLS = listed(
    """ok|okay|okey|oki|okidoki|ok ok|k|kk|okk|d accord|daccord|dac|dacc|parfait|parfaitement|super|genial|
    geniale|top|au top|nickel|impec|impeccable|excellent|excellente|cool|formidable|merveilleux|
    magnifique|tres bien|c est bien|bien|bien recu|bien note|c est note|note|entendu|bien entendu|compris|
    j ai compris|c est compris|ca marche|sa marche|ca roule|ca me va|c est bon|c bon|c est tout bon|
    tout est bon|tout bon|c est parfait|c est super|c est top|c est genial|c est gentil|c est tres gentil|
    c est cool|c est regle|c est resolu|probleme resolu|probleme regle|tout est regle|tout va bien|
    ca fonctionne|volontiers|avec plaisir|pas de souci|pas de soucis|pas de probleme|aucun souci|
    aucun probleme|pas de quoi|de rien|je vous en prie|non merci|non c est bon|non ca ira|ca ira|
    rien d autre|c est tout|bravo|bonne continuation|bon courage|c est bon pour moi|bon pour moi|
    pour moi c est bon|ok pour moi|c est ok|c est ok pour moi|ca me convient|ca marche pour moi|
    c est regle pour moi|c est fini|c est arrive|tout est arrive|great|perfect|awesome|nice|good|
    very good|all good|that s all|that s great|that s perfect|got it|sure|fine|that works|it works|
    it s fine|no problem|no worries|you re welcome|no thanks|no thank you|understood|noted|well noted|
    wonderful|lovely|brilliant|amazing|much appreciated|appreciated|fine by me|that s fine|works for me|
    ok for me|good for me|well received|it arrived|all sorted"""
)

_FAREWELLS = listed(
    """bonne journee|bonne soiree|bonne nuit|bonne fin de journee|bonne fin de soiree|bon week end|
    bon weekend|bon we|bonne fin de semaine|bonne semaine|bon apres midi|bonne apres midi|bonnes fetes|
    joyeuses fetes|joyeux noel|bonne annee|meilleurs voeux|bonnes vacances|bon dimanche|bon samedi|
    belle journee|belle soiree|tres bonne journee|tres bonne soiree|excellente journee|excellente soiree|
    au revoir|aurevoir|a bientot|a tres bientot|a demain|a plus|a plus tard|a la prochaine|bye|bye bye|
    goodbye|ciao|tchao|adieu|good bye|good night|have a nice day|have a good day|have a great day|
    have a lovely day|have a good one|have a nice evening|have a good evening|have a nice weekend|
    have a good weekend|good day|see you|see you soon|take care|happy new year|merry christmas|cordialement|
    bien cordialement|bien a vous|salutations|sinceres salutations|amicalement|best regards|kind regards|
    regards|sincerely|all the best"""
)

_ANSWERS = frozenset(
    listed(
        """oui|ouais|yes|yep|d accord|daccord|dac|dacc|volontiers|avec plaisir|c est bon|c bon|
        c est bon pour moi|bon pour moi|pour moi c est bon|ok pour moi|c est ok|c est ok pour moi|ca me va|
        ca marche|sa marche|ca marche pour moi|ca me convient|non merci|non c est bon|non ca ira|ca ira|
        rien d autre|sure|that works|works for me|ok for me|good for me|fine by me|no thanks|no thank you"""
    )
)
"""Courtesies that answer a question, where somebody has asked one."""

_BESIDE = listed(
    """oui|yes|ouais|yep|a vous|a toi|a vous aussi|vous aussi|a toi aussi|egalement|pareillement|et|and|
    alors|donc|bien|tres|vraiment|so|so much|very much|very|infiniment|enormement|beaucoup|bcp|sincerement|
    encore|encore une fois|again|pour tout|d avance|par avance|for everything|in advance|i|
    je suis content|je suis contente|ca m a aide|c est|ca|ca va|je vous souhaite une|je vous souhaite|une|
    un|tout le monde|toute l equipe|toute votre equipe|l equipe|votre equipe|aux equipes|
    to|the team|the whole team|all of you|everyone|cher|chere|dear|lol|ah|oh|hihi|haha|mdr"""
)

_KINDNESS = (
    r"(?:aide|reponses?|retours?|rapidite|patience|temps|gentillesse|reactivite|informations?|infos?"
    r"|precisions?|messages?|comprehension|efficacite|professionnalisme|disponibilite|amabilite|accueil"
    r"|soutien|ecoute|attention|confiance|travail|intervention|collaboration|diligence|explications?"
    r"|conseils?|efforts?|bienveillance|implication|serieux|courtoisie|suivi|geste|services?|prise en charge"
    r"|help|answers?|reply|response|time|understanding|support|information|kindness|assistance|work"
    r"|efficiency|advice|update)"
)
_BECAUSE = re.compile(
    r"\b(?:pour|pr|de|d|for) (?:votre|vos|ton|ta|tes|l|la|le|les|cette|ces|ce|your|the|all|all your)"
    rf" (?:(?:tres|super|si|bonne|bon|grande?|great|kind|quick|prompt|precieuse) )?{_KINDNESS}\b"
    rf"(?: (?:si |tres )?(?:rapides?|precieuse|claires?)\b)?(?: (?:et|and) (?:votre|vos|your) {_KINDNESS}\b)*"
    r"|\bpour (?:le|la|les|l|ce|cette) (?:remboursement|colis|cadeau|livraison|envoi|renvoi|lien)\b"
    r"|\b(?:pour|de|d) (?:(?:m|nous) )?avoir (?:(?:si|tres|bien|vite|rapidement) )*"
    r"(?:aidee?s?|repondu|renseignee?s?|rappelee?s?|ecoutee?s?|depannee?s?|informee?s?|prevenue?s?)\b"
    r"(?: (?:si |aussi |tres )?(?:vite|rapidement)\b)?"
)
"""What one thanks for: it asks for nothing."""

_GOT = re.compile(
    r"\b(?:(?:j ai|nous avons|on a) )?(?:(?:bien|enfin) )?recue?s?"
    r" (?:(?:mon|ma|mes|le|la|les|l|votre|notre) )(?:colis|commande|facture|remboursement|article|produit"
    r"|paiement|virement|documents?|mail|livraison)\b"
    r"|\b(?:(?:mon|ma|mes|le|la|les|l|notre) )?(?:colis|commande|facture|remboursement|article|produit"
    r"|paiement|virement|documents?|livraison) (?:est )?(?:(?:bien|enfin) )*(?:recue?s?|arrivee?s?)\b"
    r"|\bje (?:l |les )ai (?:(?:bien|enfin) )?recue?s?\b"
    r"|^recue? (?=merci)|(?<=merci) recue?$"
    r"|\b(?:(?:the|my) )?(?:parcel|order|refund|invoice|item|package) (?:(?:was|is|has|well) )?"
    r"(?:received|arrived)\b"
    r"|\b(?:i|we) (?:(?:ve|have|just) )*(?:received|got)"
    r" (?:it|(?:the|my) (?:parcel|order|refund|invoice|item))\b"
)
"""Good news of what was awaited: it says no more than "bien reçu"."""

_GREETING_BESIDE = listed(
    """ca va|comment ca va|comment allez vous|vous allez bien|tu vas bien|comment vas tu|
    j espere que vous allez bien|how are you|how are you doing|bonne journee|bon matin"""
)

_CORE = frozenset([*_THANKS, *_WELLS, *_FAREWELLS])
_GRATEFUL = frozenset(_THANKS)
_LEAVING = frozenset(_FAREWELLS)
_POLITENESS = Phrasebook([*_CORE, *_BESIDE, *GREETINGS, *ADDRESSED], COMMON)
_GREETING = Phrasebook([*GREETINGS, *ADDRESSED, *_GREETING_BESIDE], COMMON)

_GLAD = frozenset("👍👌🙏😊🙂😀😃😄😁❤♥💯✅✔👏🎉😉🤝💪🥰😍☺🤗🙌😘💙💚🫶🌹💐✌🤩😇")
_OTHER_SIGNS = range(0x2190, 0x1FB00)
"""Arrows, symbols and emoji: one among them that is not glad may say anything."""


def is_greeting(text: str, names: tuple[str, ...] = ()) -> bool:
    """Only a greeting: "Bonjour Madame", "slt", "hello, how are you?", "bonjour Léa" where Léa is known."""
    said = _without_names(tokens(text), names)
    covered = _GREETING.cover(said) if 0 < len(said) <= _LONGEST else None
    return covered is not None and any(phrase in GREETINGS for phrase in covered)


def is_pleasantry(text: str, names: tuple[str, ...] = ()) -> bool:
    """Only thanks, agreement, a farewell or a glad sign, in any combination: nothing to act on.

    `names`: of the people who may be thanked by name.
    """
    if "?" in text:
        return False
    said = tokens(text)
    is_polite = not _CORE.isdisjoint(_politeness_in(text, names)) if said else _has_glad_sign(text)
    return is_polite and not _has_other_signs(text)


def is_thanks(text: str, names: tuple[str, ...] = ()) -> bool:
    """A pleasantry that says thank you, and answers no question: "oui merci" does."""
    return _is_courtesy_of(_GRATEFUL, text, names)


def is_farewell(text: str, names: tuple[str, ...] = ()) -> bool:
    """A pleasantry that takes leave, and answers no question."""
    return _is_courtesy_of(_LEAVING, text, names)


def _is_courtesy_of(kind: frozenset[str], text: str, names: tuple[str, ...]) -> bool:
    if not is_pleasantry(text, names):
        return False
    covered = _politeness_in(text, names)
    return not kind.isdisjoint(covered) and _ANSWERS.isdisjoint(covered)


# Like its words, it is asked for several times while one message is read, and never again.
@lru_cache(maxsize=16)
def _politeness_in(text: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """The phrases of a message made of politeness alone; none for any other message."""
    said = tokens(text)
    if len(said) > _LONGEST:
        return ()
    kept = _GOT.sub(" bien recu ", _BECAUSE.sub(" ", " ".join(_without_names(said, names))))
    return tuple(_POLITENESS.cover(kept.split()) or ())


def _without_names(said: list[str], names: tuple[str, ...]) -> list[str]:
    known = _words_of_names(names)
    return [word for word in said if word not in known] if known else said


@lru_cache(maxsize=16)
def _words_of_names(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for name in names for word in tokens(name))


def _has_glad_sign(text: str) -> bool:
    return any(letter in _GLAD for letter in text)


def _has_other_signs(text: str) -> bool:
    return any(_is_sign(letter) and letter not in _GLAD for letter in fold(text))


def _is_sign(letter: str) -> bool:
    # Skin tones only colour the sign before them.
    return ord(letter) in _OTHER_SIGNS and not 0x1F3FB <= ord(letter) <= 0x1F3FF and not letter.isalnum()
