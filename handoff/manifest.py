"""The definition of our Slack app, made from the registry, and what Slack would refuse in it.

Slack takes a definition whole or not at all, and its published schema lets through names that it then
refuses: they are looked for here.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from core.texts import Texts
from handoff.registry import COMMANDS, SHORTCUTS, UMBRELLA, Command

SCOPES: Final = ("commands", "chat:write", "users:read")
EVENTS: Final = (
    "app_uninstalled",
    "channel_id_changed",
    "channel_shared",
    "channel_unshared",
    "group_left",
    "member_joined_channel",
    "member_left_channel",
    "tokens_revoked",
    "user_change",
)
OF_PRIVATE: Final = (("groups:history", "groups:read"), "message.groups")
OF_PUBLIC: Final = (("channels:history", "channels:read"), "message.channels")

RESERVED: Final = frozenset(
    """archive away apps call collapse dm dnd expand feed feedback invite invite_people join keys leave me msg
    mute open pro prefs remind remove rename search shortcuts shrug star status topic unarchive who""".split()
)
"""Commands of Slack's own; one of them among ours and the whole definition is refused."""
LONGEST_NAME: Final = 35
MOST_COMMANDS: Final = 50
MOST_SHORTCUTS: Final = 5
NAME: Final = re.compile(r"/[a-z0-9_-]{1,31}")
SHOWN_HINT: Final = 60
"""Characters of a hint that Slack shows whole; it takes a thousand."""


def manifest(
    texts: Texts, language: str, *, name: str, url: str = "", public_channel: bool = False
) -> dict[str, Any]:
    """The definition; without a `url`, of an app that is reached by socket."""
    private_scopes, private_event = OF_PUBLIC if public_channel else OF_PRIVATE
    address = {"request_url": url} if url else {}
    events = {"bot_events": [private_event, *EVENTS]}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {"name": name},
        "features": {
            "app_home": {"messages_tab_enabled": True, "messages_tab_read_only_enabled": True},
            "bot_user": {"display_name": "relais", "always_online": True},
            "slash_commands": [
                _command(texts, language, command, spelling, url)
                for command in (*COMMANDS, UMBRELLA)
                for spelling in command.names
            ],
            "shortcuts": [_shortcut(texts, language, command) for command in SHORTCUTS.values()],
        },
        "oauth_config": {"scopes": {"bot": [*SCOPES, *private_scopes]}},
        "settings": {
            "event_subscriptions": address | events,
            "interactivity": {"is_enabled": True} | address,
            "org_deploy_enabled": False,
            "socket_mode_enabled": not url,
            "token_rotation_enabled": False,
        },
    }


def _command(texts: Texts, language: str, command: Command, spelling: str, url: str) -> dict[str, Any]:
    made = {
        "command": spelling,
        "description": texts.said(command.listed, language),
        "should_escape": command.escapes,
    }
    hint = {"usage_hint": texts.said(command.hint, language)} if command.takes else {}
    return made | hint | ({"url": url} if url else {})


def _shortcut(texts: Texts, language: str, command: Command) -> dict[str, Any]:
    return {
        "name": texts.said(f"shortcut.{command.verb}", language),
        "type": "message",
        "callback_id": command.shortcut,
        "description": texts.said(command.listed, language),
    }


def faults(made: Mapping[str, Any]) -> list[str]:
    """What Slack would refuse, or show cut short; empty when there is nothing."""
    features = made["features"]
    named = len(made["display_information"]["name"])
    unnamed = (
        [] if 1 <= named <= LONGEST_NAME else [f"the name of the app has 1 to {LONGEST_NAME} characters"]
    )
    return [*unnamed, *_of_commands(features["slash_commands"]), *_of_shortcuts(features["shortcuts"])]


def _of_commands(commands: list[Mapping[str, Any]]) -> Iterator[str]:
    names = [str(command["command"]) for command in commands]
    if len(names) > MOST_COMMANDS:
        yield f"{len(names)} commands: Slack takes {MOST_COMMANDS}"
    yield from (f"{name}: is there twice" for name in sorted(set(names)) if names.count(name) > 1)
    for command, name in zip(commands, names, strict=True):
        if not NAME.fullmatch(name):
            yield f"{name}: only small letters without accents, digits, - and _, 32 characters with the slash"
        if name.removeprefix("/") in RESERVED:
            yield f"{name}: is a command of Slack's own, which refuses the whole definition"
        if len(str(command.get("description", ""))) > 2000 or not command.get("description"):
            yield f"{name}: needs a description of 2000 characters at most"
        if len(str(command.get("usage_hint", ""))) > SHOWN_HINT:
            yield f"{name}: its hint is longer than {SHOWN_HINT} characters, and shown cut short"


def _of_shortcuts(shortcuts: list[Mapping[str, Any]]) -> Iterator[str]:
    if len(shortcuts) > MOST_SHORTCUTS:
        yield f"{len(shortcuts)} shortcuts on messages: Slack takes {MOST_SHORTCUTS}"
    for shortcut in shortcuts:
        if not 1 <= len(str(shortcut["name"])) <= 24:
            yield f"{shortcut['name']}: the name of a shortcut has 24 characters at most"
        if len(str(shortcut["description"])) > 150:
            yield f"{shortcut['name']}: the description of a shortcut has 150 characters at most"
