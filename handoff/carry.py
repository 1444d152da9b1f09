"""The team's lane: posts cards and thread lines to Slack, and asks Slack what it has (ARCHITECTURE §6).

Slack has no key that makes a post happen once. Every post therefore carries its outbox id in its metadata, an
opaque id and nothing else, and after an unknown outcome the thread is read before anything is sent again.
Where Slack refuses the metadata, the first block carries the id.
"""

from collections.abc import Mapping
from typing import Any, Final

import structlog

from core.domain.rules import Rules, UrgentCall
from core.jobs import Budget, CallEnding, Job, Look, Refused, Retry, ThreadGone
from core.texts import Texts
from handoff.api import RateLimited, SlackApi, SlackSaysNo
from handoff.cards import card_blocks, card_text, fitted, mention, section
from handoff.lines import Lines, Post
from handoff.refusals import CHANGES, LAYOUT, LENGTH, LINES, PASSES, ending_of, is_about_metadata, is_over
from handoff.sharing import Sharing
from handoff.standing import find

log = structlog.get_logger("slack")

EVENT_TYPE: Final = "relais_effect"
UPDATES: Final = Budget("slack:update", 1700, burst=5)
"""chat.update may be called 50 times a minute by the whole workspace: cards and lines share 40 in any minute,
five at once after rest and 35 more."""
THREAD_PAUSE: Final = 5.0
HERE: Final = "<!here>"
NAMED: Final = 30
"""Beyond this many people, one call to all who are present is kinder than a wall of names."""

SHORT: Final = 1000
"""Characters of a text that Slack found too long: the blocks say the rest."""
IN_THREAD: Final = frozenset({"transcript", "line", "call"})


