"""From a decision to rows: its effects in their final words, its state, its timers, in one transaction."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from core.domain.asked import Asked, Judged, Picked, Used
from core.domain.conversation import Conversation, Option
from core.domain.customer import Customer
from core.domain.effects import (
    DECIDED,
    Abandon,
    Author,
    Effect,
    MakePromise,
    Record,
    Resend,
    Revise,
    RevivePromise,
    SayInWords,
    SetAbsence,
    SettlePromise,
    StartTimer,
    StopTimer,
    ToCustomer,
    Withdraw,
)
from core.domain.lines import Words
from core.domain.situation import Decision, Situation
from core.house import House
from core.jobs import Doubt
from core.shown import Showing
from core.store import conversations, jobs, letters, people, questions, restored, timers
from core.store.db import Db
from core.store.rows import to_ms
from core.team_rows import TeamRows

DOUBTED_FOR = timedelta(hours=24)
"""As far back as platforms are asked for what they hold."""
Dated = MakePromise | SettlePromise | RevivePromise | StartTimer | StopTimer


async def save(
    db: Db, house: House, situation: Situation, decision: Decision, now: datetime, *, is_new: bool
) -> Conversation:
    """Write the new state and everything that must now be done. Returns the state as saved."""
    state, customer = decision.conversation, decision.customer
    if state is None or customer is None:
        raise ValueError("a decision without a state has nothing to save")
    saving = Saving(db, house, state, customer, now)
    if decision.stands:
        await saving.write_all(decision.effects)
        return state
    saving.show_options(decision.effects)
    if not is_new and customer != situation.customer:
        await people.save_customer(db, customer)
    said = sum(isinstance(effect, Record | ToCustomer) for effect in decision.effects)
    saved = await conversations.save(db, saving.state, _before(situation, state), said=said)
    saving.state = saved
    await saving.write_all(decision.effects)
    return saved


def _before(situation: Situation, state: Conversation) -> Conversation | None:
    """The state as it was loaded: the active conversation, or a past one that goes on."""
    loaded = (situation.conversation, situation.last)
    return next((each for each in loaded if each is not None and each.id == state.id), None)


class Saving:
    """One decision being written down."""

    def __init__(self, db: Db, house: House, state: Conversation, customer: Customer, now: datetime) -> None:
        self.db = db
        self.house = house
        self.state = state
        self.customer = customer
        self.now = now
        self.language = customer.language or house.rules.language
        self._about = ""
        """The message recorded last; what carries it and the line that tells it share this."""

    def show_options(self, effects: tuple[Effect, ...]) -> None:
        """Keep the labels of the menu as they are shown, so that typed words find their choice."""
        for effect in effects:
            if isinstance(effect, ToCustomer) and effect.prompt == self.state.talk.prompt != "":
                shown = tuple(Option(c.id, self._written((c.label,))) for c in effect.choices)
                self.state = self.state.but(talk=replace(self.state.talk, options=shown))

    async def write_all(self, effects: tuple[Effect, ...]) -> None:
        """Turn effects into their rows, in their order."""
        for effect in effects:
            await self.write(effect)

    async def write(self, effect: Effect) -> None:
        """Turn one effect into its rows."""
        match effect:
            case ToCustomer():
                await self._to_customer(effect)
            case Record():
                await self._record(effect.author, effect.text, effect.who, effect)
            case Revise():
                await self._revise(effect)
            case Withdraw():
                await jobs.withdraw(self.db, f"{self.state.id}:customer", self._now_ms())
            case SetAbsence(address, why):
                await people.set_absence(self.db, address, why or "")
            case MakePromise() | SettlePromise() | RevivePromise() | StartTimer() | StopTimer():
                await self._date(effect)
            case SayInWords(outbox_id):
                await jobs.enqueue_again(self.db, outbox_id, self._new_id(), self._now_ms(), in_words=True)
            case Resend() | Abandon():
                await self._decided(effect)
            case Asked() | Picked() | Judged() | Used():
                await questions.write(self.db, self.state.id, effect, self.now)
            case _:
                team = TeamRows(self.db, self.house, self.state, self.customer, self.now, self._about)
                await team.write(effect)

    async def _date(self, effect: Dated) -> None:
        conversation = self.state.id
        match effect:
            case MakePromise(due):
                await timers.make_promise(self.db, conversation, self.now, due)
            case SettlePromise(outcome):
                await timers.settle_promise(self.db, conversation, outcome, self.now)
            case RevivePromise(due):
                await timers.revive_promise(self.db, conversation, due)
            case StartTimer(kind, due):
                await timers.start(self.db, conversation, kind, due, self.state.version)
            case StopTimer(kind):
                await timers.stop(self.db, conversation, kind)

    async def _to_customer(self, effect: ToCustomer) -> None:
        channel = self.house.channels[effect.address.channel]
        shown = Showing(effect, channel, self._written, self.language).shown()
        author = Author.AGENT if effect.agent else Author.BOT
        await self._record(author, shown.said, effect.agent)
        for payload in shown.payloads:
            await self._customer_row(effect, {"to": effect.address.external_id} | payload)

    def _written(self, words: Words) -> str:
        return self.house.texts.write(words, self.language, self.now)

    async def _customer_row(self, effect: ToCustomer, payload: dict[str, Any]) -> None:
        if effect.article:
            payload |= {"article": effect.article}
        if effect.recap:
            payload |= {"recap": True}
        job_id = self._new_id()
        await jobs.enqueue(
            self.db,
            job_id,
            conversation_id=self.state.id,
            lane=f"{self.state.id}:customer",
            destination=effect.address.channel,
            kind="message",
            payload=payload,
            now_ms=self._now_ms(),
            is_for_customer=True,
            agent=effect.agent,
            urgent=self.state.is_urgent,
            about=self._about,
            condition=effect.condition,
        )
        if (doubt := self._doubt(effect)) is not None:
            await restored.ask_first(self.db, job_id, self._now_ms(), doubt)

    def _doubt(self, effect: ToCustomer) -> Doubt | None:
        """Our own words to who has not written since a copy was put back may have been said before that."""
        mark, wrote = self.house.restored, self.state.last_customer_at
        if mark is None or effect.agent or not self.house.channels[effect.address.channel].has_look_up:
            return None
        if self.now > mark.at + DOUBTED_FOR or (wrote is not None and wrote > mark.at):
            return None
        return Doubt(mark.ends_ms, mark.at_ms, to_ms(wrote))

    async def _record(self, author: Author, text: str, who: str, heard: Record | None = None) -> None:
        number = await conversations.add_message(
            self.db,
            self.state.id,
            at=(heard.late if heard else None) or self.now,
            author=author,
            text=text,
            who=who,
            channel=self.state.address.channel,
            media=heard.media if heard else (),
            reference=heard.reference if heard else "",
            quoted=heard.quoted if heard else "",
            is_late=bool(heard and heard.late),
        )
        self._about = f"{self.state.id}:{number}"

    async def _revise(self, effect: Revise) -> None:
        await conversations.revise(
            self.db,
            self.state.id,
            effect.reference,
            effect.version,
            at=self.now,
            kind="deleted" if effect.is_deleted else "edited",
            text=effect.text,
        )

    async def _decided(self, effect: Resend | Abandon) -> None:
        """What failed, or nobody knows of, is settled; sending again is a new row at the lane's end."""
        why = effect.why if isinstance(effect, Abandon) else DECIDED
        await letters.decide(self.db, effect.outbox_id, self._now_ms(), why)
        if isinstance(effect, Resend):
            await jobs.enqueue_again(self.db, effect.outbox_id, self._new_id(), self._now_ms())

    def _new_id(self) -> str:
        return self.house.ids.new(self._now_ms())

    def _now_ms(self) -> int:
        return int(to_ms(self.now) or 0)
