"""Who may act for the team: the rules file's people, or the members of the team's channel (P18, P23).

An act is refused with a reason rather than put down to somebody else. Guests, outsiders, apps and people who
left are refused even where the rules file names them. What cannot be verified is refused: who was verified
within a day still acts while Slack is out of reach.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from core.clock import Clock
from core.domain.rules import Agent, Rules
from core.jobs import CallEnding
from handoff import markup
from handoff.api import SlackApi, SlackSaysNo

log = structlog.get_logger("roster")

FRESH: Final = timedelta(minutes=5)
LAST_KNOWN: Final = timedelta(hours=24)
QUIET: Final = timedelta(seconds=15)
PATIENCE: Final = 2.0
"""Seconds one act may wait for Slack: Slack itself gives up on us after three."""
PAGE: Final = 200
PAGES: Final = 50
PREFETCHED: Final = 100
SLACKBOT: Final = "USLACKBOT"
NAME_LIMIT: Final = 60

UNAVAILABLE: Final = "roster.unavailable"
"""The reason of a refusal that says nothing of the person: Slack did not tell."""

_NOBODY: Final = {"user_not_found", "user_not_visible", "users_not_found"}


class NotOnRoster(Exception):
    """This person's act is refused. `reason` is a key of the catalogue (`roster.…`): what to do about it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _OutOfReach(Exception):
    """Slack did not tell."""


@dataclass(frozen=True)
class Identity:
    """Who we are in Slack; all empty while Slack has not said."""

    team_id: str = ""
    bot_user_id: str = ""
    bot_id: str = ""


@dataclass(frozen=True)
class _Person:
    """What Slack says of somebody. `refused` is the reason why this person may not act, empty for none."""

    name: str
    team_id: str
    refused: str
    at: datetime
    is_fresh: bool = True


