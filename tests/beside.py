"""What the product does beside its event loop, for tests that want it done where it is asked for."""

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def at_once(work: Callable[[], T]) -> T:
    """Nobody looks before it is done; and there are no threads in virtual time."""
    return work()
