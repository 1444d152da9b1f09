"""What may never happen to a row: each change is held against the moves that the product's rules know.

Of some tables the database itself writes every change down, so that not one statement is missed; the others
are compared from commit to commit. What is rolled back never was, and leaves no trace. What depends on the
hour or on other rows is asked after each commit (`watch.py`).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

Row = Mapping[str, Any]
Rule = Callable[[Row, Row], bool]
"""Whether it is wrong that one row became the other."""

KEPT_AS_WRITTEN: Final = frozenset(
    {
        "journal",
        "messages",
        "versions",
        "former_threads",
        "drafts",
        "dismissed_phrasings",
        "article_changes",
    }
)
"""Nothing is ever changed there."""
MAY_GO: Final = frozenset({"timers", "drafts", "questions", "contents", "article_changes"})
"""From all other tables nothing is ever taken."""
ENDED: Final = frozenset({"sent", "failed", "cancelled"})
STATES: Final = {
    "held": {"ready", "failed", "cancelled"},
    "ready": {"sending", "unknown", *ENDED},
    "sending": {"ready", "unknown", *ENDED},
    "unknown": {"ready", *ENDED},
    "failed": {"cancelled"},
}
"""Of effects: what may follow. Who decides about a dead letter lets a failed one go."""
STATUSES: Final = {
    "bot": {"open", "closed"},
    "open": {"in_progress", "resolved"},
    "in_progress": {"open", "resolved"},
    "resolved": {"open", "in_progress", "closed"},
    "closed": {"bot", "open"},
}
"""Of conversations. Only the bot's talk that ended without a word goes on."""
ALERTS: Final = {"ready": {"sending", "cancelled"}, "sending": {"ready", "sent"}}
WITHOUT_A_WORD: Final = frozenset({"abandoned", "unconfirmed"})


def _another(*columns: str) -> Rule:
    return lambda old, new: any(old[each] != new[each] for each in columns)


def _lost(*columns: str) -> Rule:
    """What was known is known no more."""
    return lambda old, new: any(old[each] and not new[each] for each in columns)


def _falls(column: str) -> Rule:
    return lambda old, new: bool(new[column] < old[column])


def _moves(column: str, moves: Mapping[str, set[str]]) -> Rule:
    return lambda old, new: new[column] not in {old[column], *moves.get(old[column], ())}


def _attempts(old: Row, new: Row) -> bool:
    made = (old["state"], new["state"]) == ("ready", "sending")
    return bool(new["attempts"] != old["attempts"] + made)


def _rewritten(old: Row, new: Row) -> bool:
    is_final = (
        old["is_for_customer"] or old["state"] in ENDED or (old["attempts"] and old["kind"] != "retell")
    )
    return bool(old["payload"] != new["payload"] and is_final)


def _ended_and_moves(old: Row, new: Row) -> bool:
    return old["state"] in ENDED and any(old[each] != new[each] for each in ("seq", "lane", "kind"))


def _jumps_ahead(old: Row, new: Row) -> bool:
    return bool(old["lane"] == new["lane"] and new["seq"] < old["seq"])


def _unreasoned(_: Row, new: Row) -> bool:
    return new["state"] in {"failed", "cancelled"} and not (new["error"] and new["settled_at"])


def _unproven(_: Row, new: Row) -> bool:
    return new["state"] == "sent" and not (new["reference"] and new["attempts"])


def _closed_goes_on(old: Row, new: Row) -> bool:
    if old["status"] != "closed" or old["ending"] in WITHOUT_A_WORD:
        return False
    return any(old[each] != new[each] for each in ("status", "ending", "closed_at"))


def _version_left_out(old: Row, new: Row) -> bool:
    """Who is found to be two customers' one takes their conversations along, and nothing else of them."""
    if old["customer_id"] != new["customer_id"]:
        return bool(old["version"] != new["version"])
    return bool(new["version"] != old["version"] + 1)


def _resolution(_: Row, new: Row) -> bool:
    hour = new["resolved_at"] is not None
    return (new["status"] == "resolved" and not hour) or (
        new["status"] in {"bot", "open", "in_progress"} and hour
    )


def _reopened(old: Row, new: Row) -> bool:
    is_once = new["reopened"] == old["reopened"] + 1 and old["status"] == "resolved"
    return new["reopened"] != old["reopened"] and not is_once


def _twice(*columns: str) -> Rule:
    """What has its one hour gets another."""
    return lambda old, new: any(old[each] and new[each] and old[each] != new[each] for each in columns)


def _settled_again(old: Row, new: Row) -> bool:
    is_settled = old["outcome"] != "live" and new["outcome"] != "live"
    return is_settled and (old["outcome"], old["settled_at"]) != (new["outcome"], new["settled_at"])


def _lives_and_is_settled(_: Row, new: Row) -> bool:
    return bool(new["outcome"] == "live") != (new["settled_at"] is None)


def _picked_among_none(_: Row, new: Row) -> bool:
    return bool(new["picked"]) and (new["outcome"] != "offered" or not new["article"])


