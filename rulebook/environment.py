"""Reads the environment. `check` says everything that is wrong; `build` trusts what was checked."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from core.domain.rules import Rules
from rulebook.addresses import CLOCK, calling_faults, listed, on_loopback, shape_faults, split
from rulebook.faults import Fault
from rulebook.notices import misspellings, standing_beside, useless
from rulebook.values import Secret, Settings, Slack, Telegram, Twilio
from rulebook.variables import VARIABLES, missing, shape_fault

_REQUIRED: Final = {
    "TELEGRAM": ("TELEGRAM_BOT_TOKEN",),
    "TWILIO": ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_WHATSAPP_FROM"),
    "SLACK": ("SLACK_BOT_TOKEN", "SLACK_CHANNEL"),
}
_NAMES: Final = {"TELEGRAM": "Telegram", "TWILIO": "WhatsApp", "SLACK": "Slack"}
_PAIRS: Final = (
    ("TWILIO_API_KEY_SID", "TWILIO_API_KEY_SECRET"),
    ("TWILIO_SHARED_KEY", "TWILIO_SHARED_KEY_SECRET"),
)
_URLS: Final = ("TELEGRAM_API_URL", "TWILIO_API_URL", "SLACK_API_URL", "PUBLIC_URL", CLOCK)


class Environment:
    """The variables that are ours and not empty: an empty one counts as absent."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.names = list(environ)
        self._values = {name: environ[name] for name in VARIABLES if environ.get(name)}

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def __getitem__(self, name: str) -> str:
        return self._values.get(name, VARIABLES[name].default)

    def given(self) -> list[str]:
        """The names that hold something, in the order of the table."""
        return list(self._values)

    def uses(self, prefix: str) -> bool:
        """Whether any variable of a channel is there: it is then on, or half configured."""
        return any(name.startswith(f"{prefix}_") for name in self._values)

    def secret(self, name: str) -> Secret:
        """A required secret."""
        return Secret(self[name])

    def secret_if_given(self, name: str) -> Secret | None:
        """An optional secret."""
        return Secret(self[name]) if name in self else None


def check(env: Environment) -> list[Fault]:
    """Every fault of the environment, in the order of the table of variables."""
    faults = [*_shapes(env), *_absent(env), *_addresses(env), *_refused(env), *_demo(env)]
    order = list(VARIABLES)
    return sorted(faults, key=lambda fault: order.index(fault.where))


def build(env: Environment, rules: Rules, rules_path: Path) -> Settings:
    """The settings, from an environment in which `check` found nothing."""
    return Settings(
        slack=_slack(env),
        public_url=env["PUBLIC_URL"].rstrip("/"),
        rules=rules,
        rules_path=rules_path,
        telegram=_telegram(env) if env.uses("TELEGRAM") else None,
        twilio=_twilio(env) if env.uses("TWILIO") else None,
        database=Path(env["DATABASE_URL"].removeprefix("sqlite:///")),
        host=env["HOST"],
        port=int(env["PORT"]),
        demo_clock=env[CLOCK] or None,
        notices=tuple(_notices(env)),
    )


def _notices(env: Environment) -> Iterator[Fault]:
    """What keeps nothing from working, and is hardly meant."""
    yield from misspellings(env.names)
    if "PUBLIC_URL" in env and not _callers(env):
        yield useless("PUBLIC_URL", "no platform calls Relais")
    used = {prefix: split(env[f"{prefix}_API_URL"]) for prefix in _REQUIRED if _is_on(env, prefix)}
    here = {f"{prefix}_API_URL": url is not None and on_loopback(url) for prefix, url in used.items()}
    yield from standing_beside(here)


def _is_on(env: Environment, prefix: str) -> bool:
    return prefix == "SLACK" or env.uses(prefix)


def _telegram(env: Environment) -> Telegram:
    return Telegram(
        token=env.secret("TELEGRAM_BOT_TOKEN"),
        webhook_secret=env.secret("TELEGRAM_WEBHOOK_SECRET") if _telegram_calls(env) else None,
        api_url=env["TELEGRAM_API_URL"].rstrip("/"),
    )


def _twilio(env: Environment) -> Twilio:
    return Twilio(
        account_sid=env["TWILIO_ACCOUNT_SID"],
        auth_token=env.secret("TWILIO_AUTH_TOKEN"),
        sender=env["TWILIO_WHATSAPP_FROM"],
        api_key_sid=env["TWILIO_API_KEY_SID"] or None,
        api_key_secret=env.secret_if_given("TWILIO_API_KEY_SECRET"),
        api_url=env["TWILIO_API_URL"].rstrip("/"),
        shared_key=env["TWILIO_SHARED_KEY"] or None,
        shared_key_secret=env.secret_if_given("TWILIO_SHARED_KEY_SECRET"),
    )


def _slack(env: Environment) -> Slack:
    return Slack(
        bot_token=env.secret("SLACK_BOT_TOKEN"),
        channel=env["SLACK_CHANNEL"],
        signing_secret=env.secret_if_given("SLACK_SIGNING_SECRET"),
        mode=env["SLACK_MODE"],
        app_token=env.secret_if_given("SLACK_APP_TOKEN"),
        api_url=env["SLACK_API_URL"].rstrip("/") + "/",
        ops_channel=env["SLACK_OPS_CHANNEL"],
    )


