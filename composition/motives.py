"""The guess of a motive, which learns once a day from the conversations that the team resolved."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from core.clock import Clock
from core.daily import Daily
from core.domain.rules import Rules
from core.past_motives import PastWords, past_words
from core.store.engine import Store
from faq.motives import MotiveGuesser


class Guessing:
    """Guesses with what was known this morning. `beside`: does what takes long beside the event loop."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        rules: Rules,
        guesser: MotiveGuesser | None,
        beside: Callable[[Callable[[], Any]], Awaitable[Any]],
    ) -> None:
        self._store = store
        self._clock = clock
        self._motives = rules.motives
        self._guesser = guesser or MotiveGuesser(rules.motives)
        self._beside = beside
        self._past: PastWords = {}
        self._daily = Daily()

    def guess(self, text: str, language: str) -> str:
        """A motive's key; empty when unsure."""
        return self._guesser.guess(text, language) or ""

    async def sweep(self) -> None:
        """Learn anew, where it is time to.

        Raises:
            StoreError: it guesses as before; the next pulse tries again.
        """
        now = self._clock.now()
        if not self._daily.is_due(now):
            return
        past = await past_words(self._store, now)
        if past != self._past:
            self._guesser = await self._beside(partial(MotiveGuesser, self._motives, past))
            self._past = past
        self._daily.done(now)
