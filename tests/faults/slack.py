"""What a call to Slack may meet, row by row."""

from collections.abc import Iterable

import httpx
from starlette.responses import JSONResponse, Response

from sandbox.slack import rate_limited, refusal
from sandbox.wire import Fault
from tests.faults.network import Meets
from tests.faults.rows import ALWAYS, Row, answers, of_the_answer, of_the_network, status
from tests.faults.slack_scene import CALL, CARD, LINE, MARK, RETELL, ROOM, TRANSCRIPT, UPDATE

FOUND = "unknown; found"
AGAIN = "unknown; proven absent, sent again"
LATER = "ready in about 1 s; sent by call 2"
MENDED = "ready in 60 s; sent by call 2"


def rows() -> list[Row]:
    """All of them, in the order of the page."""
    done = {"ok": True, "channel": ROOM, "ts": "1790000000.000100", "message": {"text": "x"}}
    return [
        Row("nothing: it goes well", [], "sent", LINE),
        *_too_many(),
        *_of_the_server(),
        *of_the_answer(LINE, done, becomes=AGAIN),
        *_of_the_shape(),
        *of_the_network(LINE, unsent=LATER, lost_before=AGAIN, lost_after=FOUND),
        *_of_time(),
        *_operator(),
        *_maybe_done(),
        *_layout(),
        *_gone(),
        *_calls(),
        *_changes(),
        *_lines_anew(),
        *_asked(),
    ]


def _too_many() -> list[Row]:
    said = {
        "0": LATER,
        "1": LATER,
        "30": "ready in 30 s; sent by call 2",
        "3600": "ready in 3600 s; sent by call 2",
        "86400": "ready in 3600 s; sent by call 2",
        "-5": "ready in 30 s; sent by call 2",
        "1.5": "ready in 30 s; sent by call 2",
        "soon": "ready in 30 s; sent by call 2",
        "Mon, 23 Nov 2026 09:00:10 GMT": "ready in 30 s; sent by call 2",
    }
    rows = [
        Row(f"429, Retry-After: {after}", status(429, Retry_After=after), becomes, LINE)
        for after, becomes in said.items()
    ]
    return [
        *rows,
        Row("429 without Retry-After", status(429), "ready in 30 s; sent by call 2", LINE),
        Row("429, an HTML page", status(429, "<html>"), "ready in 30 s; sent by call 2", LINE),
        Row("429, three times", answers(rate_limited(2), 3), "ready in 2 s; sent by call 4", LINE),
        Row("200, ratelimited", answers(refusal("ratelimited")), "ready in 30 s; sent by call 2", LINE),
        Row("200, rate_limited", answers(refusal("rate_limited")), "ready in 30 s; sent by call 2", LINE),
        Row("429, a card", answers(rate_limited(30)), "ready in 30 s; sent by call 2", CARD),
    ]


def _of_the_server() -> list[Row]:
    bare = [
        Row(f"{number}", status(number, "<html>Service Unavailable</html>"), AGAIN, LINE)
        for number in (500, 501, 502, 503, 504, 520)
    ]
    return [
        *bare,
        Row("503 with Retry-After", status(503, Retry_After="30"), AGAIN, LINE),
        Row("500, a card", status(500), AGAIN, CARD),
        Row("500 twenty times", status(500, times=20), AGAIN, LINE),
    ]


def _of_the_shape() -> list[Row]:
    documents = {
        "ok missing": {"ts": "1.2"},
        "ok a word": {"ok": "true", "ts": "1.2"},
        "ts missing": {"ok": True},
    }
    shapes = [
        Row(f"200, {what}", answers(JSONResponse(document)), AGAIN, LINE)
        for what, document in documents.items()
    ]
    redirects = [
        Row(
            f"{number} to another address",
            status(number, Location="https://slack.test/elsewhere"),
            AGAIN,
            LINE,
        )
        for number in (301, 302, 303, 307, 308)
    ]
    others = [
        Row(f"{number}, an HTML page", status(number, "<html>"), AGAIN, LINE)
        for number in (304, 400, 403, 404, 413)
    ]
    return [*shapes, *redirects, *others]


def _of_time() -> list[Row]:
    return [
        Row("slow, 9 s", [Meets(Fault(delay=9))], "sent", LINE),
        Row("an answer after 12 s, done at once", [Meets(late=12)], FOUND, LINE),
        Row("done after 12 s, when nobody waits any more", [Meets(Fault(delay=12))], FOUND, LINE),
        Row("done after 20 s", [Meets(Fault(delay=20))], FOUND, LINE),
        Row("done after 40 s, later than the proof", [Meets(Fault(delay=40))], f"{AGAIN}; 2 copies", LINE),
        Row("done after 20 s, a card", [Meets(Fault(delay=20))], FOUND, CARD),
        Row("cut short once it is done, a card", [Meets(Fault(cut="after"))], FOUND, CARD),
        Row("cut short before it is done, a card", [Meets(Fault(cut="before"))], AGAIN, CARD),
    ]


