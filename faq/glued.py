"""Words typed without their apostrophe: « cest », « jarrive », « linstallation », « quil »."""

import re
from functools import lru_cache

from faq.languages import lexicon_of
from faq.stems import stem

_GLUED = re.compile(r"(?P<head>qu|[cdjlmnst])(?P<rest>[aeiouyh].{1,30})")
_HEADS = {
    "il ils": "qu s",
    "elle elles": "qu d",
    "on": "qu l",
    "un une": "qu d l",
    "en": "qu j l m n s t",
    "ai avais aurais": "j l m n t",
    "avez avons ont avait auraient aurait avoir": "d l m n t",
    "est etait etaient etais etes": "c j l m n qu s t",
}
_LITTLE = {rest: frozenset(heads.split()) for rests, heads in _HEADS.items() for rest in rests.split()}
"""Little words, and what is glued to them. Others of four letters and less end too many other words."""
_FEWEST_LETTERS = 5
_INFINITIVES = ("er", "ir", "re")
_VERBS_END = (*_INFINITIVES, "e", "es", "ent", "ons", "ez", "is", "it", "ais", "ait", "aient", "ra", "rai")


def unglued(token: str, language: str) -> tuple[str, ...]:
    """The two words that a token in plain form is, which is none by itself; empty where it is not two."""
    if not lexicon_of(language).elided:
        return ()
    found = _GLUED.fullmatch(token)
    if not found or _is_known(token, language) or not _is_word(found["head"], found["rest"], language):
        return ()
    return found.groups()


def _is_known(token: str, language: str) -> bool:
    """Whether a lexicon knows a word, or another form of it."""
    return token in _known(language) or stem(token, language) in _stems(language)


def _is_word(head: str, rest: str, language: str) -> bool:
    """Of the frequent words of French, it would take one in 150 for two, were they not known."""
    if rest in _LITTLE:
        return head in _LITTLE[rest]
    if len(rest) < _FEWEST_LETTERS or head == "c":
        return False
    if head in "ld" and rest in _bases(language):
        return True
    ends = _INFINITIVES if head == "d" else _VERBS_END
    return rest[0] != "h" and rest.endswith(ends) and stem(rest, language) in _verbs(language)


@lru_cache(maxsize=4)
def _bases(language: str) -> frozenset[str]:
    """The words that a dictionary has, no forms of them."""
    lexicon = lexicon_of(language)
    return frozenset({*lexicon.dictionary, *lexicon.forms.values()})


@lru_cache(maxsize=4)
def _verbs(language: str) -> frozenset[str]:
    """The stems of the verbs that a lexicon knows."""
    verbs = set(lexicon_of(language).forms.values())
    return frozenset(stem(verb, language) for verb in verbs if verb.endswith(_INFINITIVES))


@lru_cache(maxsize=4)
def _stems(language: str) -> frozenset[str]:
    """The stems of every word that a lexicon knows."""
    return frozenset(stem(word, language) for word in _known(language))


@lru_cache(maxsize=4)
def _known(language: str) -> frozenset[str]:
    """Every word that a lexicon knows by itself."""
    lexicon = lexicon_of(language)
    words = {*lexicon.dictionary, *lexicon.forms, *lexicon.function, *lexicon.common, *lexicon.polite}
    words |= {*lexicon.closings, *lexicon.negators, *lexicon.light_verbs, *lexicon.abbreviations}
    words.update(*(group.words for group in lexicon.synonyms))
    for runs in lexicon.phrases.values():
        words.update(*(run for run, _ in runs), *(replacement for _, replacement in runs))
    return frozenset(words)
