"""The whole service as a process of its own, with the stand-ins on the other core."""

from pathlib import Path

from tests.stories.child import ChildTown
from tests.stories.town import shipped_rules

ROOT = Path(__file__).parents[2]
_AGENTS = '[[agent]]\nslack = "U0LEA"\nname = "Léa"\nrole = "agent"\nteams = ["support"]'


def a_town(folder: Path) -> ChildTown:
    """A town that is not open yet; its rules are the shipped ones with one agent, and no wait for a burst."""
    folder.mkdir(parents=True, exist_ok=True)
    shipped = (ROOT / "relais.toml").read_text(encoding="utf-8")
    rules = shipped.replace('burst = "3s"', 'burst = "0s"')
    if rules == shipped:
        raise ValueError("the shipped rules no longer say burst = 3s")
    return ChildTown(folder, shipped_rules(), f"{rules}\n\n{_AGENTS}\n")
