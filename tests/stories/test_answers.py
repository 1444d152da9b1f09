"""What answers a call may be anybody: no redirection is followed, and no answer fills the memory.

Each of the real clients is asked; what stands in for the network notes every request that leaves.
"""

import gzip
import struct
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import cache
from typing import Any

import httpx
import pytest
from telegram.error import TelegramError

from bots.telegram_request import fetch_updates, new_bot, new_request
from bots.telegram_send import send
from bots.twilio_api import Hosts, NotRead, TwilioApi
from composition import doctor
from core.calls import LONGEST_ANSWER
from core.clock import WallClock
from core.jobs import CallEnding, Unknown
from handoff.api import SlackApi

ACCOUNT = "AC" + "1" * 32
ELSEWHERE = "https://elsewhere.test/steal"
GIBIBYTE = 1 << 30
Answer = Callable[[httpx.Request], httpx.Response]


class Network(httpx.AsyncBaseTransport):
    """Gives every request the same answer, and remembers it."""

    def __init__(self, answer: Answer) -> None:
        self.asked: list[httpx.Request] = []
        self._answer = answer

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self._answer(request)


def _twilio(network: Network) -> TwilioApi:
    hosts = Hosts(*[f"https://{name}.twilio.test" for name in ("api", "content", "messaging")])
    return TwilioApi(
        account_sid=ACCOUNT, credentials=("SK1", "secret"), hosts=hosts, budget="b", transport=network
    )


def _slack(network: Network) -> SlackApi:
    url = "https://slack.test/api/"
    return SlackApi(token="xoxb-secret", clock=WallClock(), api_url=url, transport=network)


async def _telegram_sends(network: Network) -> Any:  # noqa: ANN401 - whatever it comes to
    request = new_request(network)
    bot = new_bot("1:secret", "https://telegram.test", request)
    return await send(bot, {"to": "7", "text": "Bonjour"}, "own", "every")


async def _telegram_fetches(network: Network) -> Any:  # noqa: ANN401 - whatever it comes to
    request = new_request(network, 1)
    return await fetch_updates(
        new_bot("1:secret", "https://telegram.test", request), request, None, ["message"]
    )


async def _doctor_asks(network: Network) -> Any:  # noqa: ANN401 - whatever it comes to
    async with doctor._client(network) as http:
        answer = await http.get(
            "https://slack.test/api/auth.test", headers={"Authorization": "Bearer xoxb-1"}
        )
        return answer.raise_for_status()


CALLS: dict[str, Callable[[Network], Awaitable[Any]]] = {
    "Twilio creates": lambda network: _twilio(network).create({"Body": "Bonjour"}),
    "Twilio makes a menu": lambda network: _twilio(network).make_content({}),
    "Twilio reads": lambda network: _twilio(network).message("SM1"),
    "Twilio lists": lambda network: _twilio(network).received("whatsapp:+1"),
    "Slack posts": lambda network: _slack(network).call("chat.postMessage", {"channel": "C1"}),
    "Slack reads": lambda network: _slack(network).call("conversations.info", {"channel": "C1"}),
    "Slack uploads": lambda network: _slack(network).call("auth.test", {}),
    "Telegram sends": _telegram_sends,
    "Telegram fetches": _telegram_fetches,
    "the doctor asks": _doctor_asks,
}
EFFECTS = {"Twilio creates", "Twilio makes a menu", "Slack posts", "Telegram sends"}
"""May have happened, so their ending is unknown; what only asks fails in its own way."""
FAILS = (CallEnding, NotRead, TelegramError, httpx.HTTPError, ValueError)


async def _fails(name: str, answer: Answer) -> Network:
    network = Network(answer)
    with pytest.raises(Unknown if name in EFFECTS else FAILS):
        await CALLS[name](network)
    return network


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirection_is_followed_by_nobody_and_no_credential_leaves(name: str, status: int) -> None:
    network = await _fails(name, lambda _: httpx.Response(status, headers={"Location": ELSEWHERE}))
    assert len(network.asked) == 1
    assert network.asked[0].url.host != "elsewhere.test"


@cache
def bomb(packed_by: str) -> bytes:
    """A mebibyte that unpacks to a gibibyte of spaces, whole to its check sum."""
    spaces, packer = b" " * (1 << 20), zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = packer.compress(spaces) + packer.flush(zlib.Z_FULL_FLUSH)
    told = zlib.crc32 if packed_by == "gzip" else zlib.adler32
    total = 0 if packed_by == "gzip" else 1
    for _ in range(GIBIBYTE >> 20):
        total = told(spaces, total)
    packed = block * (GIBIBYTE >> 20) + b"\x03\x00"
    if packed_by == "gzip":
        head = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
        return head + packed + struct.pack("<LL", total, GIBIBYTE)
    return b"\x78\xda" + packed + struct.pack(">L", total)


async def _pieces(body: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(body), 1 << 16):
        yield body[at : at + (1 << 16)]


@pytest.mark.parametrize("packed_by", ["gzip", "deflate"])
@pytest.mark.parametrize("name", CALLS)
async def test_a_bomb_is_cut_and_counts_as_an_answer_nobody_can_read(name: str, packed_by: str) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"Content-Encoding": packed_by}, content=_pieces(bomb(packed_by)))

    bomb(packed_by)
    tracemalloc.start()
    try:
        network = await _fails(name, answer)
        assert tracemalloc.get_traced_memory()[1] < 4 * LONGEST_ANSWER
    finally:
        tracemalloc.stop()
    assert {asked.headers["Accept-Encoding"] for asked in network.asked} == {"identity"}
    assert len(network.asked) == 1


@pytest.mark.parametrize("name", CALLS)
async def test_an_answer_without_end_is_not_read_to_its_end(name: str) -> None:
    read = 0

    async def without_end() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1 << 16
            yield bytes(1 << 16)

    await _fails(name, lambda _: httpx.Response(200, content=without_end()))
    assert read <= LONGEST_ANSWER + (1 << 16)


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "gzip"])
async def test_what_is_packed_as_we_cannot_read_is_no_answer(name: str, encoding: str) -> None:
    await _fails(
        name,
        lambda _: httpx.Response(200, headers={"Content-Encoding": encoding}, content=_pieces(b"not packed")),
    )


@pytest.mark.parametrize("packed_by", ["gzip", "deflate"])
def test_the_bombs_are_true(packed_by: str) -> None:
    reader, size, left = zlib.decompressobj(zlib.MAX_WBITS | 32), 0, bomb(packed_by)
    assert len(left) < 2 << 20
    while not reader.eof:
        size += len(reader.decompress(left, 1 << 24))
        left = reader.unconsumed_tail
    assert size == GIBIBYTE


async def test_a_genuine_answer_that_comes_packed_anyway_is_read() -> None:
    packed = gzip.compress(b'{"ok": true, "ts": "1.2"}')
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    network = Network(lambda _: httpx.Response(200, headers=headers, content=_pieces(packed)))
    assert (await _slack(network).call("chat.postMessage", {"channel": "C1"}))["ts"] == "1.2"
