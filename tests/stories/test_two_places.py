"""Two teams in two channels: a motive's conversations open where its team works, and are worked there."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from settings import load_rules
from tests.stories.people import on_whatsapp, press, sentence, thread, words
from tests.stories.town import CHANNEL, LEA, Town, shipped_rules, town

FINANCE = "C0FINANCE1"


@pytest.fixture
async def two_places(tmp_path: Path) -> AsyncIterator[Town]:
    """The shipped rules with the finance team's own channel uncommented, as an operator would."""
    shipped = (Path(__file__).parents[2] / "relais.toml").read_text(encoding="utf-8")
    written = shipped.replace(f'# channel = "{FINANCE}"', f'channel = "{FINANCE}"')
    assert written != shipped
    path = tmp_path / "relais.toml"
    path.write_text(written, encoding="utf-8")
    teams = load_rules(path, CHANNEL).teams
    async with town(tmp_path, shipped_rules(teams=teams)) as place:
        place.slack.add_channel(FINANCE, "finance", members=[LEA.id, place.slack.bot_user_id])
        yield place


async def _hand_over(place: Town, name: str, motive: str) -> None:
    customer = await on_whatsapp(place, name)
    await customer.writes("Bonjour, j’ai une question un peu longue à vous poser sur un sujet précis svp")
    for _ in range(4):
        if place.twilio.conversation(customer.person)[-1].body.startswith("C’est noté"):
            break
        asked = customer.reads[-1]
        await customer.writes("non" if sentence("blocking.ask") in asked else motive)
    assert customer.reads[-1].startswith("C’est noté")


async def test_a_card_opens_in_the_channel_of_the_motives_team(two_places: Town) -> None:
    await _hand_over(two_places, "Nora Petit", "Facture, paiement")
    await _hand_over(two_places, "Paul Roux", "Livraison, suivi")
    finance = two_places.slack.channels[FINANCE].messages
    assert [words(post).partition("\n")[0].partition(" · ")[0] for post in finance[:1]] == ["*Nora Petit*"]
    assert "*Motif*\nFacture, paiement\nen copie : Support" in words(finance[0])
    (card,) = two_places.cards
    assert words(card).startswith("*Paul Roux*")


async def test_claim_reply_and_resolve_work_in_the_other_channel(two_places: Town) -> None:
    await _hand_over(two_places, "Nora Petit", "Facture, paiement")
    card = two_places.slack.channels[FINANCE].messages[0]
    await press(two_places, LEA, card, "Prendre")
    await two_places.command(LEA, "/reply", "Votre facture part ce soir.")
    assert "Votre facture part ce soir." in thread(two_places, card, FINANCE)[-1]
    assert two_places.posts == []


async def test_a_motive_changed_later_changes_the_card_and_never_its_channel(two_places: Town) -> None:
    marie = await on_whatsapp(two_places, "Marie Dupont")
    await marie.writes("conseiller")
    (card,) = two_places.cards
    chosen = await press(two_places, LEA, card, "Choisir le motif")
    await press(two_places, LEA, chosen, "Facture, paiement")
    assert "*Motif*\nFacture, paiement" in words(card)
    assert two_places.slack.channels[FINANCE].messages == []
    rules = two_places.rules
    assert replace(rules.team_of("billing"), hours=None).place == FINANCE