def _operator() -> list[Row]:
    """Somebody has to mend it; told in `/ready`, and tried again."""
    of_the_token = (
        *("invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"),
        *("team_access_not_granted", "ekm_access_denied", "accesslimited", "org_login_required"),
        *("access_denied", "not_allowed_token_type", "two_factor_setup_required", "team_added_to_org"),
    )
    of_the_place = (
        *("missing_scope", "no_permission", "not_in_channel", "channel_not_found", "is_archived"),
        *(
            "restricted_action",
            "restricted_action_read_only_channel",
            "restricted_action_thread_only_channel",
        ),
        *("restricted_action_non_threadable_channel", "is_inactive", "message_limit_exceeded"),
    )
    return [
        *_words(of_the_token, MENDED, LINE),
        *_words(of_the_place, MENDED, LINE),
        *_words(("invalid_auth", "is_archived"), MENDED, CARD),
        Row(
            "200, invalid_auth for ten minutes",
            answers(refusal("invalid_auth"), 10),
            "ready in 60 s; sent by call 11",
            LINE,
        ),
    ]


def _maybe_done() -> list[Row]:
    words = ("internal_error", "fatal_error", "service_unavailable", "request_timeout")
    return [*_words(words, AGAIN, LINE), *_words(words[:1], AGAIN, CARD)]


