"""The power goes while the service writes: what it acknowledged is there, and nothing by halves."""

import secrets
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.conftest import TOLD
from tests.powercut.campaign import cut, recorded
from tests.powercut.cuts import MANNERS, SECTOR, Disk, arrive, everything, latest, nothing, scattered
from tests.powercut.disk import Delete, Sync, SyncFolder, Truncate, Write

CUTS = 180
"""Every day; `make powercut` is the long run."""
FEW = 60


def test_a_power_cut_loses_nothing_that_was_acknowledged(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    seed = secrets.randbits(32)
    recording = recorded(tmp_path, customers=2)
    report = cut(recording, CUTS, seed)
    for line in (f"power cut, seed {seed}: {recording.figures}", report.told("FULL"), *report.wrong):
        record_property(TOLD, line)
    assert report.wrong == []
    assert report.images.total() > CUTS * 0.8
    assert set(report.images) == {manner.__name__ for manner in MANNERS}
    assert report.ahead, "cut between the last write and the promise"
    assert report.came_again


def test_the_tape_holds_all_that_reached_the_disk(tmp_path: Path) -> None:
    recording, disk = recorded(tmp_path, customers=1), Disk()
    for step in recording.tape.steps:
        disk.play(step)
    assert disk.image(everything, Random(1)) == recording.left


def test_a_store_that_syncs_less_loses_and_the_cuts_show_it(tmp_path: Path) -> None:
    report = cut(recorded(tmp_path, customers=1, synchronous="NORMAL"), FEW, seed=1)
    assert report.missing > 0
    assert report.broken == 0


def test_a_store_that_never_syncs_breaks_and_the_cuts_show_it(tmp_path: Path) -> None:
    report = cut(recorded(tmp_path, customers=1, synchronous="OFF"), FEW, seed=1)
    assert report.missing > 0
    assert report.broken > 0


def test_what_was_synced_stays_and_nothing_else_need_stay() -> None:
    disk = Disk()
    disk.play(Write("a", 0, b"old"))
    disk.play(Sync("a"))
    disk.play(Write("a", 3, b"new"))
    assert disk.image(nothing, Random(1)) == {"a": b"old"}
    assert disk.image(everything, Random(1)) == {"a": b"oldnew"}
    disk.play(Sync("b"))
    assert disk.image(nothing, Random(1)) == {"a": b"old"}, "each file is synced on its own"


def test_a_write_is_torn_where_sectors_end() -> None:
    disk = Disk()
    disk.play(Write("a", SECTOR - 1, b"x" * (SECTOR + 2)))
    found = {bytes(disk.image(scattered, Random(seed)).get("a", b"")) for seed in range(60)}
    assert bytes(SECTOR - 1) + b"x" in found
    assert bytes(SECTOR) + b"x" * SECTOR in found
    assert bytes(SECTOR * 2) + b"x" in found


def test_the_last_write_may_arrive_before_the_first() -> None:
    disk = Disk()
    for text, offset in ((b"1", 0), (b"2", 1), (b"3", 2)):
        disk.play(Write("a", offset, text))
    found = {bytes(disk.image(latest, Random(seed))["a"]) for seed in range(20)}
    assert found == {b"123", b"\x0023", b"\x00\x003"}


def test_a_file_taken_out_may_come_back_until_its_folder_is_synced() -> None:
    disk = Disk()
    for step in (Write("a", 0, b"old"), Sync("a"), Delete("a"), Write("a", 0, b"new"), Sync("a")):
        disk.play(step)
    assert disk.image(nothing, Random(1)) == {"a": b"old"}
    assert disk.image(everything, Random(1)) == {"a": b"new"}
    disk.play(SyncFolder())
    assert disk.image(nothing, Random(1)) == {"a": b"new"}


def test_a_file_is_given_a_length() -> None:
    files = {"a": bytearray(b"abc")}
    arrive(files, [Truncate("a", 1), Truncate("a", 2)])
    assert files == {"a": b"a\0"}
