"""What must hold when everything has settled, whatever died on the way: the promises, of rows and platforms.

The platforms' memories are compared with the journal and the outbox. Each finding is one sentence; an empty
list is the proof.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from core.domain.effects import DECIDED
from tests.sim.judge_base import (
    every_change_says_who,
    the_base_knows_what_is_kept,
    what_was_shown_was_in_force,
)
from tests.sim.judge_changes import (
    articles_become_what_was_done,
    cards_offer_what_was_not_seen,
    nobodys_change_is_written_over,
    what_a_customer_said_stays,
)
from tests.sim.judge_floods import of_floods, readable_from
from tests.sim.judge_invariants import (
    a_message_is_kept_once,
    nothing_is_resolved_without,
    one_claim_wins,
    the_bot_falls_silent,
    the_team_is_called_once,
    what_is_closed_is_closed_once,
)
from tests.sim.judge_kept import (
    customers_are_who_they_are,
    marks_pass_nothing_unheard,
    menus_are_made_once,
    permits_are_spent,
    typed_words_stay,
    what_was_dismissed_is_not_proposed,
)
from tests.sim.judge_places import (
    failures_are_told,
    nobody_who_left_is_written_to,
    posts_stand_in_their_own_thread,
    the_file_is_whole,
    words_go_to_their_own_customer,
)
from tests.sim.judge_platforms import (
    of_cards,
    of_decisions,
    of_operators,
    of_slack,
    of_telegram,
    of_twilio,
    twilio_is_heard,
)
from tests.sim.judge_promises import (
    every_promise_was_told,
    promises_are_inside_opening_hours,
    promises_last_as_long_as_the_rules_say,
)
from tests.sim.judge_timers import (
    no_timer_outlives_its_reason,
    timers_await_what_the_rules_say,
    timers_ring_in_time,
    what_is_resolved_closes_in_its_time,
)
from tests.sim.judge_told import (
    a_form_is_taken_once,
    articles_are_shown_as_they_are,
    changes_of_a_line_wait_alone,
    letters_are_told_by_a_line,
    what_came_late_has_its_hour,
    who_writes_is_there,
)
from tests.sim.judge_words import (
    agents_words_arrive,
    customers_read_nothing_of_ours,
    replies_reach_whom_they_name,
    slack_says_what_was_decided,
    telegram_says_what_was_decided,
    the_team_reads_what_left_in_its_name,
    twilio_says_what_was_decided,
    what_is_kept_is_what_left,
)
from tests.sim.people import Customer, Member, OnWhatsApp, Said
from tests.sim.watch import rows_are_right_at_each_commit
from tests.sim.world import CHANNEL, FAR, World

LATE_MS = 60_000
"""A timer is late by the downtime and at most this."""
TOLD_WITHIN_MS = (24 * 60 - 5) * 60_000
"""So long after their last message customers of WhatsApp can be written to, and be promised a time (P20)."""


def of_the_outbox(world: World) -> Iterator[str]:
    """Every effect has ended: sent, refused with a reason, cancelled, or in a human's hands (W5)."""
    for row in world.rows("SELECT * FROM outbox WHERE state NOT IN ('sent', 'failed', 'cancelled')"):
        is_told = row["state"] == "unknown" and row["due_at"] >= FAR
        if not is_told:
            yield f"outbox: {row['kind']} {row['id']} is still {row['state']}"
        elif row["is_for_customer"] and not _offers(world, row["id"]):
            yield f"outbox: {row['kind']} {row['id']} may have happened, and nobody is asked"
    for row in world.rows("SELECT * FROM outbox WHERE state IN ('failed', 'cancelled') AND error = ''"):
        yield f"outbox: {row['kind']} {row['id']} is {row['state']} without a reason"
    for row in world.rows("SELECT * FROM outbox WHERE state = 'sent' AND reference = ''"):
        yield f"outbox: {row['kind']} {row['id']} is sent without the platform's word"


def _offers(world: World, outbox_id: str) -> bool:
    posts = world.slack.channels[CHANNEL].messages
    return any(outbox_id in json.dumps(post.blocks) for post in posts if not post.deleted)


