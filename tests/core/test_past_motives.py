"""Motives learn from what customers wrote first, of a bounded past, and nothing of one customer's own."""

from datetime import timedelta
from functools import partial
from pathlib import Path

from core.past_motives import LONGEST, MOST_OF_A_MOTIVE, grouped, past_words
from core.store import questions
from tests.core.desk_house import Desks, a_desk, no_answer
from tests.core.virtual import virtually


async def resolved(desks: Desks, who: str, motive: str, *texts: str) -> None:
    """A customer wrote these, and the team resolved it under a motive."""
    for text in texts:
        await desks.wrote(text, who=who)
    await ended(desks, who, motive, owner="U1")


async def ended(desks: Desks, who: str, motive: str, owner: str) -> None:
    """It is resolved in somebody's hands, or without an owner by the customer."""
    await desks.run(
        "UPDATE conversations SET motive = $1, resolved_at = 1, recap = 'Fait.', owner = $2"
        " WHERE customer_id = (SELECT customer_id FROM addresses WHERE external_id = $3)",
        motive,
        owner,
        who,
    )


def test_the_first_words_of_what_the_team_resolved_are_read_by_motive(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path, find_answer=no_answer) as desks:
            await resolved(desks, "marie", "delivery", "le livreur a sonné", "et encore autre chose")
            await resolved(desks, "luc", "return", "trop grand, appelez le 06 12 34 56 78")
            await desks.wrote("personne ne l’a encore résolu", who="ines")
            now = desks.clock.now()
            assert await past_words(desks.store, now) == {
                ("delivery", "fr"): ("le livreur a sonné",),
                ("return", "fr"): ("trop grand, appelez le",),
            }
            latest = partial(questions.first_words, now=now, limit=1)
            assert len(await desks.store.read(latest)) <= 1
            assert await past_words(desks.store, now + questions.KEPT_FOR + timedelta(seconds=1)) == {}

    virtually(story())


def test_customers_who_ended_it_themselves_teach_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path, find_answer=no_answer) as desks:
            await desks.wrote("la sonnette est muette", who="zoe")
            await ended(desks, "zoe", "billing", owner="")
            assert await past_words(desks.store, desks.clock.now()) == {}
            await ended(desks, "zoe", "billing", owner="U1")
            assert await past_words(desks.store, desks.clock.now()) == {
                ("billing", "fr"): ("la sonnette est muette",)
            }

    virtually(story())


def test_nobody_teaches_a_motive_alone(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path, find_answer=no_answer) as desks:
            await resolved(desks, "zoe", "billing", "la sonnette est muette")
            await desks.run(
                "UPDATE conversations SET status = 'closed', closed_at = 1, ending = 'resolved',"
                " waiting_for = NULL"
            )
            await resolved(desks, "zoe", "billing", "ma porte ne ferme plus")
            assert await past_words(desks.store, desks.clock.now()) == {
                ("billing", "fr"): ("ma porte ne ferme plus",)
            }

    virtually(story())


def test_so_many_of_a_motive_are_kept_the_newest_first_and_each_once() -> None:
    said = [("delivery", "fr", f"colis {'x' * number}") for number in range(MOST_OF_A_MOTIVE + 5)]
    kept = grouped([*said[:3], ("delivery", "fr", "Colis x !"), *said])["delivery", "fr"]
    assert kept == tuple(text.strip() for _, _, text in said[:MOST_OF_A_MOTIVE])


def test_what_two_motives_have_in_common_long_stories_and_figures_teach_nothing() -> None:
    kept = grouped(
        [
            ("delivery", "fr", "bonjour, ça ne va pas"),
            ("return", "fr", "Bonjour ça ne va pas !"),
            ("return", "en", "bonjour ça ne va pas"),
            ("return", "fr", "mot " * LONGEST),
            ("return", "fr", "12 34 ••"),
            ("return", "fr", "la commande AB12 est trop grande"),
        ]
    )
    assert kept == {
        ("return", "en"): ("bonjour ça ne va pas",),
        ("return", "fr"): ("la commande est trop grande",),
    }
