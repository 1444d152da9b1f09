"""Every sample of what Slack sends, re-signed for our clock, through real HTTP: what each becomes.

The table is the record: a status, the events that were kept, and what the person was told. Samples come in
this order into one town, so that what is heard twice shows.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.samples_seen import Group, saw
from tests.stories.forged import JSON, slack, without
from tests.stories.people import OnWhatsApp, sentence, waiting, words
from tests.stories.town import CHANNEL, HUGO, LEA, SOFIA, Town

FOLDER = Path(__file__).parents[1] / "payloads" / "slack"
NOT_REQUESTS = {
    "headers_retry": "headers alone: below, an event comes again under each",
    "response_url_bodies": "bodies that we post: test_slack_pushes.py posts each to the stand-in",
    "socket_mode_envelopes": "frames: test_socket.py plays them",
    "webapi_responses": "answers of the Web API: test_webapi_samples.py serves each",
    "manifest.http": "a definition: test_manifest.py holds it against the rules that ours must keep",
}
NAMES = {
    "T0SAVFR01": "T0RELAIS01",
    "C0SAVINBOX": CHANNEL,
    "U0AGENTLEA": LEA.id,
    "U0AGENTPAU": HUGO.id,
    "U0MGRNADIA": SOFIA.id,
    "B0BOTSAV01": "B0BOTRELAIS",
    "U0BOTSAV01": "U0BOTRELAIS",
    "A0SAVAPP01": "A0RELAIS01",
}
CARD = "1789996400.000100"
TEAMS = "support, finance, product, tech, sales, managers"
NOISE = {"Delivered", "DeliveryReported", "TimerRang"}


@dataclass(frozen=True)
class Row:
    """What became of a sample."""

    kept: str = ""
    """The event that is now in the journal, or the kind of what was put into quarantine."""
    told: str = ""
    """The beginning of what somebody was told, alone; `sent to` a customer is told in full."""
    form: str = ""
    """The form that opened."""
    read: str = ""
    """What the customer read of it, to the letter."""
    status: int = 200


UNKNOWN_BUTTON = Row(told=sentence("answers.unknown_button"))
UNKNOWN_COMMAND = Row(told=sentence("answers.unknown_command"))
SENT = sentence("answer.replied", customer="Marie Dupont", handle="marie", channel="WhatsApp")
NINE = "Bonjour,\n“votre commande” est prête.\n- retrait\n- livraison"
NOTHING = Row()
FORM_OPENED = Row(form="Répondre au client")
EXPECTED = {
    "block_actions_01_card_claim": UNKNOWN_BUTTON,
    "block_actions_02_in_thread_reply": UNKNOWN_BUTTON,
    "block_actions_03_ephemeral_choice": UNKNOWN_BUTTON,
    "block_actions_04_app_home_overflow": NOTHING,
    "block_suggestion_01_conv": NOTHING,
    "event_01_thread_note": Row("AgentNoted"),
    "event_02_thread_bang_command": Row(
        "AgentReplied",
        SENT,
        read="Bonjour Marie 👋🏼 voir le suivi (https://exemple.fr/suivi?a=1&b=2) & merci <3",
    ),
    "event_03_thread_with_mentions": Row("AgentNoted"),
    "event_04_file_share_in_thread": Row("Refused", sentence("bang.files")),
    "event_05_message_changed_by_human": Row("NoteEdited"),
    "event_06_message_changed_by_unfurl": NOTHING,
    "event_07_message_deleted": Row("NoteDeleted"),
    "event_08_thread_broadcast": Row("AgentNoted"),
    "event_09_own_bot_message_with_metadata": NOTHING,
    "event_10_other_bot_in_thread": NOTHING,
    "event_11_top_level_message": NOTHING,
    "event_12_reaction_added": NOTHING,
    "event_13_app_home_opened": NOTHING,
    "event_14_subteam_members_changed": NOTHING,
    "event_15_retry_http": NOTHING,
    "event_16_ext_shared_channel": Row("Refused"),
    "event_17_channel_id_changed": NOTHING,
    "event_18_url_verification": Row(told="3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"),
    "event_19_app_rate_limited": NOTHING,
    "message_action_01_reply_in_thread": FORM_OPENED,
    "slash_01_reply": Row("AgentReplied", SENT, read="Bonjour Marie, votre colis part demain 🚚 & merci <3"),
    "slash_02_reply_empty": FORM_OPENED,
    "slash_03_claim_name": Row(told=sentence("refuse.yours", customer="Marie Dupont")),
    "slash_04_transfer_escaped": UNKNOWN_COMMAND,
    "slash_05_transfer_unescaped": UNKNOWN_COMMAND,
    "slash_06_backlog_manager_dm": Row(told=sentence("backlog.unknown_team", words="hier", teams=TEAMS)),
    "slash_07_TRAP_word_payload": Row("AgentReplied", SENT, read="le payload a échoué"),
    "slash_08_wrong_channel_non_agent": Row(told=sentence("roster.unknown")),
    "slash_09_multiline_smart_quotes": Row("AgentReplied", SENT, read=NINE),
    "slash_10_ssl_check": NOTHING,
    "view_closed_01_reply": NOTHING,
    "view_submission_01_reply": Row(told=sentence("modal.stale")),
}
"""One line a sample; a button of another app's making is no more known than a command of one."""


