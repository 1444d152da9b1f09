"""The guess of a motive, which learns once a day from the conversations that the team resolved."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any

from core.clock import Clock
from core.daily import Daily
from core.domain.rules import Rules
from core.past_motives import PastWords, past_words
from core.store.engine import Store
from faq.motives import MotiveGuesser


class Guessing(Daily):
    """Guesses with what was known this morning. `beside`: does what takes long beside the event loop."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        rules: Rules,
        guesser: MotiveGuesser | None,
        beside: Callable[[Callable[[], Any]], Awaitable[Any]],
    ) -> None:
        super().__init__(clock)
        self._store = store
        self._motives = rules.motives
        self._guesser = guesser or MotiveGuesser(rules.motives)
        self._beside = beside
        self._past: PastWords = {}

    def guess(self, text: str, language: str) -> str:
        """A motive's key; empty when unsure."""
        return self._guesser.guess(text, language) or ""

    async def _finish(self, now: datetime) -> bool:
        past = await past_words(self._store, now)
        if past != self._past:
            self._guesser = await self._beside(partial(MotiveGuesser, self._motives, past))
            self._past = past
        return True
