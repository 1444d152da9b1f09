"""Whether Telegram lets us work: the token, and how updates are to reach us."""

from typing import Final

import httpx

from bots.telegram_setup import UPDATES
from core.checkup import Report, document

TOKEN: Final = "take the token that @BotFather shows, set TELEGRAM_BOT_TOKEN, start again"  # noqa: S105 - a sentence

ASKED_FOR: Final = {"message_reaction"}
"""Of what we need, what only an explicit list brings."""


async def check(report: Report, http: httpx.AsyncClient, *, api_url: str, token: str, url: str) -> None:
    """Ask Telegram. `url`: where it is to bring updates; empty: they are fetched. Nothing is changed."""
    base = f"{api_url}/bot{token}"
    answer = await report.ask(http, "Telegram", "POST", f"{base}/getMe")
    if answer is None:
        return
    me = document(answer).get("result")
    if not answer.is_success or not isinstance(me, dict):
        report.mend("Telegram", f"refuses the token (status {answer.status_code})", TOKEN)
        return
    report.fine("Telegram", f"takes the token of @{me.get('username', '?')}")
    if me.get("can_join_groups"):
        report.note("Telegram", "the bot may be put into groups", "turn Allow Groups off at @BotFather")
    answer = await report.ask(http, "Telegram webhook", "POST", f"{base}/getWebhookInfo")
    if answer is None:
        return
    told = document(answer).get("result")
    if not answer.is_success or not isinstance(told, dict):
        what = f"Telegram does not say how it is set (status {answer.status_code})"
        report.mend("Telegram webhook", what, "look at TELEGRAM_API_URL and any proxy on the way")
        return
    _webhook(report, url, str(told.get("url") or ""), told)


def _webhook(report: Report, ours: str, there: str, told: dict[str, object]) -> None:
    where = "Telegram webhook"
    pending = told.get("pending_update_count", 0)
    if not ours and not there:
        report.fine(where, f"none, as it must be: updates are fetched; {pending} wait")
    elif not ours:
        do = "start Relais, which removes it, and find out which other installation uses this bot"
        report.mend(where, "is set, and TELEGRAM_MODE is polling: nothing can be fetched", do)
    elif not there:
        report.mend(where, "is not set", "start Relais, which sets it, and look here again")
    elif there != ours:
        do = f"start Relais, which sets {ours}; another installation may use this bot: stop that one"
        report.mend(where, "leads to another address", do)
    elif told.get("last_error_message") and pending:
        what = f"{pending} updates wait: {told.get('last_error_message')}"
        report.mend(where, what, "mend what it says: the proxy, the certificate, or Relais itself")
    elif missing := [kind for kind in UPDATES if kind not in _allowed(told)]:
        do = "start Relais, which asks for them; another installation may use this bot: stop that one"
        report.mend(where, f"does not bring {', '.join(missing)}", do)
    else:
        report.fine(where, f"leads here; {pending} wait")


def _allowed(told: dict[str, object]) -> list[object]:
    """The kinds that are brought; Telegram leaves them out where it brings its usual ones (G10)."""
    allowed = told.get("allowed_updates")
    return allowed if isinstance(allowed, list) else [kind for kind in UPDATES if kind not in ASKED_FOR]
