"""A client for the tests of the stand-ins; what serves them is in `tests.serving`."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.serving import NOBODY


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    """A client that ignores the proxies of the machine."""
    async with httpx.AsyncClient(trust_env=False, verify=NOBODY) as client:
        yield client
