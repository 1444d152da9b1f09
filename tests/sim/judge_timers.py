"""Timers: each as late as the rules say, none rings before its hour, none rings twice (W7)."""

from collections.abc import Iterator

from tests.sim.history import changes
from tests.sim.world import World

SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000
AFTER = {
    "burst": (3 * SECOND, 0),
    "bot_silence": (15 * MINUTE, 24 * HOUR),
    "close": (72 * HOUR,),
}
"""Milliseconds after what started it, by the product's page; written here anew."""
LONGEST_BURST = 15 * SECOND
"""A burst that goes on is read so long after its first message."""
NEVER = 1 << 62


def timers_await_what_the_rules_say(world: World) -> Iterator[str]:
    """Three quiet seconds, a day of silence (a quarter of an hour for what may be left out), three days."""
    begun: set[tuple[str, int]] = set()
    for change in changes(world, "awaited"):
        kind, _, due = change.told
        begun |= {(change.id, change.at)} if kind == "burst" else set()
        is_longest = kind == "burst" and (change.id, due - LONGEST_BURST) in begun
        if due != NEVER and due - change.at not in AFTER[kind] and not is_longest:
            yield f"timers: {kind} is awaited {due - change.at} ms after {change.kind}"


def timers_ring_in_time(world: World) -> Iterator[str]:
    """Each at the hour for which it was set last, once; a minute later at most where the service is there."""
    set_for: dict[tuple[str, str, int], int] = {}
    rung: set[tuple[str, str, int]] = set()
    awaited = {change.number: change for change in changes(world, "awaited")}
    heard = {change.number: change for change in changes(world, "heard") if change.kind == "TimerRang"}
    for number, change in sorted((awaited | heard).items()):
        if number in awaited:
            kind, generation, due = change.told
            set_for[change.id, kind, generation] = due
            continue
        event = change.event
        timer = (event["conversation_id"], event["kind"], event["generation"])
        if timer in rung:
            yield f"timers: {timer[1]} of {timer[0]} rang twice"
        rung.add(timer)
        if timer not in set_for:
            yield f"timers: {timer[1]} of {timer[0]} rang, and nobody awaited it"
        elif change.at < set_for[timer]:
            yield f"timers: {timer[1]} of {timer[0]} rang {set_for[timer] - change.at} ms early"
        elif (late := there(world, set_for[timer], change.at)) > MINUTE:
            yield f"timers: {timer[1]} of {timer[0]} rang {late} ms late"


def there(world: World, since: int, until: int) -> float:
    """Milliseconds in which the service was there to ring; of gaps that overlap the longest is enough."""
    covered, gone = float(since), 0.0
    for begin, end in sorted(world.clock.absences):
        first, last = max(begin * SECOND, covered), min(end * SECOND, until)
        if last > first:
            gone += last - first
            covered = last
    return until - since - gone


def no_timer_outlives_its_reason(world: World) -> Iterator[str]:
    """The bot's silence and a burst are awaited while the bot talks, the closing while it is resolved."""
    for row in world.rows(
        "SELECT t.kind, c.handle, c.status FROM timers t JOIN conversations c ON c.id = t.conversation_id"
        " WHERE c.status <> CASE t.kind WHEN 'close' THEN 'resolved' ELSE 'bot' END"
    ):
        yield f"timers: {row['kind']} is awaited while {row['handle']} is {row['status']}"


def what_is_resolved_closes_in_its_time(world: World) -> Iterator[str]:
    """Three days after its resolution, never before."""
    for row in world.rows(
        "SELECT id, closed_at - resolved_at AS waited FROM conversations"
        " WHERE ending = 'resolved' AND closed_at < resolved_at + ?",
        72 * HOUR,
    ):
        yield f"closing: {row['id']} was closed {row['waited'] / HOUR:.1f} hours after its resolution"
