"""The other verbs: claim, resolve, note, release, backlog, help, and their French names."""

import re
from datetime import timedelta

import pytest

from tests.stories.people import labels, on_whatsapp, press, sentence, thread, waiting, words
from tests.stories.town import HUGO, LEA, SOFIA, Town

RECAP = "Colis renvoyé ce matin."
MOTIVES = 11


async def test_claim_without_words_confirms_the_longest_waiting_by_a_tap(place: Town) -> None:
    marie = await waiting(place, "Marie Dupont")
    await place.pass_time(timedelta(minutes=5))
    await waiting(place, "Paul Roux")
    asked = await place.command(LEA, "/claim")
    assert words(asked) == sentence("answers.confirm_claim", customer="Marie Dupont", channel="WhatsApp")
    assert labels(asked) == [sentence("button.confirm_claim", customer="Marie Dupont"), "Annuler"]
    assert "Léa prend votre demande en charge." not in marie.reads
    await press(place, LEA, asked, labels(asked)[0])
    assert marie.reads[-1] == "Léa prend votre demande en charge."


async def test_claim_of_a_name_nobody_bears_lists_who_waits(place: Town) -> None:
    await waiting(place, "Marie Dupont")
    await waiting(place, "Paul Roux")
    answer = await place.command(LEA, "/claim", "Zébulon")
    assert words(answer) == sentence("answers.nobody_named", words="Zébulon")
    assert labels(answer) == ["Marie Dupont · WhatsApp", "Paul Roux · WhatsApp", "Annuler"]
    await press(place, LEA, answer, "Paul Roux · WhatsApp")
    (row,) = await place.rows("SELECT handle FROM conversations WHERE owner = $1", LEA.id)
    assert row["handle"] == "paul"


@pytest.mark.parametrize("typed", ["marie", "MARIE DUPONT", "mar", "dupont", "marei", "Marie-D", "« marie »"])
async def test_claim_finds_a_handle_a_name_a_beginning_or_a_slip(place: Town, typed: str) -> None:
    await waiting(place, "Marie Dupont")
    await waiting(place, "Paul Roux")
    await place.command(LEA, "/claim", typed)
    (row,) = await place.rows("SELECT handle FROM conversations WHERE owner = $1", LEA.id)
    assert row["handle"] == "marie"


async def test_claim_of_a_name_two_bear_lets_the_agent_choose(place: Town) -> None:
    await waiting(place, "Marie Dupont")
    await waiting(place, "Marie Durand")
    answer = await place.command(LEA, "/claim", "marie du")
    assert words(answer).startswith(sentence("answers.choose_claim"))
    assert sorted(labels(answer))[1:] == ["Marie Dupont · WhatsApp", "Marie Durand · WhatsApp"]


async def test_claim_when_nobody_waits_says_so(place: Town) -> None:
    assert words(await place.command(LEA, "/claim")) == sentence("answers.nobody_waits")


