"""What the demo's page shows, as one JSON document read from the memories of the stand-ins and nowhere else.

Texts are passed on as they are: the page puts them on the screen as text, never as markup.
"""

from typing import Any

from sandbox.scene import CHANNEL_ID, TEAM, Scene
from sandbox.slack import Ephemeral
from sandbox.slack import Message as SlackMessage
from sandbox.slack_memory import View
from sandbox.telegram import Chat
from sandbox.telegram import Message as TelegramMessage
from sandbox.twilio import MessageRecord, Person

Json = dict[str, Any]


def snapshot(scene: Scene) -> Json:
    """Everything on the three platforms, and the time that passes in the demo."""
    return {
        "clock": {"now": scene.clock(), "offset_seconds": scene.clock.offset_seconds},
        "whatsapp": [_whatsapp(scene, person) for person in scene.twilio.persons],
        "telegram": [_telegram(chat) for chat in scene.telegram.chats.values()],
        "slack": _slack(scene),
    }


def _whatsapp(scene: Scene, person: Person) -> Json:
    return {
        "id": person.user_id,
        "name": person.profile_name,
        "phone": person.phone,
        "window_open": scene.twilio.memory.window_open(person.address),
        "messages": [_record(one) for one in scene.twilio.conversation(person)],
    }


def _record(record: MessageRecord) -> Json:
    return {
        "id": record.sid,
        "mine": record.direction == "inbound",
        "text": record.body,
        "at": record.date_created,
        "status": record.status,
        "error": record.error_code,
        "buttons": record.buttons,
        "files": len(record.media_urls),
        "typing": record.typing,
    }


def _telegram(chat: Chat) -> Json:
    return {
        "id": str(chat.id),
        "name": " ".join(filter(None, (chat.first_name, chat.last_name))),
        "phone": chat.phone,
        "blocked": chat.blocked,
        "messages": [_bubble(one) for one in chat.messages if not one.deleted],
        "keyboard": _reply_keyboard(chat),
        "notice": _notice(chat),
    }


def _bubble(message: TelegramMessage) -> Json:
    document = message.document
    return {
        "id": message.message_id,
        "mine": not message.outgoing,
        "text": message.text,
        "entities": document.get("entities", document.get("caption_entities", [])),
        "at": document["date"],
        "edited": any(each.get("text") != document.get("text") for each in message.earlier),
        "rows": document.get("reply_markup", {}).get("inline_keyboard", []),
        "contact": document.get("contact", {}).get("phone_number"),
        "files": int(bool({"photo", "document", "voice", "video", "sticker"} & document.keys())),
    }


def _reply_keyboard(chat: Chat) -> list[list[Json]]:
    rows: list[list[Json]] = (chat.keyboard or {}).get("keyboard", [])
    return rows


def _notice(chat: Chat) -> Json | None:
    """What the last press was answered, as the little notice Telegram shows."""
    if not chat.presses or not chat.presses[-1].answers:
        return None
    said = chat.presses[-1].answers[-1].get("text")
    return {"id": chat.presses[-1].query_id, "text": said} if said else None


def _slack(scene: Scene) -> Json:
    slack = scene.slack
    channel = slack.channels[CHANNEL_ID]
    return {
        "channel": {"id": channel.id, "name": channel.name},
        "users": {user.id: user.real_name for user in slack.users.values()},
        "team": [{"id": one.id, "name": one.first_name, "note": one.note} for one in TEAM],
        "messages": [_line(one) for one in channel.messages if not one.deleted],
        "direct": {
            each.id: [_line(one) for one in each.messages if not one.deleted]
            for each in slack.channels.values()
            if each.direct
        },
        "ephemerals": [_whisper(one) for one in slack.ephemerals if not one.deleted],
        "forms": [_form(one) for one in slack.memory.views.values() if one.is_open],
    }


def _line(message: SlackMessage) -> Json:
    files = message.extra.get("files") or []
    return {
        "ts": message.ts,
        "user": message.user,
        "bot": message.bot_id is not None,
        "name": message.username,
        "text": message.text,
        "blocks": message.blocks,
        "thread_ts": message.thread_ts,
        "reply": message.is_reply,
        "broadcast": message.reply_broadcast,
        "edited": message.edited_ts is not None,
        "files": [str(each.get("name") or "fichier") for each in files if isinstance(each, dict)],
        "reactions": message.reactions,
    }


def _form(view: View) -> Json:
    return {
        "id": view.id,
        "user": view.user,
        "hash": view.hash,
        "typed": view.typed,
        "errors": view.errors,
        **{part: (view.content.get(part) or {}).get("text", "") for part in ("title", "submit", "close")},
        "blocks": view.content["blocks"],
    }


def _whisper(shown: Ephemeral) -> Json:
    return {
        "ts": shown.ts,
        "user": shown.user,
        "channel": shown.channel,
        "thread_ts": shown.thread_ts,
        "text": shown.text,
        "blocks": shown.blocks,
    }
