"""What an outcome rests on: each word of the message, and what it was taken for."""

from core.domain.knowledge import Likeness
from faq.ranking import Ranked
from faq.words import COMMON_WEIGHT


def likenesses(ranked: Ranked) -> tuple[Likeness, ...]:
    """The words of the message that the first article holds, with the likeness that counted."""
    if not ranked.articles:
        return ()
    index = ranked.query.index
    held = index.forms_of(ranked.articles[0])
    found = []
    for term in ranked.query.terms:
        meant = next((one for one in term.expansion.meanings if one.term in held), None)
        if meant is not None and term.word.weight >= COMMON_WEIGHT:
            found.append(Likeness(term.word.surface, held[meant.term], meant.how, round(meant.similarity, 2)))
    return tuple(found)


def unmatched(ranked: Ranked) -> tuple[str, ...]:
    """The words that no article holds, nor anything like them."""
    terms = ranked.query.terms
    return tuple(
        term.word.surface
        for term in terms
        if not term.expansion.meanings and term.word.weight >= COMMON_WEIGHT
    )
