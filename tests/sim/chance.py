"""A day of chance: people do what the product offers, in any order, while processes die and platforms fail.

Every act is drawn from one seed and its own number, so that a day can be lived again, and lived without
some of its acts: the others stay what they are. A new feature adds its acts to `ACTS`;
`tests/sim/test_sim.py` fails when a command or an event is in nobody's repertoire.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random

from sandbox.slack import Message as Post
from sandbox.slack import buttons
from tests.sim.cast import Cast
from tests.sim.people import Customer, Member, OnTelegram, OnWhatsApp, cards
from tests.sim.people_of_base import inserts, opens_a_change, promotes, sends, writes_an_article
from tests.sim.world import CHANNEL, PUBLIC

Act = Callable[["Day"], Awaitable[None]]
ACTS: dict[str, tuple[Act, int]] = {}
QUESTIONS = (
    "où est mon colis ?",
    "comment retourner un article",
    "j'ai oublié mon mot de passe",
    "comment choisir ma taille ?",
    "ma commande",
    "conseiller",
    "urgent, parler à quelqu'un",
)
"""Of those that are asked, two are answered, one is offered several articles, and two are not known."""
LONGEST_LULL = 25.0
BESIDE = 0.3
"""How many acts go on beside those that follow."""
THREE_LETTERS = 20 * 20
FLOOD = 36
"""Messages, some more than make a flood."""
MARKS = 50
"""That many things at most are marked in one act."""


@dataclass
class Day:
    """A day, or one act of it: who is there, and the chance that decides."""

    cast: Cast
    chance: Random
    counted: int = 0
    told: list[str] = field(default_factory=list)

    def marked(self, what: str) -> str:
        """Words that occur nowhere else, not inside of others either: all marks are equally long."""
        self.counted += 1
        return f"{what} {_letters(THREE_LETTERS + self.counted)}"

    def somebody(self) -> Customer:
        """Any customer."""
        return self.chance.choice(self.cast.customers)

    def on(self, kind: type[Customer]) -> Customer:
        """Any customer of that channel."""
        return self.chance.choice([one for one in self.cast.customers if isinstance(one, kind)])

    def member(self) -> Member:
        """Anybody of the team."""
        return self.chance.choice(self.cast.members)

    def a_card(self) -> Post | None:
        """Any card that stands."""
        standing = cards(self.cast.world)
        return self.chance.choice(standing) if standing else None

    async def live(self, seed: int, acts: Iterable[int]) -> None:
        """These acts of the seed's day, some of them beside each other, with lulls between them."""
        names = list(ACTS)
        weights = [weight for _, weight in ACTS.values()]
        beside: list[asyncio.Task[None]] = []
        for number in acts:
            one = replace(self, chance=Random(f"{seed}:{number}"), counted=number * MARKS)
            name = one.chance.choices(names, weights)[0]
            is_beside, lull = one.chance.random() < BESIDE, one.chance.random() ** 3 * LONGEST_LULL
            self.told.append(name)
            act = asyncio.create_task(one._do(ACTS[name][0]))
            if is_beside:
                beside.append(act)
            else:
                await act
            self.cast.look(f"act {number}, {name}")
            await asyncio.sleep(lull)
        await asyncio.gather(*beside)

    async def _do(self, one: Act) -> None:
        """An act; what a person cannot do just then (press what is gone, write where they shut the door) is
        not done."""
        try:
            await one(self)
        except ValueError:
            self.told.append("(could not)")


def _letters(number: int) -> str:
    """A word for a number, without a figure in it: figures may be masked."""
    word = ""
    while number:
        number, rest = divmod(number, 20)
        word += "bcdfghjklmnpqrstvwxz"[rest]
    return word


def act(weight: int) -> Callable[[Act], Act]:
    """One more act, that often."""

    def kept(one: Act) -> Act:
        ACTS[one.__name__] = (one, weight)
        return one

    return kept


@act(12)
async def a_customer_writes(day: Day) -> None:
    await day.somebody().writes(day.marked("bidule"))


@act(8)
async def a_customer_asks(day: Day) -> None:
    await day.somebody().writes(day.chance.choice(QUESTIONS))


