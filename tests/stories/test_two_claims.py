"""Two agents claim at the same instant: one has it, the other is told who, the customer is told once."""

import asyncio

from sandbox.slack import Answer, buttons
from tests.stories.people import OnWhatsApp, sentence, told, waiting, words
from tests.stories.town import CHANNEL, HUGO, LEA, Town

NAMES = "Anna Boris Clara Denis Elsa Farid Gina Hakim Irène Jonas".split()


async def _by_command(place: Town, handle: str) -> tuple[Answer, Answer]:
    """Both type /claim with the name."""
    return await asyncio.gather(
        place.slack.command(LEA.id, "/claim", handle, CHANNEL),
        place.slack.command(HUGO.id, "/claim", handle, CHANNEL),
    )


def _judge(customer: OnWhatsApp, answers: dict[str, str]) -> None:
    """One of the two has it; the other reads whose it is; the customer reads one name, once."""
    name = customer.person.profile_name
    won = sentence("answer.claimed", customer=name, channel="WhatsApp")
    (winner,) = [agent for agent, answer in answers.items() if answer == won]
    (loser,) = answers.keys() - {winner}
    assert answers[loser] == sentence("refuse.owned", customer=name, owner=winner)
    charge = [text for text in customer.reads if text.endswith("prend votre demande en charge.")]
    assert charge == [f"{winner} prend votre demande en charge."]


async def test_two_commands_at_once_have_one_winner_ten_times(place: Town) -> None:
    for name in NAMES:
        customer = await waiting(place, f"{name} Martin")
        lea, hugo = await _by_command(place, name)
        await place.settle()
        _judge(customer, {"Léa": words(lea), "Hugo": words(hugo)})
    owners = {row["owner"] for row in await place.rows("SELECT owner FROM conversations")}
    assert owners <= {LEA.id, HUGO.id}


async def test_two_presses_at_once_have_one_winner_ten_times(place: Town) -> None:
    for number, name in enumerate(NAMES):
        customer = await waiting(place, f"{name} Leroy")
        card = place.cards[number]
        claim = buttons(card)[0]
        pressed = (
            place.slack.press(
                agent.id,
                channel_id=CHANNEL,
                message_ts=card.ts,
                action_id=claim.action_id,
                value=claim.value,
            )
            for agent in (LEA, HUGO)
        )
        await asyncio.gather(*pressed)
        await place.settle()
        await place.until(lambda shown=2 * (number + 1): len(place.slack.ephemerals) == shown)
        answers = {"Léa": words(await told(place, LEA.id)), "Hugo": words(await told(place, HUGO.id))}
        _judge(customer, answers)
