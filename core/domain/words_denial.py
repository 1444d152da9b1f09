"""Whether a clause says of an urgent word, or of a threat, that it is not so (R065).

First a walk back from the word, over what may stand between it and its negation ("ce n'est pas vraiment
urgent"). Then the turns of phrase that put the negation further off, or behind: an opinion ("je ne pense pas
que ce soit urgent"), a trouble that is spared ("inutile de traiter en urgence"), nothing and nobody ("rien ne
me bloque"), a verb within its own negation ("ça ne me bloque pas"). Two sentences without a mark between them
are the danger: "ça ne marche pas c'est urgent" denies nothing.
"""

import re
from collections.abc import Sequence

from core.domain.words_over import is_over

_NEGATORS = frozenset(
    """pas pa sans aucun aucune jamais ni non peu nullement point guere not no never nothing without hardly
    isn aren wasn isnt arent wasnt doesn doesnt don dont nor""".split()
)
_CONTRACTED = frozenset("won wouldn didn ain hasn haven weren hadn".split())
"""Negations only when "t" follows: "won" is a word of its own."""

_FILLERS = frozenset(
    """si tres vraiment du tout forcement trop non encore d de completement totalement particulierement
    specialement absolument exactement tellement franchement necessairement bien super hyper la l un une
    autre grande etre ete en dans demande question quelque chose cas caractere air pour besoin plus t
    really that very so at all too an a any anything be been completely totally exactly yet longer
    request matter of for in need terribly especially particularly actually necessarily
    seem look sound feel""".split()
)
_TOWARDS = frozenset(
    """du tout vraiment forcement non t d de des un une le la l les moindre votre vos vous lui leur en y sur
    laisser mettre donner publier poster ecrire faire deposer prendre contacter appeler saisir impliquer
    envoyer passer aller prevenir alerter avertir parler intention envie besoin peine question jusqu
    really at all a an any the you with to leave write post give publish take file contact call involve see
    go going want intend intending plan planning need threatening""".split()
)
"""What may lead from a negation to a threat. Not "encore": "pas encore" is a threat. Not "à" alone, nor
"autre choix que": "je n'hésiterai pas à", "je n'ai pas d'autre choix que de" announce one."""

_JOINING = frozenset("ou et ni or and nor".split())

_INSISTING = (
    "hesit",
    "tard",
    "manqu",
    "priv",
    "empech",
    "exclu",
    "oubli",
    "content",
    "interdi",
    "gen",
    "fait",
)
"""Verbs whose negation promises: "je ne manquerai pas de porter plainte", "n'oubliez pas, c'est urgent"."""

_COMPLAINING = ("repond", "rembours", "livr", "march", "fonctionn", "rappel", "regl", "boug")
"""Verbs whose negation complains, and has nothing to do with the word after it: "ça marche pas urgent"."""

_REACH = 16
"""Words before and after a word among which its negation is looked for."""


def _any_of(words: str) -> str:
    return f"(?:{'|'.join(words.split())})"


_FILL = f"(?:(?:{'|'.join(sorted(_FILLERS))}) )*"
_NE = "(?:ne|n)"
_PAS = _any_of("pas pa plus jamais point guere nullement aucunement")
_CLITICS = f"(?:{_any_of('me m te t nous vous se s le la l les lui leur y en')} )*"
_IS = _any_of("est soit etait serait sera sont soient suis sois sommes soyons etes ait a ont")
_THING = rf"{_any_of('ma mon mes notre nos la le l les cette cet ce')} \w+"
_SUBJECT = f"(?:{_any_of('ce c il elle ca sa cela on je j nous vous tu ils elles tout')}|{_THING})"
_INFINITIVE = r"\w+(?:er|ir|re)"

