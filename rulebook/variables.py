"""Every variable of the environment: its shape, and the sentence for whoever wrote another one."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from rulebook.faults import Fault
from rulebook.values import SLACK_API, TELEGRAM_API, TWILIO_API

_ANY: Final = r"(?s:.+)"
_URL: Final = "write an address such as https://relais.example.fr"


@dataclass(frozen=True)
class Variable:
    """The shape of one variable, and what to write in it. `spaces` is true where a space can be meant."""

    shape: str
    write: str
    default: str = ""
    spaces: bool = False


VARIABLES: Final[dict[str, Variable]] = {
    "TELEGRAM_BOT_TOKEN": Variable(
        r"\d+:[A-Za-z0-9_-]{20,}", "copy the token BotFather gave: digits, a colon, then about 35 characters"
    ),
    "TELEGRAM_WEBHOOK_SECRET": Variable(
        r"[A-Za-z0-9_-]{16,256}", "write 16 to 256 letters without accents, digits, _ or -, chosen at random"
    ),
    "TELEGRAM_API_URL": Variable(_ANY, _URL, TELEGRAM_API),
    "TELEGRAM_MODE": Variable(r"webhook|polling", "write webhook or polling", "webhook"),
    "TWILIO_ACCOUNT_SID": Variable(
        r"AC[A-Za-z0-9]{32}", "copy the Account SID of the Twilio console: AC, then 32 characters"
    ),
    "TWILIO_AUTH_TOKEN": Variable(
        r"[!-~]{16,}", "copy the Auth Token of the Twilio console, all 32 characters"
    ),
    "TWILIO_API_KEY_SID": Variable(
        r"SK[A-Za-z0-9]{32}", "copy the SID of the API key: SK, then 32 characters"
    ),
    "TWILIO_API_KEY_SECRET": Variable(r"[!-~]{16,}", "copy the secret shown when the API key was created"),
    "TWILIO_SHARED_KEY": Variable(
        r"[A-Za-z0-9_-]{4,128}", "copy the key's id as Twilio shows it: webhooks_sharedkey_, then letters"
    ),
    "TWILIO_SHARED_KEY_SECRET": Variable(
        r"[!-~]{16,}", "copy the secret shown when the shared key was created"
    ),
    "TWILIO_WHATSAPP_FROM": Variable(
        r"whatsapp:\+[1-9]\d{6,14}", "write the sender as whatsapp:+33612345678, country code first, no space"
    ),
    "TWILIO_API_URL": Variable(_ANY, _URL, TWILIO_API),
    "SLACK_BOT_TOKEN": Variable(
        r"xoxb-[A-Za-z0-9-]{8,}",
        "copy the Bot User OAuth Token of the Slack app, which starts with xoxb-",
    ),
    "SLACK_SIGNING_SECRET": Variable(
        r"[!-~]{16,}", "copy the Signing Secret of the Slack app (Basic Information), 32 characters"
    ),
    "SLACK_MODE": Variable(r"http|socket", "write http or socket", "http"),
    "SLACK_APP_TOKEN": Variable(
        r"xapp-[A-Za-z0-9-]{8,}", "copy the app-level token of the Slack app, which starts with xapp-"
    ),
    "SLACK_API_URL": Variable(_ANY, _URL, SLACK_API),
    "SLACK_CHANNEL": Variable(
        r"[CG][A-Z0-9]{2,}",
        "write the channel's id, not its name: C or G, then capitals and digits (last line of its details)",
    ),
    "SLACK_OPS_CHANNEL": Variable(
        r"[CG][A-Z0-9]{2,}",
        "write the id of the operators' channel, not its name, or remove it to use SLACK_CHANNEL",
    ),
    "DATABASE_URL": Variable(
        r"sqlite:///(?!:memory:)[^?#]*[^?#/]|postgres(ql)?(\+\w+)?://.*",
        "write sqlite:///var/relais.db (three slashes: relative to where Relais starts, four: absolute)",
        "sqlite:///var/relais.db",
        spaces=True,
    ),
    "PUBLIC_URL": Variable(_ANY, _URL),
    "HOST": Variable(
        r"[A-Za-z0-9.:-]+", "write the address to listen on, such as 127.0.0.1 or 0.0.0.0", "127.0.0.1"
    ),
    "PORT": Variable(
        r"[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5]",
        "write a whole number from 1 to 65535",
        "8080",
    ),
    "RELAIS_RULES": Variable(_ANY, "write the path of the rules file", "relais.toml", spaces=True),
    "RELAIS_DEMO_CLOCK": Variable(_ANY, "remove it: `relais demo` sets it itself"),
}

_STRAY: Final = re.compile(r"[\s\"'`«»‘’“”\u200b\ufeff]")
_STRAY_AT_ENDS: Final = re.compile(r"^[\s\"'`]|[\s\"'`]\Z|\n")


def shape_fault(name: str, value: str) -> Fault | None:
    """What is wrong with the shape of a variable's value, which the sentence never repeats."""
    variable = VARIABLES[name]
    if (_STRAY_AT_ENDS if variable.spaces else _STRAY).search(value):
        return Fault(name, "holds a space, a quote or a line break", "paste it again without")
    if not re.fullmatch(variable.shape, value, re.ASCII):
        return Fault(name, "does not have the expected shape", variable.write)
    return None


def missing(name: str, why: str, others: list[str]) -> Fault:
    """A variable that must be there; `others` are the names the environment holds, for a misspelling."""
    close = get_close_matches(name, [other for other in others if other not in VARIABLES], n=1, cutoff=0.8)
    hint = f" ({close[0]} is set: is it a misspelling?)" if close else ""
    return Fault(name, f"is missing{hint}: {why}", VARIABLES[name].write)
