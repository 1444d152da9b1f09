"""The HTTP face of the Twilio stand-in: routes, credentials, and errors in Twilio's shape."""

import base64
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from sandbox.twilio_console import Console
from sandbox.twilio_content import Contents
from sandbox.twilio_memory import (
    API_VERSION,
    Json,
    Memory,
    MessageRecord,
    RefusedError,
    not_found,
    strict,
)
from sandbox.twilio_messages import Messages, page_size
from sandbox.twilio_webhooks import FORM
from sandbox.wire import Wire

_ACCOUNT = f"/{API_VERSION}/Accounts/{{account}}"


@dataclass(frozen=True)
class Asked:
    """One call as it was read: the names in its path, the pairs of its query or form, its JSON object."""

    path: str
    names: Json
    pairs: list[tuple[str, str]] = field(default_factory=list)
    document: Json | None = None
    is_form: bool = False

    @property
    def recorded(self) -> Json:
        """What the wire remembers of it."""
        return (
            {k: v for k, v in self.names.items() if k != "account"} | dict(self.pairs) | (self.document or {})
        )


Act = Callable[[Asked], Response]


def refusal(status: int, code: int, message: str) -> Response:
    """An answer in Twilio's error shape, for planned faults (429 with 20429: surely not processed)."""
    return JSONResponse(RefusedError(status, code, message).document, status)


