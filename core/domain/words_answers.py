"""Yes, no, or leave it: the answer to a question the bot has asked."""

from core.domain.lexicon import ADDRESSED, COMMON, GREETINGS, POLITE
from core.domain.words_spelling import Phrasebook, clauses, listed, tokens

_LONGEST = 25
"""Words after which a message is a story, whatever it begins with."""

_YES = Phrasebook(
    listed(
        """oui|oui oui|si|si si|ouais|ouai|ouaip|oué|oue|wi|ui|oiu|yes|yep|yeah|yup|yea|ya|y|o|bien sur|
        bien sur que oui|biensur|evidemment|tout a fait|toutafait|exact|exactement|c est exact|absolument|
        effectivement|carrement|affirmatif|completement|totalement|c est ca|voila|c est bloquant|bloquant|
        bloquante|tres bloquant|completement bloquant|totalement bloquant|c est completement bloquant|
        c est tres bloquant|ca bloque|ca me bloque|ca me bloque completement|ca bloque completement|
        ca nous bloque|je suis bloque|je suis completement bloque|je suis totalement bloque|
        je suis bloquee|nous sommes bloques|on est bloque|on est bloques|tout est bloque|c est bloque|
        it is|it does|yes it is|yes it does|of course|sure|definitely|absolutely|correct|right|indeed|
        exactly|that s right|it s blocking|it is blocking|blocking|i am blocked|i m blocked|
        we are blocked|i m stuck|i am stuck|bien entendu|je confirme|je veux bien|volontiers|avec plaisir"""
    ),
    COMMON,
)
_NO = Phrasebook(
    listed(
        """non|non non|nn|nan|nan nan|nope|no|no no|nah|n|nein|pas du tout|absolument pas|pas vraiment|
        pas trop|pas completement|pas totalement|pas tout a fait|pas forcement|aucunement|nullement|
        jamais|negatif|bien sur que non|certainement pas|surtout pas|c est pas bloquant|
        ce n est pas bloquant|pas bloquant|pas bloquante|non bloquant|pas bloque|pas bloquee|
        je ne suis pas bloque|je ne suis pas bloquee|je suis pas bloque|je suis pas bloquee|
        ca ne me bloque pas|ca me bloque pas|ca ne bloque pas|ca bloque pas|c est pas bloque|
        ce n est pas bloque|rien de bloquant|ce n est pas completement bloquant|
        c est pas completement bloquant|pas encore|toujours pas|c est pas ca|ce n est pas ca|pas ca|
        not at all|not really|it isn t|it is not|it doesn t|it does not|no it isn t|no it doesn t|
        not blocking|it s not blocking|not blocked|i m not blocked|of course not|not completely|not yet|
        no thanks|never"""
    ),
    COMMON,
)
_SKIP = Phrasebook(
    listed(
        """passer|passe|passez|je passe|on passe|non|nn|nan|no|nope|non merci|skip|skip it|skip this|ignorer|
        ignore|suivant|suivante|next|plus tard|pas maintenant|une autre fois|later|not now|no thanks|
        no thank you|je prefere pas|je prefere ne pas|je ne prefere pas|je ne veux pas|je veux pas|
        je ne souhaite pas|j aime autant pas|pas envie|sans|aucun|i d rather not|i prefer not to|
        rather not|passer cette etape|sauter|pas besoin|pas la peine|ca ira"""
    ),
    COMMON,
)
_ABOUT_THE_ANSWER = listed(
    """toujours pas regle|toujours pas resolu|ce n est toujours pas regle|c est toujours pas regle|
    ce n est toujours pas resolu|c est toujours pas resolu|ca ne repond pas a ma question|
    ca repond pas a ma question|cela ne repond pas a ma question|vous ne repondez pas a ma question"""
)
_UNSETTLED = Phrasebook(_ABOUT_THE_ANSWER)
_THANKED_BUT = Phrasebook(
    [
        *_ABOUT_THE_ANSWER,
        *listed(
            """ce n est pas regle|c est pas regle|pas regle|ce n est pas resolu|c est pas resolu|pas resolu|
            ca ne marche pas|ca marche pas|cela ne marche pas|ca ne marche toujours pas|
            ca marche toujours pas|ca ne fonctionne pas|ca fonctionne pas|cela ne fonctionne pas|
            ca ne fonctionne toujours pas|ca ne m aide pas|ca m aide pas|it doesn t work|it does not work"""
        ),
    ]
)
"""What refuses an answer only after thanks for it: "ça ne marche pas" alone may be the request itself."""

