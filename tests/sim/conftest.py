"""Silence around the dead: what they leave behind is told nowhere, here or in the tests that follow."""

import gc
import sys
import warnings
from collections.abc import Iterator

import pytest
import structlog

from tests.sim.runs import quiet


@pytest.fixture(scope="module", autouse=True)
def _quiet() -> Iterator[None]:
    """Everything as it was afterwards, and nothing of the dead left to be collected."""
    logging_before, hook = structlog.get_config(), sys.unraisablehook
    with warnings.catch_warnings():
        quiet()
        yield
        gc.collect()
    structlog.configure(**logging_before)
    sys.unraisablehook = hook
