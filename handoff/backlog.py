"""`/backlog`: the daily review. Counts first, then the ten that need someone most (R012, R175)."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from core.domain.rules import Rules, Team
from core.domain.words import fold
from core.store import screens
from core.store.engine import Store
from core.store.screens import Counts, Entry
from core.texts import Texts
from handoff import markup
from handoff.answers import Answer, Choice

LISTED = 10


class Backlog:
    """Reads the open conversations and lays them out for one person."""

    def __init__(
        self,
        *,
        store: Store,
        rules: Rules,
        texts: Texts,
        labels: dict[str, str],
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._rules = rules
        self._texts = texts
        self._labels = labels
        self._now = now

    async def answer(self, words: str) -> Answer:
        """The review of everything, or of one team."""
        team = self._team(words)
        if words and team is None:
            teams = ", ".join(team.key for team in self._rules.teams)
            return Answer(self._said("backlog.unknown_team", words=words, teams=teams))
        now, key = self._now(), team.key if team else ""
        counts = await self._store.read(partial(screens.counts, now=now, team=key))
        if counts.total == 0:
            return Answer(self._said("backlog.clean"))
        entries = await self._store.read(partial(screens.neediest, now=now, limit=LISTED, team=key))
        details = [self._counted(counts), *self._listed(entries, now), *self._rest(counts, entries)]
        return Answer(self._title(team, now), self._claims(entries), details=tuple(details))

    def _team(self, words: str) -> Team | None:
        wanted = fold(words)
        return next((t for t in self._rules.teams if wanted in {fold(t.key), fold(t.name)}), None)

    def _said(self, key: str, **values: str | int) -> str:
        return self._texts.said(key, self._rules.language, **values)

    def _title(self, team: Team | None, now: datetime) -> str:
        when = self._texts.moment(now, self._rules.language, now)
        if team is None:
            return self._said("backlog.title", when=when)
        return self._said("backlog.title_team", when=when, team=team.name)

    def _counted(self, counts: Counts) -> str:
        parts = [
            self._said("backlog.unowned", count=counts.unowned),
            self._said("backlog.urgent", count=counts.urgent),
            self._said("backlog.late", count=counts.late),
            self._said("backlog.ours", count=counts.ours),
            self._said("backlog.total", count=counts.total),
        ]
        return " · ".join(f"*{part}*" if n < 3 else part for n, part in enumerate(parts))

    def _listed(self, entries: list[Entry], now: datetime) -> list[str]:
        lines = [f"{n}. {self._line(entry, now)}" for n, entry in enumerate(entries, start=1)]
        return [self._said("backlog.neediest"), *lines]

    def _line(self, entry: Entry, now: datetime) -> str:
        mark = ":red_circle: " if entry.urgent else ""
        motive = self._rules.motive(entry.motive)
        parts = [
            f"{mark}*{self._link(entry)}* (`{entry.handle}`)",
            self._labels.get(entry.channel, entry.channel),
            motive.label if motive else "",
            self._wait(entry, now),
            self._promise(entry, now),
            f"<@{entry.owner}>" if entry.owner else f"*{self._said('backlog.no_owner')}*",
        ]
        return " · ".join(part for part in parts if part)

    def _link(self, entry: Entry) -> str:
        name = markup.name(entry.customer)
        if not entry.thread:
            return name
        return f"<https://slack.com/archives/{entry.place}/p{entry.thread.replace('.', '')}|{name}>"

    def _wait(self, entry: Entry, now: datetime) -> str:
        if entry.waiting_for != "us" or entry.waiting_since is None:
            return self._said("backlog.their_turn")
        moment = int(entry.waiting_since.timestamp())
        fallback = self._texts.moment(entry.waiting_since, self._rules.language, now)
        return f"{self._said('backlog.waits_since')} <!date^{moment}^{{ago}}|{fallback}>"

    def _promise(self, entry: Entry, now: datetime) -> str:
        if entry.promised_for is None:
            return ""
        told = self._texts.moment(entry.promised_for, self._rules.language, now)
        late = ":warning: " if entry.promised_for < now else ""
        return f"{late}{self._said('backlog.promised')} {told}"

    def _rest(self, counts: Counts, entries: list[Entry]) -> list[str]:
        rest = counts.total - len(entries)
        return [self._said("backlog.rest", count=rest)] if rest > 0 else []

    def _claims(self, entries: list[Entry]) -> tuple[Choice, ...]:
        """Who is nobody's can be taken on the spot."""
        free = [entry for entry in entries if entry.status == "open"][:5]
        return tuple(
            Choice(
                "claim",
                self._said("button.confirm_claim", customer=entry.customer),
                {"c": entry.id},
            )
            for entry in free
        )
