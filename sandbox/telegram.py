"""A stand-in for Telegram's Bot API: strict, over real HTTP, with a memory that is the judge of the tests.

The texts of its refusals are the platform's own; those that begin with "strict:" are ours, where the
platform would pass over a mistake in silence.
"""

import time
from collections.abc import Callable

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox import telegram_person as person_does
from sandbox.telegram_account import AccountMethods, Described
from sandbox.telegram_arguments import Arguments, read_arguments, typed
from sandbox.telegram_memory import (
    FIRST_PERSON,
    Chat,
    Json,
    Memory,
    Message,
    Press,
    RefusedError,
    StoredFile,
    Webhook,
)
from sandbox.telegram_methods import MessageMethods
from sandbox.telegram_updates import Updates
from sandbox.wire import Attempt, Delivery, Wire

__all__ = ["Chat", "Delivery", "Message", "Press", "TelegramStandIn", "Webhook", "refusal"]


def refusal(status: int, description: str, retry_after: int | None = None) -> Response:
    """An answer in Telegram's shape, for planned faults."""
    parameters = {"retry_after": retry_after} if retry_after is not None else None
    return JSONResponse(RefusedError(status, description, parameters).document, status)


def _unchanged(url: str) -> str:
    return url


class TelegramStandIn:
    """One bot and the persons who write to it.

    `resolve` maps the webhook's public address to where the service listens. One second of the platform's
    patience between two attempts lasts `retry_after` seconds; after `retry_limit` attempts an update is
    dropped, as the platform drops it after 24 h.
    """

    def __init__(
        self,
        *,
        token: str,
        bot_id: int = 777000111,
        username: str = "relais_bot",
        clock: Callable[[], float] = time.time,
        http: httpx.AsyncClient,
        resolve: Callable[[str], str] = _unchanged,
        retry_after: float = 0.05,
        retry_limit: int = 20,
        rate_limits: bool = False,
    ) -> None:
        self.token = token
        self.wire = Wire(clock=clock, platform="telegram")
        bot = {"id": bot_id, "is_bot": True, "first_name": "Relais", "username": username}
        self.memory = Memory(bot, clock, rate_limits)
        self.updates = Updates(
            clock=clock,
            http=http,
            resolve=resolve,
            retry_after=retry_after,
            retry_limit=retry_limit,
            execute=self.call,
            changed=self.wire.changed,
        )
        self.account = AccountMethods(self.memory, self.updates)
        self._methods = MessageMethods(self.memory).table | self.account.table
        self._names = {name.lower(): name for name in self._methods}
        self.app = Starlette(
            routes=[
                Route("/bot{token}/{method}", self._answer, methods=["GET", "POST"]),
                Route("/file/bot{token}/{path:path}", self._download, methods=["GET"]),
            ]
        )

    @property
    def chats(self) -> dict[int, Chat]:
        return self.memory.chats

    @property
    def presses(self) -> dict[str, Press]:
        """Every press of an inline button, by the id of its callback query."""
        return self.memory.presses

    @property
    def files(self) -> dict[str, StoredFile]:
        return self.memory.files

    @property
    def webhook(self) -> Webhook | None:
        return self.updates.webhook

    @property
    def deliveries(self) -> list[Attempt]:
        """Every request sent to the webhook, in order."""
        return self.updates.deliveries

    async def person(
        self,
        first_name: str,
        last_name: str | None = None,
        username: str | None = None,
        language_code: str | None = "fr",
        phone: str | None = None,
    ) -> Chat:
        """A new person who has opened a private chat with the bot."""
        number = FIRST_PERSON + len(self.chats)
        chat = Chat(number, first_name, last_name, username, language_code, phone)
        self.chats[chat.id] = chat
        self.wire.changed()
        return chat

    async def write(
        self, chat_id: int, text: str, *, reply_to: int | None = None, part: str = ""
    ) -> Delivery:
        """The person types a message, perhaps as an answer to another, or to a `part` of it.

        Returns when the service has taken it, or the platform gave up; at once where updates are fetched.
        """
        answered = self.chats[chat_id].find(reply_to) if reply_to is not None else None
        quoted = person_does.reply(answered.document, part) if answered else {}
        return await self._incoming(chat_id, person_does.text(text) | quoted)

    async def group(self, title: str, by: Chat) -> Chat:
        """A group into which a person puts the bot."""
        chat = Chat(-FIRST_PERSON - len(self.chats), "", title=title)
        self.chats[chat.id] = chat
        added = person_does.membership(self.memory, chat, "left", "member", by)
        await self.send_update({"my_chat_member": added})
        return chat

    async def react(self, chat_id: int, message_id: int, sign: str, before: str = "") -> Delivery:
        """The person puts a sign under a message, in place of the one that was there `before`."""
        change = person_does.reaction(self.memory, self.chats[chat_id], message_id, before, sign)
        return await self.send_update({"message_reaction": change})

    async def edit(self, chat_id: int, message_id: int, text: str) -> Delivery:
        """The person changes a message they wrote."""
        message = self.chats[chat_id].find(message_id)
        if message is None or message.outgoing:
            raise ValueError("only a message this person wrote can be edited")
        message.earlier.append(message.document)
        kept = {name: value for name, value in message.document.items() if name != "entities"}
        words = person_does.text(text) if "text" in kept else {"caption": text}
        message.document = kept | {"edit_date": int(self.memory.clock())} | words
        return await self.send_update({"edited_message": message.document})

    async def press(self, chat_id: int, message_id: int, callback_data: str) -> Delivery:
        """The person presses an inline button; whether it was ever offered is recorded, not checked."""
        number = str(4_382_572_000_000_000 + next(self.memory.ids))
        query = person_does.callback(self.chats[chat_id], number, message_id, callback_data)
        return await self.send_update({"callback_query": query})

    async def share_contact(
        self,
        chat_id: int,
        *,
        phone: str | None = None,
        user_id: int | None = None,
        forwarded: bool = False,
    ) -> Delivery:
        """The person shares a contact: their own unless `user_id` says otherwise (0: an account-less one)."""
        content = person_does.contact(self.memory, self.chats[chat_id], phone, user_id, forwarded)
        return await self._incoming(chat_id, content)

    async def send_media(
        self,
        chat_id: int,
        kind: str,
        caption: str | None = None,
        *,
        content: bytes = b"content of a file",
        album: str = "",
        **fields: object,
    ) -> Delivery:
        """Send a photo, document, voice, video, sticker or location; `fields` go into the file's object.

        `album`: what it has in common with others sent together (G19).
        """
        made = person_does.media(self.memory, kind, content, caption, fields)
        return await self._incoming(chat_id, made | ({"media_group_id": album} if album else {}))

    async def block(self, chat_id: int) -> Delivery:
        """The person blocks the bot: from now on it cannot write to them."""
        return await self._membership(chat_id, blocked=True)

    async def unblock(self, chat_id: int) -> Delivery:
        """The person lets the bot write again."""
        return await self._membership(chat_id, blocked=False)

    async def _membership(self, chat_id: int, *, blocked: bool) -> Delivery:
        chat = self.chats[chat_id]
        chat.blocked = blocked
        states = ("member", "kicked") if blocked else ("kicked", "member")
        return await self.send_update({"my_chat_member": person_does.membership(self.memory, chat, *states)})

    async def _incoming(self, chat_id: int, content: Json) -> Delivery:
        chat = self.chats[chat_id]
        if chat.blocked:
            raise ValueError("this person has blocked the bot and must let it in again first")
        return await self.send_update({"message": person_does.message(self.memory, chat, content)})

    async def send_update(self, update: Json) -> Delivery:
        """Any update, as it is; `update_id`, and the id and date of a message, are given when missing.

        What it tells (a message, a press, an unknown person) becomes part of the memory.
        """
        self.memory.remember(update)
        self.wire.changed()
        delivery = await self.updates.add(update)
        self.wire.changed()
        return delivery

    async def settle(self) -> None:
        """Wait until nothing is under way to the webhook."""
        await self.updates.errands.settle()

    async def close(self) -> None:
        """Stop every delivery under way."""
        await self.updates.close()

    async def call(self, method: str, arguments: Arguments) -> object:
        """Run one method of the Bot API.

        Raises:
            RefusedError: the platform would refuse; nothing took effect.
        """
        name = self._names.get(method.lower())
        if name is None:
            raise RefusedError(404, "Not Found: method not found")
        return await self._methods[name](typed(name, arguments))

    async def _answer(self, request: Request) -> Response:
        method = str(request.path_params["method"])
        name = self._names.get(method.lower(), method)
        arguments = await read_arguments(request)

        async def act() -> Response:
            if request.path_params["token"] != self.token:
                return refusal(401, "Unauthorized")
            try:
                result = await self.call(name, arguments)
            except RefusedError as refused:
                return JSONResponse(refused.document, refused.status)
            described = result if isinstance(result, Described) else Described(result)
            return JSONResponse({"ok": True} | described.document)

        return await self.wire.answer(request, name, arguments, act)

    async def _download(self, request: Request) -> Response:
        path = str(request.path_params["path"])

        async def act() -> Response:
            if request.path_params["token"] != self.token:
                return refusal(401, "Unauthorized")
            found = next((one for one in self.files.values() if one.path == path), None)
            if found is None:
                return refusal(404, "Not Found")
            return Response(found.content, media_type=found.media_type)

        return await self.wire.answer(request, "download", {"path": path}, act)
