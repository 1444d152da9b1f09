"""Invariants of the requirements that a world that has settled shows in its rows; ids are theirs.

Dates are compared only where one event wrote them both, or where no clock was set back in between: people
of the simulation set clocks.
"""

from collections.abc import Iterator

from tests.sim.history import changes
from tests.sim.world import World


def one_claim_wins(world: World) -> Iterator[str]:
    """From nobody to somebody, and back; from somebody to another only by who says that they mean it (I2).

    By whatever act: a claim, a reply, a form, a button.
    """
    for change in changes(world, "owned"):
        (before, after), event = change.told, change.event
        actor = (event.get("agent") or {}).get("id", "")
        if after and after != actor:
            yield f"claims: {change.id} became {after}'s by {change.kind} of {actor or 'nobody'}"
        if before and after and event.get("take_over_from") != before:
            yield f"claims: {change.id} was {before}'s, and {after} won it by {change.kind}"
        if before and not after and change.kind != "AgentReleased":
            yield f"claims: {change.id} is no more {before}'s by {change.kind}"


def the_bot_falls_silent(world: World) -> Iterator[str]:
    """What the bot decided to say in its own talk does not leave once the team has the conversation (I4).

    But for the word that a STOP was understood, which is owed whatever happens.
    """
    handed: dict[str, int] = {}
    for change in changes(world, "handed"):
        handed.setdefault(change.id, change.number)
    bots = {
        row["id"]: row["conversation_id"]
        for row in world.rows("SELECT * FROM outbox WHERE is_for_customer = 1 AND agent = ''")
    }
    decided = {
        change.id: change.number
        for change in changes(world, "decided")
        if change.id in bots and str(change.event.get("text", "")).upper() != "STOP"
    }
    for row in world.rows("SELECT id, max(n) n FROM history WHERE what = 'left' GROUP BY id"):
        over = handed.get(bots.get(row["id"], ""), row["n"])
        if decided.get(row["id"], over) < over < row["n"]:
            yield f"silence: {row['id']} left after the hand-off"


def nothing_is_resolved_without(world: World) -> Iterator[str]:
    """Resolved: with a motive and a recap. Under way: somebody's, and it is known whose turn it is (I5)."""
    for row in world.rows(
        "SELECT id, status FROM conversations"
        " WHERE (status = 'resolved' OR ending = 'resolved') AND (motive = '' OR recap = '')"
        " OR status = 'in_progress' AND (owner = '' OR waiting_for IS NULL OR waiting_since IS NULL)"
    ):
        yield f"conversations: {row['id']} is {row['status']}, and lacks what that needs"


def the_team_is_called_once(world: World) -> Iterator[str]:
    """Urgency calls once in the life of a conversation, also across restarts (I7); and it does call.

    Whoever is handed off as urgent, and whoever is urgent and nobody's.
    """
    for row in world.rows(
        "SELECT c.id, c.status = 'open' AND c.priority = 'urgent' OR (SELECT o.urgent FROM outbox o"
        " WHERE o.conversation_id = c.id AND o.kind = 'open_thread' ORDER BY o.rowid LIMIT 1) AS calls,"
        " (SELECT count(*) FROM outbox o WHERE o.conversation_id = c.id AND o.kind = 'call') AS n"
        " FROM conversations c WHERE c.handed_off_at IS NOT NULL"
    ):
        if row["n"] > 1 or (row["calls"] and not row["n"]):
            yield f"calls: the team was called {row['n']} times for {row['id']}"


def what_is_closed_is_closed_once(world: World) -> Iterator[str]:
    """The delay after a resolution ends a conversation once, and it stays so (I8)."""
    for row in world.rows(
        "SELECT c.id, c.status, count(*) n FROM journal j JOIN conversations c ON c.id = j.conversation_id"
        " WHERE j.kind = 'TimerRang' AND json_extract(j.event, '$.kind') = 'close'"
        " GROUP BY 1 HAVING n > 1 OR c.status <> 'closed'"
    ):
        yield f"closing: {row['id']} was closed {row['n']} times and is {row['status']}"


def a_message_is_kept_once(world: World) -> Iterator[str]:
    """However often and in whatever order a platform brings it (I11)."""
    for row in world.rows(
        "SELECT m.reference, count(*) n FROM messages m JOIN conversations c ON c.id = m.conversation_id"
        " WHERE m.author = 'customer' AND m.reference <> ''"
        " GROUP BY c.customer_id, m.channel, m.reference HAVING n > 1"
    ):
        yield f"messages: {row['reference']} is kept {row['n']} times"
