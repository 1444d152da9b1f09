"""What a call to Telegram may meet, row by row. Nothing there can be asked: what is unknown stays so."""

from starlette.responses import JSONResponse, PlainTextResponse, Response

from sandbox.telegram import refusal
from sandbox.wire import Fault
from tests.faults.network import Meets
from tests.faults.rows import ALWAYS, Row, answers, of_the_answer, of_the_network, status
from tests.faults.telegram_scene import CLEARS, OURS, PHONE, PROMPT, TYPED

LATER = "ready in about 1 s; sent by call 2"
ASKS = "unknown; a human decides"
LOST = f"{ASKS}; none there"
TWICE = "ready in 3 s; sent by call 2; 2 copies"
ONCE_MORE = "ready in 3 s; sent by call 2"
UNKNOWN = "thread.unknown"


def rows() -> list[Row]:
    """All of them, in the order of the page."""
    done = {"ok": True, "result": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}}}
    return [
        Row("nothing: it goes well", [], "sent", TYPED),
        *_too_many(),
        *_of_the_server(),
        *of_the_answer(TYPED, done, becomes=LOST, told=UNKNOWN),
        *_of_the_shape(),
        *of_the_network(TYPED, unsent=LATER, lost_before=LOST, lost_after=ASKS, told=UNKNOWN),
        *_of_time(),
        *_not_lost(),
        *_keyboards(),
        *_credentials(),
        *_refusals(),
    ]


def _too_many() -> list[Row]:
    said = {
        "0": (0, LATER),
        "1": (1, LATER),
        "3": (3, "ready in 3 s; sent by call 2"),
        "30": (30, "ready in 30 s; sent by call 2"),
        "3600": (3600, "ready in 3600 s; sent by call 2"),
        "172800": (172_800, "ready in 86400 s; sent by call 2"),
    }
    rows = [
        Row(f"429, retry_after {name}", answers(refusal(429, "Too Many Requests", after)), becomes, TYPED)
        for name, (after, becomes) in said.items()
    ]
    odd = {
        "a word": '"soon"',
        "a negative number": "-5",
        "a fraction": "0.2",
        "true": "true",
        "no number": "NaN",
        "null": "null",
        "a list": "[30]",
    }
    shaped = [
        Row(f"429, retry_after is {what}", status(429, _parameters(value)), LATER, TYPED)
        for what, value in odd.items()
    ]
    return [
        *rows,
        *shaped,
        Row("429 without parameters", answers(refusal(429, "Too Many Requests")), LATER, TYPED),
        Row("429, parameters a list", status(429, '{"parameters": []}'), LATER, TYPED),
        Row("429, Retry-After in the head alone", status(429, Retry_After="30"), LATER, TYPED),
        Row("429, an HTML page", status(429, "<html>"), LATER, TYPED),
        Row("429, brackets without end", status(429, "[" * 200_000), LATER, TYPED),
        Row("429, three times", answers(refusal(429, "no", 2), 3), "ready in 2 s; sent by call 4", TYPED),
        Row(
            "429 for more than a day",
            answers(refusal(429, "no", 600), ALWAYS),
            "ready in 600 s; failed: refused.too_late; none there",
            TYPED,
            "refused.too_late",
        ),
    ]


def _parameters(value: str) -> str:
    return f'{{"ok": false, "error_code": 429, "parameters": {{"retry_after": {value}}}}}'


def _of_the_server() -> list[Row]:
    bare = [
        Row(f"{number}", status(number, "<html>Bad Gateway</html>"), LOST, TYPED, UNKNOWN)
        for number in (500, 501, 502, 503, 504, 520)
    ]
    return [
        *bare,
        Row(
            "500 with a document",
            answers(refusal(500, "Internal Server Error: restart")),
            LOST,
            TYPED,
            UNKNOWN,
        ),
        Row("500, our words: once more, since a second copy does no harm", status(500), ONCE_MORE, OURS),
        Row("500, a prompt", status(500), ONCE_MORE, PROMPT),
        Row(
            "500 twice, our words",
            status(500, times=2),
            "ready in 3 s; a human decides; none there",
            OURS,
            UNKNOWN,
        ),
    ]


def _of_the_shape() -> list[Row]:
    chat = {"id": 1, "type": "private"}
    documents = {
        "result missing": {"ok": True},
        "result a list": {"ok": True, "result": []},
        "result true": {"ok": True, "result": True},
        "message_id missing": {"ok": True, "result": {"date": 1, "chat": chat}},
        "ok false without a word": {"ok": False},
    }
    shapes = [
        Row(f"200, {what}", answers(JSONResponse(document)), LOST, TYPED, UNKNOWN)
        for what, document in documents.items()
    ]
    redirects = [
        Row(
            f"{number} to another address",
            status(number, Location="https://telegram.test/elsewhere"),
            LOST,
            TYPED,
            UNKNOWN,
        )
        for number in (301, 302, 303, 307, 308)
    ]
    return [*shapes, *redirects, Row("304", status(304), LOST, TYPED, UNKNOWN)]