class TeamCarrier:
    """Carries what the team sees. One post, one receipt: the `ts` of the message."""

    has_look_up = True

    def __init__(self, *, api: SlackApi, texts: Texts, rules: Rules, sharing: Sharing) -> None:
        self._api = api
        self._sharing = sharing
        self._texts = texts
        self._rules = rules
        self._lines = Lines(texts, rules.language)

    def budgets(self, job: Job) -> tuple[Budget, ...]:
        """Slack takes one message a second in a channel, all its threads together, after three at once."""
        return (UPDATES,) if job.kind in CHANGES else (_posts(_place(job)),)

    async def carry(self, job: Job) -> str:
        """Post or update once, and return the message's `ts`."""
        try:
            return await self._carried(job)
        except RateLimited as ending:
            (budget,) = self.budgets(job)
            raise Retry(ending.why, after=ending.after, blocks=budget.name) from ending
        except SlackSaysNo as refusal:
            raise self._refused(job, refusal) from refusal

    def _refused(self, job: Job, refusal: SlackSaysNo) -> CallEnding:
        """What is neither over nor gone is an operator's matter: it is told until it has worked (S27)."""
        ending = ending_of(job, refusal)
        if (
            refusal.error not in PASSES
            and not isinstance(ending, ThreadGone)
            and not _is_old_line(job, refusal)
        ):
            method = "chat.update" if job.kind in CHANGES else "chat.postMessage"
            self._api.needs_operator(refusal.error, method, _place(job))
        return ending

    async def _carried(self, job: Job) -> str:
        if job.kind == "open_thread":
            return await self._post(job, self._card(job.payload), {"channel": job.place})
        if job.kind in LINES:
            return await self._line_anew(job)
        if job.kind != "update_card" and job.kind not in IN_THREAD:
            raise Refused("refused.other", "unknown_kind")
        if not job.thread_reference:
            raise Retry("its thread is not open yet", after=THREAD_PAUSE)
        if job.kind == "update_card":
            return await self._update(job)
        place = {"channel": job.thread_place, "thread_ts": job.thread_reference}
        # Posts in a thread bring nothing up in the channel: a call is seen there too (S42).
        calls = job.kind == "call" or job.payload.get("calls_team")
        seen = {"reply_broadcast": True} if calls else {}
        return await self._post(job, self._in_thread(job), place | seen)

    def _card(self, payload: Mapping[str, Any]) -> Post:
        blocks = card_blocks(payload, texts=self._texts, language=self._rules.language)
        return Post(card_text(payload), blocks)

    def _in_thread(self, job: Job) -> Post:
        if job.kind == "transcript":
            return self._lines.transcript(job.payload)
        if job.kind == "call":
            called = self._called(str(job.payload.get("agent", "")), job.thread_place)
            return self._lines.call(job.payload, called)
        return self._lines.line(job.payload)

    def _called(self, agent: str, place: str) -> list[str]:
        """The person on call; else the team's people by name where the rules say so, else who is present."""
        if found := mention(agent):
            return [found]
        if self._rules.urgent_call is not UrgentCall.TEAM:
            return [HERE]
        teams = {team.key for team in self._rules.teams if team.place == place}
        people = [mention(person.id) for person in self._rules.agents if teams & set(person.teams)]
        named = [person for person in people if person]
        return named if 0 < len(named) <= NAMED else [HERE]

    async def _post(self, job: Job, post: Post, place: Mapping[str, Any]) -> str:
        await self._sharing.pass_through(str(place["channel"]))
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"outbox_id": job.id}}
        # Without these Slack would fetch the customers' links, and use up those that work once.
        quiet = {"unfurl_links": False, "unfurl_media": False, "metadata": metadata}
        return await self._said(job, post, {**place, **quiet})

    async def _update(self, job: Job) -> str:
        return await self._changed(job.thread_place, job.thread_reference, self._card(job.payload))

    async def _line_anew(self, job: Job) -> str:
        """The line stands where it was posted, whatever became of its card."""
        return await self._changed(job.place, str(job.payload["reference"]), self._lines.line(job.payload))

    async def _changed(self, channel: str, ts: str, post: Post) -> str:
        """Text and blocks always together: text alone would take the blocks away, and the buttons (S25)."""
        await self._sharing.pass_through(channel)
        message = {"channel": channel, "ts": ts, "text": post.text, "blocks": post.blocks}
        return str((await self._api.call("chat.update", message))["ts"])

    async def _said(self, job: Job, post: Post, arguments: Mapping[str, Any]) -> str:
        """One post. What Slack refuses did nothing, so that it goes again at once, plainer, and at last as
        a sentence that says that something is missing: no message of a customer goes unnoticed (S27).
        """
        try:
            return await self._posted(post, arguments)
        except SlackSaysNo as refusal:
            known = refusal.error in LAYOUT | LENGTH or is_about_metadata(refusal.error)
            if refusal.error in PASSES or is_over(job, refusal.error) or (_is_card(job) and not known):
                raise
            if is_about_metadata(refusal.error) and "metadata" in arguments:
                plainer, arguments = _marked(post, job.id), _without_metadata(arguments)
            elif (found := self._plainer(job, post, refusal.error, arguments)) is not None:
                plainer = found
            else:
                raise
            log.error("slack_refused_post", outbox=job.id, kind=job.kind, error=refusal.error)
        return await self._said(job, plainer, arguments)

    async def _posted(self, post: Post, arguments: Mapping[str, Any]) -> str:
        said = {**arguments, "text": post.text, "blocks": post.blocks}
        return str((await self._api.call("chat.postMessage", said))["ts"])

    def _plainer(self, job: Job, post: Post, error: str, arguments: Mapping[str, Any]) -> Post | None:
        """What to say instead: a shorter text above the blocks, the words alone, a sentence; then nothing.

        Without metadata a block must stay, for it carries the id by which the post is found again.
        """
        if error in LENGTH and len(post.text) > SHORT and post.blocks:
            return Post(fitted(post.text, SHORT), post.blocks)
        sentence = self._texts.said("line.unshowable", self._rules.language)
        if post.text == sentence:
            return None
        if "metadata" not in arguments:
            return _marked(Post(sentence, [section(sentence)]), job.id)
        return Post(post.text if post.blocks else sentence, [])

    async def look_up(self, job: Job) -> str | Look:
        """Where the post stands, if it stands. An update is told absent: doing it again is harmless."""
        if job.kind in CHANGES:
            return Look.ABSENT
        if job.kind == "open_thread":
            return await self._found(job, {"channel": _place(job)}, "conversations.history")
        found: str | Look = Look.ABSENT
        if job.thread_reference:  # else the next card is not open yet: nothing can stand under it
            found = await self._found(job, {"channel": _place(job), "ts": job.thread_reference})
        for channel, thread in job.left_threads:  # the call may have been made under an earlier card
            if found is Look.ABSENT:
                found = await self._found(job, {"channel": channel, "ts": thread}, was_left=True)
        return found

    async def _found(
        self,
        job: Job,
        where: Mapping[str, Any],
        method: str = "conversations.replies",
        *,
        was_left: bool = False,
    ) -> str | Look:
        since = job.attempted_at or job.created_at
        return await find(self._api, method, where, job.id, since, was_left=was_left)


def _is_card(job: Job) -> bool:
    """A card lives by its buttons: what is not about them is no reason to post it without."""
    return job.kind == "open_thread"


def _is_old_line(job: Job, refusal: SlackSaysNo) -> bool:
    """The line it belongs to is gone, or can be changed no more: nothing to mend."""
    return job.kind in LINES and is_over(job, refusal.error)


def _without_metadata(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if name != "metadata"}


def _marked(post: Post, outbox_id: str) -> Post:
    """The same post; its first block carries the outbox id."""
    first, *rest = post.blocks or [section(post.text)]
    return Post(post.text, [{**first, "block_id": outbox_id}, *rest])


def _place(job: Job) -> str:
    return job.place if job.kind == "open_thread" else job.thread_place or job.place


def _posts(place: str) -> Budget:
    return Budget(f"slack:post:{place}", 1000, burst=3)
