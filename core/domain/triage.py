"""How urgent a request is, and which criterion says so (R060-R067; the order is PRODUCT's, danger first)."""

from dataclasses import dataclass

from core.domain.rules import Rules, Urgent
from core.domain.triage_words import (
    Clause,
    denies_every,
    first_legal,
    first_word,
    may_fire,
    read_clauses,
    without,
)

_BLOCKED = ("bloqué", "bloquée", "bloquant", "bloquante", "blocked", "blocking", "stuck")
_PRESSING = (*_BLOCKED, "urgent", "urgente", "urgence")

CRITICAL = "critical"
_ORDER = (CRITICAL, "motive", "word", "legal", "second_complaint", "vip", "blocking")


@dataclass(frozen=True)
class Criterion:
    """What made a request urgent: the card says it (R067).

    `kind` is "critical", "motive", "word", "legal", "second_complaint", "vip" or "blocking". `detail` is the
    key of the motive, or the word or phrase as the rules write it: never the customer's own words.
    """

    kind: str
    detail: str = ""

    @property
    def is_critical(self) -> bool:
        """Whether a danger is told: nothing the bot may answer."""
        return self.kind == CRITICAL


def word_that_fired(text: str, rules: Rules, *, not_blocked: bool = False) -> Criterion | None:
    """The critical word of the rules found in a message, else the urgent one, else the legal phrase.

    Slips are forgiven and negation is understood. The time taken grows with the length of the text, of which
    4,000 characters are read, and hardly with the number of words in the rules: about half a millisecond for
    500 characters.

    `not_blocked`: the message answers no to the blocking question, and whatever words it says that
    with make nothing urgent ("non, juste un peu bloqué"). Others still do.
    """
    urgency = rules.urgency
    if not may_fire(text, urgency.words, urgency.legal_words, urgency.critical):
        return None
    message = read_clauses(text)
    danger = _danger(message, rules)
    if danger is not None:
        return danger
    words = urgency.words
    if not_blocked:
        words = tuple(word for word in words if not first_word(read_clauses(word), _BLOCKED))
    word = first_word(message, words)
    if word is not None:
        return Criterion("word", word)
    phrase = first_legal(message, urgency.legal_words)
    return Criterion("legal", phrase) if phrase is not None else None


def _danger(message: list[Clause], rules: Rules) -> Criterion | None:
    """A critical word, unless it is denied, or part of a phrase that the rules know as another matter."""
    urgency = rules.urgency
    word = first_word(message, urgency.critical)
    if word is not None:
        word = first_word(without(message, urgency.harmless + urgency.legal_words), urgency.critical)
    return Criterion(CRITICAL, word) if word is not None else None


def denies_blocking(text: str) -> bool:
    """Whether all it says of being blocked is that it is not so: "je ne pense pas que ce soit bloquant"."""
    return denies_every(read_clauses(text), _PRESSING)


def triage(
    *,
    motive: str | None,
    fired: Criterion | None,
    second_complaint: bool,
    vip: bool,
    blocking: bool | None,
    rules: Rules,
) -> Criterion | None:
    """The criterion that makes a request urgent, the first in the order; None: it is not urgent.

    `fired` is the strongest word or phrase of the whole conversation so far. `second_complaint`: the motive
    is a complaint, and the customer had one in the last 30 days. `blocking` is the answer to the blocking
    question; it counts only for a motive that has the question asked.
    """
    urgent = _urgent_by_itself(motive, rules)
    if fired is not None and fired.is_critical:
        return fired
    if urgent is Urgent.ALWAYS:
        return Criterion("motive", motive or "")
    if fired is not None:
        return fired
    if second_complaint:
        return Criterion("second_complaint")
    if vip and rules.urgency.vip:
        return Criterion("vip")
    return Criterion("blocking") if blocking and urgent is Urgent.IF_BLOCKING else None


def needs_blocking_question(motive: str | None, fired: Criterion | None, rules: Rules) -> bool:
    """Whether to ask if the customer is blocked: where the motive says so, and nothing fired yet."""
    return fired is None and _urgent_by_itself(motive, rules) is Urgent.IF_BLOCKING


def stronger(a: Criterion | None, b: Criterion | None) -> Criterion | None:
    """The criterion that comes first in the order; the earlier one, `a`, of two equals."""
    found = [criterion for criterion in (a, b) if criterion is not None]
    return min(found, key=lambda criterion: _ORDER.index(criterion.kind), default=None)


def _urgent_by_itself(motive: str | None, rules: Rules) -> Urgent | None:
    known = rules.motive(motive)
    return known.urgent if known is not None else None
