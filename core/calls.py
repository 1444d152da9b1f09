"""The HTTP client of every call to a platform: it goes nowhere else, and reads no more than an answer holds.

What answers is not believed to be the platform: a proxy, a captive portal or somebody who holds the name may
answer too, with an address that credentials would follow, or with a mebibyte that unpacks to a gibibyte.
"""

import zlib
from typing import Any, Final

import httpx

LONGEST_ANSWER: Final = 8 << 20
"""Bytes, unpacked: the longest that we ask for, a page of a thread or of a list, fills about a mebibyte."""
_PACKED: Final = {"gzip": zlib.MAX_WBITS | 32, "x-gzip": zlib.MAX_WBITS | 32, "deflate": zlib.MAX_WBITS | 32}
"""How zlib reads each: both look at the head themselves."""


class Client(httpx.AsyncClient):
    """Follows no redirection, asks for plain bytes, and cuts an answer that is too long, however packed.

    A cut answer is an `httpx.DecodingError`, like any other that cannot be read: the call may have happened.
    """

    def __init__(self, **how: Any) -> None:  # noqa: ANN401 - as httpx takes it
        super().__init__(**how | {"follow_redirects": False})
        self.headers["Accept-Encoding"] = "identity"

    async def send(self, request: httpx.Request, **how: Any) -> httpx.Response:  # noqa: ANN401 - as httpx takes it
        """Send, and read the whole answer.

        Raises:
            httpx.HTTPError: there was none, or none that can be read.
        """
        answer = await super().send(request, **how | {"stream": True, "follow_redirects": False})
        try:
            # A transport that was lent may have read it already, from the memory of whoever lent it.
            body = answer.content if answer.is_stream_consumed else await _whole(answer)
        finally:
            await answer.aclose()
        kept = [(name, value) for name, value in answer.headers.raw if name.lower() not in _OF_THE_WIRE]
        return httpx.Response(
            answer.status_code,
            headers=kept,
            content=body,
            request=answer.request,
            extensions=answer.extensions,
        )


_OF_THE_WIRE: Final = {b"content-encoding", b"content-length", b"transfer-encoding"}


async def _whole(answer: httpx.Response) -> bytes:
    """The body, unpacked."""
    packed = bytearray()
    async for piece in answer.aiter_raw():
        packed += piece
        if len(packed) > LONGEST_ANSWER:
            raise httpx.DecodingError("an answer that is too long", request=answer.request)
    encoding = answer.headers.get("content-encoding", "identity").strip().lower()
    if encoding in {"", "identity"} or not packed:
        return bytes(packed)
    try:
        return _unpacked(packed, _PACKED[encoding])
    except (KeyError, zlib.error, ValueError) as error:
        raise httpx.DecodingError("an answer packed as nobody can read", request=answer.request) from error


def _unpacked(packed: bytes | bytearray, how: int) -> bytes:
    """Raises ValueError when it does not end before `LONGEST_ANSWER`."""
    reader = zlib.decompressobj(how)
    plain = reader.decompress(packed, LONGEST_ANSWER)
    if not reader.eof:
        raise ValueError("no end")
    return plain
