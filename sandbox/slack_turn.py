"""One call of the Web API: its arguments as methods read them, and the refusals methods raise."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from sandbox.slack_blocks import complaints_about_blocks
from sandbox.slack_memory import Channel, Document, Memory


class SlackError(Exception):
    """A call Slack refuses with status 200 and `ok: false`. `code` is Slack's own word for it."""

    def __init__(self, code: str, complaints: Iterable[str] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.complaints = list(complaints)


@dataclass
class Turn:
    """A call being answered. `afterwards` runs once the answer left; each gives an event to push."""

    memory: Memory
    arguments: Document
    afterwards: list[Callable[[], Document | None]] = field(default_factory=list)

    def text(self, name: str) -> str:
        """A textual argument, "" when it is absent."""
        value = self.arguments.get(name)
        return "" if value is None else str(value)

    def flag(self, name: str) -> bool:
        """A yes-or-no argument, from JSON or from a form."""
        return self.text(name).lower() in {"true", "1"}

    def limit(self, default: int, most: int) -> int:
        """How many items a page holds; Slack's own default when it is absent or 0."""
        text = self.text("limit") or "0"
        if not text.isdigit() or int(text) > most:
            raise SlackError("invalid_limit")
        return int(text) or default

    def moment(self, name: str, default: str) -> Decimal:
        """A ts argument that bounds a range."""
        try:
            return Decimal(self.text(name) or default)
        except InvalidOperation:
            raise SlackError(f"invalid_ts_{name}") from None

    def channel(self, *, writable: bool = False) -> Channel:
        """The channel named, if the bot may use it: a private one it is no member of does not exist."""
        found = self.memory.channels.get(self.text("channel"))
        if found is None and writable:
            found = self._direct()
        member = found is not None and self.memory.bot_user_id in found.members
        if found is None or (found.private and not member):
            raise SlackError("channel_not_found")
        if writable and not member:
            raise SlackError("not_in_channel")
        if writable and found.archived:
            raise SlackError("is_archived")
        return found

    def _direct(self) -> Channel | None:
        # Posting to a person's id opens their conversation with the app.
        person = self.memory.users.get(self.text("channel"))
        return None if person is None or person.bot else self.memory.direct_channel(person.id)

    def readable(self) -> Channel:
        """The channel named, if the bot may read its messages."""
        found = self.channel()
        if self.memory.bot_user_id not in found.members:
            raise SlackError("not_in_channel")
        return found

    def blocks(self) -> list[Document]:
        """The blocks given, checked against every limit."""
        given = self.arguments.get("blocks") or []
        if not isinstance(given, list):
            raise SlackError("invalid_blocks_format")
        if complaints := list(complaints_about_blocks(given)):
            raise SlackError("invalid_blocks", (f"[ERROR] {complaint}" for complaint in complaints))
        return given

    def metadata(self) -> Document | None:
        """The metadata given; None when there is none or it is `{}`, which removes it."""
        given = self.arguments.get("metadata")
        if not given:
            return None
        if not isinstance(given, dict) or given.keys() != {"event_type", "event_payload"}:
            raise SlackError("invalid_metadata_format")
        if not isinstance(given["event_type"], str) or not isinstance(given["event_payload"], dict):
            raise SlackError("invalid_metadata_schema")
        # No document says how much is too much; ours carry one short id.
        if len(str(given)) > 8_000:
            raise SlackError("metadata_too_large")
        return given
