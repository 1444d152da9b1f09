"""Stories are played in a whole town."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stories.town import Town, town


@pytest.fixture
def from_nothing() -> bool:
    """Whether the town's first start is the product's own, in an empty folder; a module may want it so."""
    return False


@pytest.fixture
async def place(tmp_path: Path, request: pytest.FixtureRequest, from_nothing: bool) -> AsyncIterator[Town]:
    """A town with the shipped rules and a roster of three; told "fetched", Telegram's updates are."""
    fetches = getattr(request, "param", "") == "fetched"
    async with town(tmp_path, fetches=fetches, from_nothing=from_nothing) as built:
        yield built
