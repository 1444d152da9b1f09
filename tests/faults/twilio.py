"""What a call to Twilio may meet, row by row."""

from collections.abc import Sequence

from starlette.responses import JSONResponse, PlainTextResponse, Response

from bots.twilio_codes import REASONS
from sandbox.twilio import refusal
from sandbox.wire import Fault
from tests.faults.network import Meets
from tests.faults.rows import ALWAYS, Row, answers, of_the_answer, of_the_network, status
from tests.faults.twilio_scene import API, OURS, SHOWN, TYPED

FOUND = "unknown; found"
AGAIN = "unknown; proven absent, sent again"
LATER = "ready in about 1 s; sent by call 2"
REFUSED_LATER = (21211, 63003, 63005, 63014, 63015, 63016, 63017, 63018, 63024, 63049, 63032)
CONTENT_LOST = refusal(400, 21655, "The ContentSid is invalid")


def rows() -> list[Row]:
    """All of them, in the order of the page."""
    return [
        Row("nothing: it goes well", [], "sent", TYPED),
        *_too_many(),
        *_of_the_server(),
        *of_the_answer(TYPED, {"sid": "SM" + "1" * 32, "status": "queued"}, becomes=AGAIN),
        *_of_the_shape(),
        *of_the_network(TYPED, unsent=LATER, lost_before=AGAIN, lost_after=FOUND),
        *_of_time(),
        *_credentials(),
        *_refusals(),
        *_menus(),
        *_reported(),
        *_asked(),
    ]


def _too_many() -> list[Row]:
    said = {
        "0": LATER,
        "1": "ready in about 1 s; sent by call 2",
        "30": "ready in 30 s; sent by call 2",
        "3600": "ready in 3600 s; sent by call 2",
        "86400": "ready in 3600 s; sent by call 2",
        "-5": LATER,
        "1.5": LATER,
        "²": LATER,
        "soon": LATER,
        "9" * 400: LATER,
        "Mon, 23 Nov 2026 09:00:30 GMT": LATER,
    }
    rows = [
        Row(f"429, Retry-After: {_short(after)}", _limited(after), becomes, TYPED)
        for after, becomes in said.items()
    ]
    flooded = [
        Row(f"400 with code {code}: too many requests", answers(refusal(400, code, "no")), LATER, TYPED)
        for code in (20429, 63017, 63018)
    ]
    thrice = status(429, times=3)
    return [
        *rows,
        Row("429 without Retry-After", status(429), LATER, TYPED),
        Row("429, an HTML page", status(429, "<html>"), LATER, TYPED),
        Row("429, three times", thrice, "ready in about 1 s; sent by call 4", TYPED),
        *flooded,
        Row(
            "429 for more than a day",
            status(429, times=ALWAYS),
            _for_ever("about 1 s"),
            TYPED,
            "refused.window",
        ),
    ]


def _for_ever(pause: str) -> str:
    """The window of 24 hours closes before a day of tries is over."""
    return f"ready in {pause}; cancelled: refused.window; none there"


def _of_the_server() -> list[Row]:
    bare = [
        Row(f"{number}", status(number, "<html>Service Unavailable</html>"), AGAIN, TYPED)
        for number in (500, 501, 502, 503, 504, 520)
    ]
    return [
        *bare,
        Row("503 with a document", answers(refusal(503, 20503, "no")), AGAIN, TYPED),
        Row("503 with Retry-After", status(503, Retry_After="30"), AGAIN, TYPED),
        Row("500, twenty times", status(500, times=20), AGAIN, TYPED),
    ]


def _of_the_shape() -> list[Row]:
    documents = {
        "sid missing": {"status": "queued"},
        "sid empty": {"sid": ""},
        "sid a number": {"sid": 7},
        "sid null": {"sid": None},
    }
    shapes = [
        Row(f"201, {what}", answers(JSONResponse(document, 201)), AGAIN, TYPED)
        for what, document in documents.items()
    ]
    redirects = [
        Row(f"{number} to another address", status(number, Location=f"{API}/elsewhere"), AGAIN, TYPED)
        for number in (301, 302, 303, 307, 308)
    ]
    return [
        *shapes,
        *redirects,
        Row("304", status(304), AGAIN, TYPED),
    ]


def _of_time() -> list[Row]:
    return [
        Row("slow, 9 s", [Meets(Fault(delay=9))], "sent", TYPED),
        Row("an answer after 12 s, done at once", [Meets(late=12)], FOUND, TYPED),
        Row("done after 15 s, when nobody waits any more", [Meets(Fault(delay=15))], FOUND, TYPED),
        Row("done after 50 s", [Meets(Fault(delay=50))], FOUND, TYPED),
        Row(
            "done after two minutes, later than any proof",
            [Meets(Fault(delay=120))],
            f"{AGAIN}; 2 copies",
            TYPED,
        ),
    ]


