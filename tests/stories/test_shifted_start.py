"""What stands around a process when it starts: a shifted time, variables that libraries read."""

from datetime import timedelta
from pathlib import Path

from tests.stories.child import ROOT, ChildTown
from tests.stories.town import CHANNEL, LEA, shipped_rules


async def test_nothing_is_dated_by_the_machines_own_time_when_the_service_starts(tmp_path: Path) -> None:
    """Else rows found in flight seem to have waited for days, and their lanes go on without them."""
    rules = (ROOT / "relais.toml").read_text(encoding="utf-8")
    place = ChildTown(tmp_path, shipped_rules(), rules)
    place.clock.shift = timedelta(days=3)
    began = place.clock.seconds() * 1000
    await place.open_platforms()
    await place.open_service()
    try:
        (first,) = await place.rows("SELECT min(updated_at) AS at FROM articles")
        assert first["at"] >= began - 1
    finally:
        await place.close()


async def test_variables_that_libraries_read_behind_our_back_change_nothing(tmp_path: Path) -> None:
    """Slack’s would switch to another way to authorise (S20); Twilio’s would move every host (T49)."""
    rules = (ROOT / "relais.toml").read_text(encoding="utf-8")
    place = ChildTown(tmp_path, shipped_rules(), rules)
    place.more = {
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "c" * 32,
        "TWILIO_EDGE": "dublin",
        "TWILIO_REGION": "ie1",
    }
    await place.open_platforms()
    await place.open_service()
    try:
        person = await place.twilio.person("+33612345678", "Marie Dupont")
        assert (await place.twilio.write(person, "conseiller")).status == 200
        await place.until(lambda: place.cards)
        claimed = await place.slack.command(LEA.id, "/claim", "marie", CHANNEL)
        assert "Marie Dupont" in claimed.text
        said = [one for one in place.twilio.conversation(person) if one.direction != "inbound"]
        await place.until(lambda: place.twilio.wire.count("messages.create") >= 2)
        assert said
    finally:
        await place.close()
