"""What the doctor says of the machine."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from core import checkup
from core.checkup import Level, Report, look_at_clock, look_at_disk, look_at_sqlite

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def _levels(report: Report) -> list[Level]:
    return [finding.level for finding in report.findings]


@pytest.mark.parametrize(
    ("version", "level"),
    [
        ((3, 51, 3), Level.FINE),
        ((3, 52, 0), Level.FINE),
        ((3, 51, 2), Level.NOTE),
        ((3, 50, 7), Level.FINE),
        ((3, 50, 6), Level.NOTE),
        ((3, 45, 9), Level.NOTE),
        ((3, 44, 6), Level.FINE),
        ((3, 44, 5), Level.NOTE),
        ((3, 40, 1), Level.NOTE),
    ],
)
def test_a_sqlite_that_may_lose_commits_is_told(version: tuple[int, ...], level: Level) -> None:
    report = Report(NOW)
    look_at_sqlite(report, version)
    assert _levels(report) == [level]


@pytest.mark.parametrize(
    ("dates", "level", "told"),
    [
        (["Mon, 23 Nov 2026 09:00:40 GMT"], Level.FINE, "right to 40 s"),
        (["Mon, 23 Nov 2026 09:02:00 GMT"], Level.MEND, "120 s behind"),
        (["Mon, 23 Nov 2026 08:50:00 GMT"], Level.MEND, "600 s ahead"),
        (["Mon, 23 Nov 2026 08:50:00 GMT", "Mon, 23 Nov 2026 09:00:00 GMT"], Level.FINE, "right to 1 s"),
        (["", "yesterday", "Mon, 23 Nov 2026 09:00:00"], Level.NOTE, "no answer told the time"),
    ],
)
def test_the_clock_is_held_against_the_date_of_the_answers(dates: list[str], level: Level, told: str) -> None:
    report = Report(NOW)
    for date in dates:
        report._hear_date(date)
    look_at_clock(report)
    assert _levels(report) == [level]
    assert told in report.findings[0].what


def test_a_disk_without_room_for_two_copies_must_be_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "relais.db").write_bytes(bytes(4096))
    report = Report(NOW)
    look_at_disk(report, tmp_path / "relais.db")
    monkeypatch.setattr(checkup, "ROOM", 1 << 62)
    look_at_disk(report, tmp_path / "nowhere" / "relais.db")
    assert _levels(report) == [Level.FINE, Level.MEND]
    assert not report.is_fine