_PLAIN = frozenset("oui ouais ouai yes yep yeah non nan nope nn".split())
"""Words that answer whatever follows them. Others may begin a sentence that answers nothing."""

_AROUND = GREETINGS | ADDRESSED | POLITE | frozenset("ok alors ben bah euh eh ah oh well um mdr".split())


def yes_or_no(text: str) -> bool | None:
    """True for a yes, False for a no; None for anything else, and for both at once.

    A message that begins with one of them is that answer ("oui, depuis hier"), unless it then says the
    opposite ("oui mais non"). A short refusal of an answer is a no (`says_unsettled`). "ok" is neither: it
    acknowledges a question more often than it answers it.
    """
    if says_unsettled(text):
        return False
    said_clauses = [_without_politeness(tokens(clause)) for clause in clauses(text)]
    said_clauses = [said for said in said_clauses if said]
    said = [word for clause in said_clauses for word in clause]
    if not said or len(said) > _LONGEST:
        return None
    answer, rest = _leading(said)
    if answer is None or _says(rest, not answer):
        return None
    first = said_clauses[0]
    return answer if first[0] in _PLAIN or _holds_nothing_else(first) else None


def says_unsettled(text: str) -> bool:
    """Whether a message only refuses an answer: "toujours pas réglé", "merci mais ça ne marche pas"."""
    every = tokens(text)
    said = _without_politeness(every)
    if not said or len(said) > _LONGEST or "?" in text:
        return False
    if said[0] not in {"mais", "but"}:
        return _UNSETTLED.cover(said) is not None
    thanked = not {"merci", "thanks"}.isdisjoint(every[: len(every) - len(said)])
    return thanked and len(said) > 1 and _THANKED_BUT.cover(said[1:]) is not None


def skips(text: str) -> bool:
    """Whether the customer leaves a question unanswered: "passer", "non merci", "skip", "plus tard"."""
    said = tokens(text)[: _LONGEST + 1]
    kept = [word for word in said if word not in _AROUND]
    return bool(kept) and (_SKIP.cover(said) is not None or _SKIP.cover(kept) is not None)


def _without_politeness(said: list[str]) -> list[str]:
    at = next((at for at, word in enumerate(said) if word not in _AROUND - {"bien"}), len(said))
    return said[at:]


def _holds_nothing_else(said: list[str]) -> bool:
    """Whether the words are answers only: "si" is one, "si je suis malade" is none."""
    while said:
        found, rest = _leading(said)
        if found is None and said[0] not in _AROUND:
            return False
        said = rest if found is not None else said[1:]
    return True


def _leading(said: list[str]) -> tuple[bool | None, list[str]]:
    """The answer with which the words begin, and the words after it; the longer phrase is the one meant."""
    yes, no = _YES.at(said, 0) or "", _NO.at(said, 0) or ""
    if not yes and not no:
        return None, said
    first = no if len(no) >= len(yes) else yes
    return first is yes, said[first.count(" ") + 1 :]


def _says(said: list[str], answer: bool) -> bool:
    """Whether an answer occurs among the words, read from left to right, longest phrases first."""
    while said:
        found, rest = _leading(said)
        if found is answer:
            return True
        said = rest if found is not None else said[1:]
    return False
