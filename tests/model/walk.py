"""A walk: customers and agents do anything in any order, the product hears it, and the reference is told."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
)

from core.desk import Outcome
from core.domain.channel import Address
from core.domain.conversation import Conversation
from core.domain.events import (
    AgentClaimed,
    AgentEvent,
    AgentNoted,
    AgentReleased,
    AgentReplied,
    AgentResolved,
    CustomerLeft,
    CustomerReturned,
    CustomerWrote,
    Event,
    Tap,
)
from core.domain.rules import Agent, Role
from tests.core.domain.decide.scene import PHONE
from tests.core.domain.decide.walk_house import AGENTS
from tests.model.acts import (
    ACTS,
    Can,
    act,
    anybody,
    has_thread,
    is_asked,
    is_heard_by_team,
    is_known,
    is_nobodys,
    is_over,
    is_shut,
    is_under_way,
)
from tests.model.house import ModelHouse
from tests.model.reference import MOTIVES, Asks, Request, Stage

MARIE, PAUL = Address("whatsapp", PHONE), Address("telegram", "700")
NAMES = {MARIE: "Marie Dupont", PAUL: "Paul Roux"}
SPANS = [
    timedelta(seconds=2),
    timedelta(minutes=20),
    timedelta(hours=3),
    timedelta(hours=20),
    timedelta(hours=50),
    timedelta(hours=73),
]
BEGINNINGS = [
    datetime(2026, 11, 23, 9, 0, tzinfo=UTC),  # a Monday, at ten in Paris
    datetime(2026, 12, 24, 15, 50, tzinfo=UTC),  # before a holiday, after which comes a weekend
    datetime(2027, 3, 26, 11, 40, tzinfo=UTC),  # before the clocks change, and Easter Monday
]
QUESTIONS = {
    ("Où est mon colis ?", "delivery", False),
    ("Le vélo grince un peu", "", False),
    ("Le vélo grince un peu, c'est urgent", "", True),
}
"""What is written, the motive of the article that answers it, and whether it is urgent."""
READ_AFTER = timedelta(seconds=3)
"""The quiet after which the bot reads a question; answers, and calls for a person, it reads at once."""
people = st.sampled_from([MARIE, PAUL])
agents = st.sampled_from(list(AGENTS.values()))


class Walk(RuleBasedStateMachine):
    """Two customers, three agents, a clock, and a service that may be started anew at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.house = ModelHouse()
        self.model = {who: Request(has_window=who is MARIE, asks_phone=who is PAUL) for who in NAMES}
        self.counted = 0
        self.heard: list[tuple[Event, str]] = []

    def teardown(self) -> None:
        self.house.close()

    @initialize(begins=st.sampled_from(BEGINNINGS))
    def begins(self, begins: datetime) -> None:
        self.house.clock.set(begins)

    @rule(data=st.data())
    def something_happens(self, data: st.DataObject) -> None:
        """One rule for all: Hypothesis leaves out most rules of a walk, and would never get far in a talk."""
        can_be = {name for name, (can, *_) in ACTS.items() if any(map(can, self.model.values()))}
        likely = [name for name, (_, times, _) in ACTS.items() if name in can_be for _ in range(times)]
        name = data.draw(st.sampled_from(likely), "what")
        drawn = {key: data.draw(strategy, key) for key, strategy in ACTS[name][2].items()}
        getattr(self, name)(**drawn)

    # --- the customer and the bot -----------------------------------------------------------------------

    @act(is_over, who=people, question=st.sampled_from(sorted(QUESTIONS)), dies=st.booleans())
    def asks_a_question(self, who: Address, question: tuple[str, str, bool], dies: bool) -> None:
        text, guess, is_urgent = question
        who, request = self.whoever(is_over, who)
        if not request.goes_on(self.house.clock.now()):
            self.says(who, text)
            if dies:
                self.house.restart()
            read_at = self.house.clock.now() + READ_AFTER
            self.waits(READ_AFTER)
            request.asks_a_question(read_at, guess=guess, is_urgent=is_urgent)
            self.all_was_said(who)

    @act(
        is_asked,
        times=4,
        who=people,
        yes=st.booleans(),
        number=st.integers(0, len(MOTIVES) - 1),
        taps=st.booleans(),
    )
    def answers_the_bot(self, who: Address, yes: bool, number: int, taps: bool) -> None:
        (who, request), now = self.whoever(is_asked, who), self.house.clock.now()
        if request.asks in {Asks.HELPED, Asks.GUESSED, Asks.BLOCKING}:
            self.chooses(who, 0 if yes else 1, taps=taps)
            request.agrees(now, yes=yes)
        elif request.asks is Asks.MOTIVE:
            self.chooses(who, number, taps=taps)
            request.picks(now, list(MOTIVES)[number])
        elif request.asks is Asks.PHONE:
            self.says(who, "passer")
            request.skips(now)
        self.all_was_said(who)

    @act(is_nobodys, who=people, is_urgent=st.booleans())
    def asks_for_a_person(self, who: Address, is_urgent: bool) -> None:
        who, request = self.whoever(is_nobodys, who)
        if request.is_over or request.stage is Stage.BOT or not is_urgent:
            self.says(who, "urgent, parler à quelqu'un" if is_urgent else "conseiller")
            request.asks_for_a_person(self.house.clock.now(), is_urgent=is_urgent)
            self.all_was_said(who)

    # --- the customer and the team ----------------------------------------------------------------------

    @act(is_heard_by_team, who=people)
    def writes_more(self, who: Address) -> None:
        who, request = self.whoever(is_heard_by_team, who)
        self.says(who, self.words("Toujours aucune nouvelle de mon colis"))
        request.writes_more(self.house.clock.now())
        self.all_was_said(who)

    @act(is_heard_by_team, who=people)
    def says_it_is_urgent(self, who: Address) -> None:
        who, request = self.whoever(is_heard_by_team, who)
        self.says(who, "C'est urgent !")
        request.says_it_is_urgent(self.house.clock.now())
        self.all_was_said(who)

    @act(anybody, who=people)
    def thanks(self, who: Address) -> None:
        request = self.model[who]
        if request.asks is Asks.HELPED or request.stage in {Stage.OPEN, Stage.IN_PROGRESS, Stage.RESOLVED}:
            self.says(who, "merci")
            request.thanks(self.house.clock.now())
            self.all_was_said(who, and_more=request.stage is not Stage.IN_PROGRESS)

    @act(is_under_way, who=people)
    def has_had_enough(self, who: Address) -> None:
        who, request = self.whoever(is_under_way, who)
        if request.stage is not Stage.RESOLVED:
            self.says(who, "/fin")
            request.has_had_enough(self.house.clock.now())
            self.all_was_said(who)

    @act(is_under_way, who=people)
    def shuts_the_door(self, who: Address) -> None:
        who, request = self.whoever(is_under_way, who)
        if who is MARIE:
            self.says(who, "STOP")
        else:
            self.hears(CustomerLeft(who))
        request.shuts_the_door(self.house.clock.now(), is_told=who is MARIE)
        self.all_was_said(who)

    @act(is_shut, who=people)
    def opens_the_door(self, who: Address) -> None:
        who, request = self.whoever(is_shut, who)
        if who is MARIE:
            self.says(who, "START")
        else:
            self.hears(CustomerReturned(who))
        request.opens_the_door(self.house.clock.now(), is_told=who is MARIE)
        self.all_was_said(who)

    # --- the team ---------------------------------------------------------------------------------------

    @act(is_known, times=2, who=people, agent=agents, over=st.booleans())
    def is_claimed(self, who: Address, agent: Agent, over: bool) -> None:
        state, request = self.known(who)
        owner = state.owner if over else ""
        taken = request.is_claimed(agent.id, instead_of=owner)
        self.agrees(AgentClaimed(agent, state.id, take_over_from=owner), taken)

    @act(is_known, times=2, who=people, agent=agents, again=st.booleans())
    def is_answered(self, who: Address, agent: Agent, again: bool) -> None:
        state, request = self.known(who)
        words, now = self.words("Votre colis part demain"), self.house.clock.now()
        taken = request.is_answered(agent.id, words, now, again=again)
        reopens = state.resolved_at if again else None
        self.agrees(AgentReplied(agent, state.id, words, reopens=reopens), taken)

    @act(has_thread, who=people, agent=agents)
    def is_noted(self, who: Address, agent: Agent) -> None:
        state, request = self.known(who, has_thread)
        self.agrees(AgentNoted(agent, state.id, self.words("Transporteur prévenu")), request.is_noted())

    @act(is_known, times=2, who=people, agent=agents, motive=st.sampled_from(["", "return"]))
    def is_resolved(self, who: Address, agent: Agent, motive: str) -> None:
        state, request = self.known(who)
        now, is_manager = self.house.clock.now(), agent.role is Role.MANAGER
        recap = self.words("Colis renvoyé")
        taken = request.is_resolved(agent.id, now, recap, is_manager=is_manager, motive=motive)
        self.agrees(AgentResolved(agent, state.id, recap, motive=motive), taken)

    @act(is_known, who=people, agent=agents)
    def is_given_back(self, who: Address, agent: Agent) -> None:
        state, request = self.known(who)
        now, is_manager = self.house.clock.now(), agent.role is Role.MANAGER
        taken = request.is_given_back(agent.id, now, is_manager=is_manager)
        self.agrees(AgentReleased(agent, state.id), taken)

    # --- time, and what machines do ---------------------------------------------------------------------

    @act(anybody, times=2, span=st.sampled_from(SPANS), dies=st.booleans())
    def time_passes(self, span: timedelta, dies: bool) -> None:
        if dies:
            self.house.restart()
        self.waits(span)

    @act(anybody, which=st.integers(0, 200))
    def something_comes_again(self, which: int) -> None:
        """What was heard is heard once, however long ago, and by which process (I11)."""
        if self.heard:
            before = self.house.everything()
            event, key = self.heard[which % len(self.heard)]
            assert self.house.hear(event, key).outcome is Outcome.DUPLICATE
            assert self.house.everything() == before

    # --- how --------------------------------------------------------------------------------------------

    def whoever(self, can: Can, rather: Address) -> tuple[Address, Request]:
        """Somebody who can take a step."""
        return next((who, self.model[who]) for who in (rather, *self.model) if can(self.model[who]))

    def known(self, rather: Address, can: Can = is_known) -> tuple[Conversation, Request]:
        """Somebody's latest conversation, closed or not."""
        who, request = self.whoever(can, rather)
        state = self.house.latest(who)
        assert state is not None
        return state, request

    def says(self, who: Address, text: str, tap: Tap | None = None) -> None:
        phone = PHONE if who is MARIE else ""
        assert self.hears(CustomerWrote(who, NAMES[who], text, phone=phone, tap=tap)) is Outcome.DONE

    def chooses(self, who: Address, number: int, *, taps: bool) -> None:
        """A line of the menu, typed by its number or pressed."""
        state = self.house.latest(who)
        assert state is not None
        talk = state.talk
        tap = Tap(talk.prompt, talk.options[number].id) if taps else None
        self.says(who, talk.options[number].label if taps else str(number + 1), tap)

    def hears(self, event: Event) -> Outcome:
        key = f"model:{len(self.heard)}:{self.house.heard}"
        outcome = self.house.hear(event, key).outcome
        if outcome is Outcome.DONE:
            self.heard.append((event, key))
        return outcome

    def waits(self, span: timedelta) -> None:
        self.house.pass_time(span)
        for request in self.model.values():
            request.time_is(self.house.clock.now())

    def words(self, what: str) -> str:
        """Words that were never said before."""
        self.counted += 1
        return f"{what} ({self.counted})."

    def agrees(self, event: AgentEvent, taken: bool) -> None:
        """Both take an act, or both refuse it."""
        assert (self.hears(event) is Outcome.DONE) is taken, event
        for who, request in self.model.items():
            request.said = self.said(who)  # what customers are told of it is in no page

    def said(self, who: Address) -> int:
        return self.house.count("messages WHERE author = 'bot'", who)

    def all_was_said(self, who: Address, *, and_more: bool = False) -> None:
        """Our own words so far. `and_more`: the pages do not say whether there is an answer now."""
        request, said = self.model[who], self.said(who)
        assert said in ({request.said, request.said + 1} if and_more else {request.said})
        request.said = said
