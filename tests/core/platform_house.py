"""A platform with a memory of its own, which plays a script: the judge of every story."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from core.clock import Clock
from core.jobs import Budget, Candidates, Job, Look, Refused, Retry


@dataclass
class Platform:
    """A platform that remembers what it was asked, and plays a script: the judge of every story.

    A step of the script is an exception to raise, a number of seconds to take, or a callable to run. `after`
    says whether the step happens once the platform has taken the job, as a lost answer does.
    """

    clock: Clock
    has_look_up: bool = True
    script: dict[str, list[Any]] = field(default_factory=dict)
    after: bool = False
    limits: Callable[[Job], tuple[Budget, ...]] = lambda _job: ()
    asked: list[tuple[float, str]] = field(default_factory=list)
    """Every call, by when and by text."""
    taken: list[Job] = field(default_factory=list)
    looks: list[float] = field(default_factory=list)
    answers: list[str | Look | Exception] = field(default_factory=list)
    """What look-ups are told, in turn; afterwards the truth."""
    seconds: float = 0.0
    """How long every call takes."""

    def budgets(self, job: Job) -> tuple[Budget, ...]:
        """As the test says."""
        return self.limits(job)

    async def carry(self, job: Job) -> str:
        """Play the next step of the job's script, if any, and remember the job."""
        text = text_of(job)
        self.asked.append((seconds(), text))
        if self.seconds:
            await asyncio.sleep(self.seconds)
        steps = self.script.get(text, [])
        step = steps.pop(0) if steps else None
        heard_first = self.after and not isinstance(step, Retry | Refused)
        if heard_first:
            self.taken.append(job)
        await _play(step)
        if not heard_first:
            self.taken.append(job)
        return job.thread_reference if job.kind == "update_card" else f"ref-{job.id}"

    async def look_up(self, job: Job) -> str | Look | Candidates:
        """The scripted answer, else the truth."""
        self.looks.append(seconds())
        if self.answers:
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        has_it = any(known.id == job.id for known in self.taken)
        return f"ref-{job.id}" if has_it else Look.ABSENT

    @property
    def texts(self) -> list[str]:
        """What it took, in order."""
        return [text_of(job) for job in self.taken]

    def times(self, text: str) -> list[float]:
        """When it was asked to carry a text."""
        return [at for at, asked in self.asked if asked == text]


async def _play(step: Any) -> None:  # noqa: ANN401 - an exception, seconds, or something to run
    if isinstance(step, BaseException):
        raise step
    if isinstance(step, int | float):
        await asyncio.sleep(step)
    elif step is not None:
        step()


def seconds() -> float:
    """The loop's own time."""
    return asyncio.get_running_loop().time()


def text_of(job: Job) -> str:
    """The words a job carries; of a card, its state."""
    return str(job.payload.get("text", job.payload.get("status", "")))
