"""A typed choice among numbered labels: "2", "le deuxième", the label, its typo, or a part of it (B26)."""

import re
from collections.abc import Iterator, Sequence

from core.domain.lexicon import ADDRESSED, ARTICLES, COMMON, GREETINGS, POLITE
from core.domain.words_spelling import Vocabulary, fold, near, osa_distance, squeezed, tokens

_LONGEST = 6
"""Words that count after which a message is a story, not a choice."""

_SHORTEST_START = 4
"""Letters from which the beginning of a label's word stands for it: "factu"."""

_NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            "un une one premier premiere first 1er 1ere 1re 1st",
            "deux two deuxieme second seconde 2e 2eme 2nd 2nde",
            "trois three troisieme third 3e 3eme 3rd",
            "quatre four quatrieme fourth 4e 4eme 4th",
            "cinq five cinquieme fifth 5e 5eme 5th",
            "six sixieme sixth 6e 6eme 6th",
            "sept seven septieme seventh 7e 7eme 7th",
            "huit eight huitieme eighth 8e 8eme 8th",
            "neuf nine neuvieme ninth 9e 9eme 9th",
            "dix ten dixieme tenth 10e 10eme 10th",
            "onze eleven onzieme eleventh 11e 11eme 11th",
            "douze twelve douzieme twelfth 12e 12eme 12th",
        ),
        start=1,
    )
    for word in words.split()
}
_LAST = frozenset("dernier derniere last".split())
_MISSPELT = Vocabulary((word for word in (*_NUMBERS, *_LAST) if len(word) >= 6), COMMON)

_NUMBER_SIGNS = re.compile(r"\bn[o°]\s*(?=\d)|[#№]|(?<=\d)[.):]")
_AROUND_NUMBERS = (
    GREETINGS
    | ADDRESSED
    | POLITE
    | frozenset(
        """le la l the no numero number num nr choix option reponse choice je choisis prends prend pour
        veux voudrais i choose want ce sera c est ca alors donc ok oui yes moi it s that please""".split()
    )
)
_AROUND_LABELS = (
    GREETINGS
    | ADDRESSED
    | POLITE
    | ARTICLES
    | frozenset(
        """c est ce pour ma mon mes votre vos je j ai me m veux voudrais concerne concernant question
        probleme souci sujet au aux sur et ou or and with about my it is i have want plutot choix option
        ok alors donc moi un une""".split()
    )
)


def pick(text: str, labels: Sequence[str]) -> int | None:
    """The index of the label that the customer typed; None when unsure, ambiguous, or off the list.

    A number counts from 1. A number followed by words is taken only when both mean the same label.
    """
    number = _number_in(text, len(labels))
    if number is not None:
        return number - 1 if 1 <= number <= len(labels) else None
    said = tokens(_NUMBER_SIGNS.sub(" ", fold(text)))
    if len(said) > 1 and said[0].isdecimal():
        named = _named(said[1:], labels)
        return named if named is not None and said[0].lstrip("0") == str(named + 1) else None
    return _named(said, labels)


def is_number_choice(text: str) -> bool:
    """Whether the message is a lone number or rank ("2)", "le troisième", "n°12"), on the list or not."""
    return _number_in(text, 1) is not None


def _number_in(text: str, count: int) -> int | None:
    """The one number a message consists of; "the last" is `count`. None when there is none, or several."""
    said = tokens(_NUMBER_SIGNS.sub(" ", fold(text)))[:20]
    kept = [word for word in said if word not in _AROUND_NUMBERS]
    if len(kept) > 1 and kept[-1] == "one":
        kept = kept[:-1]  # "the third one"
    if len(kept) != 1:
        return None
    return _value(kept[0], count)


def _value(word: str, count: int) -> int | None:
    if word.isascii() and word.isdecimal():
        return int(word) if len(word) <= 3 else None
    meant = word if word in _NUMBERS or word in _LAST else _MISSPELT.find(word) or squeezed(word)
    return count if meant in _LAST else _NUMBERS.get(meant)


def _named(said: list[str], labels: Sequence[str]) -> int | None:
    """The label these words are, then nearly are, then are a part of: the first reading that fits one."""
    wanted = [tokens(label) for label in labels]
    kept = [word for word in said if word not in _AROUND_LABELS]
    if not said or len(kept) > _LONGEST:
        return None
    for fitting in _readings(said, kept, wanted):
        if fitting:
            return fitting[0] if len(fitting) == 1 else None
    return None


def _readings(said: list[str], kept: list[str], wanted: list[list[str]]) -> Iterator[list[int]]:
    """Indexes of the labels that fit, by readings that grow more lenient."""
    yield [at for at, label in enumerate(wanted) if label == said]
    yield _nearest(" ".join(said), [" ".join(label) for label in wanted])
    if not kept:
        return
    yield [at for at, label in enumerate(wanted) if all(word in label for word in kept)]
    yield [at for at, label in enumerate(wanted) if all(_stands_for(word, label) for word in kept)]


def _nearest(typed: str, wanted: list[str]) -> list[int]:
    """The labels a whole typed line may be meant as, the fewest slips only."""
    slips = {at: osa_distance(typed, label, 2) for at, label in enumerate(wanted) if near(typed, label)}
    return [at for at, distance in slips.items() if distance == min(slips.values())]


def _stands_for(word: str, label: list[str]) -> bool:
    """Whether a word is meant as one of the label's: a typo of it, or its beginning."""
    return any(
        near(word, other) or (len(word) >= _SHORTEST_START and other.startswith(word)) for other in label
    )
