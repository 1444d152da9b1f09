"""What the stand-in for Slack remembers: channels, people, messages, what one person alone was shown.

It is the judge of the tests. Messages are kept as they were sent: what Slack adds when it answers
(assigned block ids, thread counts) is in `slack_documents`.
"""

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

TRIGGER_SECONDS = 3.0
HOOK_SECONDS = 30 * 60.0
HOOK_USES = 5

Document = dict[str, Any]


@dataclass
class User:
    """A person or a bot of the workspace, or of another one (`team_id`)."""

    id: str
    name: str
    real_name: str
    team_id: str
    guest: bool = False
    ultra: bool = False
    bot: bool = False
    deleted: bool = False
    locale: str = "fr-FR"


@dataclass(frozen=True)
class Version:
    """A message or an ephemeral as it was before `until` (seconds)."""

    text: str
    blocks: list[Document]
    metadata: Document | None
    until: float


@dataclass
class Message:
    """A message everyone in its channel sees. `history` holds its earlier versions, oldest first."""

    channel: str
    ts: str
    text: str
    user: str | None = None
    bot_id: str | None = None
    blocks: list[Document] = field(default_factory=list)
    thread_ts: str | None = None
    metadata: Document | None = None
    history: list[Version] = field(default_factory=list)
    edited_ts: str | None = None
    username: str | None = None
    icons: Document = field(default_factory=dict)
    reply_broadcast: bool = False
    deleted: bool = False
    reactions: dict[str, list[str]] = field(default_factory=dict)
    extra: Document = field(default_factory=dict)
    """Fields shown as they are: files, attachments, what `say` was given."""

    @property
    def is_reply(self) -> bool:
        """Whether it stands in a thread below its root."""
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass
class Ephemeral:
    """Something shown to one person alone. `token` names the response_url that can replace it."""

    user: str
    channel: str
    ts: str
    text: str
    at: float
    blocks: list[Document] = field(default_factory=list)
    thread_ts: str | None = None
    token: str | None = None
    history: list[Version] = field(default_factory=list)
    deleted: bool = False


Shown = Message | Ephemeral


@dataclass
class Channel:
    """A channel and its messages, oldest first. Add messages with `add`: it keeps the threads."""

    id: str
    name: str
    private: bool = True
    members: set[str] = field(default_factory=set)
    archived: bool = False
    is_ext_shared: bool = False
    messages: list[Message] = field(default_factory=list)
    _by_ts: dict[str, Message] = field(default_factory=dict, repr=False)
    _replies: dict[str, list[Message]] = field(default_factory=dict, repr=False)

    @property
    def direct(self) -> bool:
        """Whether it is the conversation of one person with the app."""
        return self.id.startswith("D")

    def add(self, message: Message) -> Message:
        """Append a message, and file it under its thread."""
        self.messages.append(message)
        self._by_ts[message.ts] = message
        if message.is_reply:
            self._replies.setdefault(str(message.thread_ts), []).append(message)
        return message

    def find(self, ts: str) -> Message | None:
        """The message of this ts, unless it was deleted."""
        message = self._by_ts.get(ts)
        return None if message is None or message.deleted else message

    def root(self, ts: str) -> Message | None:
        """The message threads hang from: a deleted one still carries its replies."""
        message = self._by_ts.get(ts)
        gone = message is None or (message.deleted and not self.replies(ts))
        return None if gone else message

    def replies(self, root_ts: str) -> list[Message]:
        """The replies that were not deleted, oldest first."""
        return [reply for reply in self._replies.get(root_ts, []) if not reply.deleted]


@dataclass
class Hook:
    """A response_url: 5 uses in 30 minutes. `typed` is the command line that got it."""

    token: str
    user: str
    channel: str
    issued_at: float
    original: Shown | None = None
    typed: str | None = None
    uses: int = 0


@dataclass
class Trigger:
    """A trigger_id: good once, for 3 seconds."""

    user: str
    issued_at: float
    used: bool = False


