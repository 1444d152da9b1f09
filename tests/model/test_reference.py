"""The product against the second opinion: any acts in any order, and after each the two agree."""

from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from core.desk import Heard, Outcome
from core.domain.channel import Address
from core.domain.conversation import Conversation
from core.domain.events import (
    AgentClaimed,
    AgentNoted,
    AgentReleased,
    AgentReplied,
    AgentResolved,
    CustomerWrote,
)
from core.domain.rules import Agent, Role
from tests.core.domain.decide.scene import PHONE, shipped
from tests.core.domain.decide.walk_house import AGENTS, CHANNELS, WalkHouse
from tests.model.reference import Request, Stage

MARIE, PAUL = Address("whatsapp", PHONE), Address("telegram", "700")
NAMES = {MARIE: "Marie Dupont", PAUL: "Paul Roux"}
SPANS = [
    timedelta(seconds=2),
    timedelta(minutes=20),
    timedelta(hours=3),
    timedelta(hours=20),
    timedelta(hours=73),
]
people = st.sampled_from([MARIE, PAUL])
agents = st.sampled_from(list(AGENTS.values()))


class Agreement(RuleBasedStateMachine):
    """Two customers, three agents, a clock."""

    def __init__(self) -> None:
        super().__init__()
        self.house = WalkHouse(shipped())
        self.model = {address: Request(bool(CHANNELS[address.channel].reply_window)) for address in NAMES}
        self.counted = 0

    def teardown(self) -> None:
        self.house.close()

    # --- what happens -----------------------------------------------------------------------------------

    @rule(who=people)
    def asks_for_a_person(self, who: Address) -> None:
        self.says(who, "conseiller")
        self.model[who].asks_for_a_person()

    @rule(who=people)
    def writes_more(self, who: Address) -> None:
        if self.model[who].stage not in {Stage.NONE, Stage.CLOSED}:
            self.says(who, self.words("Toujours aucune nouvelle de mon colis"))
            self.model[who].writes_more()

    @rule(who=people)
    def thanks(self, who: Address) -> None:
        if self.model[who].stage not in {Stage.NONE, Stage.CLOSED}:
            self.says(who, "merci")
            self.model[who].thanks()

    @rule(who=people, agent=agents)
    def is_claimed(self, who: Address, agent: Agent) -> None:
        if state := self.state(who):
            heard = self.house.hear(AgentClaimed(agent, state.id))
            self.agrees(heard, self.model[who].is_claimed(agent.id))

    @rule(who=people, agent=agents)
    def is_taken_over(self, who: Address, agent: Agent) -> None:
        if state := self.state(who):
            heard = self.house.hear(AgentClaimed(agent, state.id, take_over_from=state.owner))
            self.agrees(heard, self.model[who].is_claimed(agent.id, instead_of=state.owner))

    @rule(who=people, agent=agents)
    def is_answered(self, who: Address, agent: Agent) -> None:
        if state := self.state(who):
            words = self.words("Votre colis part demain")
            heard = self.house.hear(AgentReplied(agent, state.id, words))
            self.agrees(heard, self.model[who].is_answered(agent.id, words, self.house.clock.now()))

    @rule(who=people, agent=agents)
    def is_answered_again(self, who: Address, agent: Agent) -> None:
        if state := self.state(who):
            words = self.words("Votre colis part demain")
            heard = self.house.hear(AgentReplied(agent, state.id, words, reopens=state.resolved_at))
            self.agrees(
                heard, self.model[who].is_answered(agent.id, words, self.house.clock.now(), again=True)
            )

    @rule(who=people, agent=agents)
    def is_noted(self, who: Address, agent: Agent) -> None:
        if state := self.state(who):
            self.house.hear(AgentNoted(agent, state.id, self.words("Transporteur prévenu")))

    @rule(who=people, agent=agents, motive=st.sampled_from(["", "return"]))
    def is_resolved(self, who: Address, agent: Agent, motive: str) -> None:
        if state := self.state(who):
            heard = self.house.hear(AgentResolved(agent, state.id, "Colis renvoyé.", motive=motive))
            taken = self.model[who].is_resolved(
                agent.id,
                self.house.clock.now(),
                is_manager=agent.role is Role.MANAGER,
                has_motive=bool(motive or state.motive),
            )
            self.agrees(heard, taken)

    @rule(who=people, agent=agents)
    def is_given_back(self, who: Address, agent: Agent) -> None:
        if state := self.state(who):
            heard = self.house.hear(AgentReleased(agent, state.id))
            self.agrees(heard, self.model[who].is_given_back(agent.id, is_manager=agent.role is Role.MANAGER))

    @rule(span=st.sampled_from(SPANS))
    def time_passes(self, span: timedelta) -> None:
        self.house.pass_time(span)
        for each in self.model.values():
            each.time_is(self.house.clock.now())

    # --- how --------------------------------------------------------------------------------------------

    def says(self, who: Address, text: str) -> None:
        phone = PHONE if who is MARIE else ""
        assert self.house.hear(CustomerWrote(who, NAMES[who], text, phone=phone)).outcome is Outcome.DONE
        self.model[who].heard_at = self.house.clock.now()

    def words(self, what: str) -> str:
        """Words that were never said before."""
        self.counted += 1
        return f"{what} ({self.counted})."

    def state(self, who: Address) -> Conversation | None:
        """The latest conversation, closed or not; None before the first."""
        sql = """
        SELECT v.id FROM conversations v JOIN addresses a ON a.customer_id = v.customer_id
        WHERE a.channel = $1 AND a.external_id = $2 ORDER BY v.opened_at DESC, v.id DESC LIMIT 1
        """
        found = self.house.rows(sql, who.channel, who.external_id)
        return self.house.conversation(found[0]["id"]) if found else None

    def agrees(self, heard: Heard, taken: bool) -> None:
        """Both take an act, or both refuse it."""
        assert (heard.outcome is Outcome.DONE) is taken, (heard.outcome, heard.refusal, taken)

    # --- what holds -------------------------------------------------------------------------------------

    @invariant()
    def the_two_agree(self) -> None:
        for who, expected in self.model.items():
            state = self.state(who)
            if state is None:
                assert expected.stage is Stage.NONE
                continue
            assert state.status.value == expected.stage.value
            if expected.is_with_team:
                assert state.owner == expected.owner

    @invariant()
    def each_reply_is_decided_once_in_order(self) -> None:
        for who, expected in self.model.items():
            sql = """
            SELECT json_extract(payload, '$.text') AS said FROM outbox
            WHERE agent <> '' AND destination = $1 AND said LIKE 'Votre colis part demain%'
            ORDER BY created_at, seq
            """
            assert [row["said"] for row in self.house.rows(sql, who.channel)] == expected.replies


def test_the_product_and_the_second_opinion_agree() -> None:
    run_state_machine_as_test(
        Agreement,
        settings=settings(
            max_examples=40,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