def of_conversations(world: World) -> Iterator[str]:
    """One at a time for each customer, known to the team, promised a time, and whole (I1, I6)."""
    for row in world.rows(
        "SELECT customer_id, count(*) n FROM conversations WHERE status <> 'closed' GROUP BY 1 HAVING n > 1"
    ):
        yield f"conversations: {row['customer_id']} has {row['n']} at once"
    for row in world.rows(
        "SELECT c.* FROM conversations c WHERE status IN ('open', 'in_progress') AND NOT EXISTS"
        " (SELECT 1 FROM outbox o WHERE o.conversation_id = c.id AND o.kind = 'open_thread')"
    ):
        yield f"conversations: {row['handle']} waits, and the team was never told"
    for row in world.rows(
        "SELECT c.* FROM conversations c WHERE status = 'open' AND priority <> 'urgent' AND NOT EXISTS"
        " (SELECT 1 FROM promises p WHERE p.conversation_id = c.id)"
        " AND NOT (channel = 'whatsapp' AND handed_off_at >= last_customer_at + ?)",
        TOLD_WITHIN_MS,
    ):
        yield f"conversations: {row['handle']} waits without a promise"
    for row in world.rows(
        "SELECT c.id, c.messages, count(m.seq) n, min(m.seq) least, max(m.seq) most"
        " FROM conversations c LEFT JOIN messages m ON m.conversation_id = c.id GROUP BY c.id"
    ):
        if row["messages"] != row["n"]:
            yield f"conversations: {row['id']} counts {row['messages']} messages and holds {row['n']}"
    for row in world.rows("SELECT * FROM quarantine"):
        yield f"quarantine: {row['kind']} {row['source']} {row['error']}"


def of_timers(world: World) -> Iterator[str]:
    """None is overdue (W7)."""
    now = int(world.clock.seconds() * 1000)
    for row in world.rows("SELECT * FROM timers WHERE due_at < ?", now - LATE_MS):
        yield f"timers: {row['kind']} is late"


def of_customers(
    world: World, customers: Sequence[Customer], _members: Sequence[Member] = ()
) -> Iterator[str]:
    """What was acknowledged is kept, once, with its own customer, in order (W1, W2)."""
    for customer in customers:
        kept = _kept(world, customer)
        texts = [text for _, text in kept]
        for said in customer.said:
            times = texts.count(said.marked)
            if said.acknowledged and times == 0:
                yield f"customers: {said.marked!r} was acknowledged and is not kept"
            if times > _written(customer, said):
                yield f"customers: {said.marked!r} is kept {times} times"
        yield from _kept_in_order(customer, texts)


def _kept_in_order(customer: Customer, texts: list[str]) -> Iterator[str]:
    """What was taken before something else was sent is kept before it."""
    once = [said for said in customer.said if texts.count(said.marked) == 1 and said.acknowledged]
    for first in once:
        for then in once:
            if first.ended < then.began and texts.index(first.marked) > texts.index(then.marked):
                yield f"customers: {then.marked!r} is kept before {first.marked!r}"


def _written(customer: Customer, said: Said) -> int:
    return sum(one.marked == said.marked for one in customer.said)


def _kept(world: World, customer: Customer) -> list[tuple[int, str]]:
    channel = "whatsapp" if isinstance(customer, OnWhatsApp) else "telegram"
    rows = world.rows(
        "SELECT m.at, m.text FROM messages m JOIN conversations c ON c.id = m.conversation_id"
        " JOIN addresses a ON a.customer_id = c.customer_id"
        " WHERE a.channel = ? AND a.external_id = ? AND m.author = 'customer'"
        " ORDER BY c.rowid, m.seq",  # as they were made: the clock may be set back between two
        channel,
        customer.to,
    )
    return [(row["at"], row["text"]) for row in rows]


def the_team_reads_what_customers_wrote(world: World) -> Iterator[str]:
    """Whatever a customer wrote to somebody who waits stands in the thread, whole, and once.

    What a line that counts leaves out can be read from it.
    """
    readable: dict[str, set[int]] = {}
    for row in world.rows(
        "SELECT m.text, m.seq, c.id, c.thread_reference, c.handle FROM messages m"
        " JOIN conversations c ON c.id = m.conversation_id"
        " WHERE m.author = 'customer' AND c.status IN ('open', 'in_progress') AND m.text LIKE 'bidule%'"
        " AND NOT EXISTS (SELECT 1 FROM versions v"
        " WHERE v.conversation_id = c.id AND v.reference = m.reference)"
    ):
        thread = world.slack.channels[CHANNEL].replies(row["thread_reference"])
        shown = sum(
            row["text"] in json.dumps(post.blocks, ensure_ascii=False) for post in thread if post.bot_id
        )
        if shown == 0 and row["id"] not in readable:
            readable[row["id"]] = readable_from(world, row["id"], thread)
        if shown > 1 or (shown == 0 and row["seq"] not in readable[row["id"]]):
            yield f"team: {row['text']!r} stands {shown} times in the thread of {row['handle']}"


