"""What is said of articles between those who change them and those who keep them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from core.desk import Outcome
from core.domain.knowledge import Article, FindAnswer
from core.domain.lines import Line, line
from core.masks import mask_text
from core.store.questions import Tally


@dataclass(frozen=True)
class Clash:
    """A text that would find the wrong article: `finds` instead of `wanted`; both are ids.

    Without `wanted`, the text is a counter-example of `finds`, which would answer it. `of_file`: it is a
    message of the team's evaluation file, to which nothing is the answer where `wanted` is empty.
    `is_unread`: the file itself is faulty, at the places that the text names: what its messages would find
    nobody knows.
    """

    text: str
    finds: str
    wanted: str
    of_file: bool = False
    is_unread: bool = False


@dataclass(frozen=True)
class Trial:
    """An article tried on the base. `near`: the messages of the evaluation file that share a word with it;
    `asked`: how many of them there was time to ask, the nearest first."""

    clashes: tuple[Clash, ...] = ()
    asked: int = 0
    near: int = 0


@dataclass(frozen=True)
class Fault:
    """What is wrong with a part of an article, by the name of its field."""

    field: str
    told: Line


@dataclass(frozen=True)
class Matcher:
    """What the knowledge base does, from outside the trade."""

    find: FindAnswer
    article: Callable[[str], Article | None]
    """One that is in force."""
    tried: Callable[[Article], Awaitable[Trial]]
    """What would go wrong once it is in the base, and does not now."""
    faults: Callable[[Article], Sequence[Fault]]
    """What is wrong with its shape (R124)."""
    hidden: Callable[[str], None]
    """The article of that id may be about to be taken out: nobody finds it until it is brought."""
    brought: Callable[[str], Awaitable[None]]
    """The article of that id has changed: from now on the base knows it as it is."""
    unread: Callable[[], Awaitable[str]]
    """Where the team's evaluation file cannot be read as it is now; empty when nothing is wrong with it."""


@dataclass(frozen=True)
class Wish:
    """What somebody wants an article to be. `seen`: the number of the change they looked at; 0: a new one.

    `despite`: the clashes that they were told of, and by which they mean it all the same.
    """

    article: Article
    seen: int = 0
    despite: str = ""


@dataclass(frozen=True)
class Saved:
    """What became of a wish. `clashes`: what to say to save it despite them; `bound`: what was not tried."""

    outcome: Outcome
    article: Article | None = None
    faults: tuple[Fault, ...] = ()
    clashes: str = ""
    told: Line | None = None
    bound: Line | None = None


@dataclass(frozen=True)
class Standing:
    """An article as people look at it: as it is, when it last changed, and what it is worth."""

    article: Article
    active: bool
    seen: int
    is_changed: bool
    """Whether there is a change to take back."""
    tally: Tally


def personal_faults(article: Article) -> tuple[Fault, ...]:
    """What customers wrote of themselves is in no article; the shop's own number may be in its answer."""
    fields = {
        "question": (article.question,),
        "phrasings": article.phrasings,
        "counter_examples": article.counter_examples,
    }
    return tuple(
        Fault(field, line("base.personal"))
        for field, texts in fields.items()
        if any(mask_text(text) != text for text in texts)
    )


def digest_of(clashes: Sequence[Clash]) -> str:
    """Tells whether the clashes are those that were told."""
    said = "\n".join(f"{clash.text}\t{clash.finds}\t{clash.wanted}\t{clash.of_file}" for clash in clashes)
    return sha256(said.encode()).hexdigest()[:16]
