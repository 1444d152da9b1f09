"""A copy made under load is a beginning of what happened; put back, the service goes on from there."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from composition.backups import restore
from core.store.backup import back_up
from core.store.restore import examine, put_back
from tests.stories.child import ROOT, environment, relais
from tests.stories.people import on_whatsapp, press, sentence, thread, waiting, words
from tests.stories.test_dead_letters import ops_lines
from tests.stories.town import CHANNEL, LEA, Town

SAID = "Votre colis repart demain."


def _journal(path: Path) -> dict[str, tuple[int, str]]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return {key: (at, kind) for key, at, kind in connection.execute("SELECT key, at, kind FROM journal")}


async def test_a_copy_made_under_load_is_a_beginning_of_the_journal(place: Town, tmp_path: Path) -> None:
    people = [await on_whatsapp(place, f"Client {number}") for number in range(12)]
    talking = [
        asyncio.create_task(place.twilio.write(one.person, text))
        for text in ("Bonjour", "conseiller", "Où est mon colis ?")
        for one in people
    ]
    copies = [tmp_path / f"copy-{number}.db" for number in range(3)]
    for copy in copies:
        await asyncio.sleep(0.03)
        await asyncio.to_thread(back_up, place.settings.database, copy)
    await asyncio.gather(*talking)
    await place.settle()
    happened = _journal(place.settings.database)
    for copy in copies:
        assert examine(copy).faults == ()
        kept = _journal(copy)
        assert {key: happened[key] for key in kept} == kept
        end = max((at for at, _ in kept.values()), default=0)
        assert [key for key, (at, _) in happened.items() if at < end and key not in kept] == []


async def test_an_operator_backs_up_beside_the_service_and_restores_without_it(place: Town) -> None:
    env = environment(place, ROOT / "relais.toml")
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    folder = place.folder / "copies"
    folder.mkdir()
    made = await relais("backup", str(folder), env=env)
    (copy,) = folder.iterdir()
    assert (made.code, f"{copy}: " in made.out) == (0, True), made
    assert (await relais("backup", str(copy), env=env)).code == 2

    await place.command(LEA, "/reply", "Après la copie")
    checked = await relais("restore", "--check", str(copy), env=env)
    assert checked.code == 0, checked
    assert "  conversations: 1" in checked.out
    assert "is served now: stop the service first" in checked.out
    refused = await relais("restore", str(copy), env=env)
    assert (refused.code, "already served by process" in refused.err) == (2, True)

    await place.close_service()
    restored = await relais("restore", str(copy), env=env)
    assert restored.code == 0, restored
    assert "is kept as" in restored.out
    await place.open_service()
    await place.settle()
    received = list(marie.received)
    await place.command(LEA, "/reply", "Après le retour")
    assert marie.received == [*received, "Après le retour"]
    assert marie.received.count("Après la copie") == 1


async def test_a_database_behind_a_link_is_replaced_where_it_is(place: Town) -> None:
    await place.close_service()
    database, link = place.settings.database, place.folder / "elsewhere" / "relais.db"
    link.parent.mkdir()
    link.symlink_to(database)
    back_up(database, place.folder / "copy.db")
    before = database.stat().st_ino
    told = list(restore(link, place.folder / "copy.db", datetime.now(UTC)))
    assert link.is_symlink()
    assert database.stat().st_ino != before
    (aside,) = database.parent.glob("*.replaced-*.db")
    assert aside.stat().st_ino == before
    assert str(aside) in told[1]
    await place.open_service()


async def test_a_copy_that_is_spoilt_is_refused_and_the_database_stays(place: Town) -> None:
    env = environment(place, ROOT / "relais.toml")
    await place.close_service()
    spoilt = place.folder / "spoilt.db"
    spoilt.write_bytes(b"no database" * 400)
    before = place.settings.database.read_bytes()
    for arguments in (("--check", str(spoilt)), (str(spoilt),)):
        ended = await relais("restore", *arguments, env=env)
        assert (ended.code, "must not be used" in ended.err) == (2, True), ended
    assert place.settings.database.read_bytes() == before
    await place.open_service()


async def test_what_was_done_after_the_copy_is_not_done_again_and_people_are_told(place: Town) -> None:
    marie = await waiting(place)
    back_up(place.settings.database, place.folder / "copy.db")
    await place.slack.say(LEA.id, CHANNEL, f"!r {SAID}", place.cards[0].ts)
    await place.settle()
    assert marie.reads.count(SAID) == 1
    await place.close_service()
    now = datetime.fromtimestamp(place.clock.seconds(), UTC)
    put_back(place.folder / "copy.db", place.settings.database, place.folder / "aside.db", now)
    place.clock.shift += timedelta(minutes=2)
    await place.open_service()
    await place.sweep()
    await place.settle()
    assert marie.reads.count(SAID) == 1
    assert [line for line in thread(place, place.cards[0]) if "avant que la base soit restaurée" in line]
    (told,) = [one for one in place.slack.ephemerals if one.user == LEA.id and "restauration" in words(one)]
    await place.service.alerts.look()
    await place.service.alerts.look()
    assert ["Base restaurée" in text for text in ops_lines(place)] == [True]
    await press(place, LEA, told, sentence("button.send_again"))
    assert marie.reads.count(SAID) == 2, "whoever looked may have it said once more"
