"""Random walks: customers, agents, clocks and platforms in any order, and what must hold after each step."""

import json
import re
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from core.desk import Outcome
from core.domain.channel import Address, Media
from core.domain.conversation import Conversation, Status, WaitingFor
from core.domain.decide import commands
from core.domain.events import (
    CustomerWrote,
    Delivered,
    DeliveryReported,
    DeliveryUnknown,
    NotDelivered,
    ReportStatus,
    TimerKind,
)
from core.domain.rules import Agent
from core.store.rows import to_ms
from tests.core.domain.decide.scene import LEA, PHONE, shipped
from tests.core.domain.decide.walk_house import AGENTS, CHANNELS, WalkHouse, active

MARIE, PAUL, NINA = Address("whatsapp", PHONE), Address("telegram", "700"), Address("whatsapp", "FR.opaque-1")
MARIE_TOO = Address("telegram", "701")
PEOPLE = {MARIE: "Marie Dupont", MARIE_TOO: "Marie Dupont", PAUL: "Paul", NINA: "🌸"}
PHONES = {MARIE: PHONE}
REPERTOIRE = (
    *("bonjour", "merci", "merci beaucoup !", "👍", "oui", "non", "ok", "1", "2", "le troisième", "12", "?"),
    *("Où est mon colis ?", "Problème de livraison", "Le vélo grince un peu", "facture", "c’est urgent"),
    *("oui mais ça ne marche pas", "non, je veux changer mon adresse de livraison", "conseiller", "passer"),
    *("un humain svp", "Où en est ma demande ?", "ce n’est pas urgent", "je vais porter plainte"),
    *("/start", "/aide", "/langue en", "/langue", "/fin", "/autre", "Where is my parcel?", "", " "),
    *("merci mais ça ne marche toujours pas", "Atelier Dubois", "accolades {name} et %s"),
)
SERVICES = (
    ("claim",),
    ("reply",),
    ("claim", "as"),
    ("reply", "as"),
    ("as", "claim", "as"),
    ("claim", "release"),
)
MEDIA = ((), (), (), (), (Media("image", "a.jpg"),), (Media("sticker"),))
SPANS = [timedelta(seconds=s) for s in (1, 4, 16, 600, 3 * 3600, 25 * 3600, 73 * 3600)]
NEVER_SAID = re.compile("[{}]|None|ticket|#\\d|[\U0001f300-\U0001faff]")
AWAITED: dict[Status, list[set[TimerKind]]] = {
    Status.BOT: [{TimerKind.BURST}, {TimerKind.BOT_SILENCE}],
    Status.OPEN: [set()],
    Status.IN_PROGRESS: [set()],
    Status.RESOLVED: [{TimerKind.CLOSE}],
    Status.CLOSED: [set()],
}