class Roster:
    """Answers who somebody is. Its memory is a cache of Slack's: losing it loses nothing."""

    def __init__(
        self, *, api: SlackApi, rules: Rules, channel: str, clock: Clock, patience: float = PATIENCE
    ) -> None:
        self._api = api
        self._rules = rules
        self._channel = channel
        self._clock = clock
        self._patience = patience
        self._identity: Identity | None = None
        self._people: dict[str, _Person] = {}
        self._members: frozenset[str] = frozenset()
        self._members_at: datetime | None = None
        self._changes = 0
        self._members_seen = 0
        self._failed_at: datetime | None = None
        self._asking = asyncio.Lock()

    @property
    def identity(self) -> Identity | None:
        """Who we are, once Slack has said; asks nobody."""
        return self._identity

    async def identify(self) -> Identity:
        """Who we are in Slack, asked once. Never fails: everything is empty while Slack is out of reach."""
        if self._identity is None:
            try:
                self._identity = _identity(await self._api.call("auth.test", {}))
            except CallEnding as error:
                log.warning("identity_unknown", error=type(error).__name__)
                return Identity()
        return self._identity

    async def agent(self, user_id: str, team_id: str = "") -> Agent:
        """The person behind an id, as an agent. `team_id`: the workspace that the gesture came from.

        Waits `patience` for Slack at most (two seconds), and only when it does not know by itself.

        Raises:
            NotOnRoster: why this person may not act here.
        """
        try:
            async with _within_reach(self._patience):
                person = await self._known_person(user_id, team_id)
                listed = self._rules.agents or await self._is_member(user_id)
        except _OutOfReach:
            raise NotOnRoster(UNAVAILABLE) from None
        named = self._rules.agent(user_id)
        if not listed or (self._rules.agents and named is None):
            raise NotOnRoster("roster.unknown")
        return named or Agent(user_id, person.name)

    def name_of(self, user_id: str) -> str:
        """How the team calls somebody; empty for who is not known yet. Asks nobody."""
        named, known = self._rules.agent(user_id), self._people.get(user_id)
        return named.name if named else known.name if known else ""

    def names(self) -> Mapping[str, str]:
        """Every name known, by id: the rules file's people, and who was seen on Slack."""
        seen = {user_id: known.name for user_id, known in self._people.items() if not known.refused}
        return seen | {agent.id: agent.name for agent in self._rules.agents}

    def member_changed(self) -> None:
        """Somebody joined, left or changed: what is known is asked again before it is next relied upon."""
        self._changes += 1
        self._people = {user_id: replace(known, is_fresh=False) for user_id, known in self._people.items()}

    async def refresh(self) -> None:
        """Learn who we are and who the people are, so that the first gesture finds all of it known.

        Never fails; what Slack did not tell is asked again when it is needed.
        """
        try:
            await self.identify()
            people = [agent.id for agent in self._rules.agents] or sorted(await self._members_now())
            for user_id in people[:PREFETCHED]:
                await self._person(user_id)
        except _OutOfReach:
            log.warning("roster_incomplete")

    async def is_shared(self, channel: str) -> bool:
        """Whether people of other companies can read the channel. Raises CallEnding as `SlackApi.call`."""
        answer = await self._api.call("conversations.info", {"channel": channel})
        return bool(answer["channel"].get("is_ext_shared"))

    async def _known_person(self, user_id: str, team_id: str) -> _Person:
        """Somebody of our own workspace who may act, as far as Slack's account of them goes."""
        ours = (await self.identify()).team_id
        if not ours:
            raise _OutOfReach
        if team_id and team_id != ours:
            raise NotOnRoster("roster.outsider")
        person = await self._person(user_id)
        if person.team_id and person.team_id != ours:
            raise NotOnRoster("roster.outsider")
        if person.refused:
            raise NotOnRoster(person.refused)
        return person

    async def _person(self, user_id: str) -> _Person:
        known = self._people.get(user_id)
        if known is not None and self._is_fresh(known):
            return known
        try:
            async with _within_reach(self._patience / 2):
                learnt = await self._asked(user_id)
        except _OutOfReach:
            if known is not None and self._within(known.at, LAST_KNOWN) and not self._is_manager(user_id):
                return known
            raise
        self._people[user_id] = learnt
        return learnt

    def _is_fresh(self, known: _Person) -> bool:
        # A refusal is asked about again soon: whoever was let in meanwhile does not wait for a day.
        return known.is_fresh and self._within(known.at, FRESH if known.refused else LAST_KNOWN)

    async def _asked(self, user_id: str) -> _Person:
        now = self._clock.now()
        try:
            answer = await self._api.call("users.info", {"user": user_id})
        except SlackSaysNo as refusal:
            if refusal.error in _NOBODY:
                return _Person("", "", "roster.unknown", now)
            raise _OutOfReach from refusal
        except CallEnding as error:
            raise _OutOfReach from error
        user = answer["user"]
        return _Person(_name(user), str(user.get("team_id", "")), _why_refused(user_id, user), now)

    async def _is_member(self, user_id: str) -> bool:
        return user_id in await self._members_now()

    async def _members_now(self) -> frozenset[str]:
        """The members of the channel, five minutes old at most; a day old while Slack is out of reach."""
        async with self._asking:
            if self._members_are_fresh():
                return self._members
            may_last = self._members_at is not None and self._within(self._members_at, LAST_KNOWN)
            if not (may_last and self._is_quiet()):
                await self._learn_members(may_last=may_last)
            return self._members

    def _members_are_fresh(self) -> bool:
        unchanged = self._members_seen == self._changes
        return unchanged and self._members_at is not None and self._within(self._members_at, FRESH)

    async def _learn_members(self, *, may_last: bool) -> None:
        try:
            async with _within_reach(self._patience / 2):
                await self._read_members()
        except _OutOfReach:
            self._failed_at = self._clock.now()
            if not may_last:
                raise

    async def _read_members(self) -> None:
        # Whoever joins or leaves while the pages are read makes them stale again.
        seen, now, found, cursor = self._changes, self._clock.now(), set[str](), ""
        for _ in range(PAGES):
            arguments = {"channel": self._channel, "limit": PAGE} | ({"cursor": cursor} if cursor else {})
            try:
                answer = await self._api.call("conversations.members", arguments)
            except CallEnding as error:
                raise _OutOfReach from error
            found.update(answer["members"])
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                break
        self._members, self._members_at, self._members_seen = frozenset(found), now, seen

    def _is_quiet(self) -> bool:
        """Slack failed a moment ago: nobody waits for it again at once."""
        return self._failed_at is not None and self._within(self._failed_at, QUIET)

    def _is_manager(self, user_id: str) -> bool:
        named = self._rules.agent(user_id)
        return named is not None and named.is_manager

    def _within(self, at: datetime, span: timedelta) -> bool:
        return self._clock.now() - at < span


@asynccontextmanager
async def _within_reach(seconds: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise _OutOfReach from error


def _identity(answer: Mapping[str, Any]) -> Identity:
    return Identity(*(str(answer.get(key) or "") for key in ("team_id", "user_id", "bot_id")))


def _name(user: Mapping[str, Any]) -> str:
    profile = user.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"), user.get("name"))
    return next((name for each in names if (name := markup.plain(str(each or ""), NAME_LIMIT))), "")


def _why_refused(user_id: str, user: Mapping[str, Any]) -> str:
    if user.get("is_bot") or user_id == SLACKBOT:
        return "roster.bot"
    if user.get("is_stranger"):
        return "roster.outsider"
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return "roster.guest"
    return "roster.unknown" if user.get("deleted") else ""