@act(5)
async def a_customer_presses(day: Day) -> None:
    await day.somebody().presses(day.chance.randrange(3))


@act(2)
async def a_customer_sends_media(day: Day) -> None:
    await day.somebody().sends(day.chance.choice(("image", "audio", "document")))


@act(2)
async def a_customer_changes_words(day: Day) -> None:
    one = day.on(OnTelegram)
    assert isinstance(one, OnTelegram)
    await one.edits(day.marked("bidule"))


@act(1)
async def a_customer_puts_a_sign(day: Day) -> None:
    one = day.on(OnTelegram)
    assert isinstance(one, OnTelegram)
    await one.reacts()


@act(1)
async def a_customer_shares_a_phone(day: Day) -> None:
    one = day.on(OnTelegram)
    assert isinstance(one, OnTelegram)
    await one.shares_phone()


@act(1)
async def a_customer_leaves(day: Day) -> None:
    one = day.on(OnTelegram)
    assert isinstance(one, OnTelegram)
    await one.blocks()
    await asyncio.sleep(day.chance.random() * 60)
    await one.unblocks()


@act(1)
async def a_customer_stops(day: Day) -> None:
    one = day.on(OnWhatsApp)
    await one.writes("STOP")
    await asyncio.sleep(day.chance.random() * 60)
    await one.writes("START")


@act(6)
async def somebody_claims(day: Day) -> None:
    await day.member().types("/claim", chooses=day.chance.randrange(3))


@act(8)
async def somebody_replies(day: Day) -> None:
    await day.member().replies(day.marked("réponse"), chooses=day.chance.randrange(3))


@act(5)
async def somebody_replies_in_a_thread(day: Day) -> None:
    if card := day.a_card():
        await day.member().notes(card, f"!r {day.marked('réponse')}")


@act(5)
async def somebody_notes(day: Day) -> None:
    if card := day.a_card():
        await day.member().notes(card, day.marked("note"))


@act(2)
async def somebody_notes_by_command(day: Day) -> None:
    await day.member().types("/note", day.marked("mémo"), chooses=day.chance.randrange(3))


@act(4)
async def somebody_resolves(day: Day) -> None:
    await day.member().types("/resolve", day.marked("réglé"), chooses=day.chance.randrange(4))


@act(2)
async def somebody_gives_back(day: Day) -> None:
    await day.member().types("/release", chooses=0)


@act(2)
async def somebody_fills_in_a_form(day: Day) -> None:
    command = day.chance.choice(("/reply", "/note", "/resolve"))
    await day.member().fills_in(command, day.marked("réponse" if command == "/reply" else "réglé"))


@act(6)
async def somebody_presses_on_a_card(day: Day) -> None:
    card = day.a_card()
    offered = buttons(card) if card else []
    if card and offered:
        await day.member().presses(card, day.chance.choice(offered))


@act(4)
async def somebody_presses_what_was_offered(day: Day) -> None:
    await day.member().presses_what_was_offered(day.chance.randrange(4))


@act(3)
async def somebody_presses_in_a_thread(day: Day) -> None:
    card = day.a_card()
    lines = day.cast.world.slack.channels[CHANNEL].replies(card.ts) if card else []
    asking = [line for line in lines if buttons(line)]
    if asking:
        line = day.chance.choice(asking)
        await day.member().presses(line, day.chance.choice(buttons(line)))


@act(1)
async def somebody_deletes_a_card(day: Day) -> None:
    if card := day.a_card():
        await day.member().deletes(card)


@act(2)
async def a_manager_looks(day: Day) -> None:
    await day.cast.sofia.types(day.chance.choice(("/backlog", "/aide")), chooses=None)


@act(1)
async def a_manager_goes_through_dead_letters(day: Day) -> None:
    """List them, and decide about one, if there is any."""
    answer = await day.cast.sofia.types("/dead", chooses=None)
    offered = buttons(answer.shown) if answer.shown is not None else []
    if answer.shown is not None and offered:
        await day.cast.sofia.presses(answer, day.chance.choice(offered))


