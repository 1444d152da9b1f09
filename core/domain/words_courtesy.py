"""Greetings, thanks and the small politenesses that ask for nothing (B16, P15, P24).

A message is one of them only when it is made of nothing else: "merci mais ça ne marche toujours pas" is a
request. A question mark makes any of them a request too, except in "ça va ?".
"""

from core.domain.lexicon import ADDRESSED, COMMON, GREETINGS
from core.domain.words_spelling import Phrasebook, fold, listed, tokens

_LONGEST = 20
"""Words after which a message is no mere politeness."""

_THANKS = listed(
    """merci|merci beaucoup|mille mercis|mercis|un grand merci|grand merci|je vous remercie|je te remercie|
    remercie|remerciements|mrc|mci|merki|thx|tx|ty|thanks|thank you|thank u|many thanks|thanks a lot|
    cheers|avec mes remerciements|vous remerciant"""
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
    rien d autre|c est tout|bravo|bonne continuation|bon courage|great|perfect|awesome|nice|good|
    very good|all good|that s all|that s great|that s perfect|got it|sure|fine|that works|it works|
    it s fine|no problem|no worries|you re welcome|no thanks|no thank you|understood|noted|well noted|
    wonderful|lovely|brilliant|amazing|much appreciated|appreciated"""
)

_FAREWELLS = listed(
    """bonne journee|bonne soiree|bonne nuit|bonne fin de journee|bonne fin de soiree|bon week end|
    bon weekend|bon we|bonne fin de semaine|bonne semaine|bon apres midi|bonne apres midi|bonnes fetes|
    bonnes vacances|au revoir|aurevoir|a bientot|a demain|a plus|a plus tard|a la prochaine|bye|bye bye|
    goodbye|ciao|tchao|adieu|good bye|good night|have a nice day|have a good day|have a great day|
    have a good one|good day|see you|see you soon|take care|cordialement|bien cordialement|bien a vous|
    best regards|kind regards|regards"""
)

_BESIDE = listed(
    """oui|yes|ouais|yep|a vous|a toi|a vous aussi|vous aussi|a toi aussi|egalement|pareillement|et|and|
    alors|donc|bien|tres|vraiment|so|so much|very much|very|infiniment|enormement|encore|again|pour tout|
    pour votre aide|pour l aide|pour ton aide|pour votre reponse|pour la reponse|pour ta reponse|
    pour votre reponse rapide|pour votre retour|pour votre rapidite|pour votre patience|pour votre temps|
    pour votre gentillesse|pour votre reactivite|pour les informations|pour l information|pour l info|
    pour les infos|pour ces informations|pour ces precisions|pour votre message|de votre aide|
    de votre reponse|de votre retour|de m avoir aide|de m avoir repondu|d avoir repondu|d avance|
    par avance|for your help|for the help|for your answer|for your reply|for everything|
    for the information|for the info|for your time|in advance|i|je suis content|je suis contente|
    ca m a aide|c est|ca|ca va|je vous souhaite une|je vous souhaite|une|un|tout le monde|lol|ah|oh|hihi|
    haha|mdr"""
)

_GREETING_BESIDE = listed(
    """ca va|comment ca va|comment allez vous|vous allez bien|tu vas bien|comment vas tu|
    j espere que vous allez bien|how are you|how are you doing|bonne journee|bon matin"""
)

_CORE = frozenset([*_THANKS, *_WELLS, *_FAREWELLS])
_GRATEFUL = frozenset(_THANKS)
_POLITENESS = Phrasebook([*_CORE, *_BESIDE, *GREETINGS, *ADDRESSED], COMMON)
_GREETING = Phrasebook([*GREETINGS, *ADDRESSED, *_GREETING_BESIDE], COMMON)

_GLAD = frozenset("👍👌🙏😊🙂😀😃😄😁❤♥💯✅✔👏🎉😉🤝💪🥰😍☺🤗🙌😘💙💚🫶🌹💐✌🤩😇")
_OTHER_SIGNS = range(0x2190, 0x1FB00)
"""Arrows, symbols and emoji: one among them that is not glad may say anything."""


def is_greeting(text: str) -> bool:
    """Only a greeting: "Bonjour Madame", "slt", "hello, how are you?"."""
    said = tokens(text)
    covered = _GREETING.cover(said) if 0 < len(said) <= _LONGEST else None
    return covered is not None and any(phrase in GREETINGS for phrase in covered)


def is_pleasantry(text: str) -> bool:
    """Only thanks, agreement, a farewell or a glad sign, in any combination: nothing to act on."""
    if "?" in text or _has_other_signs(text):
        return False
    said = tokens(text)
    if not said:
        return any(letter in _GLAD for letter in text)
    covered = _politeness_in(said)
    return any(phrase in _CORE for phrase in covered)


def is_thanks(text: str) -> bool:
    """A pleasantry that says thank you."""
    return is_pleasantry(text) and any(phrase in _GRATEFUL for phrase in _politeness_in(tokens(text)))


def _politeness_in(said: list[str]) -> list[str]:
    """The phrases of a message made of politeness alone; none for any other message."""
    return (_POLITENESS.cover(said) or []) if len(said) <= _LONGEST else []


def _has_other_signs(text: str) -> bool:
    return any(_is_sign(letter) and letter not in _GLAD for letter in fold(text))


def _is_sign(letter: str) -> bool:
    # Skin tones only colour the sign before them.
    return ord(letter) in _OTHER_SIGNS and not 0x1F3FB <= ord(letter) <= 0x1F3FF and not letter.isalnum()
