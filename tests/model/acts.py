"""The steps of a walk: when each can be taken, and what is drawn for it."""

from collections.abc import Callable
from typing import Any

from hypothesis.strategies import SearchStrategy

from tests.model.reference import Asks, Request, Stage

Can = Callable[[Request], bool]
Method = Callable[..., None]
ACTS: dict[str, tuple[Can, int, dict[str, SearchStrategy[Any]]]] = {}
"""Each with who can take it, and what is drawn for it."""


def is_over(request: Request) -> bool:
    return request.is_over


def is_known(request: Request) -> bool:
    return request.requests > 0


def has_thread(request: Request) -> bool:
    return request.handed_at is not None


def is_heard_by_team(request: Request) -> bool:
    return request.stage in {Stage.OPEN, Stage.IN_PROGRESS, Stage.RESOLVED}


def is_nobodys(request: Request) -> bool:
    return request.stage is not Stage.IN_PROGRESS


def is_asked(request: Request) -> bool:
    return request.asks is not Asks.NOTHING


def is_shut(request: Request) -> bool:
    return request.is_shut


def is_under_way(request: Request) -> bool:
    return not request.is_over


def anybody(_: Request) -> bool:
    return True


def act(can: Can, times: int = 1, **drawn: SearchStrategy[Any]) -> Callable[[Method], Method]:
    """A step of the walk, when somebody can take it. `times`: as likely as so many others."""

    def kept(method: Method) -> Method:
        ACTS[method.__name__] = (can, times, drawn)
        return method

    return kept