@dataclass
class View:
    """A modal or a Home tab as the app gave it (`content`), and the modal it lies on."""

    id: str
    user: str
    content: Document
    hash: str
    below: "View | None" = None
    is_open: bool = True
    typed: Document = field(default_factory=dict)
    """What stands in its inputs, by their block: it survives an update that keeps them."""
    errors: dict[str, str] = field(default_factory=dict)
    """What the app said is wrong, by block; under "" what Slack itself says of a failure."""

    @property
    def depth(self) -> int:
        """How many modals are stacked, this one included."""
        return 1 if self.below is None else 1 + self.below.depth


@dataclass
class StoredFile:
    """An uploaded file. `shares` lists (channel, ts, thread_ts) of the messages that show it."""

    id: str
    name: str
    size: int
    user: str
    mimetype: str = "application/octet-stream"
    title: str = ""
    content: bytes | None = None
    completed: bool = False
    shares: list[tuple[str, str, str | None]] = field(default_factory=list)


@dataclass
class Memory:
    """Everything one workspace holds. `clock` gives seconds since 1970."""

    clock: Callable[[], float] = time.time
    team_id: str = "T0RELAIS01"
    bot_user_id: str = "U0BOTRELAIS"
    bot_id: str = "B0BOTRELAIS"
    app_id: str = "A0RELAIS01"
    bot_name: str = "relais"
    domain: str = "relais-demo"
    base_url: str = ""
    paid_plan: bool = False
    echo_updates: bool = False
    trigger_seconds: float = TRIGGER_SECONDS
    channels: dict[str, Channel] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    usergroups: dict[str, list[str]] = field(default_factory=dict)
    ephemerals: list[Ephemeral] = field(default_factory=list)
    hooks: dict[str, Hook] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    homes: dict[str, View] = field(default_factory=dict)
    files: dict[str, StoredFile] = field(default_factory=dict)
    _last: int = 0
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.users[self.bot_user_id] = User(
            self.bot_user_id, self.bot_name, self.bot_name, self.team_id, bot=True
        )

    def new_ts(self) -> str:
        """A ts later than every other of the workspace, even while the clock stands still."""
        self._last = max(self._last + 1, round(self.clock() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def new_id(self, prefix: str) -> str:
        """An id nothing else has, of the length Slack's ids have."""
        return f"{prefix}{next(self._ids):0{max(1, 11 - len(prefix))}d}"

    def new_trigger(self, user: str) -> str:
        """A trigger_id for `user`, counted from now."""
        trigger_id = f"{self.new_id('9')}.1234567890.{next(self._ids):032x}"
        self.triggers[trigger_id] = Trigger(user, self.clock())
        return trigger_id

    def new_hook(
        self, user: str, channel: str, original: Shown | None = None, typed: str | None = None
    ) -> Hook:
        """A response_url for `user` in `channel`; `original` is what its uses may replace."""
        hook = Hook(self.new_id("hook"), user, channel, self.clock(), original, typed)
        self.hooks[hook.token] = hook
        return hook

    def hook_url(self, hook: Hook) -> str:
        """The address to post to."""
        return f"{self.base_url}/response/{hook.token}"

    def direct_channel(self, user: str) -> Channel:
        """The conversation of `user` with the app, made on first use."""
        channel_id = "D" + user[1:]
        if channel_id not in self.channels:
            members = {user, self.bot_user_id}
            self.channels[channel_id] = Channel(channel_id, "directmessage", members=members)
        return self.channels[channel_id]

    def person(self, user: str) -> User:
        """The user of this id; ValueError for one the workspace does not know."""
        if user not in self.users:
            raise ValueError(f"no user {user} in this workspace: add_user first")
        return self.users[user]

    def seen_by(self, user: str, channel: str) -> Channel:
        """The channel, if `user` can see it; ValueError for a private one they are no member of."""
        self.person(user)
        found = self.channels.get(channel)
        if found is None or (found.private and user not in found.members):
            raise ValueError(f"{user} cannot see {channel}: add the channel, or {user} to its members")
        return found

    def revise(self, shown: Shown, text: str, blocks: list[Document]) -> None:
        """Change what is shown in place, and keep what it was."""
        metadata = shown.metadata if isinstance(shown, Message) else None
        shown.history.append(Version(shown.text, shown.blocks, metadata, self.clock()))
        shown.text, shown.blocks = text, blocks
