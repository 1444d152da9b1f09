"""Invariants of the requirements that a world that has settled shows in its rows; ids are theirs.

Dates are compared only where one event wrote them both, or where no clock was set back in between: people
of the simulation set clocks.
"""

from collections.abc import Iterator

from core.domain.hours import is_open
from core.domain.promises import on_call_at
from core.store.rows import moment
from tests.sim.world import World


def of_invariants(world: World) -> Iterator[str]:
    """Every one of them."""
    for check in (
        one_claim_wins,
        the_bot_falls_silent,
        nothing_is_resolved_without,
        every_promise_was_told,
        the_team_is_called_once,
        what_is_closed_is_closed_once,
        promises_are_inside_opening_hours,
        a_message_is_kept_once,
    ):
        yield from check(world)


def one_claim_wins(world: World) -> Iterator[str]:
    """A conversation is claimed from nobody once, and once more for each time it was given back (I2)."""
    for row in world.rows(
        "SELECT conversation_id id,"
        " sum(kind = 'AgentClaimed' AND coalesce(json_extract(event, '$.take_over_from'), '') = '') claims,"
        " sum(kind = 'AgentReleased') releases FROM journal GROUP BY 1 HAVING claims > 1 + releases"
    ):
        yield f"claims: {row['id']} was won {row['claims']} times, given back {row['releases']} times"


def the_bot_falls_silent(world: World) -> Iterator[str]:
    """What the bot says in its own talk does not leave once the team has the conversation (I4)."""
    for row in world.rows(
        "SELECT o.id, o.kind FROM outbox o JOIN conversations c ON c.id = o.conversation_id"
        " WHERE o.condition = 'with_bot' AND o.agent = '' AND o.state = 'sent'"
        " AND o.attempted_at > c.handed_off_at AND NOT EXISTS (SELECT 1 FROM messages m JOIN messages n"
        " ON n.conversation_id = m.conversation_id AND n.seq = m.seq + 1 AND n.at < m.at"
        " WHERE m.conversation_id = c.id)"
    ):
        yield f"silence: {row['kind']} {row['id']} left after the hand-off"


def nothing_is_resolved_without(world: World) -> Iterator[str]:
    """Resolved: with a motive and a recap. Under way: somebody's, and it is known whose turn it is (I5)."""
    for row in world.rows(
        "SELECT id, status FROM conversations"
        " WHERE (status = 'resolved' OR ending = 'resolved') AND (motive = '' OR recap = '')"
        " OR status = 'in_progress' AND (owner = '' OR waiting_for IS NULL OR waiting_since IS NULL)"
    ):
        yield f"conversations: {row['id']} is {row['status']}, and lacks what that needs"


def every_promise_was_told(world: World) -> Iterator[str]:
    """Whoever is promised a time is told in the same breath (I6)."""
    for row in world.rows(
        "SELECT p.conversation_id id, p.seq FROM promises p WHERE NOT EXISTS (SELECT 1 FROM outbox o"
        " WHERE o.conversation_id = p.conversation_id AND o.is_for_customer = 1 AND o.created_at = p.told_at)"
    ):
        yield f"promises: number {row['seq']} of {row['id']} was never told"


def the_team_is_called_once(world: World) -> Iterator[str]:
    """Urgency calls once in the life of a conversation, also across restarts (I7)."""
    for row in world.rows(
        "SELECT conversation_id id, count(*) n FROM outbox WHERE kind = 'call' GROUP BY 1 HAVING n > 1"
    ):
        yield f"calls: the team was called {row['n']} times for {row['id']}"


def what_is_closed_is_closed_once(world: World) -> Iterator[str]:
    """The delay after a resolution ends a conversation once, and it stays so (I8)."""
    for row in world.rows(
        "SELECT c.id, c.status, count(*) n FROM journal j JOIN conversations c ON c.id = j.conversation_id"
        " WHERE j.kind = 'TimerRang' AND json_extract(j.event, '$.kind') = 'close'"
        " GROUP BY 1 HAVING n > 1 OR c.status <> 'closed'"
    ):
        yield f"closing: {row['id']} was closed {row['n']} times and is {row['status']}"


def promises_are_inside_opening_hours(world: World) -> Iterator[str]:
    """A promised hour is one at which the team works; for urgent ones, or somebody is on call (I9)."""
    rules = world.settings.rules
    for row in world.rows(
        "SELECT p.due_at, p.told_at, c.id, c.team, c.priority FROM promises p"
        " JOIN conversations c ON c.id = p.conversation_id"
    ):
        is_called = row["priority"] == "urgent" and on_call_at(moment(row["told_at"]), rules) is not None
        if not is_called and not is_open(moment(row["due_at"]), rules.hours_of(row["team"] or None)):
            yield f"promises: {row['id']} is promised {moment(row['due_at'])}, when nobody works"


def a_message_is_kept_once(world: World) -> Iterator[str]:
    """However often and in whatever order a platform brings it (I11)."""
    for row in world.rows(
        "SELECT m.reference, count(*) n FROM messages m JOIN conversations c ON c.id = m.conversation_id"
        " WHERE m.author = 'customer' AND m.reference <> ''"
        " GROUP BY c.customer_id, m.channel, m.reference HAVING n > 1"
    ):
        yield f"messages: {row['reference']} is kept {row['n']} times"
