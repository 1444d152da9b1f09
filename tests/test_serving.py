"""What serves the tests leaves nothing behind that a later test would trip over."""

import asyncio
import gc
import warnings

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.serving import address_of, listen
from tests.serving import NOBODY, Server


class _Slow:
    def __init__(self) -> None:
        self.asked = asyncio.Event()

    async def answer(self, _: Request) -> Response:
        self.asked.set()
        await asyncio.sleep(60)
        return Response()


async def test_an_answer_under_way_is_cut_with_its_connection() -> None:
    slow, listening = _Slow(), listen()
    server = Server(Starlette(routes=[Route("/", slow.answer)]))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    async with httpx.AsyncClient(trust_env=False, verify=NOBODY) as client:
        asking = asyncio.create_task(client.get(address_of(listening)))
        await slow.asked.wait()
        server.end(at_once=True)
        await serving
        assert not server.server_state.tasks
        assert not server.server_state.connections
        (refusal,) = await asyncio.gather(asking, return_exceptions=True)
    assert isinstance(refusal, httpx.HTTPError)


@pytest.mark.parametrize("turns", range(8))
async def test_a_connection_taken_while_the_door_shuts_is_closed(turns: int) -> None:
    listening = listen()
    server = Server(Starlette())
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:
        await asyncio.sleep(0)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", ResourceWarning)
        calls = [asyncio.open_connection(*listening.getsockname()) for _ in range(20)]
        opening = asyncio.gather(*calls, return_exceptions=True)
        for _ in range(turns):
            await asyncio.sleep(0)
        server.end(at_once=True)
        await serving
        opened = await opening
        for call in opened:
            if not isinstance(call, BaseException):
                call[1].close()
        del opened, calls, server, serving
        await asyncio.sleep(0)
        gc.collect()
    assert not [str(line.message) for line in told if issubclass(line.category, ResourceWarning)]
