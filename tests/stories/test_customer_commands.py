"""What a customer may type at any time: /start, /aide, /langue and /fin, on both channels."""

import pytest

from tests.stories.people import OnTelegram, OnWhatsApp, on_telegram, on_whatsapp, sentence, thread, words
from tests.stories.town import LEA, Town

CHANNELS = ("whatsapp", "telegram")
HANDED_OVER = "Un conseiller vous répond au plus tard aujourd’hui, 15 h 15."


async def _customer(place: Town, channel: str) -> OnWhatsApp | OnTelegram:
    return await (on_whatsapp(place) if channel == "whatsapp" else on_telegram(place))


@pytest.mark.parametrize("channel", CHANNELS)
async def test_start_greets_and_invites(place: Town, channel: str) -> None:
    customer = await _customer(place, channel)
    await customer.writes("/start")
    assert len(customer.reads) == 1
    first, second, third = customer.reads[0].split("\n\n")[:3]
    assert first.startswith("Bonjour ")
    assert second == sentence("greeting.privacy")
    assert third == sentence("greeting.invite")


@pytest.mark.parametrize("channel", CHANNELS)
async def test_help_tells_what_can_be_done_with_the_bot_and_with_the_team(place: Town, channel: str) -> None:
    customer = await _customer(place, channel)
    await customer.writes("/aide")
    assert sentence("help") in customer.reads[-1]
    await customer.writes("conseiller")
    await customer.writes("/aide")
    assert customer.reads[-1] == sentence("help")


@pytest.mark.parametrize("channel", CHANNELS)
async def test_langue_en_goes_on_in_english_until_told_otherwise(place: Town, channel: str) -> None:
    customer = await _customer(place, channel)
    await customer.writes("Où est mon colis ?")
    await customer.writes("/langue en")
    assert "We continue in English.\n\nDoes this answer your question?" in "\n\n".join(customer.reads)
    await customer.writes("advisor")
    assert customer.reads[-1].startswith("Noted, ")
    assert customer.reads[-1].endswith("3:15 pm.")
    await customer.writes("/langue fr")
    assert customer.reads[-1] == "Nous continuons en français."
    await customer.writes("où en est ma demande ?")
    assert customer.reads[-1].endswith("au plus tard aujourd’hui, 15 h 15.")


async def test_a_question_and_langue_en_within_one_burst_are_answered_in_english_alone(place: Town) -> None:
    john = await on_whatsapp(place, "John Smith")
    await place.twilio.write(john.person, "Où est mon colis ?")
    await place.twilio.write(john.person, "/langue en")
    await place.settle()
    assert "Track my parcel" in john.reads[-2]
    assert "Does this answer your question?" in john.reads[-1]
    assert "«" not in "".join(john.reads)


async def test_a_customer_who_writes_in_english_is_answered_in_english_and_the_card_says_so(
    place: Town,
) -> None:
    john = await on_whatsapp(place, "John Smith")
    await john.writes("Hello, I would like to talk to a person about my order please")
    assert "Noted, John. " in john.reads[-1]
    assert "parle anglais" in words(place.cards[0])


@pytest.mark.parametrize("channel", CHANNELS)
async def test_fin_with_the_bot_ends_the_talk_as_abandoned_or_answered(place: Town, channel: str) -> None:
    customer = await _customer(place, channel)
    await customer.writes("Bonjour")
    await customer.writes("/fin")
    assert customer.reads[-1] == sentence("closed.by_customer")
    (talk,) = await place.rows("SELECT status, ending FROM conversations")
    assert (talk["status"], talk["ending"]) == ("closed", "abandoned")
    assert place.posts == []


async def test_fin_after_an_answer_counts_as_answered(place: Town) -> None:
    marie = await on_whatsapp(place)
    await marie.writes("Où est mon colis ?")
    await marie.writes("/fin")
    (talk,) = await place.rows("SELECT ending FROM conversations")
    assert talk["ending"] == "answered"


@pytest.mark.parametrize("claimed", [False, True], ids=["unclaimed", "claimed"])
async def test_fin_after_the_hand_off_resolves_and_tells_the_thread(place: Town, claimed: bool) -> None:
    marie = await on_whatsapp(place)
    await marie.writes("conseiller")
    if claimed:
        await place.command(LEA, "/claim", "marie")
    await marie.writes("/fin")
    assert marie.reads[-1] == sentence("closed.by_customer")
    (card,) = place.cards
    assert "résolue" in words(card)
    assert "*Motif*\nAutre demande" in words(card)
    assert "> Clos par le client" in words(card)
    assert thread(place, card)[-1].startswith("Clos par le client (/fin).")
    assert ("<@U0LEA>" in thread(place, card)[-1]) is claimed


@pytest.mark.parametrize("channel", CHANNELS)
async def test_where_is_my_request_is_answered_with_the_promise_and_never_claimed_as_new(
    place: Town, channel: str
) -> None:
    customer = await _customer(place, channel)
    await customer.writes("conseiller")
    assert customer.reads[-1].endswith(HANDED_OVER)
    await customer.writes("Où en est ma demande ?")
    assert customer.reads[-1].endswith("au plus tard aujourd’hui, 15 h 15.")
    assert len(place.cards) == 1
