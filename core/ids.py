"""Ids and chance, from one seam: random in service, seeded in tests and simulations."""

import secrets
from random import Random
from typing import Protocol

from ulid import ULID


class Ids(Protocol):
    """Where ids and random choices come from."""

    def new(self, at_ms: int) -> str:
        """A new id that sorts by time; unique, opaque, 26 characters."""
        ...

    def pick(self) -> int:
        """A random number of 31 bits, for choices where any will do."""
        ...


def first_of(at_ms: int) -> str:
    """What no id of that millisecond, or of a later one, sorts before."""
    return str(ULID(at_ms.to_bytes(6, "big") + bytes(10)))


class SystemIds:
    """Chance of the operating system."""

    def new(self, at_ms: int) -> str:
        """A ULID of that millisecond."""
        return str(ULID(at_ms.to_bytes(6, "big") + secrets.token_bytes(10)))

    def pick(self) -> int:
        """31 random bits."""
        return secrets.randbits(31)


class SeededIds:
    """The same chance at every run of the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - repeatable on purpose

    def new(self, at_ms: int) -> str:
        """A ULID of that millisecond."""
        return str(ULID(at_ms.to_bytes(6, "big") + self._random.randbytes(10)))

    def pick(self) -> int:
        """31 bits of the seed."""
        return self._random.getrandbits(31)
