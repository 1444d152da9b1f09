"""What is wrong with the settings, in sentences an operator can act on."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing to correct.

    `where` is a variable's name or `file:line`; `write` is the correction, as an imperative. No part of it
    ever holds the value of a variable: an operator may have pasted a secret anywhere.
    """

    where: str
    what: str
    write: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.write}."


class SettingsFaults(Exception):
    """The operator must correct the environment or the rules file. Holds every fault at once."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class Unfit(ValueError):
    """A value of the rules file that cannot be used: what it is, and what to write instead."""

    def __init__(self, what: str, write: str) -> None:
        super().__init__(what)
        self.what = what
        self.write = write
