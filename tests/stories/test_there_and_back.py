"""The main job, through real HTTP: a customer writes, the team answers in Slack, the customer reads it."""

from tests.stories.town import LEA, Town


async def test_a_whatsapp_customer_is_qualified_promised_claimed_answered_and_resolved(place: Town) -> None:
    marie = await place.twilio.person("+33612345678", "Marie Dupont")
    await place.twilio.write(marie, "Mon colis est arrivé cassé et personne ne me répond")
    await place.settle()
    await place.twilio.write(marie, "conseiller")
    await place.settle()

    assert len(place.cards) == 1
    card = place.cards[0]
    assert "Marie Dupont" in card.text

    claimed = await place.command(LEA, "/claim", "marie")
    assert "Marie Dupont" in claimed.text
    replied = await place.command(LEA, "/reply", "Bonjour Marie, nous renvoyons un colis demain.")
    assert "Marie Dupont" in replied.text
    said = [m.body for m in place.twilio.conversation(marie) if m.direction != "inbound"]
    assert "Léa prend votre demande en charge." in said
    assert said[-1] == "Bonjour Marie, nous renvoyons un colis demain."

    asked = await place.command(LEA, "/resolve", "Nouveau colis envoyé.")
    assert "motif" in asked.text
