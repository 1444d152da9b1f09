"""One message to one Telegram chat: its keyboards, and how the call ended.

The library's errors are told apart by their exact type and by what caused them: a refusal (`BadRequest`) is a
`NetworkError` to it, and whoever tries that class again repeats refusals and doubles messages.
"""

from collections.abc import Mapping
from typing import Any

import httpx
import structlog
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, TimedOut

from bots.telegram_messages import tap_data
from bots.telegram_request import TooManyRequests
from core.jobs import CallEnding, Refused, Retry, Unknown

log = structlog.get_logger("telegram")

LONGEST_TAP = 64
"""Bytes of what a button sends back (G18)."""
SHORT_LABEL = 12
"""Two labels of at most so many characters stand side by side."""
LOCKED_OUT_PAUSE = 60.0
"""Seconds between two tries while the operator mends the token. Nothing is lost meanwhile."""
LOCKED_OUT = "refused.credentials"
LONG_PAUSE = 30.0
"""Seconds; whoever is asked to wait so long is asked so for the whole bot."""
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
"""The request never left: it surely did not take effect."""
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

Payload = Mapping[str, Any]
Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove


async def send(bot: Bot, payload: Payload, budget: str, bots_budget: str) -> str:
    """Send one text as it is, without any markup language (G35), and return its message id.

    `budget` is the name of the chat's own budget, `bots_budget` of the bot's: Telegram may close either.

    Raises:
        CallEnding: any other ending.
    """
    markup = markup_of(payload)
    try:
        try:
            sent = await _send_to(bot, int(payload["to"]), payload["text"], markup)
        except ChatMigrated as moved:
            # A definite refusal that says where the chat is now: nothing was sent yet (G21).
            sent = await _send_to(bot, moved.new_chat_id, payload["text"], markup)
    except Exception as error:
        raise ending_of(error, budget, bots_budget) from error
    return str(sent.message_id)


async def _send_to(bot: Bot, chat_id: int, text: str, markup: Markup | None) -> Message:
    return await bot.send_message(chat_id, text, reply_markup=markup, link_preview_options=NO_PREVIEW)


def markup_of(payload: Payload) -> Markup | None:
    """The keyboard under a message, if it has one; the phone's goes away with the next message (G31).

    Raises:
        Refused: a button would send back more than Telegram carries.
    """
    if labels := payload.get("asks_phone"):
        return _phone_keyboard(labels)
    if choices := payload.get("choices"):
        return InlineKeyboardMarkup(_rows(payload.get("prompt", ""), choices))
    return ReplyKeyboardRemove() if payload.get("clears_keyboard") else None


def ending_of(error: Exception, budget: str, bots_budget: str) -> CallEnding:
    """What an error of the library says about the call."""
    kind = type(error)
    if isinstance(error, TooManyRequests):
        closed = bots_budget if error.after >= LONG_PAUSE else budget
        return Retry("too many requests", after=error.after, blocks=closed)
    if kind in {NetworkError, TimedOut} and isinstance(error.__cause__, NOT_SENT):
        return Retry(type(error.__cause__).__name__)
    if kind is Conflict:
        return Retry("conflict")
    if kind is InvalidToken:
        log.error("token_refused")
        return Retry("token refused", after=LOCKED_OUT_PAUSE, reason=LOCKED_OUT)
    return _refusal(error) or Unknown(kind.__name__)


def _refusal(error: Exception) -> Refused | None:
    """Telegram's own words are the only thing that tells its refusals apart."""
    words = str(error).lower()
    if type(error) is Forbidden:
        return Refused("refused.blocked" if "blocked" in words else "refused.chat_gone", "403")
    if type(error) is ChatMigrated:
        return Refused("refused.chat_gone", "400")
    if type(error) is not BadRequest:
        return None
    if "chat not found" in words:
        return Refused("refused.chat_gone", "400")
    return Refused("refused.too_long" if "message is too long" in words else "refused.content", "400")


def _phone_keyboard(labels: Mapping[str, str]) -> ReplyKeyboardMarkup:
    """Telegram offers the phone on a reply keyboard only, never under the message (G29)."""
    share = KeyboardButton(labels["share"], request_contact=True)
    others = [KeyboardButton(labels["skip"]), KeyboardButton(labels["way_out"])]
    return ReplyKeyboardMarkup([[share], others], resize_keyboard=True, one_time_keyboard=True)


def _rows(prompt: str, choices: list[Mapping[str, str]]) -> list[list[InlineKeyboardButton]]:
    """One choice a row, two short ones side by side."""
    rows: list[list[InlineKeyboardButton]] = []
    for choice in choices:
        button = _button(prompt, choice)
        beside = rows[-1] if rows else []
        if len(beside) == 1 and len(beside[0].text) <= SHORT_LABEL and len(button.text) <= SHORT_LABEL:
            beside.append(button)
        else:
            rows.append([button])
    return rows


def _button(prompt: str, choice: Mapping[str, str]) -> InlineKeyboardButton:
    tapped = tap_data(prompt, choice["id"])
    if len(tapped.encode()) > LONGEST_TAP:
        raise Refused("refused.content", "callback_data")
    return InlineKeyboardButton(choice["label"], callback_data=tapped)
