"""One service for all the properties of a module: it must stand whatever came before."""

import logging
from collections.abc import Iterator

import pytest
import structlog

from tests.fuzz.house import Fuzzed


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuzzed]:
    """Open, and quiet: a hundred thousand warnings would be read by nobody."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    built = Fuzzed(tmp_path_factory.mktemp("fuzz"))
    yield built
    built.close()
    structlog.configure(**before)