@act(2)
async def somebody_changes_the_base(day: Day) -> None:
    """What is found or proposed, and any of its buttons; or an article: new, changed, made of a reply."""
    what, words = day.chance.randrange(6), day.chance.choice(QUESTIONS)
    if what == 0:
        await writes_an_article(day.cast.sofia, f"Louez-vous {day.marked('des skis')} ?", "Oui.")
    elif what == 1 and (card := day.a_card()):
        lines = day.cast.world.slack.channels[CHANNEL].replies(card.ts) or [card]
        await promotes(day.cast.sofia, card.ts, lines[-1].ts)
    elif what == 2 and await opens_a_change(day.cast.sofia, words):
        await sends(day.cast.sofia, {"answer": f"Ce que Sofia veut, {day.marked('article')}."})
    else:
        await day.cast.sofia.types("/kb", words if what > 3 else "", chooses=day.chance.randrange(9))
        day.cast.world.slack.hands.close(day.cast.sofia.agent.id)


@act(1)
async def somebody_inserts_an_article(day: Day) -> None:
    await inserts(day.member(), day.chance.choice(QUESTIONS), day.marked("réponse"))


@act(1)
async def somebody_inserts_a_macro(day: Day) -> None:
    """By its key, by words of it, or any of the list; or nothing fits."""
    words = day.chance.choice(("merci", "adresse de livraison", "transporteur", "xylophone", ""))
    await inserts(day.member(), words, day.marked("réponse"), "/macro")


@act(2)
async def somebody_commands_in_a_thread(day: Day) -> None:
    """A verb behind an exclamation mark; a misspelt one, too."""
    if card := day.a_card():
        words = day.chance.choice(
            ("!claim", "!release", f"!resolve {day.marked('réglé')}", "!aide", "!macro infos", "!relpy oui")
        )
        await day.cast.world.slack.say(day.member().agent.id, CHANNEL, words, card.ts)


@act(1)
async def somebody_changes_a_line(day: Day) -> None:
    """And takes it out again, perhaps."""
    if card := day.a_card():
        who = day.member()
        line = await day.cast.world.slack.say(who.agent.id, CHANNEL, day.marked("brouillon"), card.ts)
        await asyncio.sleep(day.chance.random() * 4)
        await who.changes(line, day.marked("brouillon changé"))
        if day.chance.random() < 0.5:
            await who.deletes(line)


@act(1)
async def a_customer_floods(day: Day) -> None:
    """More than anybody reads, partly at once."""
    one = day.somebody()
    words = [day.marked("bidule") for _ in range(FLOOD)]
    await asyncio.gather(*(one.writes(text) for text in words[: FLOOD // 2]))
    for text in words[FLOOD // 2 :]:
        await one.writes(text)


@act(1)
async def the_service_is_restarted(day: Day) -> None:
    await day.cast.world.restart()


@act(1)
async def the_clock_is_set(day: Day) -> None:
    """Put back by a little, or forward by an hour: batteries, operators, and summer time on a bad machine."""
    minutes = day.chance.choice((-90, -60, -1, 1, 60))
    day.cast.world.clock.be_set(timedelta(minutes=minutes))


@act(4)
async def something_comes_again(day: Day) -> None:
    """A platform repeats what it sent, hours later too."""
    world = day.cast.world
    old = [one for one in world.twilio.deliveries if one.url.startswith(f"{PUBLIC}/twilio/message")]
    updates = world.telegram.deliveries
    events = world.slack.push.deliveries
    which = day.chance.randrange(3)
    if which == 0 and old:
        await world.twilio.deliver(day.chance.choice(old).content)
    elif which == 1 and updates:
        await world.telegram.send_update(dict(day.chance.choice(updates).content))
    elif which == 2 and events:
        again = day.chance.choice(events)
        await world.slack.push_event(again.event, event_id=again.event_id)


@act(2)
async def hours_pass(day: Day) -> None:
    jump = day.chance.choice(
        (timedelta(minutes=31), timedelta(hours=2), timedelta(hours=26), timedelta(hours=73))
    )
    day.cast.world.clock.jump(jump)
    await asyncio.sleep(31.0)