async def test_resolve_without_a_motive_asks_for_it_and_one_tap_resolves_with_the_recap(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    asked = await place.command(LEA, "/resolve", RECAP)
    assert words(asked).startswith(sentence("refuse.motive", customer="Marie Dupont"))
    assert words(asked).endswith(f"> {RECAP}")
    offered = [label for label in labels(asked) if label != "Annuler"]
    assert len(offered) == MOTIVES
    before = len(marie.reads)
    told = await press(place, LEA, asked, "Livraison, suivi")
    assert words(told).startswith(sentence("answer.resolved", customer="Marie Dupont"))
    assert len(marie.reads) == before + 1
    assert RECAP in marie.reads[-1]
    (card,) = place.cards
    assert "*Motif*\nLivraison, suivi" in words(card)
    assert "résolue" in words(card)


async def test_a_motive_chosen_on_the_card_lets_resolve_go_at_once(place: Town) -> None:
    marie = await waiting(place)
    (card,) = place.cards
    await place.command(LEA, "/claim", "marie")
    chosen = await press(place, LEA, card, "Choisir le motif")
    await press(place, LEA, chosen, "Retour, échange")
    assert "*Motif*\nRetour, échange" in words(card)
    assert labels(card) == ["Répondre", "Résoudre", "Noter", "Changer le motif", "Rendre"]
    await place.command(LEA, "/resolve", RECAP)
    assert RECAP in marie.reads[-1]


async def test_a_manager_may_resolve_and_release_what_is_not_hers_and_an_agent_may_not(place: Town) -> None:
    await waiting(place)
    (card,) = place.cards
    await place.command(LEA, "/claim", "marie")
    assert words(await press(place, HUGO, card, "Rendre")) == sentence(
        "refuse.owned", customer="Marie Dupont", owner="Léa"
    )
    assert words(await press(place, SOFIA, card, "Rendre")) == sentence(
        "answer.released", customer="Marie Dupont"
    )
    assert "*Responsable*\npersonne" in words(card)


async def test_release_gives_back_to_the_queue_not_to_the_bot(place: Town) -> None:
    marie = await waiting(place)
    await place.command(LEA, "/claim", "marie")
    answer = await place.command(LEA, "/release")
    assert words(answer) == sentence("answer.released", customer="Marie Dupont")
    (card,) = place.cards
    assert thread(place, card)[-1] == sentence("thread.released", agent="Léa")
    assert labels(card) == ["Prendre", "Répondre", "Noter", "Choisir le motif"]
    read = len(marie.reads)
    await marie.writes("Où est mon colis ?")
    assert len(marie.reads) == read, "no article is searched once the team has it"
    await place.command(HUGO, "/claim", "marie")
    assert marie.reads[-1] == "Hugo prend votre demande en charge."


FRENCH = {
    "/prendre": ("marie", "answer.claimed"),
    "/repondre": ("Bonjour Marie.", "answer.replied"),
    "/noter": ("Une note.", "answer.noted"),
    "/rendre": ("", "answer.released"),
}


async def test_every_verb_has_its_french_name(place: Town) -> None:
    marie = await waiting(place)
    for command, (text, told) in FRENCH.items():
        answer = await place.command(LEA, command, text)
        expected = sentence(told, customer="Marie Dupont", channel="WhatsApp", handle="marie")
        assert words(answer).startswith(expected), command
    await place.command(LEA, "/prendre", "marie")
    await press(place, LEA, await place.command(LEA, "/resoudre", RECAP), "Autre demande")
    assert RECAP in marie.reads[-1]


async def test_backlog_counts_then_lists_who_needs_someone_most(place: Town) -> None:
    assert words(await place.command(HUGO, "/backlog")) == sentence("backlog.clean")
    await waiting(place, "Marie Dupont")
    await place.pass_time(timedelta(minutes=2))
    await waiting(place, "Paul Roux")
    await place.pass_time(timedelta(minutes=2))
    await waiting(place, "Zoé Blanc", "C’est urgent, je veux un conseiller")
    await place.pass_time(timedelta(minutes=2))
    await waiting(place, "Ali Noir")
    await place.command(LEA, "/claim", "paul")
    await place.command(LEA, "/reply", "Bonjour Paul.")
    shown = words(await place.command(SOFIA, "/backlog"))
    counted = shown.split("\n")[1]
    for part in ("Sans responsable : 3", "Urgente : 1", "Promesses en retard : 0", "Ouvertes : 4"):
        assert part in counted.replace("Promesse en", "Promesses en"), part
    listed = re.findall(r"\d\. (?::red_circle: )?\*<[^|]+\|([^>]+)>\*", shown)
    assert listed == ["Zoé Blanc", "Marie Dupont", "Ali Noir", "Paul Roux"]
    assert shown.count(":red_circle:") == 1
    assert "<@U0LEA>" in shown


async def test_backlog_lists_ten_and_counts_the_rest(place: Town) -> None:
    for number in range(12):
        await waiting(place, f"Client{chr(97 + number)} Test")
    shown = words(await place.command(LEA, "/backlog"))
    assert len(re.findall(r"^\d+\. ", shown, re.MULTILINE)) == 10
    assert sentence("backlog.rest", count=2) in shown


async def test_backlog_of_one_team_and_of_a_team_nobody_knows(place: Town) -> None:
    nora = await on_whatsapp(place, "Nora Petit")
    await nora.writes("conseiller")
    of_support = words(await place.command(LEA, "/backlog", "Support"))
    assert "Nora Petit" in of_support
    assert words(await place.command(LEA, "/backlog", "finance")) == sentence("backlog.clean")
    unknown = words(await place.command(LEA, "/backlog", "marketing"))
    teams = "support, finance, product, tech, sales, managers"
    assert unknown.startswith(sentence("backlog.unknown_team", words="marketing", teams=teams))


async def test_backlog_lets_the_unclaimed_be_claimed_on_the_spot(place: Town) -> None:
    marie = await waiting(place)
    review = await place.command(LEA, "/backlog")
    await press(place, LEA, review, sentence("button.confirm_claim", customer="Marie Dupont"))
    assert marie.reads[-1] == "Léa prend votre demande en charge."


async def test_help_begins_with_the_persons_own_and_names_every_command(place: Town) -> None:
    await waiting(place)
    await waiting(place, "Paul Roux")
    await place.command(LEA, "/claim", "marie")
    shown = words(await place.command(LEA, "/aide"))
    first, second, *_ = shown.split("\n")
    assert first == sentence("help.yours", count=1, names="Marie Dupont")
    assert second == sentence("help.waiting", count=1)
    for command in ("/claim", "/reply", "/resolve", "/note", "/release", "/backlog", "/aide", "/repondre"):
        assert command in shown, command