RULES: Final[Mapping[str, Mapping[str, Rule]]] = {
    "outbox": {
        "is another effect": _another(
            "id", "conversation_id", "destination", "is_for_customer", "agent", "created_at", "condition"
        ),
        "goes where it cannot": _moves("state", STATES),
        "is sent without an attempt, or the platform's word": _unproven,
        "has ended without a reason": _unreasoned,
        "counts other attempts than were made": _attempts,
        "was sent again, and is so no more": _falls("resends"),
        "has ended, and moves": _ended_and_moves,
        "has final words, and they change": _rewritten,
        "goes before what was decided earlier": _jumps_ahead,
        "had the platform's word, and gets another": lambda old, new: (
            bool(old["reference"]) and old["reference"] != new["reference"]
        ),
        "arrived, and has failed": lambda old, new: (
            old["report"] in {"delivered", "read"} and new["report"] not in {"delivered", "read"}
        ),
        "was reported, and is so no more": _lost("report", "told_at"),
    },
    "conversations": {
        "is another conversation": _another(
            "id", "entry_channel", "entry_external_id", "opened_at", "origin", "previous_id"
        ),
        "goes where it cannot": _moves("status", STATUSES),
        "was closed by the team, and goes on": _closed_goes_on,
        "leaves out a version": _version_left_out,
        "holds fewer messages": _falls("messages"),
        "loses what was known of it": _lost("handle", "motive", "handed_off_at", "duty_called_at"),
        "gets another name, or another hour of its hand-off": _twice("handle", "handed_off_at"),
        "is resolved without its hour, or has one and is not": _resolution,
        "is the bot's, and somebody's": lambda _, new: new["status"] == "bot" and bool(new["owner"]),
        "was opened again, and that is not counted once": _reopened,
    },
    "customers": {
        "is another customer": _another("id", "created_at"),
        "loses what was known": _lost("name", "language", "phone", "company", "greeted_at", "asked_phone_at"),
    },
    "addresses": {
        "is another address": _another("channel", "external_id"),
        "was last heard of earlier": _falls("last_inbound_at"),
    },
    "budgets": {
        "is another budget": _another("name"),
        "gets permits back": _falls("next_at"),
        "is asked before the hour that the platform named": _falls("blocked_until"),
    },
    "timers": {"is of before": _falls("generation")},
    "promises": {
        "is another promise": _another("conversation_id", "seq", "told_at", "due_at"),
        "was settled, and is settled again": _settled_again,
        "lives, and is settled": _lives_and_is_settled,
    },
    "quarantine": {
        "is another request": _another("id", "at", "source", "key", "kind"),
        "was let go, and waits again": _lost("abandoned_at", "told_at"),
    },
    "sweeps": {
        "is another mark": _another("channel"),
        "begins later": lambda old, new: bool(new["begun_at"] > old["begun_at"]),
    },
    "contents": {"stands, and was made again": _another("reference")},
    "alerts": {
        "is another line": _another("id", "at", "subject", "text"),
        "goes where it cannot": _moves("state", ALERTS),
        "is told without its place": lambda _, new: new["state"] == "sent" and not new["reference"],
        "was over, and lasts again": lambda old, new: bool(new["lasts"] > old["lasts"]),
    },
    "questions": {
        "is another question": _another("conversation_id", "number", "at", "text", "outcome", "scores"),
        "loses what was known": _lost("article", "verdict", "used", "picked"),
        "was shown one article, and gets another": _twice("article"),
        "is picked among none": _picked_among_none,
    },
}
"""Of each table that changes: what is wrong with a row that does."""
COLUMNS: Final = {
    "outbox": "id conversation_id lane seq destination kind is_for_customer agent payload state created_at"
    " attempts resends settled_at reference report error condition told_at",
    "conversations": "id customer_id status entry_channel entry_external_id handle motive owner opened_at"
    " handed_off_at resolved_at closed_at ending duty_called_at reopened origin previous_id"
    " messages version",
    "customers": "id name language phone company greeted_at asked_phone_at created_at",
    "addresses": "channel external_id last_inbound_at",
    "budgets": "name next_at blocked_until",
    "timers": "conversation_id kind generation",
    "promises": "conversation_id seq told_at due_at outcome settled_at",
    "quarantine": "id at source key kind abandoned_at told_at",
    "sweeps": "channel begun_at",
    "contents": "account language key reference",
    "alerts": "id at subject text state reference lasts",
    "questions": "conversation_id number at text outcome scores article verdict used picked",
}
"""What the rules look at."""
AT_EACH_STATEMENT: Final = ("outbox", "conversations", "promises")
"""One commit may hold several moves of these. To open a database takes longer with each of its triggers, and
processes that die open it often: the others do without."""
_WRITES: Final = re.compile(r"\b(UPDATE|DELETE FROM|REPLACE INTO)\s+(?!SET\b)(\w+)")
_UPSERTS: Final = re.compile(r"\bINSERT INTO\s+(\w+)\b.*\bDO UPDATE\b", re.DOTALL)


def wrong_with(table: str, before: Sequence[Any], after: Sequence[Any]) -> Iterator[str]:
    """What of a change no rule of the product makes."""
    names = COLUMNS[table].split()
    old, new = dict(zip(names, before, strict=True)), dict(zip(names, after, strict=True))
    for what, is_wrong in RULES[table].items():
        if is_wrong(old, new):
            yield f"{table}: {after[0]} {what}"


@lru_cache(maxsize=4096)
def written_by(sql: str) -> frozenset[str]:
    """The tables that a statement writes to, as far as it changes what stands there."""
    return frozenset(table for _, table in _writes(sql))


@lru_cache(maxsize=4096)
def forbidden(sql: str) -> str:
    """What a statement does that none may do, whatever it finds; empty when it may be said."""
    for verb, table in _writes(sql):
        if verb == "UPDATE" and table in KEPT_AS_WRITTEN:
            return f"{table}: what is kept as it was written is changed"
        if verb != "UPDATE" and table not in MAY_GO | {"meta"}:
            return f"{table}: what is never taken away is taken away"
    return ""


def _writes(sql: str) -> list[tuple[str, str]]:
    return [*_WRITES.findall(sql), *(("UPDATE", table) for table in _UPSERTS.findall(sql))]
