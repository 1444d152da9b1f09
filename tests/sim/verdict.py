"""What became of one run."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Verdict:
    """`wrong` is empty when every promise held."""

    name: str
    wrong: str = ""
    points: int = 0
    distinct: list[int] = field(default_factory=list)
    """The points at which a death differs from the one at the point before."""
    died: list[str] = field(default_factory=list)
    acts: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)
    heard: Counter[str] = field(default_factory=Counter)

    @property
    def deaths(self) -> int:
        """How often a process died."""
        return len(self.died)

    @property
    def scenario(self) -> str:
        """Which one was played, when one was."""
        return self.name.partition(":")[0]
