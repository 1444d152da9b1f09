"""What an outcome rests on: each word of the message, and what it was taken for."""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from itertools import chain

from core.domain.knowledge import Article, Explanation, Likeness
from faq.languages import lexicon_of
from faq.ranking import Ranked
from faq.words import COMMON_WEIGHT, typed_as


def likenesses(ranked: Ranked) -> tuple[Likeness, ...]:
    """The words of the message that the first article holds, with the likeness that counted."""
    if not ranked.articles:
        return ()
    index = ranked.query.index
    spelled = _spelled(index.lexicon.code)
    full = [term for term in ranked.query.terms if term.word.weight >= COMMON_WEIGHT]
    meant_by_any = (one.term for term in full for one in term.expansion.meanings)
    held = index.forms_of(ranked.articles[0], meant_by_any)
    found = []
    for term in full:
        meant = next((one for one in term.expansion.meanings if one.term in held), None)
        if meant is not None:
            said, wanted = (spelled.get(word, word) for word in (term.word.surface, held[meant.term]))
            found.append(Likeness(said, wanted, meant.how, round(meant.similarity, 2)))
    return tuple(found)


def unmatched(ranked: Ranked) -> tuple[str, ...]:
    """The words that no article holds, nor anything like them."""
    terms = ranked.query.terms
    return tuple(
        term.word.surface
        for term in terms
        if not term.expansion.meanings and term.word.weight >= COMMON_WEIGHT
    )


def in_own_words(why: Explanation, text: str, articles: Iterable[Article]) -> Explanation:
    """The explanation with words as the customer typed them in `text`, and as the articles have them.

    A search says them as it compares them; this is made for whoever reads it, not with every search.
    """
    typed = _names(text, why.language)
    held: dict[str, str] = {}
    for article in articles:
        for said in (article.question, *article.phrasings, *article.learnt, *article.keywords):
            held = _names(said, why.language) | held
    return replace(
        why,
        likenesses=tuple(
            replace(one, word=typed.get(one.word, one.word), meant=held.get(one.meant, one.meant))
            for one in why.likenesses
        ),
        unmatched=tuple(typed.get(word, word) for word in why.unmatched),
    )


def _names(text: str, language: str) -> dict[str, str]:
    """What people typed, by how an explanation names it."""
    spelled = _spelled(language)
    return {spelled.get(token, token): typed for token, typed in typed_as(text, language).items()}


@lru_cache(maxsize=4)
def _spelled(language: str) -> dict[str, str]:
    """How people read what a set phrase is joined into: "motdepasse" is « mot de passe »."""
    lexicon = lexicon_of(language)
    found: dict[str, str] = {}
    for run, replacement in chain.from_iterable(lexicon.phrases.values()):
        one, joined = "".join(replacement), "".join(run)
        is_made_up = len(replacement) == 1 and one not in lexicon.dictionary and one.startswith(joined)
        if is_made_up and len(joined) > len(found.get(one, "").replace(" ", "")):
            found[one] = " ".join(run)
    return found
