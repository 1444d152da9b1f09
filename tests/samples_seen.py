"""What a run saw of the platforms' samples, counted at its end: seen as expected, of expected."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum

SEEN = "a sample was seen"
"""The property under which a test says what became of a sample."""


class Group(StrEnum):
    """A table of `docs/samples.md`."""

    TWILIO_REQUESTS = "What Twilio sends"
    TWILIO_ANSWERS = "What Twilio's API answers"
    TELEGRAM_REQUESTS = "What Telegram sends"
    TELEGRAM_ANSWERS = "What Telegram's API answers"
    SLACK_REQUESTS = "What Slack sends"
    SLACK_ANSWERS = "What Slack's Web API answers"
    SLACK_PARTS = "Parts of requests, frames and definitions of Slack"


def saw(record: Callable[[str, object], None], group: Group, name: str, *, as_expected: bool) -> None:
    """Say what became of one sample."""
    record(SEEN, (group.value, name, as_expected))


def well_seen(properties: Iterable[tuple[str, object]]) -> dict[str, set[str]]:
    """The samples of each group that became what is expected, every time that they were played."""
    seen: dict[str, dict[str, bool]] = defaultdict(dict)
    for kind, told in properties:
        if kind == SEEN and isinstance(told, tuple | list):
            group, name, as_expected = told
            seen[group][name] = as_expected and seen[group].get(name, True)
    return {group: {name for name, holds in names.items() if holds} for group, names in seen.items()}


def told(expected: Mapping[str, set[str]], seen: Mapping[str, set[str]]) -> list[str]:
    """A line for each group of which anything was seen."""
    return [
        f"{len(names & seen[group]):7} of {len(names):3} {group}"
        for group, names in expected.items()
        if group in seen
    ]
