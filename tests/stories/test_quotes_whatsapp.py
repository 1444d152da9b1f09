"""What a WhatsApp customer answers to, and what may have been cut on its way."""

from tests.stories.people import on_whatsapp, sentence, thread, waiting
from tests.stories.town import LEA, Town


async def test_an_answer_to_an_earlier_message_brings_its_words_along(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    await place.command(LEA, "/reply", "Votre colis repart demain.")
    answered = marie.messages[-1].sid
    await place.twilio.write(marie.person, "À quelle heure ?", OriginalRepliedMessageSid=answered)
    await place.settle()
    (card,) = place.cards
    line = thread(place, card)[-1]
    assert "À quelle heure ?" in line
    assert "Votre colis repart demain." in line


async def test_an_answer_to_a_message_nobody_knows_is_told_without_it(place: Town) -> None:
    marie = await waiting(place)
    await place.twilio.write(marie.person, "Et celui-ci ?", OriginalRepliedMessageSid="SM" + "9" * 32)
    await place.settle()
    (card,) = place.cards
    assert thread(place, card)[-1].endswith("> Et celui-ci ?")


async def test_a_text_as_long_as_the_channel_takes_is_told_to_be_perhaps_cut(place: Town) -> None:
    marie = await waiting(place)
    await marie.writes("a" * 1599)
    (card,) = place.cards
    assert not any(sentence("thread.may_be_cut") in line for line in thread(place, card))
    await marie.writes("a" * 1600)
    assert any(sentence("thread.may_be_cut") in line for line in thread(place, card))


async def test_what_was_perhaps_cut_before_the_hand_off_is_told_in_the_transcript(place: Town) -> None:
    marie = await on_whatsapp(place)
    await marie.writes("a" * 1600)
    await marie.writes("conseiller")
    (card,) = place.cards
    assert any(sentence("thread.may_be_cut") in line for line in thread(place, card))


async def test_a_message_that_comes_by_the_fallback_address_is_heard_once(place: Town) -> None:
    marie = await waiting(place)
    sid = "SM" + "7" * 32
    for more in ({}, {"ErrorCode": "11200", "ErrorUrl": "https://relais.test/twilio/message"}):
        delivery = await place.twilio.write(marie.person, "Une seule fois", MessageSid=sid, **more)
        assert delivery.status == 200
    await place.settle()
    (card,) = place.cards
    assert sum("> Une seule fois" in line for line in thread(place, card)) == 1


async def test_an_address_written_with_a_slash_too_many_is_refused_and_leads_nowhere(place: Town) -> None:
    # A redirection would be followed with GET, and the form lost (T27).
    for path in ("/twilio/message/", "/twilio/status/", "/twilio"):
        answer = await place.http.post(f"{place.url}{path}", data={"Body": "bonjour"})
        assert (answer.status_code, "location" in answer.headers) == (404, False)
