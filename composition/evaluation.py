"""The team's evaluation file (`[faq] evaluation`): articles are tried on it before they are saved."""

from pathlib import Path
from threading import Lock
from typing import Final

import structlog

from core.domain.rules import Rules
from faq.asked import Asked, read_asked
from faq.entries import ArticleFaults
from faq.gauge import Gauge
from settings import Fault, SettingsFaults

log = structlog.get_logger("evaluation")

Stamp = tuple[int, int, int]
"""What tells one state of a file from another: its inode, its size, and when it changed."""
PLACES_TOLD: Final = 3


def evaluation_of(rules: Rules) -> list[Asked]:
    """Its messages; none where the rules name no file. An id that is in no base is no fault: articles come
    and go while the service runs.

    Raises:
        SettingsFaults: all that is wrong with the file, with its lines.
    """
    if rules.evaluation is None:
        return []
    try:
        return read_asked(rules.evaluation, None, rules.language)
    except ArticleFaults as error:
        raise SettingsFaults(_fault(said) for said in error.faults) from error


class EvaluationFile:
    """Its messages arranged for trials, as the file is now: it is read anew once it has changed, so that
    nothing is ever tried on messages that the team has replaced.

    Reading takes some time with thousands of messages, and looking touches the disk: not for the event loop.

    Raises:
        SettingsFaults: at the beginning, when it is faulty.
    """

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._one_at_a_time = Lock()
        self._stamp = _stamp_of(rules.evaluation)
        self._gauge = Gauge(evaluation_of(rules))
        self._faulty = ""

    def gauge(self) -> tuple[Gauge, str]:
        """What to try articles on; and where the file is faulty, as people look a line up, empty when it is
        not. Of a faulty file nothing is tried."""
        with self._one_at_a_time:
            stamp = _stamp_of(self._rules.evaluation)
            if stamp != self._stamp:
                self._read()
                self._stamp = stamp  # of before it was read: what is written meanwhile is read next time
            return self._gauge, self._faulty

    def _read(self) -> None:
        try:
            self._gauge, self._faulty = Gauge(evaluation_of(self._rules)), ""
        except SettingsFaults as error:
            places = list(dict.fromkeys(fault.where for fault in error.faults))
            self._gauge, self._faulty = Gauge(()), ", ".join(places[:PLACES_TOLD])
            log.error("evaluation_faulty", count=len(error.faults), where=self._faulty)
        else:
            log.info("evaluation_read", count=len(self._gauge))


def _stamp_of(path: Path | None) -> Stamp | None:
    """None when there is no file, which reading it tells."""
    try:
        found = path.stat() if path else None
    except OSError:
        return None
    return (found.st_ino, found.st_size, found.st_mtime_ns) if found else None


def _fault(said: str) -> Fault:
    """« file:line: what; write », as the settings tell theirs."""
    where, _, rest = said.partition(": ")
    what, _, write = rest.rpartition("; ")
    return Fault(where, what or rest, write if what else "mend the file that [faq] evaluation names")