def samples() -> list[str]:
    """Every request, in the order of the table."""
    return sorted(path.stem for path in FOLDER.glob("*.json") if path.stem not in NOT_REQUESTS)


class Player:
    """Plays samples in one town."""

    def __init__(self, place: Town, customer: OnWhatsApp) -> None:
        self.place = place
        self.customer = customer
        self.heard: set[str] = set()

    async def play(self, name: str) -> Row:
        """Post one, and look at everything that came of it."""
        slack_ = self.place.slack
        read = len(self.customer.received)
        told, forms = len(slack_.ephemerals), set(slack_.memory.views)
        body, kind = self._request(json.loads((FOLDER / f"{name}.json").read_text("utf-8")))
        answer = await slack(self.place, body, kind=kind).post(self.place)
        await self.place.settle()
        await self.place.service.door.settle()
        whispers = [words(one) for one in slack_.ephemerals[told:]]
        opened = [view for key, view in slack_.memory.views.items() if key not in forms]
        return Row(
            kept=", ".join(await self._kept()),
            told=next(iter([*whispers, _said(answer.content)]), "").partition("\n")[0],
            form=opened[0].content["title"]["text"] if opened else "",
            read="\n\n".join(self.customer.received[read:]),
            status=answer.status_code,
        )

    def _request(self, sample: dict[str, Any]) -> tuple[bytes, str]:
        """The body as Slack would send it here and now."""
        kind = sample["headers"]["Content-Type"]
        if sample["decoded"] is None:
            return sample["raw_body"].encode(), kind
        text = json.dumps(sample["decoded"])
        for theirs, ours in {**NAMES, CARD: self.place.cards[0].ts}.items():
            text = text.replace(theirs, ours)
        decoded = json.loads(text)
        self._freshen(decoded)
        if kind == JSON:
            return json.dumps(decoded).encode(), kind
        form = decoded if "command" in decoded else {"payload": json.dumps(decoded)}
        return urlencode(form).encode(), kind

    def _freshen(self, decoded: dict[str, Any]) -> None:
        """What Slack draws anew for each gesture: where to answer, and the trigger."""
        memory = self.place.slack.memory
        user = str(decoded.get("user_id") or (decoded.get("user") or {}).get("id"))
        if "response_url" in decoded:
            decoded["response_url"] = memory.hook_url(memory.new_hook(user, CHANNEL))
        if "trigger_id" in decoded:
            decoded["trigger_id"] = memory.new_trigger(user)

    async def _kept(self) -> tuple[str, ...]:
        rows = await self.place.rows("SELECT key, kind FROM journal UNION SELECT id, kind FROM quarantine")
        new = [row for row in rows if row["key"] not in self.heard and row["kind"] not in NOISE]
        self.heard |= {row["key"] for row in rows}
        return tuple(sorted(row["kind"] for row in new))


def _said(content: bytes) -> str:
    """What an answer itself says."""
    document = json.loads(content) if content else {}
    text = document.get("text") or next(iter(document.get("errors", {}).values()), "")
    return str(text or document.get("challenge", "")).replace("\u00a0", " ")


async def test_every_sample_becomes_what_the_table_says(
    place: Town, record_property: Callable[[str, object], None]
) -> None:
    player = Player(place, await waiting(place))
    await place.command(LEA, "/claim", "marie")
    await player._kept()
    seen = {name: await player.play(name) for name in samples()}
    for name, row in EXPECTED.items():
        saw(record_property, Group.SLACK_REQUESTS, name, as_expected=seen[name] == row)
    assert seen == EXPECTED


async def test_an_event_that_comes_again_is_heard_once_whatever_reason_slack_gives(
    place: Town, record_property: Callable[[str, object], None]
) -> None:
    player = Player(place, await waiting(place))
    sample = json.loads((FOLDER / "headers_retry.json").read_text("utf-8"))
    await player._kept()
    assert (await player.play("event_01_thread_note")).kept == "AgentNoted"
    before = await place.counts()
    body, kind = player._request(json.loads((FOLDER / "event_01_thread_note.json").read_text("utf-8")))
    reasons = [{**sample["headers"][-1], "x-slack-retry-reason": each} for each in sample["other_reasons"]]
    for headers in (*sample["headers"], *reasons):
        again = without(slack(place, body, kind=kind), **{k.replace("-", "_"): v for k, v in headers.items()})
        assert (await again.post(place)).status_code == 200
    await place.settle()
    gained = await place.counts() != before
    saw(record_property, Group.SLACK_PARTS, "headers_retry", as_expected=not gained)
    assert not gained


def test_no_sample_is_left_out() -> None:
    files = {path.name for path in FOLDER.iterdir()} - {"README.md"}
    listed = {f"{name}.json" for name in (*EXPECTED, *NOT_REQUESTS)} | {
        "manifest.http.yaml",
        "manifest.socket.yaml",
    }
    assert files == listed