class Walk(RuleBasedStateMachine):
    """One service, four doors, three agents."""

    def __init__(self) -> None:
        super().__init__()
        self.house = WalkHouse(shipped())
        self.said: dict[Address, list[str]] = {address: [] for address in PEOPLE}
        self.latest: tuple[CustomerWrote, str] | None = None

    def teardown(self) -> None:
        """Close the store of this walk."""
        self.house.close()

    # --- what happens ---------------------------------------------------------------------------------

    @rule(who=st.sampled_from(list(PEOPLE)), text=st.sampled_from(REPERTOIRE), media=st.sampled_from(MEDIA))
    def writes(self, who: Address, text: str, media: tuple[Media, ...]) -> None:
        """A customer writes, perhaps with something beside the words."""
        if text or media:
            self.hears_customer(CustomerWrote(who, PEOPLE[who], text, media, phone=PHONES.get(who, "")))
            self.said[who].append(text)

    @rule(who=st.sampled_from([PAUL, MARIE_TOO]))
    def shares_the_phone(self, who: Address) -> None:
        """The contact button, whenever it is pressed."""
        self.hears_customer(CustomerWrote(who, PEOPLE[who], phone=PHONE, shared_phone=True))

    @rule(who=st.sampled_from([PAUL, MARIE_TOO]), which=st.integers(0, 30))
    def taps(self, who: Address, which: int) -> None:
        """A button, of the menu shown last or of any older one."""
        shown = self.house.pressable(who)
        if not shown:
            return
        pressed = shown[which % len(shown)]
        before = self.house.active_at(who) or self.house.resumable_at(who)
        talk = before.talk if before else None
        if talk and talk.prompt == pressed.tap.prompt:
            self.said[who] += [option.label for option in talk.options if option.id == pressed.tap.choice]
        self.hears_customer(CustomerWrote(who, PEOPLE[who], tap=pressed.tap))

    def hears_customer(self, event: CustomerWrote) -> None:
        """Through the door; while an agent owns it, our own words are silent but for commands."""
        before = self.house.active_at(event.address)
        owned = before is not None and before.status is Status.IN_PROGRESS
        count = self.house.bot_messages(before.id) if before else 0
        heard = self.house.hear(event)
        assert heard.outcome is Outcome.DONE
        self.latest = (event, f"walk:{self.house.heard}")
        if owned and before and not commands.name_of(event.text):
            assert self.house.bot_messages(before.id) == count

    @precondition(lambda self: self.latest is not None)
    @rule()
    def is_heard_twice(self) -> None:
        """A platform sends the same event again."""
        assert self.latest is not None
        before = self.house.rows("SELECT count(*) AS n FROM messages")[0]["n"]
        assert self.house.hear(*self.latest).outcome is Outcome.DUPLICATE
        assert self.house.rows("SELECT count(*) AS n FROM messages")[0]["n"] == before

    @precondition(lambda self: self.said[MARIE] and not self.said[MARIE_TOO])
    @rule()
    def is_joined(self) -> None:
        """Marie proves that her other address is hers, before she writes from it."""
        sql = """
        INSERT OR IGNORE INTO addresses (channel, external_id, customer_id, last_inbound_at)
        SELECT $1, $2, customer_id, last_inbound_at FROM addresses WHERE external_id = $3
        """
        self.house.run(sql, MARIE_TOO.channel, MARIE_TOO.external_id, MARIE.external_id)

    @rule(span=st.sampled_from(SPANS))
    def time_passes(self, span: timedelta) -> None:
        """What becomes due rings, each at its moment."""
        self.house.pass_time(span)

    @rule(
        agent=st.sampled_from(list(AGENTS.values())),
        which=st.integers(0, 5),
        verb=st.sampled_from(["claim", "take", "reply", "over", "again", "note", "resolve", "as", "release"])
        | st.sampled_from(["claim", "reply", "resolve", "release", "motive", "settle", "drop"]),
    )
    def acts(self, agent: Agent, which: int, verb: str) -> None:
        """An agent does anything to any conversation; a refusal changes nothing."""
        found = self.house.conversations()
        if not found:
            return
        state = found[-1 - which % len(found)]
        sql = "SELECT count(*) AS n FROM outbox WHERE is_for_customer = 1"
        before = self.house.rows(sql)[0]["n"]
        heard = self.house.hear(self.house.act(agent, state, verb))
        if heard.outcome is Outcome.REFUSED:
            assert self.house.conversation(state.id) == state
        if heard.outcome is Outcome.REFUSED or verb == "note":
            assert self.house.rows(sql)[0]["n"] == before

    @rule(who=st.sampled_from(list(PEOPLE)), verbs=st.sampled_from(SERVICES))
    def is_served(self, who: Address, verbs: tuple[str, ...]) -> None:
        """Somebody asks for a person, and their agent does the work: the deeper states need no luck."""
        self.writes(who, "conseiller", ())
        state = self.house.active_at(who)
        assert state is not None
        owner = AGENTS.get(state.owner, LEA)
        for verb in verbs:
            self.house.hear(self.house.act(owner, state, verb))

    @rule(how=st.sampled_from(["sent", "sent", "sent", "refused", "unknown", "failed later"]))
    def is_carried(self, how: str) -> None:
        """A platform takes, refuses or loses the oldest row, and tells."""
        rows = self.house.rows("SELECT id FROM outbox WHERE state = 'ready' ORDER BY id LIMIT 1")
        if not rows:
            return
        job = rows[0]["id"]
        if how == "unknown":
            now = to_ms(self.house.clock.now())
            self.house.run("UPDATE outbox SET state = 'unknown', unknown_since = $2 WHERE id = $1", job, now)
            self.house.hear(DeliveryUnknown(job))
        elif how == "refused":
            self.house.hear(NotDelivered(job, "refused.blocked", "63024"))
        else:
            self.house.hear(Delivered(job, f"ref-{job}"))
        if how == "failed later":
            self.house.hear(DeliveryReported(ReportStatus.FAILED, job, reason="refused.other", code="1"))

    # --- what holds -----------------------------------------------------------------------------------

    @invariant()
    def nothing_was_undecided(self) -> None:
        """No event ever made `decide` or the saving of it fail."""
        assert [row["error"] for row in self.house.rows("SELECT error FROM quarantine")] == []

    @invariant()
    def each_state_is_whole(self) -> None:
        """I1, I5, owners, handles, endings and waits."""
        found = self.house.conversations()
        owners = [each.customer_id for each in active(found)]
        handles = [each.handle for each in active(found) if each.handle]
        assert len(set(owners)) == len(owners)
        assert len(set(handles)) == len(handles)
        for each in found:
            self.is_whole(each)

    def is_whole(self, each: Conversation) -> None:
        """What one conversation's status demands of it."""
        assert bool(each.owner) or each.status is not Status.IN_PROGRESS
        assert not each.owner or each.status in {Status.IN_PROGRESS, Status.RESOLVED, Status.CLOSED}
        if each.with_team:
            assert each.handle
            assert each.team
        if each.status is Status.RESOLVED:
            assert each.motive
            assert each.recap
            assert each.waiting_for is WaitingFor.CUSTOMER
        if each.status is Status.CLOSED:
            assert (each.waiting_for, each.waiting_since) == (None, None)
        assert (each.duty_called_at is None) or each.with_team or each.status is Status.CLOSED

    @invariant()
    def each_timer_has_its_reason(self) -> None:
        """The bot waits with exactly one clock; a closed conversation awaits nothing."""
        rows = self.house.rows("SELECT conversation_id, kind FROM timers")
        for each in self.house.conversations():
            kinds = {TimerKind(row["kind"]) for row in rows if row["conversation_id"] == each.id}
            assert kinds in AWAITED[each.status], (each.status, kinds)

    @invariant()
    def each_promise_is_a_row(self) -> None:
        """P20 and I6: what waits in the queue was confirmed and told a time, which is the live row."""
        rows = self.house.rows("SELECT conversation_id, due_at FROM promises WHERE outcome = 'live'")
        live = {row["conversation_id"]: row["due_at"] for row in rows}
        for each in self.house.conversations():
            assert live.get(each.id) == to_ms(each.promised_for)
            if each.status is Status.OPEN and each.promised_for is None:
                # Given back while the channel takes no text: the next message is told a time.
                assert CHANNELS[each.address.channel].reply_window
                assert each.first_reply_at
            if each.handed_off_at:
                assert self.was_said(each, to_ms(each.handed_off_at) or 0)

    def was_said(self, each: Conversation, at: int) -> bool:
        """Whether our own words were said at a moment."""
        sql = "SELECT 1 FROM messages WHERE conversation_id = $1 AND author = 'bot' AND at = $2"
        return self.house.rows(sql, each.id, at) != []

    @invariant()
    def each_message_is_recorded_once_in_order(self) -> None:
        """I11: everything a customer said, from each address, and nothing else."""
        sql = """
        SELECT m.text, v.customer_id, m.channel
        FROM messages m JOIN conversations v ON v.id = m.conversation_id
        WHERE m.author = 'customer' ORDER BY m.at, v.opened_at, m.seq
        """
        rows = self.house.rows(sql)
        owners = {
            Address(row["channel"], row["external_id"]): row["customer_id"]
            for row in self.house.rows("SELECT * FROM addresses")
        }
        for who, said in self.said.items():
            kept = [
                r["text"] for r in rows if (r["customer_id"], r["channel"]) == (owners.get(who), who.channel)
            ]
            assert kept == said

    @invariant()
    def each_hand_off_opens_one_thread(self) -> None:
        """One card, one thread."""
        rows = self.house.rows("SELECT conversation_id FROM outbox WHERE kind = 'open_thread'")
        opened = [row["conversation_id"] for row in rows]
        handed = [each.id for each in self.house.conversations() if each.handed_off_at]
        assert sorted(opened) == sorted(handed)

    @invariant()
    def nothing_unfit_is_said_in_our_own_words(self) -> None:
        """I13: no placeholder, no emoji, no number of a ticket."""
        for row in self.house.rows("SELECT payload FROM outbox WHERE is_for_customer = 1 AND agent = ''"):
            text = json.loads(row["payload"])["text"].replace("🌸", "")
            assert text.strip()
            assert not NEVER_SAID.search(text), text


def test_any_order_of_events_leaves_every_law_standing() -> None:
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=25,
            stateful_step_count=40,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert LEA.id in AGENTS
