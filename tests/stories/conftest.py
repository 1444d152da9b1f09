"""Stories are played in a whole town."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stories.town import Town, town


@pytest.fixture
async def place(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Town]:
    """A town with the shipped rules and a roster of three; told "fetched", Telegram's updates are."""
    async with town(tmp_path, fetches=getattr(request, "param", "") == "fetched") as built:
        yield built
