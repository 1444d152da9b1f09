"""Messages whose webhook was lost: Twilio's list is looked through, what is not known here is heard (T55).

Twilio calls once or a few times, within seconds, and never again: nothing else would ever bring them.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog

from bots.twilio_api import Json, NotRead, TwilioApi
from bots.twilio_forms import CHANNEL, PREFIX, message_key
from bots.twilio_listed import as_message, created, is_inbound
from core.clock import Clock
from core.domain.channel import Address
from core.store import sweeps
from core.store.db import Db
from core.store.engine import Store

log = structlog.get_logger("whatsapp")

EVERY = timedelta(minutes=5)
BACK = timedelta(hours=1)
"""Each sweep looks so far back, or to where all was known when the service ran last,"""
FARTHEST = timedelta(hours=24)
"""but not farther: by then a customer may be answered with a template alone."""
YOUNG = timedelta(seconds=60)
"""Of a message so young nothing is concluded: its webhook may be on its way."""
MOST_PAGES = 100

Dated = tuple[datetime, Json]


class Found:
    """Looks through the list of one sender.

    `hear` takes the form of a message, as the webhook does, and tells whether it was news.

    `source`: the name under which the webhook puts aside what could not be decided.
    """

    def __init__(
        self,
        *,
        account_sid: str,
        sender: str,
        source: str,
        api: TwilioApi,
        store: Store,
        clock: Clock,
        hear: Callable[[bytes], Awaitable[bool]],
    ) -> None:
        self._account_sid = account_sid
        self._sender = sender
        self._source = source
        self._api = api
        self._store = store
        self._clock = clock
        self._hear = hear
        self._begun_at = clock.now()
        """Webhooks may be lost from the start on, and the first look may come late."""
        self._next: datetime | None = None

    async def sweep(self) -> None:
        """Look through the list when it is time; what was missed is heard in the order it was written.

        Raises:
            StoreError: what is left is found by the next sweep.
        """
        now = self._clock.now().replace(microsecond=0)  # as Twilio writes dates
        if self._next is not None and now < self._next <= now + EVERY:  # else the clock was put back
            return
        since = await self._since(now)
        try:
            missed = await self._missed(since, now - YOUNG)
        except NotRead as error:
            log.warning("messages_not_read", error=str(error))
            return
        for at, message in sorted(missed, key=lambda dated: dated[0]):
            if await self._hear(as_message(message, self._account_sid, at)):
                log.warning("message_found_late", minutes=int((now - at).total_seconds()) // 60)
        await self._store.write(partial(sweeps.reached, channel=CHANNEL, until=now - YOUNG))
        self._next = now + EVERY

    async def _since(self, now: datetime) -> datetime:
        """Before the very first start nothing was ours: whoever had the number then has answered."""
        known = await self._store.read(partial(sweeps.known_until, channel=CHANNEL))
        if known is None:
            begun = min(self._begun_at, now)
            await self._store.write(partial(sweeps.reached, channel=CHANNEL, until=begun))
            return begun
        begun, until = known
        if begun > now:  # dated before the clock was set back: how long ago it was nobody knows
            begun = now - BACK
            await self._store.write(partial(sweeps.begun_by, channel=CHANNEL, at=begun))
        return max(begun, now - FARTHEST, min(until, now - BACK))

    async def _missed(self, since: datetime, until: datetime) -> list[Dated]:
        """What was written in between and is not known here; of one second, in the order of the list."""
        missed: list[Dated] = []
        page = ""
        for _ in range(MOST_PAGES if since < until else 0):
            listed, page = await self._api.received(self._sender, page)
            dated = [(at, one) for one in listed if (at := created(one)) is not None]
            wanted = [(at, one) for at, one in dated if since <= at <= until and is_inbound(one)]
            missed += await self._store.read(partial(self._unknown, wanted))
            # The newest come first, which is written nowhere: a whole page of old ones is the end.
            if not page or all(at < since for at, _ in dated):
                break
        else:
            if since < until:
                log.error("messages_not_all_read", pages=MOST_PAGES)
        return missed[::-1]

    async def _unknown(self, wanted: Sequence[Dated], db: Db) -> list[Dated]:
        keys = {self._key(one["from"], one["sid"]): (at, one) for at, one in wanted}
        heard = await sweeps.heard(db, list(keys), self._source)
        left = [dated for key, dated in keys.items() if key not in heard]
        return [dated for dated in left if not await self._is_heard_otherwise(dated[1], db)]

    async def _is_heard_otherwise(self, message: Json, db: Db) -> bool:
        """Whether the webhook named the same person by another address (T13)."""
        address = Address(CHANNEL, str(message["from"]).removeprefix(PREFIX))
        also = [f"{PREFIX}{other}" for other in await sweeps.also_at(db, address)]
        return bool(await sweeps.heard(db, [self._key(each, message["sid"]) for each in also], self._source))

    def _key(self, sender: str, sid: str) -> str:
        return message_key(self._account_sid, sender, sid)