def _credentials() -> list[Row]:
    once = "ready in 60 s; sent by call 2"
    longer = "ready in 60 s; sent by call 6"
    key = "refused.credentials"
    return [
        Row("401, 20003", answers(refusal(401, 20003, "Authenticate")), once, TYPED),
        Row("401 without a document", status(401), once, TYPED),
        Row("403, 20003", answers(refusal(403, 20003, "no")), once, TYPED),
        Row("403, 20005: the account is suspended", answers(refusal(403, 20005, "no")), once, TYPED),
        Row("401 for five minutes", answers(refusal(401, 20003, "no"), 5), longer, TYPED, key),
    ]


def _refusals() -> list[Row]:
    codes = [code for code in REASONS if code not in {"20429", "63017", "63018", "19023"}]
    known = [
        Row(
            f"400 with code {code}",
            answers(refusal(400, int(code), "no")),
            f"failed: {REASONS[code]} {code}; none there",
            TYPED,
            REASONS[code],
        )
        for code in codes
    ]
    unknown = {
        ("400 with a code nobody knows", "99999"): refusal(400, 99999, "no"),
        ("400, an HTML page", "400"): PlainTextResponse("<html>", 400),
        ("404", "20404"): refusal(404, 20404, "no"),
        ("405", "405"): PlainTextResponse("", 405),
        ("410", "410"): PlainTextResponse("", 410),
        ("413", "413"): PlainTextResponse("", 413),
        ("422", "422"): PlainTextResponse("", 422),
    }
    other = "refused.other"
    return [
        *known,
        *(
            Row(name, answers(answer), f"failed: {other} {code}; none there", TYPED, other)
            for (name, code), answer in unknown.items()
        ),
        Row(
            "400 with code 21610, our words",
            answers(refusal(400, 21610, "no")),
            "failed: refused.opted_out 21610; none there",
            OURS,
            "refused.opted_out",
        ),
    ]


def _menus() -> list[Row]:
    def making(answer: Response) -> list[Meets]:
        return [Meets(Fault(answer=answer), method="content.create")]

    lost = [Meets(Fault(answer=CONTENT_LOST))]
    return [
        Row("a menu, its making refused: said in words", making(refusal(400, 20001, "no")), "sent", SHOWN),
        Row("a menu, its making meets 500: said in words", making(PlainTextResponse("", 500)), "sent", SHOWN),
        Row("a menu, its making meets 429: said in words", making(PlainTextResponse("", 429)), "sent", SHOWN),
        Row("a menu, 400 with code 21655: made anew", lost, "sent", SHOWN),
        Row("a menu, 21655 twice: said in words", lost * 2, "sent", SHOWN),
        Row("a menu, 400 with code 19023", answers(refusal(400, 19023, "no")), "sent", SHOWN),
        Row("a menu, 400 with code 63013", answers(refusal(400, 63013, "no")), "sent", SHOWN),
        Row("a menu, 503", status(503), AGAIN, SHOWN),
        Row("a menu, cut short once it is done", [Meets(Fault(cut="after"))], FOUND, SHOWN),
    ]


def _reported() -> list[Row]:
    return [
        Row(
            f"taken, then reported as failed with code {code}",
            [],
            "sent",
            TYPED,
            REASONS.get(str(code), "refused.other"),
            ("failed", code),
        )
        for code in REFUSED_LATER
    ]


def _limited(after: str) -> Sequence[Meets]:
    raw = [(b"retry-after", after.encode("latin-1", "replace"))]
    answer = Response("", 429)
    answer.raw_headers += raw
    return answers(answer)


def _short(value: str) -> str:
    return value if len(value) < 40 else f"{value[:5]}… ({len(value)} digits)"


def _asked() -> list[Row]:
    """The list by which a message of unknown outcome is looked for may fail as well."""

    def listing(answer: Response, times: int = ALWAYS) -> list[Meets]:
        return [Meets(Fault(answer=answer), method="messages.list")] * times

    lost = [Meets(Fault(cut="after"))]
    never = [Meets(Fault(cut="before"))]
    wait, key = "unknown; a human decides", "thread.unknown"
    broken = PlainTextResponse("<html>", 503)
    return [
        Row(
            "cut short once it is done; the list meets 503 three times",
            lost + listing(broken, 3),
            FOUND,
            TYPED,
        ),
        Row(
            "cut short once it is done; the list meets 503 for ever", lost + listing(broken), wait, TYPED, key
        ),
        Row(
            "cut short before it is done; the list meets 503 for ever",
            never + listing(broken),
            f"{wait}; none there",
            TYPED,
            key,
        ),
        Row(
            "cut short before it is done; the list is empty JSON for ever",
            never + listing(JSONResponse({})),
            f"{wait}; none there",
            TYPED,
            key,
        ),
        Row(
            "cut short before it is done; the list meets 401 for ever",
            never + listing(refusal(401, 20003, "no")),
            f"{wait}; none there",
            TYPED,
            key,
        ),
    ]
