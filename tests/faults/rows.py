"""A row of the table: what the calls of one effect meet, and what becomes of it. Kinds that all share."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx
from starlette.responses import PlainTextResponse, Response

from sandbox.wire import Fault
from tests.faults.network import Meets

ALWAYS = 10_000
"""Calls: more than any effect is tried in a day."""
LARGE = 8 << 20
"""Bytes of an answer that no platform gives."""


@dataclass(frozen=True)
class Row:
    """`carries`: the kind of effect, as its platform's scene makes it. `told`: the catalogue's key of what
    the team reads, where it reads anything. `reported`: what the platform reports after it took a message.
    """

    name: str
    meets: Sequence[Meets]
    becomes: str
    carries: str
    told: str = ""
    reported: tuple[str, int] | None = None


def answers(response: Response, times: int = 1) -> list[Meets]:
    """Answered so, and nothing done."""
    return [Meets(Fault(answer=response))] * times


def status(number: int, body: str = "", times: int = 1, **headers: str) -> list[Meets]:
    """Answered with a bare status, and nothing done."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return answers(PlainTextResponse(body, number, headers=named), times)


def of_the_network(
    carries: str, *, unsent: str, lost_before: str, lost_after: str, told: str = ""
) -> list[Row]:
    """What the way itself does to a call: before it is heard, after it, in the middle, or not in time.

    `unsent`: it surely never left. `lost_before`: nobody knows, and it was not heard. `lost_after`: nobody
    knows, and it was done; `told` where nobody can be asked.
    """
    never = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
    ways = {
        httpx.ConnectError: "refused, unknown to the name servers, or no certificate",
        httpx.ConnectTimeout: "nobody picks up",
        httpx.PoolTimeout: "no connection is free",
        httpx.ProxyError: "the proxy says no",
        httpx.ReadError: "reset while we read",
        httpx.ReadTimeout: "silence",
        httpx.WriteError: "reset while we write",
        httpx.WriteTimeout: "nobody reads",
        httpx.CloseError: "closed badly",
        httpx.RemoteProtocolError: "no HTTP",
        httpx.LocalProtocolError: "no HTTP of ours",
        httpx.UnsupportedProtocol: "no such scheme",
        httpx.DecodingError: "not compressed as it says",
    }
    rows = []
    for error, what in ways.items():
        name = f"{error.__name__}: {what}"
        if error in never:
            rows.append(Row(name, [Meets(error=error)], unsent, carries))
            continue
        # What cannot be proven is never repeated blindly, not even what is unlikely to have left.
        rows.append(Row(f"{name}, before it is done", [Meets(error=error)], lost_before, carries, told))
        if error is not httpx.UnsupportedProtocol:
            after = Meets(error=error, heard=True)
            rows.append(Row(f"{name}, once it is done", [after], lost_after, carries, told))
    return [
        *rows,
        Row("cut short before it is done", [Meets(Fault(cut="before"))], lost_before, carries, told),
        Row("cut short once it is done", [Meets(Fault(cut="after"))], lost_after, carries, told),
    ]


def of_the_answer(carries: str, success: Any, *, becomes: str, told: str = "") -> list[Row]:  # noqa: ANN401 - JSON
    """Answers of 200 that say nothing of what was done; it was not. `success`: a true answer's fields."""
    whole = httpx.Response(200, json=success).text
    bodies = {
        "empty": "",
        "an HTML page": "<html><body>Maintenance</body></html>",
        "truncated JSON": whole[:-9],
        "JSON of another shape, a list": "[]",
        "JSON of another shape, null": "null",
        "JSON of another shape, a number": "1",
        "an empty object": "{}",
        "brackets without end": "[" * 200_000,
        "a number of 5,000 digits": f'{{"ok": {"9" * 5000}}}',
        "8 MiB of nothing": " " * LARGE,
    }
    rows = [Row(f"200, {what}", status(200, body), becomes, carries, told) for what, body in bodies.items()]
    bytes_ = Response(b"\xff\xfe\x00\x80", 200, media_type="application/json")
    packed = Response(b"not gzip", 200, headers={"Content-Encoding": "gzip"})
    return [
        *rows,
        Row("200, bytes that are no text", answers(bytes_), becomes, carries, told),
        Row("200, said to be compressed and not", answers(packed), becomes, carries, told),
        Row("204, empty", status(204), becomes, carries, told),
    ]
