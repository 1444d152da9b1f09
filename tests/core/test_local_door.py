"""The operator's door: for the same user only, told plainly what it does not know, and never left behind."""

import asyncio
import os
import socket
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from core.local_door import LocalDoor, ask, door_of


async def _double(asked: Mapping[str, Any]) -> dict[str, Any]:
    return {"twice": asked["n"] * 2, "words": "é « »"}


async def _fails(_asked: Mapping[str, Any]) -> None:
    raise ValueError("a customer's words")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Where the database would be."""
    return tmp_path / "relais.db"


def opened(database: Path) -> LocalDoor:
    return LocalDoor(door_of(database), {"double": _double, "fail": _fails})


async def test_a_question_is_answered(database: Path) -> None:
    door = opened(database)
    await door.start()
    assert await ask(database, "double", n=21) == {"twice": 42, "words": "é « »"}
    answers = await asyncio.gather(*(ask(database, "double", n=n) for n in range(20)))
    assert [answer["twice"] for answer in answers] == [2 * n for n in range(20)]
    await door.close()


async def test_the_door_is_for_the_same_user_only(database: Path) -> None:
    before = os.umask(0)
    try:
        door = opened(database)
        await door.start()
        kept = os.umask(0)
    finally:
        os.umask(before)
    mode = door_of(database).stat().st_mode
    assert stat.S_ISSOCK(mode)
    assert stat.S_IMODE(mode) == 0o600
    assert kept == 0
    await door.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
async def test_a_door_of_another_user_stays_shut(database: Path) -> None:
    door = opened(database)
    await door.start()
    door_of(database).chmod(0)
    with pytest.raises(PermissionError):
        await ask(database, "double", n=1)
    await door.close()


async def test_an_unknown_verb_is_refused_in_words(database: Path) -> None:
    door = opened(database)
    await door.start()
    with pytest.raises(RuntimeError, match="does not know that command"):
        await ask(database, "destroy")
    await door.close()


async def test_an_error_is_named_without_anybodys_words(database: Path) -> None:
    door = opened(database)
    await door.start()
    with pytest.raises(RuntimeError) as told:
        await ask(database, "fail")
    assert str(told.value) == "ValueError"
    assert await ask(database, "double", n=1) == {"twice": 2, "words": "é « »"}
    await door.close()


@pytest.mark.parametrize("line", [b"not json\n", b"[]\n", b"{}\n", b"\n", b"\xff\xfe\n"])
async def test_nonsense_is_answered_and_harms_nobody(database: Path, line: bytes) -> None:
    door = opened(database)
    await door.start()
    reader, writer = await asyncio.open_unix_connection(door_of(database))
    writer.write(line)
    assert b'"error"' in await reader.readline()
    writer.close()
    assert (await ask(database, "double", n=2))["twice"] == 4
    await door.close()


async def test_a_socket_left_by_a_dead_process_is_replaced(database: Path) -> None:
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(door_of(database)))
    left.close()
    door = opened(database)
    await door.start()
    assert (await ask(database, "double", n=3))["twice"] == 6
    await door.close()


async def test_a_closed_door_leaves_nothing_behind(database: Path) -> None:
    door = opened(database)
    await door.start()
    await door.close()
    assert not door_of(database).exists()
    with pytest.raises(FileNotFoundError):
        await ask(database, "double", n=1)


async def test_a_caller_who_says_nothing_does_not_keep_the_door_open(database: Path) -> None:
    door = opened(database)
    await door.start()
    reader, writer = await asyncio.open_unix_connection(door_of(database))
    await ask(database, "double", n=1)
    async with asyncio.timeout(5):
        await door.close()
        assert await reader.read() == b""
    writer.close()


async def test_nobody_answers_behind_a_socket_whose_process_died(database: Path) -> None:
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(door_of(database)))
    left.close()
    with pytest.raises(ConnectionRefusedError):
        await ask(database, "double", n=1)
