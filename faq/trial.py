"""What an article claims, tried on a base: its own words find it first, its counter-examples do not.

Beside what articles claim stand the messages of a team's evaluation file, whose answers are known.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Protocol

from core.domain.knowledge import Article
from faq.asked import Asked
from faq.match import KnowledgeBase

Seen = Callable[[object], None]
"""Called after each article or message that was tried."""


def _unseen(_one: object) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class Collision:
    """A text that does not end where its author meant it to.

    `wanted`: the article whose own words these are, while `finds` comes first, empty when nothing does.
    Without `wanted`, the text is a counter-example of `finds`, which answers it all the same. `of_file`: it
    is a message of the evaluation file, which nothing should answer where `wanted` is empty.
    """

    text: str
    finds: str
    wanted: str
    of_file: bool = False
    is_answered: bool = False
    """Of a message: it is answered with `finds`, which is worse than that this comes first."""

    @property
    def sentence(self) -> str:
        """For people who read English."""
        if self.of_file:
            ends = "is answered with" if self.is_answered else "finds"
            wanted = f"not {self.wanted}" if self.wanted else "where it has no answer"
            return f"« {self.text} », of the evaluation file, {ends} {self.finds or 'nothing'}, {wanted}"
        if not self.wanted:
            return f"« {self.text} » is a counter-example of {self.finds}, which answers it all the same"
        return f"« {self.text} » finds {self.finds or 'nothing'} first, not {self.wanted}"


class _Tried(Protocol):
    """A text of which it is known where it should end."""

    def misfit(self, base: KnowledgeBase) -> Collision | None:
        """Where the base leads it instead."""

    def was_better(self, former: KnowledgeBase, now: Collision) -> bool:
        """Whether the former base did not do as badly."""


@dataclass(frozen=True)
class _Claim:
    """A text of an article: words that are to find it first, or a counter-example it must not answer."""

    article: Article
    text: str
    is_own: bool

    def misfit(self, base: KnowledgeBase) -> Collision | None:
        """What the base does instead."""
        finding = base.find(self.text, self.article.language)
        if self.is_own:
            first = finding.scores[0][0] if finding.scores else ""
            return None if first == self.article.id else Collision(self.text, first, self.article.id)
        answers = finding.answer is not None and finding.answer.article.id == self.article.id
        return Collision(self.text, self.article.id, "") if answers else None

    def was_better(self, former: KnowledgeBase, now: Collision) -> bool:  # noqa: ARG002 - one way to ask
        """Whether it did as was meant; what nobody had claimed is held to be fine."""
        article = former.article(self.article.id)
        said = _claims(article) if article else iter(())
        claimed = next((one for one in said if (one.text, one.is_own) == (self.text, self.is_own)), None)
        return claimed is None or claimed.misfit(former) is None


@dataclass(frozen=True)
class _Message:
    """A message whose right articles are known: one of them is to come first, and no other answers."""

    asked: Asked

    def misfit(self, base: KnowledgeBase) -> Collision | None:
        """What the base answers or finds instead."""
        asked, finding = self.asked, base.find(self.asked.text, self.asked.language)
        wanted = asked.expected[0] if asked.expected else ""
        for match in filter(None, (finding.answer, finding.also)):
            if match.article.id not in asked.expected:
                return Collision(asked.text, match.article.id, wanted, of_file=True, is_answered=True)
        first = finding.scores[0][0] if finding.scores else ""
        if not asked.expected or first in asked.expected:
            return None
        return Collision(asked.text, first, wanted, of_file=True)

    def was_better(self, former: KnowledgeBase, now: Collision) -> bool:
        """Whether it ended well, or at least without a wrong answer."""
        before = self.misfit(former)
        return before is None or (now.is_answered and not before.is_answered)


def misfits(base: KnowledgeBase, article: Article) -> Iterator[Collision]:
    """Every claim of an article that a base contradicts, in the order of its words."""
    yield from filter(None, (claim.misfit(base) for claim in _claims(article)))


def collisions(
    articles: Sequence[Article],
    candidate: Article,
    messages: Sequence[Asked] = (),
    *,
    answer_from: float | None = None,
    seen: Seen = _unseen,
) -> tuple[Collision, ...]:
    """What is wrong once the candidate is in the base, and was not before; its own words come first, then
    those of other articles, then messages of the evaluation file; `seen` is called after each of these.

    A candidate of a known id replaces that article. Takes some time with a large base: not for the event
    loop. What shares no word with what the candidate changes is not asked of other articles. `answer_from`:
    the confidence from which the base answers, where it is not the shipped one.
    """
    known = {article.id: article for article in articles}
    changed = changed_texts(candidate, known.get(candidate.id))
    base = KnowledgeBase(known.values(), answer_from=answer_from)
    base.add(candidate)
    others = [article for article in known.values() if article.id != candidate.id]
    claims = chain(_claims(candidate), _near(changed, candidate.language, others))
    after = [*_misfitting(base, claims), *_misfitting(base, map(_Message, messages), seen)]
    if candidate.id in known:
        base.add(known[candidate.id])
    else:
        base.remove(candidate.id)
    return tuple(misfit for tried, misfit in after if tried.was_better(base, misfit))


def collisions_between(
    before: Sequence[Article],
    after: Sequence[Article],
    messages: Sequence[Asked] = (),
    *,
    answer_from: float | None = None,
    seen: Seen = _unseen,
) -> tuple[Collision, ...]:
    """The same for a whole base that becomes another one; `seen` is called after each article and message."""
    base = KnowledgeBase(after, answer_from=answer_from)
    former = KnowledgeBase(before, answer_from=answer_from)
    found: list[tuple[_Tried, Collision]] = []
    for article in after:
        found += _misfitting(base, _claims(article))
        seen(article)
    found += _misfitting(base, map(_Message, messages), seen)
    return tuple(misfit for tried, misfit in found if tried.was_better(former, misfit))


def _misfitting(
    base: KnowledgeBase, texts: Iterator[_Claim] | Iterator[_Message], seen: Seen = _unseen
) -> Iterator[tuple[_Tried, Collision]]:
    for tried in texts:
        if misfit := tried.misfit(base):
            yield tried, misfit
        seen(tried)


def _claims(article: Article) -> Iterator[_Claim]:
    for text in (article.question, *article.phrasings, *article.learnt):
        yield _Claim(article, text, is_own=True)
    for text in article.counter_examples:
        yield _Claim(article, text, is_own=False)


def _near(changed: Sequence[str], language: str, others: Sequence[Article]) -> Iterator[_Claim]:
    """The claims of others in which the changed texts alone find a word of their own."""
    if not changed:
        return
    alone = KnowledgeBase([Article("", language, changed[0], tuple(changed[1:]), "")])
    for claim in (claim for article in others for claim in _claims(article)):
        if alone.touches(claim.text):
            yield claim


def changed_texts(candidate: Article, former: Article | None) -> list[str]:
    """The texts by which it is found, or not, and its former self is not; or the other way round."""
    is_new = former is None or former.language != candidate.language
    changed = _roles(candidate) ^ (frozenset() if is_new or former is None else _roles(former))
    return sorted({text for _, text in changed})


def _roles(article: Article) -> frozenset[tuple[str, str]]:
    """Each text and what it is for: a phrasing that becomes a counter-example has changed."""
    own = (article.question, *article.phrasings, *article.learnt)
    listed = {"own": own, "keyword": article.keywords, "counter": article.counter_examples}
    return frozenset((role, text) for role, texts in listed.items() for text in texts)
