"""Stories are played in a whole town."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stories.town import Town, town


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Town]:
    """A town with the shipped rules and a roster of three."""
    async with town(tmp_path) as built:
        yield built
