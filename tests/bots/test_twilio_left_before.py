"""Of a database that was put back: which of Twilio's messages may be the one that is about to leave."""

from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest

from bots.twilio_api import PAGE, Json
from bots.twilio_listed import left_before
from core.jobs import Candidates, Doubt, Look
from tests.core.domain.decide.scene import MONDAY

ENDS, PUT_BACK = MONDAY, MONDAY + timedelta(hours=2)
TEXTS = {"Bonjour", "Bonjour\n\n1. Oui"}


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _doubt(asked: datetime | None = None) -> Doubt:
    return Doubt(_ms(ENDS), _ms(PUT_BACK), None if asked is None else _ms(asked))


def _message(sid: str, minutes: float, body: str = "Bonjour", direction: str = "outbound-api") -> Json:
    at = format_datetime(MONDAY + timedelta(minutes=minutes))
    return {"sid": sid, "body": body, "direction": direction, "date_created": at}


def _newest_first(*messages: Json) -> list[Json]:
    return list(reversed(messages))


def test_what_says_the_same_in_the_unknown_time_may_be_it_the_oldest_first() -> None:
    listed = _newest_first(
        _message("before", -10),
        _message("first", 5),
        _message("theirs", 6, direction="inbound"),
        _message("other", 7, "Au revoir"),
        _message("second", 90),
        _message("since", 121),
    )
    assert left_before(listed, TEXTS, _doubt()) == Candidates(("first", "second"))


@pytest.mark.parametrize(
    ("asked", "told"),
    [(4, Candidates(("first",))), (5, Candidates(("first",))), (6, Look.ABSENT)],
    ids=["answered", "answered within the second", "wrote again"],
)
def test_who_wrote_last_is_answered_with_the_same_words_if_need_be(
    asked: int, told: Candidates | Look
) -> None:
    listed = [_message("first", 5)]
    assert left_before(listed, TEXTS, _doubt(MONDAY + timedelta(minutes=asked))) == told


def test_a_page_that_does_not_reach_back_proves_nothing() -> None:
    full = [_message(f"m{number}", 60, "Au revoir") for number in range(PAGE)]
    assert left_before(full, TEXTS, _doubt()) is Look.CANNOT_TELL
    assert left_before([*full[1:], _message("old", -60)], TEXTS, _doubt()) is Look.ABSENT
    assert left_before([], TEXTS, _doubt()) is Look.ABSENT
