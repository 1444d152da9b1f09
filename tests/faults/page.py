"""The tables of `docs/faults.md`, made of the rows that the tests play."""

from collections.abc import Iterator, Sequence

from tests.faults import slack, telegram, twilio
from tests.faults.rows import Row

TABLES = {"Slack": slack.rows(), "Twilio": twilio.rows(), "Telegram": telegram.rows()}


def page() -> str:
    """Every platform's table."""
    return "\n\n".join("\n".join(_table(name, rows)) for name, rows in TABLES.items())


def _table(name: str, rows: Sequence[Row]) -> Iterator[str]:
    yield f"## {name}: {len(rows)} kinds\n"
    yield "| what is carried | what its call meets | what becomes of the row | what the team reads |"
    yield "|---|---|---|---|"
    for row in rows:
        told = f"`{row.told}`" if row.told else ""
        yield f"| {row.carries} | {_plain(row.name)} | {row.becomes} | {told} |"


def _plain(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")