def _of_time() -> list[Row]:
    return [
        Row("slow, 19 s", [Meets(Fault(delay=19))], "sent", TYPED),
        Row("an answer after 22 s, done at once", [Meets(late=22)], ASKS, TYPED, UNKNOWN),
        Row("done after 25 s, when nobody waits any more", [Meets(Fault(delay=25))], ASKS, TYPED, UNKNOWN),
        Row("an answer after 22 s, our words", [Meets(late=22)], TWICE, OURS),
    ]


def _not_lost() -> list[Row]:
    return [
        Row("cut short before it is done, our words", [Meets(Fault(cut="before"))], ONCE_MORE, OURS),
        Row("cut short once it is done, our words", [Meets(Fault(cut="after"))], TWICE, OURS),
        Row("cut short once it is done, a prompt", [Meets(Fault(cut="after"))], TWICE, PROMPT),
        Row(
            "cut short twice once it is done, our words",
            [Meets(Fault(cut="after"))] * 2,
            "ready in 3 s; a human decides; 2 copies",
            OURS,
            UNKNOWN,
        ),
    ]


def _keyboards() -> list[Row]:
    """With a keyboard of the phone's, or taking it away: our own words, as any."""
    refused = answers(refusal(400, "Bad Request: a word nobody knows"))
    return [
        row
        for carries in (PHONE, CLEARS)
        for row in (
            Row(f"{carries}, nothing", [], "sent", carries),
            Row(f"{carries}, 429", answers(refusal(429, "Too Many Requests", 3)), ONCE_MORE, carries),
            Row(f"{carries}, cut short before it is done", [Meets(Fault(cut="before"))], ONCE_MORE, carries),
            Row(f"{carries}, cut short once it is done", [Meets(Fault(cut="after"))], TWICE, carries),
            Row(
                f"{carries}, 400",
                refused,
                "failed: refused.content 400; none there",
                carries,
                "refused.content",
            ),
        )
    ]


def _credentials() -> list[Row]:
    key = "refused.credentials"
    once = "ready in 60 s; sent by call 2"
    unauthorized = refusal(401, "Unauthorized")
    return [
        Row("401 Unauthorized", answers(unauthorized), once, TYPED),
        Row("404 Not Found: no such bot", answers(refusal(404, "Not Found")), once, TYPED),
        Row("401 for five minutes", answers(unauthorized, 5), "ready in 60 s; sent by call 6", TYPED, key),
        Row(
            "409 Conflict",
            answers(refusal(409, "Conflict: terminated by other getUpdates request")),
            LATER,
            TYPED,
        ),
    ]


def _refusals() -> list[Row]:
    said = {
        "Forbidden: bot was blocked by the user": (403, "refused.blocked"),
        "Forbidden: user is deactivated": (403, "refused.chat_gone"),
        "Forbidden: bot can't initiate conversation with a user": (403, "refused.chat_gone"),
        "Forbidden: bot was kicked from the supergroup chat": (403, "refused.chat_gone"),
        "Bad Request: chat not found": (400, "refused.chat_gone"),
        "Bad Request: message is too long": (400, "refused.too_long"),
        "Bad Request: message text is empty": (400, "refused.content"),
        "Bad Request: can't parse entities": (400, "refused.content"),
        "Bad Request: BUTTON_DATA_INVALID": (400, "refused.content"),
        "Bad Request: have no rights to send a message": (400, "refused.content"),
        "Bad Request: a word nobody knows": (400, "refused.content"),
    }
    known = [
        Row(
            f"{number} {words}",
            answers(refusal(number, words)),
            f"failed: {key} {number}; none there",
            TYPED,
            key,
        )
        for words, (number, key) in said.items()
    ]
    blocked = answers(refusal(403, "Forbidden: bot was blocked by the user"))
    return [
        *known,
        Row(
            "403 blocked, our words",
            blocked,
            "failed: refused.blocked 403; none there",
            OURS,
            "refused.blocked",
        ),
        Row(
            "400, group migrated to another id, and nobody there",
            answers(_moved()),
            "failed: refused.chat_gone 400; none there",
            TYPED,
            "refused.chat_gone",
        ),
        Row("400, an HTML page", answers(PlainTextResponse("<html>", 400)), LOST, TYPED, UNKNOWN),
        Row("403, an HTML page", answers(PlainTextResponse("<html>", 403)), LOST, TYPED, UNKNOWN),
        Row("413", answers(PlainTextResponse("", 413)), LOST, TYPED, UNKNOWN),
    ]


def _moved() -> Response:
    document = {
        "ok": False,
        "error_code": 400,
        "description": "Bad Request: group chat was upgraded",
        "parameters": {"migrate_to_chat_id": -100123},
    }
    return JSONResponse(document, 400)
