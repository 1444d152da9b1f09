"""The menus of one account: made at Twilio once, remembered here, and no reason to keep a customer waiting.

Whatever goes wrong with a menu, its words go out numbered instead. A process that dies between the making and
the remembering leaves a Content behind that nobody uses: it costs nothing, and their number has no limit
(T31), so it is not looked for.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog

from bots.twilio_api import TwilioApi
from bots.twilio_menus import Json, definition, digest
from core.clock import Clock
from core.jobs import CallEnding, Refused
from core.store import contents
from core.store.engine import Store
from core.store.errors import StoreError

log = structlog.get_logger("whatsapp")

REST = timedelta(minutes=1)
"""How long menus are not asked for after Twilio could not be asked."""


class Contents:
    """Which Content shows which menu, on one account."""

    def __init__(self, *, account_sid: str, api: TwilioApi, store: Store, clock: Clock) -> None:
        self._account = account_sid
        self._api = api
        self._store = store
        self._clock = clock
        self._making = asyncio.Lock()
        self._known: dict[str, str] = {}
        self._given_up: set[str] = set()
        self._resting_until: datetime | None = None

    async def sid_for(self, menu: Mapping[str, Any], text: str) -> str:
        """The Content of a menu, made now if there is none yet; empty: it must be said in numbered words."""
        document = definition(menu, text)
        if document is None:
            return ""
        key = digest(document)
        if key in self._known:
            return self._known[key]
        async with self._making:
            if key in self._given_up:
                return ""
            return self._known.get(key) or await self._found_or_made(key, document)

    async def forget(self, sid: str) -> None:
        """The account has this Content no more (21655): the next menu like it is made anew (T32)."""
        self._known = {key: kept for key, kept in self._known.items() if kept != sid}
        try:
            await self._store.write(partial(contents.forget, account=self._account, reference=sid))
        except StoreError as error:
            log.warning("menu_not_remembered", error=type(error).__name__)

    def give_up(self, menu: Mapping[str, Any], text: str, code: str) -> None:
        """Twilio refuses to send this menu: it is numbered from now on, until the service starts anew."""
        log.warning("menu_refused", code=code)
        document = definition(menu, text)
        if document is not None:
            self._given_up.add(digest(document))
            self._known.pop(digest(document), None)

    async def _found_or_made(self, key: str, document: Json) -> str:
        try:
            find = partial(contents.find, account=self._account, language=document["language"], key=key)
            sid = await self._store.read(find) or await self._made(key, document)
        except StoreError as error:
            log.warning("menu_not_remembered", error=type(error).__name__)
            return ""
        if sid:
            self._known[key] = sid
        return sid

    async def _made(self, key: str, document: Json) -> str:
        """Make it. A Content made twice, or for nobody, is seen by nobody: no ending needs a question."""
        now = self._clock.now()
        if self._resting_until is not None and now < self._resting_until:
            return ""
        try:
            sid = await self._api.make_content(document | {"friendly_name": f"relais-{key[:16]}"})
        except Refused as refused:
            log.warning("menu_refused", code=refused.code)
            self._given_up.add(key)
            return ""
        except CallEnding as ending:
            log.warning("menu_unavailable", error=str(ending))
            self._resting_until = now + REST
            return ""
        await self._remember(key, document, sid, now)
        return sid

    async def _remember(self, key: str, document: Json, sid: str, now: datetime) -> None:
        remember = partial(
            contents.remember,
            account=self._account,
            language=document["language"],
            key=key,
            reference=sid,
            now=now,
        )
        try:
            await self._store.write(remember)
        except StoreError as error:
            log.warning("menu_not_remembered", error=type(error).__name__)