_OPINION = re.compile(
    rf"\b(?:{_any_of('pense pensons crois croyons dis dirais dirai dirions trouve estime considere suppose')}"
    rf" {_PAS}(?: vraiment| du tout| forcement| non plus| franchement)?"
    rf"|{_any_of('ai avons')} {_PAS} dit|ce n est pas|c est pas"
    rf"|{_PAS} (?:l impression|sure?s?|certaine?s?|convaincue?s?|persuadee?s?|d avis))"
    rf" (?:que|qu) {_SUBJECT} {_CLITICS}(?:{_IS} )?{_FILL}$"
)
_JUDGED = re.compile(
    rf"\b{_any_of('trouve trouvons vois voyons considere estime juge')} {_PAS}"
    rf" (?:ca|cela) (?:comme )?{_FILL}$"
)
_SPARED = (
    r"\b(?:inutile|pas (?:besoin|la peine|obligee?s?|necessaire|utile|indispensable)|nul besoin|aucun besoin"
    r"|aucune (?:necessite|obligation)|(?:demande|demandons|exige) pas|(?:est|sont|avez) pas(?= a ))"
)
_NO_VERB = r"(?!(?:c|est|suis|sont|j|je|ai|a|il|on|y|mais|car|puisque|parce) )\w+ "
_NEEDLESS = re.compile(
    rf"{_SPARED} (?:de |d |a )?{_CLITICS}{_INFINITIVE} (?:(?:{_NO_VERB}){{0,5}}(?:en|d|comme|l) )?{_FILL}$"
)
_NOT_ASKED = re.compile(
    rf"{_SPARED} (?:de |d )?(?:une |un |l |la )?"
    rf"(?:reponse|intervention|traitement|rappel|livraison|reparation|prise en charge) $"
)
_NOT_SO = re.compile(
    rf"(?<!vous )(?<!nous )\b{_NE} {_CLITICS}(?:trait|consider|repond|rappel|interv|pren|appel)\w* {_PAS}"
    rf" (?:ca |ceci |cela |{_THING} )?(?:en|comme|d|dans l) {_FILL}$"
)
"""Asked not to: "ne traitez pas cela en urgence"; "vous ne traitez pas ma demande en urgence" complains."""
_NONE = re.compile(rf"\b(?:rien|personne|aucune? \w+) {_NE} {_CLITICS}(?:{_IS} )?{_FILL}$")
_NO_MORE = re.compile(r"\b(?<!pas )(?<!au )(?<!du )(?<!ou )moins $")

_INSIDE_NE = re.compile(rf"\b{_NE} {_CLITICS}(?:{_IS} )?$")
_THEN_PAS = re.compile(
    rf"(?:vraiment |trop |absolument |en |a )*"
    rf"(?:{_PAS}|rien|personne|aucune?|ni|par (?:rien|personne))\b(?! mal\b)"
)
_WITHOUT_NE = re.compile(
    rf"\b{_any_of('ca sa cela je j on il elle ils elles tu nous vous')} (?:(?:me|m|nous|vous|te) )?$"
)
_THEN_SPOKEN_PAS = re.compile(
    r"(?:vraiment |trop )?(?:pas\b(?! (?:mal|de|d)\b)|rien\b(?! (?:ne|n|de|d)\b)|jamais\b|plus $)"
)

_IT = rf"(?:it|this|that|he|she|they|we|i|there|anything|{_any_of('my the our')} \w+)"
_WAS = "(?:(?:s|is|was|are|am|m|re|will|ll|would|d|has|have|to) )?"
_OPINION_IN_ENGLISH = re.compile(
    rf"\b(?:(?:do|does|would) not|(?:don|doesn|wouldn) t|dont|doesnt)(?: really| necessarily)?"
    rf" {_any_of('think believe say feel find consider suppose guess imagine')}"
    rf"(?: that)? {_IT} {_WAS}{_FILL}$"
    rf"|\b(?:not|never) {_any_of('sure certain convinced saying said like')}(?: that)? {_IT} {_WAS}{_FILL}$"
)
_NEEDLESS_IN_ENGLISH = re.compile(
    rf"\b(?:no (?:need|point|reason)|not necessary|not required|need not|needn t"
    rf"|(?:(?:do|does) not|(?:don|doesn) t) (?:need|have)) (?:for you )?to \w+ "
    rf"(?:(?:this|it|that|me|us|back|my \w+|the \w+) )*(?:(?:as|an|in|like|with) )*{_FILL}$"
)
_NONE_IN_ENGLISH = re.compile(rf"\b(?:nothing|nobody|no one|none) (?:is|s|was|are|has been) {_FILL}$")

_DENIALS = (
    _OPINION,
    _JUDGED,
    _NEEDLESS,
    _NOT_ASKED,
    _NOT_SO,
    _NONE,
    _NO_MORE,
    _OPINION_IN_ENGLISH,
    _NEEDLESS_IN_ENGLISH,
    _NONE_IN_ENGLISH,
)
_NO_INTENTION = re.compile(
    rf"\b{_any_of('pense crois')} {_PAS} (?:que|qu) (?:je|j|nous|on) \w+ $"
    r"|\b(?:don t|do not) think i (?:will|ll|am going to|m going to|want to|need to) (?:\w+ a )?$"
)
_CONDITION = re.compile(
    r"(?<!meme )(?<!even )\b(?:si|tant que|if|unless) (?:vous|tu|je|j|on|c|ca|ce|cela|le|la|les|mon|ma"
    r"|rien|il|elle|nous|votre|you|it|this|i|we|they|my|the|nothing)\b"
)