def of_replies(world: World, customers: Sequence[Customer], members: Sequence[Member]) -> Iterator[str]:
    """An agent's words reach one customer once."""
    got = [(customer, text) for customer in customers for text in customer.reads]
    for member in members:
        for said in member.said:
            times = sum(said.marked == text for _, text in got)
            decided = world.rows(
                "SELECT error FROM outbox WHERE agent <> '' AND json_extract(payload, '$.text') = ?",
                said.marked,
            )
            # Somebody was asked, and had it sent once more: what perhaps arrived may stand there, too.
            again = sum(row["error"] == DECIDED for row in decided)
            if times > 1 + again:
                yield f"replies: {said.marked!r} was got {times} times"
            if said.acknowledged and not decided:
                yield f"replies: {said.marked!r} was acknowledged and never decided"
            if len(decided) > 1 + again:
                yield f"replies: {said.marked!r} was decided {len(decided)} times"


def of_notes(world: World, customers: Sequence[Customer], members: Sequence[Member]) -> Iterator[str]:
    """A line typed in a thread, or in the form of a note, never leaves; it is kept once."""
    got = "\n".join(text for customer in customers for text in customer.reads)
    for member in members:
        for said in member.noted:
            if said.marked in got:
                yield f"notes: {said.marked!r} reached a customer"
            kept = world.rows("SELECT 1 FROM messages WHERE author = 'note' AND text = ?", said.marked)
            if len(kept) > 1 or (said.acknowledged and not kept):
                yield f"notes: {said.marked!r} is kept {len(kept)} times"


OF_THE_WORLD: Final[tuple[Callable[[World], Iterator[str]], ...]] = (
    of_the_outbox,
    of_twilio,
    twilio_is_heard,
    twilio_says_what_was_decided,
    of_telegram,
    telegram_says_what_was_decided,
    of_slack,
    slack_says_what_was_decided,
    of_cards,
    of_operators,
    of_floods,
    of_decisions,
    of_conversations,
    of_timers,
    timers_await_what_the_rules_say,
    timers_ring_in_time,
    no_timer_outlives_its_reason,
    what_is_resolved_closes_in_its_time,
    what_is_closed_is_closed_once,
    what_is_kept_is_what_left,
    words_go_to_their_own_customer,
    posts_stand_in_their_own_thread,
    failures_are_told,
    nobody_who_left_is_written_to,
    the_team_reads_what_left_in_its_name,
    one_claim_wins,
    the_bot_falls_silent,
    nothing_is_resolved_without,
    the_team_is_called_once,
    every_promise_was_told,
    promises_are_inside_opening_hours,
    promises_last_as_long_as_the_rules_say,
    a_message_is_kept_once,
    the_base_knows_what_is_kept,
    what_was_shown_was_in_force,
    every_change_says_who,
    articles_become_what_was_done,
    nobodys_change_is_written_over,
    what_a_customer_said_stays,
    cards_offer_what_was_not_seen,
    the_file_is_whole,
    rows_are_right_at_each_commit,
    permits_are_spent,
    typed_words_stay,
    marks_pass_nothing_unheard,
    what_was_dismissed_is_not_proposed,
    the_team_reads_what_customers_wrote,
    letters_are_told_by_a_line,
    changes_of_a_line_wait_alone,
    what_came_late_has_its_hour,
    who_writes_is_there,
    a_form_is_taken_once,
    articles_are_shown_as_they_are,
)
OF_PEOPLE: Final[tuple[Callable[[World, Sequence[Customer], Sequence[Member]], Iterator[str]], ...]] = (
    of_customers,
    of_replies,
    of_notes,
    agents_words_arrive,
    replies_reach_whom_they_name,
    customers_read_nothing_of_ours,
    menus_are_made_once,
    customers_are_who_they_are,
)
ONLY_AT_REST: Final = frozenset(
    {
        of_the_outbox,
        twilio_is_heard,
        of_cards,
        of_timers,
        the_base_knows_what_is_kept,
        the_team_reads_what_customers_wrote,
        of_notes,
        agents_words_arrive,
        the_file_is_whole,  # nothing under way harms it: it only takes long
    }
)
"""What something under way may still bring about; all else holds between any two transactions."""


def judge(
    world: World, customers: Sequence[Customer], members: Sequence[Member], *, at_rest: bool = True
) -> list[str]:
    """Everything that is wrong with a world; each finding begins with the check's name.

    `at_rest`: nothing is under way, so that everything must hold.
    """
    told = [
        f"{each.__name__}: {found}"
        for each in OF_THE_WORLD
        if at_rest or each not in ONLY_AT_REST
        for found in each(world)
    ]
    for check in OF_PEOPLE:
        if at_rest or check not in ONLY_AT_REST:
            told += [f"{check.__name__}: {found}" for found in check(world, customers, members)]
    return told
