"""Whether Twilio lets us work: the account, the key, and where it brings what customers write."""

from typing import Final

import httpx

from bots.twilio_api import Hosts, NotRead, TwilioApi
from bots.twilio_console import Console
from core.checkup import Report, document
from core.clock import Clock

ACCOUNT: Final = "copy the Account SID and the Auth Token of the console's first page, start again"
KEY: Final = "make an API key (Account, API keys & tokens), set TWILIO_API_KEY_SID and _SECRET, start again"


async def check(
    report: Report,
    http: httpx.AsyncClient,
    *,
    account: tuple[str, str],
    key: tuple[str, str] | None,
    hosts: Hosts,
    sender: str,
    url: str,
    clock: Clock,
    transport: httpx.AsyncBaseTransport | None = None,
) -> None:
    """Ask Twilio. `account`: its SID and token; `key`: what makes the calls. Nothing is changed."""
    base = f"{hosts.api}/2010-04-01/Accounts/{account[0]}"
    answer = await report.ask(http, "Twilio", "GET", f"{base}.json", auth=account)
    if answer is None:
        return
    if not answer.is_success:
        report.mend("Twilio", f"refuses the account's token (status {answer.status_code})", ACCOUNT)
        return
    status = str(document(answer).get("status") or "active")
    if status == "active":
        report.fine("Twilio", "takes the account's token, and the account is active")
    else:
        report.mend("Twilio", f"the account is {status}", "look at the console: billing, or a suspension")
    if key is not None:
        asked = {"PageSize": "1", "To": sender}
        answer = await report.ask(
            http, "Twilio API key", "GET", f"{base}/Messages.json", params=asked, auth=key
        )
        if answer is not None and answer.is_success:
            report.fine("Twilio API key", "is taken")
        elif answer is not None:
            report.mend("Twilio API key", f"is refused (status {answer.status_code})", KEY)
            return
    api = TwilioApi(
        account_sid=account[0], credentials=key or account, hosts=hosts, budget="", transport=transport
    )
    try:
        await _webhook(report, Console(api=api, sender=sender, url=url, clock=clock), url)
    finally:
        await api.close()


async def _webhook(report: Report, console: Console, url: str) -> None:
    where = "Twilio webhook"
    try:
        trouble = await console.look()
    except NotRead as error:
        do = f"compare by hand: {url}, method POST, on the sender or its Messaging Service"
        report.note(where, f"could not be read ({error})", do)
        return
    if trouble:
        what, _, do = trouble.partition(": ")
        report.mend(where, what, do)
    else:
        report.fine(where, "leads here")
