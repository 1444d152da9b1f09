"""What a customer is still writing may be kept already: the judge takes it as written, and no more."""

from typing import Any, cast

import pytest

from sandbox.twilio import Person
from tests.sim.judge import of_customers
from tests.sim.people import OnWhatsApp
from tests.sim.world import World


class _Kept:
    """A world that keeps these words of the one customer."""

    def __init__(self, *texts: str) -> None:
        self.texts = texts

    def rows(self, *_: object) -> list[dict[str, Any]]:
        return [{"at": at, "text": text} for at, text in enumerate(self.texts)]


@pytest.fixture
def marie(monkeypatch: pytest.MonkeyPatch) -> OnWhatsApp:
    """Who wrote STOP once, and was heard."""
    monkeypatch.setattr("tests.sim.people.now", lambda: 1.0)
    customer = OnWhatsApp(cast("World", None), "Marie", person=Person("FR.1", "Marie", "+33612345678"))
    customer._begins("STOP").acknowledged = True  # as its platform's answer says
    return customer


def _found(customer: OnWhatsApp, *kept: str) -> set[str]:
    return set(of_customers(cast("World", _Kept(*kept)), [customer]))


def test_an_order_that_is_written_again_may_be_kept_before_its_author_knows(marie: OnWhatsApp) -> None:
    marie._begins("STOP")  # its platform waits for the answer
    assert _found(marie, "STOP", "STOP") == set()
    assert _found(marie, "STOP") == set()
    assert _found(marie, "STOP", "STOP", "STOP") == {"customers: 'STOP' is kept 3 times"}


def test_what_was_written_once_is_kept_once(marie: OnWhatsApp) -> None:
    assert _found(marie, "STOP") == set()
    assert _found(marie, "STOP", "STOP") == {"customers: 'STOP' is kept 2 times"}
    assert _found(marie) == {"customers: 'STOP' was acknowledged and is not kept"}
