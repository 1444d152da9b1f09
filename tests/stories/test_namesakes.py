"""Two customers of one name: whichever way each comes to the team, both do, under handles of their own."""

from tests.stories.people import on_telegram, on_whatsapp, waiting
from tests.stories.town import Town

HANDLES = "SELECT handle, status FROM conversations ORDER BY opened_at"
BOTH = [{"handle": "marie", "status": "open"}, {"handle": "marie-d", "status": "open"}]


async def test_a_namesake_who_asks_for_a_person_by_an_edit_is_handed_over(place: Town) -> None:
    await waiting(place, "Marie Dupont")
    marie = await on_telegram(place, "Marie Dupont")
    await marie.writes("Le vélo grince un peu")
    await marie.edits("Le vélo grince un peu", "conseiller")
    assert await place.rows(HANDLES) == BOTH
    assert len(place.cards) == 2


async def test_a_namesake_whom_the_bot_does_not_reach_is_handed_over(place: Town) -> None:
    place.twilio.auto_report = False
    await waiting(place, "Marie Dupont")
    marie = await on_whatsapp(place, "Marie Dupont")
    await marie.writes("bonjour")
    (greeting,) = marie.messages
    await place.twilio.report(greeting.sid, "failed", 63005)
    await place.settle()
    assert await place.rows(HANDLES) == BOTH
    assert len(place.cards) == 2