def _shapes(env: Environment) -> Iterator[Fault]:
    for name in env.given():
        if fault := shape_fault(name, env[name]):
            yield fault


def _absent(env: Environment) -> Iterator[Fault]:
    for prefix, names in _REQUIRED.items():
        if _is_on(env, prefix):
            yield from _absent_of(env, prefix, names)
    yield from _absent_of_telegram(env)
    if not env.uses("TELEGRAM") and not env.uses("TWILIO"):
        why = "at least one customer channel is required, Telegram or WhatsApp (the TWILIO_ variables)"
        yield missing("TELEGRAM_BOT_TOKEN", why, env.names)
    if "PUBLIC_URL" not in env and (callers := _callers(env)):
        why = f"{listed(callers.values())} must know where to call Relais"
        yield missing("PUBLIC_URL", why, env.names)
    yield from _absent_of_slack(env)
    for pair in _PAIRS:
        if len(given := [name for name in pair if name in env]) == 1:
            absent = next(name for name in pair if name not in env)
            yield missing(absent, f"{given[0]} is set and the two go together", env.names)


def _absent_of_telegram(env: Environment) -> Iterator[Fault]:
    """What each way of hearing Telegram needs, and no other has a use for."""
    name = "TELEGRAM_WEBHOOK_SECRET"
    if _telegram_calls(env) and name not in env:
        why = "Telegram sends it back with every update (or write TELEGRAM_MODE=polling)"
        yield missing(name, why, env.names)
    elif env["TELEGRAM_MODE"] == "polling" and _is_sound(env, name):
        what = "is set and TELEGRAM_MODE is polling, which has no use for it"
        yield Fault(name, what, "write TELEGRAM_MODE=webhook, or remove the secret")


def _is_sound(env: Environment, name: str) -> bool:
    return name in env and shape_fault(name, env[name]) is None


def _telegram_calls(env: Environment) -> bool:
    """Whether Telegram pushes updates to us, rather than being asked for them."""
    return env.uses("TELEGRAM") and env["TELEGRAM_MODE"] != "polling"


def _callers(env: Environment) -> dict[str, str]:
    """The platforms that call us, and must therefore know our address."""
    by_socket = env["SLACK_MODE"] == "socket"
    calls = {"TELEGRAM": _telegram_calls(env), "TWILIO": env.uses("TWILIO"), "SLACK": not by_socket}
    return {prefix: _NAMES[prefix] for prefix, does in calls.items() if does}


def _callers_outside(env: Environment) -> list[str]:
    """Those of them that are the real ones; a stand-in on this machine calls any address of it (G44)."""
    where = {prefix: split(env[f"{prefix}_API_URL"]) for prefix in _REQUIRED}
    return [name for prefix, name in _callers(env).items() if (url := where[prefix]) and not on_loopback(url)]


def _absent_of_slack(env: Environment) -> Iterator[Fault]:
    """What each way of hearing Slack needs, and no other has a use for."""
    if env["SLACK_MODE"] == "socket":
        if "SLACK_APP_TOKEN" not in env:
            yield missing("SLACK_APP_TOKEN", "SLACK_MODE is socket, which opens with it", env.names)
        if _is_sound(env, "SLACK_SIGNING_SECRET"):
            what = "is set and SLACK_MODE is socket, which has no use for it"
            yield Fault("SLACK_SIGNING_SECRET", what, "write SLACK_MODE=http, or remove the secret")
        return
    if "SLACK_SIGNING_SECRET" not in env:
        why = "Slack is required, and signs what it sends (SLACK_MODE is http)"
        yield missing("SLACK_SIGNING_SECRET", why, env.names)
    if _is_sound(env, "SLACK_APP_TOKEN"):
        what = "is set and SLACK_MODE is http, which has no use for it"
        yield Fault("SLACK_APP_TOKEN", what, "write SLACK_MODE=socket, or remove the token")


def _absent_of(env: Environment, prefix: str, names: tuple[str, ...]) -> Iterator[Fault]:
    door = _NAMES[prefix]
    why = (
        "Slack is required"
        if prefix == "SLACK"
        else f"{door} is half configured (to turn it off, remove every {prefix}_ variable)"
    )
    yield from (missing(name, why, env.names) for name in names if name not in env)


def _addresses(env: Environment) -> Iterator[Fault]:
    """What is wrong with each address; one whose shape is already told is left alone."""
    for name in _URLS:
        if name in env and not shape_fault(name, env[name]):
            faults = list(shape_faults(name, env[name]))
            if name == "PUBLIC_URL" and not faults:
                faults = list(calling_faults(name, env[name], _callers_outside(env)))
            yield from faults


def _refused(env: Environment) -> Iterator[Fault]:
    if env["DATABASE_URL"].startswith("postgres"):
        what = "PostgreSQL is not available in this version"
        yield Fault("DATABASE_URL", what, VARIABLES["DATABASE_URL"].write)


def _demo(env: Environment) -> Iterator[Fault]:
    """The demo's clock moves time, so nothing real may be reachable beside it."""
    if CLOCK not in env:
        return
    used = [f"{prefix}_API_URL" for prefix in _REQUIRED if _is_on(env, prefix)]
    for name in [CLOCK, *used]:
        url = split(env[name])
        if url and not on_loopback(url):
            what = f"the demo's clock is refused outside the demo: {name} is not on this machine"
            yield Fault(CLOCK, what, "remove RELAIS_DEMO_CLOCK")
