"""The Bot API's methods on the bot itself: who it is, its webhook, its commands and its descriptions."""

import json
import re
from dataclasses import dataclass
from typing import Any

from sandbox.telegram_arguments import Arguments, Method
from sandbox.telegram_memory import Json, Memory, RefusedError, Webhook, bad_request
from sandbox.telegram_updates import Updates

_LANGUAGE = re.compile(r"([a-z]{2})?")
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SECRET = re.compile(r"[A-Za-z0-9_-]*")
LONGEST_POLL = 50


@dataclass(frozen=True)
class Described:
    """A result beside which some methods put a `description`."""

    result: object
    description: str = ""

    @property
    def document(self) -> Json:
        return {"result": self.result} | ({"description": self.description} if self.description else {})


class AccountMethods:
    """Methods on the bot; each returns the `result` or raises `RefusedError`."""

    def __init__(self, memory: Memory, updates: Updates) -> None:
        self._memory = memory
        self._updates = updates
        self.commands: dict[tuple[str, str], list[Json]] = {}
        """The command lists, by scope type and language code."""
        self.longest_poll: float = LONGEST_POLL
        """Seconds that a question for updates may stay open."""
        self.descriptions: dict[tuple[str, str], str] = {}
        """By kind ("description", "short_description") and language code."""
        self.table: dict[str, Method] = {
            "getMe": self.get_me,
            "setWebhook": self.set_webhook,
            "deleteWebhook": self.delete_webhook,
            "getWebhookInfo": self.get_webhook_info,
            "getUpdates": self.get_updates,
            "setMyCommands": self.set_my_commands,
            "getMyCommands": self.get_my_commands,
            "setMyDescription": self.set_my_description,
            "setMyShortDescription": self.set_my_short_description,
        }

    async def get_me(self, arguments: Arguments) -> Json:  # noqa: ARG002 - one shape for all methods
        flags = {"can_join_groups": False, "can_read_all_group_messages": False}
        return self._memory.bot | flags | {"supports_inline_queries": False}

    async def set_webhook(self, arguments: Arguments) -> Described:
        if not arguments.get("url"):
            return await self.delete_webhook(arguments)
        asked = Webhook(
            arguments["url"],
            arguments.get("secret_token") or None,
            self._allowed(arguments),
            arguments.get("max_connections", 40),
        )
        _check_webhook(asked)
        if arguments.get("drop_pending_updates"):
            self._updates.forget()
        same = self._updates.webhook == asked
        self._updates.webhook = asked
        self._updates.allowed = asked.allowed_updates
        self._updates.push()
        return Described(True, "Webhook is already set" if same else "Webhook was set")

    def _allowed(self, arguments: Arguments) -> tuple[str, ...] | None:
        if "allowed_updates" not in arguments:
            return self._updates.allowed
        kinds: list[Any] = arguments["allowed_updates"]
        if not all(isinstance(kind, str) for kind in kinds):
            raise bad_request("expected an Array of String as allowed_updates")
        return tuple(kinds) or None

    async def delete_webhook(self, arguments: Arguments) -> Described:
        if arguments.get("drop_pending_updates"):
            self._updates.forget()
        was_set = self._updates.webhook is not None
        self._updates.webhook = None
        return Described(True, "Webhook was deleted" if was_set else "Webhook is already deleted")

    async def get_webhook_info(self, arguments: Arguments) -> Json:  # noqa: ARG002 - one shape for all methods
        updates = self._updates
        known: Json = {
            "url": updates.webhook.url if updates.webhook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(updates.pending),
        }
        if updates.webhook:
            known["max_connections"] = updates.webhook.max_connections
        if updates.allowed:
            known["allowed_updates"] = list(updates.allowed)
        if updates.last_error:
            known["last_error_date"] = int(updates.last_error[0])
            known["last_error_message"] = updates.last_error[1]
        return known

    async def get_updates(self, arguments: Arguments) -> list[Json]:
        if self._updates.webhook is not None:
            raise RefusedError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        self._updates.allowed = self._allowed(arguments)
        limit = min(max(arguments.get("limit", 100), 1), 100)
        patience = min(max(arguments.get("timeout", 0), 0), self.longest_poll)
        return await self._updates.fetch(arguments.get("offset", 0), limit, patience)

    async def set_my_commands(self, arguments: Arguments) -> bool:
        commands: list[Any] = arguments.get("commands", [])
        if len(commands) > 100:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            _check_command(command)
        self.commands[_scope(arguments), _language(arguments)] = commands
        return True

    async def get_my_commands(self, arguments: Arguments) -> list[Json]:
        return self.commands.get((_scope(arguments), _language(arguments)), [])

    async def set_my_description(self, arguments: Arguments) -> bool:
        return self._describe("description", arguments, 512)

    async def set_my_short_description(self, arguments: Arguments) -> bool:
        return self._describe("short_description", arguments, 120)

    def _describe(self, kind: str, arguments: Arguments, longest: int) -> bool:
        text = str(arguments.get(kind, ""))
        if len(text) > longest:
            raise bad_request(f"{kind} is too long")
        self.descriptions[kind, _language(arguments)] = text
        return True


def _check_webhook(asked: Webhook) -> None:
    asked.check()
    if not 1 <= asked.max_connections <= 100:
        raise bad_request("max_connections must be between 1 and 100")
    secret = asked.secret_token or ""
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")


def _check_command(command: object) -> None:
    if not isinstance(command, dict) or set(command) != {"command", "description"}:
        raise bad_request("strict: a command has exactly command and description")
    if not _COMMAND.fullmatch(str(command["command"])):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(str(command["description"])) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")


def _scope(arguments: Arguments) -> str:
    return json.dumps(arguments.get("scope", {"type": "default"}), sort_keys=True)


def _language(arguments: Arguments) -> str:
    language = str(arguments.get("language_code", ""))
    if not _LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    return language
