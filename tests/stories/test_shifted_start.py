"""A service restarted while the demo's time is shifted lives in that time from its first moment."""

from datetime import timedelta
from pathlib import Path

from tests.stories.child import ROOT, ChildTown
from tests.stories.town import shipped_rules


async def test_nothing_is_dated_by_the_machines_own_time_when_the_service_starts(tmp_path: Path) -> None:
    """Else rows found in flight seem to have waited for days, and their lanes go on without them."""
    rules = (ROOT / "relais.toml").read_text(encoding="utf-8")
    place = ChildTown(tmp_path, shipped_rules(), rules)
    place.clock.shift = timedelta(days=3)
    began = place.clock.seconds() * 1000
    await place.open_platforms()
    await place.open_service()
    try:
        (first,) = await place.rows("SELECT min(updated_at) AS at FROM articles")
        assert first["at"] >= began - 1
    finally:
        await place.close()
