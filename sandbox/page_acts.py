"""What a visitor of the demo's page can do: act as a customer, as someone in Slack, or let time pass.

Only JSON is taken: a form of a foreign page cannot send it unasked. An act that a person could not have
done is answered 409, one that names nobody 404, one that makes no sense 400.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.scene import Scene, add_customer
from sandbox.slack import Answer, Ephemeral
from sandbox.telegram import Chat
from sandbox.twilio import Person
from sandbox.wire import Delivery, Errands

LONGEST_BODY = 100_000
CLOCK_LIMIT = 5.0
DONE: dict[str, object] = {"done": True}


class Running(Protocol):
    """The service as the page sees it: a process that can be looked at, stopped and started again."""

    @property
    def state(self) -> dict[str, Any]:
        """`phase` ("starting", "ready", "failing", "stopped"), `pid`, `url`, `reason`."""
        ...

    async def restart(self) -> None:
        """Stop it if it runs, and start it anew."""
        ...

    async def stop(self) -> None:
        """Stop it and wait until it has ended."""
        ...


class ImpossibleError(Exception):
    """The act cannot be done; `status` says why, in words of HTTP."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class Wish:
    """The JSON of one act. What is missing or of another type is refused with 400."""

    def __init__(self, document: object) -> None:
        if not isinstance(document, dict):
            raise ImpossibleError(400, "the body is no JSON object")
        self._document = document

    def text(self, name: str) -> str:
        """A text that is required."""
        value = self._document.get(name)
        if not isinstance(value, str) or not value.strip():
            raise ImpossibleError(400, f"{name} is missing")
        return value

    def text_if_given(self, name: str) -> str | None:
        """A text, None where it is absent."""
        return None if self._document.get(name) is None else self.text(name)

    def texts(self, name: str) -> dict[str, str]:
        """Texts by their names."""
        value = self._document.get(name)
        if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
            raise ImpossibleError(400, f"{name} holds no texts")
        return value

    def number(self, name: str) -> int:
        """A whole number that is required."""
        value = self._document.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise ImpossibleError(400, f"{name} is no whole number")
        return value


Act = Callable[[Wish], Awaitable[dict[str, object]]]