def _layout() -> list[Row]:
    """What Slack cannot show is shown plainer, at once, and never given up."""
    layout = ("invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "block_mismatch")
    length = ("msg_too_long", "no_text")
    metadata = ("metadata_too_large", "metadata_must_be_sent_from_app", "invalid_metadata_format")
    unforeseen = ("a_word_nobody_foresaw", "")
    return [
        *_words(layout, "sent", LINE),
        *_words(length, "sent", LINE),
        *_words(metadata, "sent", LINE),
        *_words(unforeseen, "sent", LINE),
        *_words((*layout, *metadata), "sent", CARD),
        *_words((*layout, *length), "sent", TRANSCRIPT),
        *_words(unforeseen, MENDED, CARD),
        Row(
            "200, invalid_blocks whatever is said",
            answers(refusal("invalid_blocks"), 6),
            "ready in 60 s; sent by call 3",
            LINE,
        ),
        *_words(("external_channel_migrating",), LATER, LINE),
    ]


def _gone() -> list[Row]:
    """The card is there no more: another is opened, and a customer's words stand in its transcript."""
    words = (
        "thread_not_found",
        "message_not_found",
        "cannot_reply_to_message",
        "restricted_action_thread_locked",
    )
    told = "cancelled: the transcript under the new card tells it; none there"
    return [
        Row(f"200, ok false: {word}: a new card, which tells it", answers(refusal(word)), told, LINE)
        for word in words
    ]


def _calls() -> list[Row]:
    """An urgent call is never given up: under a card that is gone it waits for the next one."""
    locked = ("thread_not_found", "message_not_found", "restricted_action_thread_locked")
    return [
        Row("a call, nothing", [], "sent", CALL),
        Row("a call, 429", answers(rate_limited(30)), "ready in 30 s; sent by call 2", CALL),
        Row("a call, 500", status(500), AGAIN, CALL),
        Row("a call, nobody picks up", [Meets(error=httpx.ConnectTimeout)], LATER, CALL),
        Row("a call, cut short before it is done", [Meets(Fault(cut="before"))], AGAIN, CALL),
        Row("a call, cut short once it is done", [Meets(Fault(cut="after"))], FOUND, CALL),
        Row("a call, done after 20 s", [Meets(Fault(delay=20))], FOUND, CALL),
        Row("a call, done after 40 s", [Meets(Fault(delay=40))], f"{AGAIN}; 2 copies", CALL),
        *_words(("invalid_auth", "not_in_channel"), MENDED, CALL),
        *_words(("internal_error",), AGAIN, CALL),
        *_words(
            ("invalid_blocks", "msg_too_long", "metadata_too_large", "a_word_nobody_foresaw"), "sent", CALL
        ),
        *(
            Row(
                f"200, ok false: {word}: a new card, under which it stands",
                answers(refusal(word)),
                LATER,
                CALL,
            )
            for word in locked
        ),
    ]


def _lines_anew() -> list[Row]:
    """A flood's line that can be changed no more stands once more below, with what it counts now."""
    gone = ("message_not_found", "cant_update_message", "edit_window_closed")
    refused = (*gone, "invalid_blocks", "msg_too_long", "a_word_nobody_foresaw")
    none = "none there"
    before, after = ([Meets(Fault(cut=when), method="chat.update")] for when in ("before", "after"))
    return [
        Row("a flood's line, nothing", [], f"sent; {none}", RETELL),
        Row(
            "a flood's line, 429",
            _changing(rate_limited(30)),
            f"ready in 30 s; sent by call 2; {none}",
            RETELL,
        ),
        Row("a flood's line, 500", _changing(Response("", 500)), f"{AGAIN}; {none}", RETELL),
        Row("a flood's line, 500 twenty times", _changing(Response("", 500), 20), f"{AGAIN}; {none}", RETELL),
        Row(
            "a flood's line, nobody picks up", [Meets(error=httpx.ConnectTimeout)], f"{LATER}; {none}", RETELL
        ),
        Row("a flood's line, cut short before it is done", before, f"{AGAIN}; {none}", RETELL),
        Row("a flood's line, cut short once it is done", after, f"{AGAIN}; {none}", RETELL),
        Row(
            "a flood's line, internal_error", _changing(refusal("internal_error")), f"{AGAIN}; {none}", RETELL
        ),
        Row("a flood's line, is_archived", _changing(refusal("is_archived")), f"{MENDED}; {none}", RETELL),
        *(
            Row(f"a flood's line, {word}: said anew", _changing(refusal(word)), "sent", RETELL)
            for word in refused
        ),
    ]


def _changing(answer: Response, times: int = 1) -> list[Meets]:
    return [Meets(Fault(answer=answer), method="chat.update")] * times


def _changes() -> list[Row]:
    cut = [Meets(Fault(cut="after"), method="chat.update")]
    none = "none there"  # nothing new: what stood was changed
    gone = ("message_not_found", "cant_update_message", "edit_window_closed")
    return [
        Row("a card anew, nothing", [], f"sent; {none}", UPDATE),
        Row(
            "a card anew, 429", _changing(rate_limited(30)), f"ready in 30 s; sent by call 2; {none}", UPDATE
        ),
        Row("a card anew, 500", _changing(Response("", 500)), f"{AGAIN}; {none}", UPDATE),
        Row("a card anew, cut short once it is done", cut, f"{AGAIN}; {none}", UPDATE),
        Row(
            "a card anew, invalid_blocks",
            _changing(refusal("invalid_blocks")),
            f"failed: refused.other invalid_blocks; {none}",
            UPDATE,
        ),
        *(
            Row(
                f"a card anew, {word}: another card is opened",
                _changing(refusal(word)),
                f"cancelled: superseded by the new card; {none}",
                UPDATE,
            )
            for word in gone[:2]
        ),
        Row(
            f"a card anew, {gone[2]}, while it is young",
            _changing(refusal(gone[2])),
            f"failed: refused.other {gone[2]}; {none}",
            UPDATE,
        ),
        *(
            Row(f"a mark, {word}", _changing(refusal(word)), f"failed: refused.other {word}; {none}", MARK)
            for word in (*gone, "a_word_nobody_foresaw")
        ),
        Row("a mark, 500", _changing(Response("", 500)), f"{AGAIN}; {none}", MARK),
    ]


def _asked() -> list[Row]:
    """What tells whether a post stands may fail as well, as may the question who reads the channel."""

    def reading(answer: Response, times: int) -> list[Meets]:
        return [Meets(Fault(answer=answer), method="conversations.replies")] * times

    lost = [Meets(Fault(cut="after"))]
    who = [Meets(Fault(answer=Response("", 500)), method="conversations.info")]
    shared = JSONResponse({"ok": True, "channel": {"id": ROOM, "is_ext_shared": True}})
    return [
        Row(
            "cut short once it is done; reading the thread meets 500 three times",
            lost + reading(Response("", 500), 3),
            FOUND,
            LINE,
        ),
        Row(
            "cut short once it is done; reading the thread meets 429 for an hour",
            lost + reading(rate_limited(30), 30),
            FOUND,
            LINE,
        ),
        Row(
            "cut short once it is done; reading the thread is missing_scope for ever",
            lost + reading(refusal("missing_scope"), ALWAYS),
            "unknown; still asked after three days",
            LINE,
        ),
        Row("who reads the channel meets 500", who, LATER, LINE),
        Row(
            "the channel is shared with another company, once",
            [Meets(Fault(answer=shared), method="conversations.info")],
            MENDED,
            LINE,
        ),
    ]


def _words(words: Iterable[str], becomes: str, carries: str) -> list[Row]:
    return [
        Row(f"200, ok false: {word or 'no word'}", answers(refusal(word)), becomes, carries) for word in words
    ]
