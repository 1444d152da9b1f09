"""The messages of a team's evaluation file, so arranged that an article is tried on those that it may touch.

A file may hold thousands, and whoever saves an article waits: what is near its words is asked, the nearest
first and so many at most; who wants all of them asked runs `relais faq eval`.
"""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from threading import Lock
from typing import Final

from core.domain.knowledge import Article
from faq.asked import Asked
from faq.index import Index
from faq.query import Query
from faq.trial import changed_texts

MOST_TRIED: Final = 300
"""Messages asked of one article: a second or so, of the three that Slack waits."""


class Gauge:
    """The messages by their words. Making it takes some time: not for the event loop."""

    def __init__(self, messages: Sequence[Asked]) -> None:
        self.messages = tuple(messages)
        self._indexes: dict[str, Index] = {}
        self._one_at_a_time = Lock()
        for number, asked in enumerate(self.messages):
            index = self._indexes.setdefault(asked.language, Index(asked.language))
            index.add(Article(str(number), asked.language, asked.text, (), ""))

    def __len__(self) -> int:
        return len(self.messages)

    def near(self, candidate: Article, former: Article | None = None) -> list[Asked]:
        """The messages that share a word with what the candidate says and the former article of its id did
        not, or the other way round; those that are theirs by right first, then the nearest. All of them: the
        caller takes as many as there is time for."""
        index = self._indexes.get(candidate.language)
        if index is None:
            return []
        with self._one_at_a_time:
            by_text = [self._touched(index, text) for text in changed_texts(candidate, former)]
        nearest = dict.fromkeys(at for rank in zip_longest(*by_text) for at in rank if at is not None)
        found = [self.messages[at] for at in nearest]
        return sorted(found, key=lambda asked: candidate.id not in asked.expected)

    def _touched(self, index: Index, text: str) -> list[int]:
        """The numbers of the messages that share a word with a text, the nearest first."""
        return list(dict.fromkeys(self._numbers(index, Query.of(index, text))))

    def _numbers(self, index: Index, query: Query) -> Iterator[int]:
        for row in query.all_rows().tolist():
            yield int(index.article_ids[index.article_of.all[row]])