class TwilioApi:
    """The application. `credentials` are user names and passwords; `created` hears of every new message."""

    def __init__(
        self,
        *,
        wire: Wire,
        memory: Memory,
        messages: Messages,
        contents: Contents,
        console: Console,
        credentials: dict[str, str],
        created: Callable[[MessageRecord], None],
    ) -> None:
        self._wire = wire
        self._memory = memory
        self._messages = messages
        self._contents = contents
        self._console = console
        self._credentials = credentials
        self._created = created
        message = f"{_ACCOUNT}/Messages/{{sid}}"
        self.app = Starlette(
            routes=[
                self._route("GET", f"{_ACCOUNT}.json", "accounts.fetch", self._account),
                self._route("POST", f"{_ACCOUNT}/Messages.json", "messages.create", self._create),
                self._route("GET", f"{_ACCOUNT}/Messages.json", "messages.list", self._list),
                self._route("GET", f"{message}/Media.json", "media.list", self._media_list),
                self._route("GET", f"{message}/Media/{{media}}", "media.fetch", self._media),
                self._route("GET", f"{message}.json", "messages.fetch", self._fetch),
                self._route("POST", "/v1/Content", "content.create", self._content_create),
                self._route("GET", "/v1/Content", "content.list", self._content_list),
                self._route("GET", "/v1/Content/{sid}", "content.fetch", self._content_fetch),
                *self._settings(),
                self._route("POST", "/v3/Indicators/Typing.json", "typing", self._typing),
                Route("/stored/{media}", self._stored, methods=["GET"]),
                Route("/{path:path}", self._nowhere, methods=["GET", "POST", "PUT", "DELETE"]),
            ]
        )

    def _account(self, asked: Asked) -> Response:
        """The account, for its own token or a main key."""
        return JSONResponse({"sid": asked.names["account"], "status": "active", "type": "Full"})

    def _settings(self) -> list[Route]:
        console, senders, services = self._console, "/v2/Channels/Senders", "/v1/Services"
        acts: list[tuple[str, str, Callable[[Asked], Json]]] = [
            (senders, "senders.list", lambda asked: console.senders(asked.pairs)),
            (f"{senders}/{{sid}}", "senders.fetch", lambda asked: console.sender(asked.names["sid"])),
            (services, "services.list", lambda asked: console.listed_services(asked.pairs)),
            (
                f"{services}/{{sid}}/ChannelSenders",
                "services.senders",
                lambda asked: console.senders_of(asked.names["sid"], asked.pairs),
            ),
        ]
        return [self._route("GET", path, name, _shown(act)) for path, name, act in acts]

    def _route(self, verb: str, path: str, method: str, act: Act) -> Route:
        async def answer(request: Request) -> Response:
            asked = await _read(request)

            async def guarded() -> Response:
                try:
                    self._check_credentials(request)
                    return act(asked)
                except RefusedError as refused:
                    return _refused(refused)

            return await self._wire.answer(request, method, asked.recorded, guarded)

        return Route(path, answer, methods=[verb])

    def _check_credentials(self, request: Request) -> None:
        scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
        try:
            user, _, password = base64.b64decode(encoded).decode().partition(":")
        except ValueError:
            user = password = ""
        expected = self._credentials.get(user, "")
        known = bool(expected) and hmac.compare_digest(password.encode(), expected.encode())
        account = request.path_params.get("account", self._memory.account_sid)
        if scheme.lower() != "basic" or not known or account != self._memory.account_sid:
            raise RefusedError(401, 20003, "Authenticate")

    def _create(self, asked: Asked) -> Response:
        if not asked.is_form:
            raise strict(f"the body is not {FORM}")
        record = self._messages.create(asked.pairs)
        answer = JSONResponse(record.document(self._memory.account_sid), 201)
        self._created(record)
        return answer

    def _list(self, asked: Asked) -> Response:
        return JSONResponse(self._messages.listing(asked.pairs))

    def _fetch(self, asked: Asked) -> Response:
        record = self._messages.fetch(asked.names["sid"])
        return JSONResponse(record.document(self._memory.account_sid))

    def _media_list(self, asked: Asked) -> Response:
        record = self._messages.fetch(asked.names["sid"])
        base = f"/{API_VERSION}/Accounts/{self._memory.account_sid}/Messages/{record.sid}/Media"
        found = [one for one in self._memory.media.values() if one.message_sid == record.sid]
        listed = [
            {"sid": one.sid, "content_type": one.content_type, "uri": f"{base}/{one.sid}.json"}
            for one in found
        ]
        return JSONResponse({"media_list": listed, "next_page_uri": None, "uri": f"{base}.json"})

    def _media(self, asked: Asked) -> Response:
        media = self._memory.media.get(asked.names["media"])
        if media is None or media.message_sid != asked.names["sid"]:
            raise not_found(asked.path)
        return RedirectResponse(f"/stored/{media.sid}", 307)

    async def _stored(self, request: Request) -> Response:
        media = self._memory.media.get(request.path_params["media"])
        if media is None:
            return Response(status_code=404)
        return Response(media.content, media_type=media.content_type)

    def _content_create(self, asked: Asked) -> Response:
        # The platform itself takes a form for an empty document, and loses the types (T46).
        if asked.document is None:
            raise strict("the body is not a JSON object")
        return JSONResponse(self._contents.create(asked.document).document(self._memory.account_sid), 201)

    def _content_list(self, asked: Asked) -> Response:
        size = page_size(dict(asked.pairs).get("PageSize", "50"))
        return JSONResponse(self._contents.listing(size))

    def _content_fetch(self, asked: Asked) -> Response:
        content = self._contents.fetch(asked.names["sid"])
        return JSONResponse(content.document(self._memory.account_sid))

    def _typing(self, asked: Asked) -> Response:
        wish = asked.document or {}
        if set(wish) != {"messageId", "channel"} or wish["channel"] != "WHATSAPP":
            raise strict("a typing sign takes messageId and channel WHATSAPP, as JSON")
        record = self._messages.fetch(str(wish["messageId"]))
        if record.direction != "inbound":
            raise strict("a typing sign answers an inbound message")
        record.typing = True
        return JSONResponse({"success": True})

    async def _nowhere(self, request: Request) -> Response:
        async def act() -> Response:
            return _refused(not_found(request.url.path))

        return await self._wire.answer(request, "unknown", {"path": request.url.path}, act)


async def _read(request: Request) -> Asked:
    names, path = dict(request.path_params), request.url.path
    body = await request.body()
    if request.method == "GET":
        query = request.scope["query_string"].decode()
        return Asked(path, names, parse_qsl(query, keep_blank_values=True))
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == FORM:
        return Asked(path, names, parse_qsl(body.decode(), keep_blank_values=True), is_form=True)
    try:
        document = json.loads(body) if kind == "application/json" else None
    except ValueError:
        document = None
    return Asked(path, names, document=document if isinstance(document, dict) else None)


def _shown(act: Callable[[Asked], Json]) -> Act:
    return lambda asked: JSONResponse(act(asked))


def _refused(refused: RefusedError) -> Response:
    headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if refused.status == 401 else None
    return JSONResponse(refused.document, refused.status, headers)