class Acts:
    """The acts and their routes. What a customer does is on its way when the answer leaves."""

    def __init__(self, scene: Scene, running: Running, changed: Callable[[], None]) -> None:
        self._scene = scene
        self._running = running
        self._changed = changed
        self._errands = Errands()
        self._clock_read = asyncio.Event()
        acts: dict[str, Act] = {
            "/act/whatsapp/write": self.whatsapp_write,
            "/act/whatsapp/press": self.whatsapp_press,
            "/act/telegram/write": self.telegram_write,
            "/act/telegram/press": self.telegram_press,
            "/act/telegram/share": self.telegram_share,
            "/act/slack/command": self.slack_command,
            "/act/slack/press": self.slack_press,
            "/act/slack/say": self.slack_say,
            "/act/person/new": self.new_person,
            "/clock/advance": self.advance,
            "/service/restart": self.restart,
            "/service/stop": self.stop,
        }
        self.routes = [Route(path, door(act), methods=["POST"]) for path, act in acts.items()]

    async def close(self) -> None:
        """Stop the acts still on their way."""
        await self._errands.close()

    def clock_was_read(self) -> None:
        """The service asked for the time."""
        self._clock_read.set()

    def _send(self, delivery: Awaitable[Delivery]) -> dict[str, object]:
        async def until_taken() -> None:
            await delivery

        self._errands.start(until_taken())
        return DONE

    async def whatsapp_write(self, wish: Wish) -> dict[str, object]:
        """`person` types `text`."""
        return self._send(self._scene.twilio.write(self._person(wish), wish.text("text")))

    async def whatsapp_press(self, wish: Wish) -> dict[str, object]:
        """`person` taps `button` of `message`."""
        person, sid, button = self._person(wish), wish.text("message"), wish.text("button")
        record = self._scene.twilio.messages.get(sid)
        if record is None or all(one["id"] != button for one in record.buttons):
            raise ImpossibleError(409, f"no button {button} is shown")
        return self._send(self._scene.twilio.press(person, sid, button))

    def _person(self, wish: Wish) -> Person:
        wanted = wish.text("person")
        for person in self._scene.twilio.persons:
            if person.user_id == wanted:
                return person
        raise ImpossibleError(404, f"nobody is called {wanted} on WhatsApp")

    async def telegram_write(self, wish: Wish) -> dict[str, object]:
        """`chat` types `text`, or taps a button of the keyboard that says it."""
        return self._send(self._scene.telegram.write(self._chat(wish).id, wish.text("text")))

    async def telegram_press(self, wish: Wish) -> dict[str, object]:
        """`chat` taps the inline button that carries `data` on `message`."""
        chat, number, callback = self._chat(wish), wish.number("message"), wish.text("data")
        shown = chat.find(number)
        if shown is None or all(one.get("callback_data") != callback for one in shown.buttons):
            raise ImpossibleError(409, f"no button {callback} is shown")
        return self._send(self._scene.telegram.press(chat.id, number, callback))

    async def telegram_share(self, wish: Wish) -> dict[str, object]:
        """`chat` shares its own phone number."""
        return self._send(self._scene.telegram.share_contact(self._chat(wish).id))

    def _chat(self, wish: Wish) -> Chat:
        wanted = wish.text("chat")
        chat = self._scene.telegram.chats.get(int(wanted)) if wanted.isdecimal() else None
        if chat is None:
            raise ImpossibleError(404, f"nobody has the chat {wanted} on Telegram")
        return chat

    async def slack_command(self, wish: Wish) -> dict[str, object]:
        """`user` types `line` in `channel`."""
        command, _, text = wish.text("line").strip().partition(" ")
        return said(
            await self._scene.slack.command(wish.text("user"), command, text.strip(), wish.text("channel"))
        )

    async def slack_press(self, wish: Wish) -> dict[str, object]:
        """`user` presses the button of `message`, or of the line `ephemeral` that only they see."""
        whispered = wish.text_if_given("ephemeral")
        return said(
            await self._scene.slack.press(
                wish.text("user"),
                channel_id=wish.text("channel"),
                message_ts=wish.text_if_given("message"),
                action_id=wish.text("action_id"),
                value=wish.text_if_given("value"),
                ephemeral_answer=None if whispered is None else self._whisper(whispered),
            )
        )

    def _whisper(self, ts: str) -> Ephemeral:
        for shown in self._scene.slack.ephemerals:
            if shown.ts == ts and not shown.deleted:
                return shown
        raise ImpossibleError(409, f"the line {ts} is gone")

    async def slack_say(self, wish: Wish) -> dict[str, object]:
        """`user` writes `text` in `channel`, in the thread `thread_ts` if one is given."""
        thread = wish.text_if_given("thread_ts")
        await self._scene.slack.say(wish.text("user"), wish.text("channel"), wish.text("text"), thread)
        return DONE

    async def new_person(self, wish: Wish) -> dict[str, object]:
        """A new customer called `name` on `channel`; their id there."""
        channel = wish.text("channel")
        if channel not in {"whatsapp", "telegram"}:
            raise ImpossibleError(400, "channel is whatsapp or telegram")
        return {"id": await add_customer(self._scene, channel, wish.text("name").strip()[:60])}

    async def advance(self, wish: Wish) -> dict[str, object]:
        """`seconds` pass at once, for the platforms and, through GET /clock, for the service.

        Answered once the service has asked for the time, `CLOCK_LIMIT` seconds at most: until then it would
        refuse what the platforms sign with a time of tomorrow.
        """
        self._scene.clock.advance(wish.number("seconds"))
        self._clock_read.clear()
        self._changed()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._clock_read.wait(), CLOCK_LIMIT)
        return {"offset_seconds": self._scene.clock.offset_seconds}

    async def restart(self, _: Wish) -> dict[str, object]:
        """Start the service anew."""
        await self._running.restart()
        return DONE

    async def stop(self, _: Wish) -> dict[str, object]:
        """Stop the service: from then on nobody answers the customers."""
        await self._running.stop()
        return DONE


def said(answer: Answer) -> dict[str, object]:
    """What Slack's client shows by itself: nothing, unless the app failed to answer."""
    failed = answer.status != 200 or (answer.shown is None and bool(answer.text))
    return {"failure": answer.text if failed else None}


def door(act: Act) -> Callable[[Request], Awaitable[Response]]:
    """The route of one act: what it cannot do is said by a status."""

    async def answer(request: Request) -> Response:
        try:
            return JSONResponse(await act(await _wish(request)))
        except ImpossibleError as impossible:
            return JSONResponse({"error": str(impossible)}, impossible.status)
        except ValueError as impossible:
            # The stand-ins' own word for what a person could not have done.
            return JSONResponse({"error": str(impossible)}, 409)

    return answer


async def _wish(request: Request) -> Wish:
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise ImpossibleError(415, "only application/json is taken")
    body = await request.body()
    if len(body) > LONGEST_BODY:
        raise ImpossibleError(413, "too long")
    try:
        return Wish(await request.json())
    except ValueError as broken:
        raise ImpossibleError(400, "the body is no JSON") from broken
