"""Whether Slack lets us work: the token, its scopes, the channels, and the socket where there is one."""

from collections.abc import Collection
from typing import Final

import httpx

from core.checkup import Report, document
from handoff.manifest import OF_PRIVATE, OF_PUBLIC, SCOPES

TOKEN: Final = "copy the Bot User OAuth Token again (OAuth & Permissions), set SLACK_BOT_TOKEN, start again"  # noqa: S105 - a sentence
APP_TOKEN: Final = "make an app-level token with connections:write (Basic Information), set SLACK_APP_TOKEN"  # noqa: S105 - a sentence


async def check(
    report: Report,
    http: httpx.AsyncClient,
    *,
    api_url: str,
    token: str,
    channels: Collection[str],
    app_token: str = "",
) -> None:
    """Ask Slack. Nothing is posted, nothing is changed."""
    headers = {"Authorization": f"Bearer {token}"}
    answer = await report.ask(http, "Slack", "POST", f"{api_url}auth.test", headers=headers)
    if answer is None:
        return
    told = document(answer)
    if told.get("ok") is not True:
        report.mend("Slack", f"refuses the bot token ({told.get('error', answer.status_code)})", TOKEN)
        return
    report.fine("Slack", f"takes the bot token, in the workspace {told.get('team', '?')}")
    needed = set(SCOPES)
    for channel in sorted(channels):
        needed |= await _channel(report, http, api_url, headers, channel)
    _scopes(report, answer, needed)
    if app_token:
        await _socket(report, http, api_url, app_token)


async def _channel(
    report: Report, http: httpx.AsyncClient, api_url: str, headers: dict[str, str], channel: str
) -> set[str]:
    """The scopes that this kind of channel needs."""
    where = f"Slack channel {channel}"
    url = f"{api_url}conversations.info"
    answer = await report.ask(http, where, "GET", url, params={"channel": channel}, headers=headers)
    if answer is None:
        return set()
    told = document(answer)
    shown = told.get("channel")
    if told.get("ok") is not True or not isinstance(shown, dict):
        do = "check the channel's id, invite the app there, and give it the scopes of that kind of channel"
        report.mend(where, f"cannot be seen ({told.get('error', 'no answer')})", do)
        return set()
    if shown.get("is_archived"):
        report.mend(where, "is archived", "take it out of the archive, or write another one's id")
    elif not shown.get("is_member"):
        report.mend(where, "the app is not a member", "type /invite @relais there")
    elif shown.get("is_ext_shared"):
        do = "unshare it: until then nothing is posted there, and what waits leaves afterwards"
        report.mend(where, "is shared with another company, which reads it all", do)
    else:
        report.fine(where, "the app is a member, and nobody outside reads it")
    return set(OF_PRIVATE[0] if shown.get("is_private") else OF_PUBLIC[0])


def _scopes(report: Report, answer: httpx.Response, needed: set[str]) -> None:
    said = answer.headers.get("x-oauth-scopes")
    if said is None:
        report.note("Slack scopes", "Slack did not tell them", "compare them with `relais slack manifest`")
        return
    missing = sorted(needed - {scope.strip() for scope in said.split(",")})
    if missing:
        do = "add them (OAuth & Permissions), install the app again, and set its new token"
        report.mend("Slack scopes", f"{', '.join(missing)} missing", do)
    else:
        report.fine("Slack scopes", f"all {len(needed)} are there")


async def _socket(report: Report, http: httpx.AsyncClient, api_url: str, app_token: str) -> None:
    headers = {"Authorization": f"Bearer {app_token}"}
    url = f"{api_url}apps.connections.open"
    answer = await report.ask(http, "Slack socket", "POST", url, headers=headers)
    if answer is None:
        return
    told = document(answer)
    if told.get("ok") is True:
        report.fine("Slack socket", "may be opened")
    else:
        report.mend("Slack socket", f"is refused ({told.get('error', answer.status_code)})", APP_TOKEN)
