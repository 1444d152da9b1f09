"""SIGKILL at random moments under load: what was acknowledged is there, once, in order."""

import secrets
from collections.abc import Callable
from pathlib import Path

from tests.conftest import TOLD
from tests.kill.campaign import PLATFORMS, campaign

KILLS = 4
"""One at each platform, every day, and one more; `make kill` is the long run."""


async def test_a_service_killed_with_calls_in_flight_loses_and_doubles_nothing(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """At Telegram, which cannot be asked what it has, a prompt may come once more for each cut call."""
    seed = secrets.randbits(32)
    report = await campaign(tmp_path, KILLS, seed)
    for told in (f"seed {seed}", *report.kills, *report.figures, *report.unknown):
        record_property(TOLD, told)
    assert report.wrong == []
    assert len(report.kills) == KILLS
    assert all(report.hit[what] for what in (*PLATFORMS, "burst"))
    assert report.acknowledged >= 5 * KILLS
