"""How fast Slack lets an app write and read: posts by channel, updates and pages by workspace."""

import math
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

POST_BURST = 4
UPDATES_A_MINUTE = 50
THIRD_TIER = {"chat.update", "conversations.history", "conversations.replies", "conversations.info"}
"""Each of them 50 times a minute."""


@dataclass
class RateLimits:
    """Off unless `on`. Posts: one a second for each channel, 4 at once; the third tier: 50 a minute each."""

    clock: Callable[[], float]
    on: bool = False
    _posts: dict[str, tuple[float, float]] = field(default_factory=lambda: defaultdict(lambda: (4.0, 0.0)))
    _calls: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def wait(self, method: str, channel: str) -> int:
        """Seconds the caller must wait; 0 lets the call through, and counts it."""
        if not self.on:
            return 0
        if method == "chat.postMessage":
            return self._wait_to_post(channel)
        return self._wait_for(self._calls[method]) if method in THIRD_TIER else 0

    def _wait_to_post(self, channel: str) -> int:
        now = self.clock()
        left, at = self._posts[channel]
        left = min(float(POST_BURST), left + max(0.0, now - at))
        if left < 1:
            self._posts[channel] = (left, now)
            return math.ceil(1 - left)
        self._posts[channel] = (left - 1, now)
        return 0

    def _wait_for(self, calls: deque[float]) -> int:
        now = self.clock()
        while calls and now - calls[0] >= 60:
            calls.popleft()
        if len(calls) >= UPDATES_A_MINUTE:
            return math.ceil(60 - (now - calls[0]))
        calls.append(now)
        return 0
