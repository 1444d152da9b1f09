"""The stand-in for Slack answering its Web API over real HTTP: strict, and with a memory that judges."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.slack import refusal
from sandbox.slack_arguments import SIGNATURES
from sandbox.wire import Fault

SPECS = Path(__file__).parents[1] / "specs" / "slack_web_methods.json"

if TYPE_CHECKING:
    from tests.sandbox.slack_house import House

pytest_plugins = ("tests.sandbox.slack_house",)

ROOM = "C0SAVINBOX"
LEA = "U0AGENTLEA"


def test_the_known_arguments_are_those_of_the_reference() -> None:
    reference = json.loads(SPECS.read_text("utf-8"))
    ours = {m: (set(s.required), set(s.required | s.optional), s.json) for m, s in SIGNATURES.items()}
    theirs = {
        m: (set(reference[m]["required"]), set(reference[m]["args"]), bool(reference[m]["json"]))
        for m in ours
    }
    assert ours == theirs


async def test_a_wrong_token_an_unknown_method_and_a_typo_are_refused(house: House) -> None:
    url = f"{house.slack.base_url}/api/auth.test"
    assert (await house.http.post(url)).json()["error"] == "not_authed"
    wrong = await house.http.post(url, headers={"Authorization": "Bearer xoxb-2"})
    assert wrong.json()["error"] == "invalid_auth"
    assert (await house.call("chat.unknown"))["error"] == "unknown_method"
    typo = await house.call("chat.postMessage", channel=ROOM, txt="x")
    assert (typo["error"], typo["response_metadata"]["messages"]) == (
        "invalid_arguments",
        ["[ERROR] no such argument: txt"],
    )
    assert (await house.call("auth.test"))["user_id"] == house.slack.bot_user_id


async def test_json_sent_to_a_method_that_reads_none_is_as_if_empty(house: House) -> None:
    assert (await house.call("conversations.info", channel=ROOM))["error"] == "invalid_arguments"
    assert (await house.ask("conversations.info", channel=ROOM))["channel"]["is_member"] is True


async def test_a_form_and_json_post_the_same_message(house: House) -> None:
    await house.raw(
        "chat.postMessage", data={"channel": ROOM, "text": "a", "blocks": json.dumps(house.blocks)}
    )
    await house.call("chat.postMessage", channel=ROOM, text="a", blocks=house.blocks)
    first, second = house.room.messages
    assert (first.text, first.blocks) == (second.text, second.blocks) == ("a", house.blocks)
    assert first.ts < second.ts  # the clock stood still


REFUSED_POSTS: list[tuple[dict[str, Any], str]] = [
    ({"channel": "C404", "text": "x"}, "channel_not_found"),
    ({"channel": "C0HIDDEN", "text": "x"}, "channel_not_found"),
    ({"channel": "C0PUBLIC", "text": "x"}, "not_in_channel"),
    ({"channel": "C0OLD", "text": "x"}, "is_archived"),
    ({"channel": ROOM}, "no_text"),
    ({"channel": ROOM, "text": "x", "thread_ts": "1.000000"}, "thread_not_found"),
    ({"channel": ROOM, "text": "x", "metadata": {"event_type": "t"}}, "invalid_metadata_format"),
    ({"channel": ROOM, "text": "x", "blocks": "{"}, "invalid_blocks_format"),
]


async def test_a_post_slack_would_refuse_is_refused_with_its_word_and_takes_no_effect(house: House) -> None:
    house.slack.add_channel("C0HIDDEN", "cache")
    house.slack.add_channel("C0PUBLIC", "general", private=False)
    house.slack.add_channel("C0OLD", "vieux", members=[house.slack.bot_user_id]).archived = True
    for arguments, error in REFUSED_POSTS:
        assert (await house.call("chat.postMessage", **arguments))["error"] == error
        call = house.slack.wire.calls[-1]
        assert (call.outcome, call.took_effect) == ("refused", False)
    assert house.room.messages == []


async def test_a_post_hangs_from_a_root_never_from_a_reply(house: House) -> None:
    root = await house.card()
    reply = await house.card(thread_ts=root)
    refused = await house.call("chat.postMessage", channel=ROOM, text="x", thread_ts=reply)
    assert refused["error"] == "cannot_reply_to_message"
    over = await house.call("chat.postMessage", channel=ROOM, text="x", blocks=[{"type": "divider"}] * 51)
    assert over["error"] == "invalid_blocks"


async def test_an_update_keeps_metadata_and_history_and_text_alone_removes_blocks(house: House) -> None:
    metadata = {"event_type": "card", "event_payload": {"outbox_id": "1"}}
    ts = await house.card(metadata=metadata)
    await house.call("chat.update", channel=ROOM, ts=ts, text="Marie, prise")
    message = house.room.messages[0]
    assert (message.text, message.blocks, message.metadata) == ("Marie, prise", [], metadata)
    assert [(old.text, old.blocks) for old in message.history] == [("Marie", house.blocks)]
    await house.call("chat.update", channel=ROOM, ts=ts, text="x", metadata={})
    assert message.metadata is None


async def test_an_update_is_refused_when_too_long_unknown_or_of_a_person(house: House) -> None:
    ts = await house.card()
    said = await house.slack.say(LEA, ROOM, "bonjour")
    cases = {"msg_too_long": (ts, "x" * 4001), "message_not_found": ("1.000000", "x")}
    for error, (at, text) in {**cases, "cant_update_message": (said.ts, "x")}.items():
        assert (await house.call("chat.update", channel=ROOM, ts=at, text=text))["error"] == error
    house.slack.wire.plan("chat.update", Fault(answer=refusal("edit_window_closed")))
    assert (await house.call("chat.update", channel=ROOM, ts=ts, text="x"))["error"] == "edit_window_closed"
    assert house.room.messages[0].history == []


async def test_threads_and_history_come_in_pages_and_show_metadata_when_asked(house: House) -> None:
    metadata = {"event_type": "line", "event_payload": {"outbox_id": "9"}}
    root = await house.card()
    other = await house.card()
    for n in range(4):
        more = {"metadata": metadata, "thread_ts": root}
        await house.call("chat.postMessage", channel=ROOM, text=str(n), **more)
    texts, cursor, pages = [], "", 0
    while cursor or not pages:
        page = await house.ask("conversations.replies", channel=ROOM, ts=root, limit=2, cursor=cursor)
        texts += [message["text"] for message in page["messages"]]
        cursor, pages = page["response_metadata"]["next_cursor"], pages + 1
    assert (texts, pages) == (["Marie", "0", "1", "2", "3"], 3)
    assert page["messages"][0]["metadata"] == {"event_type": "line"}
    read = {"channel": ROOM, "ts": root, "include_all_metadata": "true"}
    replies = (await house.ask("conversations.replies", **read))["messages"]
    assert (replies[1]["metadata"], replies[0]["reply_count"]) == (metadata, 4)
    history = (await house.call("conversations.history", channel=ROOM))["messages"]
    assert [message["ts"] for message in history] == [other, root]
    first = await house.call("conversations.history", channel=ROOM, limit=1)
    following = {"channel": ROOM, "limit": 1, "cursor": first["response_metadata"]["next_cursor"]}
    assert (await house.call("conversations.history", **following))["messages"][0]["ts"] == root


async def test_a_range_excludes_its_bounds_unless_inclusive(house: House) -> None:
    first, second = await house.card(), await house.card()
    bounds = {"channel": ROOM, "oldest": first, "latest": second}
    assert (await house.call("conversations.history", **bounds))["messages"] == []
    found = (await house.call("conversations.history", **bounds, inclusive=True))["messages"]
    assert [message["ts"] for message in found] == [second, first]
    assert (await house.call("conversations.history", channel=ROOM, cursor="?"))["error"] == "invalid_cursor"


MODAL = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Répondre"},
    "blocks": [{"type": "divider"}],
}


async def test_a_trigger_opens_one_view_within_three_seconds(house: House) -> None:
    await house.slack.command(LEA, "/reply")
    first = house.service.last["trigger_id"]
    too_long = {**MODAL, "title": {"type": "plain_text", "text": "x" * 25}}
    assert (await house.call("views.open", trigger_id=first, view=too_long))["error"] == "invalid_arguments"
    opened = await house.call("views.open", trigger_id=first, view=MODAL)
    assert house.slack.memory.views[opened["view"]["id"]].user == LEA
    assert (await house.call("views.open", trigger_id=first, view=MODAL))["error"] == "exchanged_trigger_id"
    assert (await house.call("views.open", trigger_id="1", view=MODAL))["error"] == "invalid_trigger_id"
    await house.slack.command(LEA, "/reply")
    house.now.at += 3.1
    late = await house.call("views.open", trigger_id=house.service.last["trigger_id"], view=MODAL)
    assert late["error"] == "expired_trigger_id"
    changing = {"view_id": opened["view"]["id"], "view": MODAL, "hash": opened["view"]["hash"]}
    assert (await house.call("views.update", **changing))["ok"] is True
    assert (await house.call("views.update", **changing))["error"] == "hash_conflict"
    home = {"type": "home", "blocks": []}
    assert (await house.call("views.publish", user_id=LEA, view=home))["view"]["type"] == "home"


async def test_rates_are_enforced_once_switched_on(house: House) -> None:
    house.slack.echo_events = False
    house.slack.rate_limits = True
    got = [await house.raw("chat.postMessage", json={"channel": ROOM, "text": str(n)}) for n in range(5)]
    assert [answer.status_code for answer in got] == [200] * 4 + [429]
    assert (got[4].headers["retry-after"], len(house.room.messages)) == ("1", 4)
    house.now.at += 1
    assert (await house.call("chat.postMessage", channel=ROOM, text="x"))["ok"] is True
    ts = house.room.messages[0].ts
    edits = [await house.raw("chat.update", json={"channel": ROOM, "ts": ts, "text": "x"}) for _ in range(51)]
    assert [answer.status_code for answer in edits] == [200] * 50 + [429]
    pages = [(await house.ask("conversations.replies", channel=ROOM, ts=ts))["ok"] for _ in range(51)]
    assert pages == [True] * 50 + [False]
    assert (await house.ask("conversations.history", channel=ROOM))["ok"], "each kind has its own rate"


async def test_people_members_and_groups_are_read_as_slack_shows_them(house: House) -> None:
    house.slack.add_user("U0GUEST", "invite", guest=True)
    person = (await house.ask("users.info", user=LEA, include_locale="true"))["user"]
    assert (person["locale"], person["is_restricted"]) == ("fr-FR", False)
    guest = (await house.ask("users.info", user="U0GUEST"))["user"]
    assert (guest["is_restricted"], "locale" in guest) == (True, False)
    assert (await house.ask("users.info", user="U404"))["error"] == "user_not_found"
    assert len((await house.ask("users.list"))["members"]) == 3
    page = await house.ask("conversations.members", channel=ROOM, limit=1)
    rest = {"channel": ROOM, "cursor": page["response_metadata"]["next_cursor"]}
    everyone = page["members"] + (await house.ask("conversations.members", **rest))["members"]
    assert set(everyone) == house.room.members
    group = {"usergroup": "S1"}
    assert (await house.ask("usergroups.users.list", **group))["error"] == "plan_upgrade_required"
    house.slack.memory.paid_plan, house.slack.memory.usergroups["S1"] = True, [LEA]
    assert (await house.ask("usergroups.users.list", **group))["users"] == [LEA]


async def test_a_file_is_uploaded_completed_once_and_shared_after_the_answer(house: House) -> None:
    root = await house.card()
    offered = await house.ask("files.getUploadURLExternal", filename="a.png", length=3)
    assert (await house.http.post(offered["upload_url"], content=b"xx")).status_code == 400
    assert (await house.http.post(offered["upload_url"], files={"f": b"abc"})).text == "OK - 3"
    wanted = {"files": [{"id": offered["file_id"]}], "channel_id": ROOM, "thread_ts": root}
    assert (await house.call("files.completeUploadExternal", **wanted))["ok"] is True
    assert (await house.call("files.completeUploadExternal", **wanted))["error"] == "file_not_found"
    await house.slack.settle()
    file = (await house.ask("files.info", file=offered["file_id"]))["file"]
    message = house.slack.thread(ROOM, root)[-1]
    assert file["shares"]["private"][ROOM] == [{"ts": message.ts, "thread_ts": root}]
    assert house.service.last["event"]["subtype"] == "file_share"
    assert (await house.http.get(file["url_private"])).headers["content-type"].startswith("text/html")
    assert (await house.http.get(file["url_private"], headers=house.token)).content == b"abc"


async def test_a_deleted_root_with_replies_leaves_a_tombstone_and_reactions_count_once(house: House) -> None:
    root = await house.card()
    reply = await house.card(thread_ts=root)
    mark = {"channel": ROOM, "timestamp": reply, "name": "white_check_mark"}
    assert (await house.call("reactions.add", **mark))["ok"] is True
    assert (await house.call("reactions.add", **mark))["error"] == "already_reacted"
    link = (await house.ask("chat.getPermalink", channel=ROOM, message_ts=reply))["permalink"]
    assert link.endswith(f"?thread_ts={root}&cid={ROOM}")
    await house.call("chat.delete", channel=ROOM, ts=root)
    shown = (await house.call("conversations.history", channel=ROOM))["messages"]
    assert [message["subtype"] for message in shown] == ["tombstone"]
    assert [message.ts for message in house.slack.thread(ROOM, root)] == [reply]
    await house.call("chat.delete", channel=ROOM, ts=reply)
    gone = await house.ask("conversations.replies", channel=ROOM, ts=root)
    assert gone["error"] == "thread_not_found"