def is_denied(said: Sequence[str], start: int, end: int, places: set[int]) -> bool:
    """Whether the urgent words from `start` to `end` are denied; `places` are where such words begin.

    Words that are joined share their negation: "ni urgent ni bloquant".
    """
    origin, at = start, start - 1
    while at >= 0:
        if _denies(said, at) and not _is_of_another(said, at, start):
            return True
        if at in places:
            origin = at
        elif said[at] not in _FILLERS and said[at] not in _JOINING:
            break
        at -= 1
    before, after = _around(said, origin, end)
    return any(denial.search(before) for denial in _DENIALS) or _is_inside(before, after) or is_over(after)


def is_renounced(said: Sequence[str], start: int) -> bool:
    """Whether a threat that begins at a place is not made: "je ne laisserai pas d'avis négatif".

    A condition makes one: "si vous ne répondez pas mon avocat vous écrira".
    """
    at = start - 1
    while at >= 0:
        before, _ = _around(said, at, at)
        if _denies(said, at):
            return not (_is_of_another(said, at, start) or _insists(said, at) or _CONDITION.search(before))
        if said[at] not in _TOWARDS and not (said[at] == "a" and said[at - 1 : at] == ["jusqu"]):
            break
        at -= 1
    return _NO_INTENTION.search(_around(said, start, start)[0]) is not None


def breaks_a_phrase(word: str) -> bool:
    """Whether a word between two others denies what they say together: "un avis pas négatif"."""
    return word in _NEGATORS


def _around(said: Sequence[str], start: int, end: int) -> tuple[str, str]:
    """The words before and after, each followed by a space."""
    before, after = said[max(0, start - _REACH) : start], said[end + 1 : end + 1 + _REACH]
    return "".join(f"{word} " for word in before), "".join(f"{word} " for word in after)


def _is_inside(before: str, after: str) -> bool:
    """Whether the word is a verb with its negation behind it: "ça ne me bloque pas", "ça bloque rien"."""
    if _INSIDE_NE.search(before):
        return _THEN_PAS.match(after) is not None
    return _WITHOUT_NE.search(before) is not None and _THEN_SPOKEN_PAS.match(after) is not None


def _is_of_another(said: Sequence[str], at: int, start: int) -> bool:
    """Whether a negation ends a complaint, and the word after it begins something else."""
    return at + 1 == start and said[at - 1 : at] != [] and said[at - 1].startswith(_COMPLAINING)


def _insists(said: Sequence[str], at: int) -> bool:
    return at > 0 and said[at - 1].startswith(_INSISTING)


def _denies(said: Sequence[str], at: int) -> bool:
    """Whether the word at a place is a negation of what follows it.

    "N'est plus urgent" denies, "encore plus urgent" insists; "rien d'urgent" denies, "toujours rien" only
    complains, and nothing is told by "rien de plus urgent" than that it is; "peu urgent" denies, "un peu
    urgent" does not. "Tout sauf urgent", "loin d'être urgent", "nul besoin d'urgence" deny.
    """
    before = list(said[max(0, at - 3) : at])
    match said[at]:
        case "sauf":
            return before[-1:] == ["tout"]
        case "plus":
            return _is_no_more(before, said[at + 1 : at + 3])
        case "rien":
            return said[at + 1] in ("d", "de") and said[at + 2 : at + 3] != ["plus"]
        case "loin":
            return said[at + 1] in ("d", "de")
        case "nul" | "nulle":
            return said[at + 1] in ("besoin", "urgence")
        case "peu":
            return before[-1:] != ["un"]
        case word if word in _CONTRACTED:
            return said[at + 1] == "t"
    return said[at] in _NEGATORS


def _is_no_more(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether "plus" says "no more" rather than "more": "plus besoin d'urgence", "il faut plus d'urgence"."""
    if "n" in before or "ne" in before or list(after) == ["du", "tout"]:
        return True
    is_without = after[:1] == ["besoin"] or after[:1] == ["d"]
    return is_without and not {"faut", "encore", "toujours", "beaucoup", "bien", "en", "de"} & set(
        before[-1:]
    )
