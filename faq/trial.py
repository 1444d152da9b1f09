"""What an article claims, tried on a base: its own words find it first, its counter-examples do not."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from core.domain.knowledge import Article
from faq.match import KnowledgeBase


@dataclass(frozen=True)
class Collision:
    """A text that does not end where its author meant it to.

    `wanted`: the article whose own words these are, while `finds` comes first, empty when nothing does.
    Without `wanted`, the text is a counter-example of `finds`, which answers it all the same.
    """

    text: str
    finds: str
    wanted: str

    @property
    def sentence(self) -> str:
        """For people who read English."""
        if not self.wanted:
            return f"« {self.text} » is a counter-example of {self.finds}, which answers it all the same"
        return f"« {self.text} » finds {self.finds or 'nothing'} first, not {self.wanted}"


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


def misfits(base: KnowledgeBase, article: Article) -> Iterator[Collision]:
    """Every claim of an article that a base contradicts, in the order of its words."""
    yield from filter(None, (claim.misfit(base) for claim in _claims(article)))


def collisions(articles: Sequence[Article], candidate: Article) -> tuple[Collision, ...]:
    """What is wrong once the candidate is in the base, and was not before; its own words come first.

    A candidate of a known id replaces that article. Takes some time with a large base: not for the event
    loop. What shares no word with the candidate is not asked.
    """
    known = {article.id: article for article in articles}
    base = KnowledgeBase(known.values())
    base.add(candidate)
    others = [article for article in known.values() if article.id != candidate.id]
    claims = [*_claims(candidate), *_near(candidate, others)]
    after = [(claim, misfit) for claim in claims if (misfit := claim.misfit(base))]
    if candidate.id in known:
        base.add(known[candidate.id])
    else:
        base.remove(candidate.id)
    return tuple(misfit for claim, misfit in after if _was_fine(base, claim))


def collisions_between(
    before: Sequence[Article],
    after: Sequence[Article],
    seen: Callable[[Article], None] = lambda _article: None,
) -> tuple[Collision, ...]:
    """The same for a whole base that becomes another one; `seen` is called after each article of it."""
    base, former = KnowledgeBase(after), KnowledgeBase(before)
    found = []
    for article in after:
        pairs = [(claim, misfit) for claim in _claims(article) if (misfit := claim.misfit(base))]
        found += [misfit for claim, misfit in pairs if _was_fine(former, claim)]
        seen(article)
    return tuple(found)


def _claims(article: Article) -> Iterator[_Claim]:
    for text in (article.question, *article.phrasings, *article.learnt):
        yield _Claim(article, text, is_own=True)
    for text in article.counter_examples:
        yield _Claim(article, text, is_own=False)


def _near(candidate: Article, others: Sequence[Article]) -> Iterator[_Claim]:
    """The claims of others in which the candidate alone finds a word of its own."""
    alone = KnowledgeBase([candidate])
    for claim in (claim for article in others for claim in _claims(article)):
        if alone.find(claim.text, claim.article.language).scores:
            yield claim


def _was_fine(base: KnowledgeBase, claim: _Claim) -> bool:
    """Whether the former base did as was meant; what nobody had claimed is held to be fine."""
    former = base.article(claim.article.id)
    said = _claims(former) if former else iter(())
    claimed = next((one for one in said if (one.text, one.is_own) == (claim.text, claim.is_own)), None)
    return claimed is None or claimed.misfit(base) is None
