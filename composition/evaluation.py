"""The team's evaluation file (`[faq] evaluation`): articles are tried on it before they are saved."""

from core.domain.rules import Rules
from faq.asked import Asked, read_asked
from faq.entries import ArticleFaults
from faq.gauge import Gauge
from settings import Fault, SettingsFaults


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


def gauge_of(rules: Rules) -> Gauge:
    """The same, arranged for trials. Takes some time with thousands of messages: not for the event loop."""
    return Gauge(evaluation_of(rules))


def _fault(said: str) -> Fault:
    """« file:line: what; write », as the settings tell theirs."""
    where, _, rest = said.partition(": ")
    what, _, write = rest.rpartition("; ")
    return Fault(where, what or rest, write if what else "mend the file that [faq] evaluation names")
