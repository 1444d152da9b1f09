"""Web addresses of the environment: their shape, and whether who must call ours can (T27, G3)."""

from collections.abc import Collection, Iterator
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from rulebook.faults import Fault
from rulebook.variables import VARIABLES

CLOCK: Final = "RELAIS_DEMO_CLOCK"
_WITHOUT: Final = {
    "Telegram": "TELEGRAM_MODE=polling",
    "WhatsApp": "no TWILIO_ variable",
    "Slack": "SLACK_MODE=socket",
}
"""What does away with the need to be called."""
_TELEGRAM_PORTS: Final = frozenset((443, 80, 88, 8443))
_PLATFORMS: Final = {"slack.com": "SLACK", "telegram.org": "TELEGRAM", "twilio.com": "TWILIO"}
_NOT_PUBLIC: Final = frozenset(("internal", "invalid", "lan", "local", "localdomain", "test"))
"""Last parts of names that are resolved within a house, or nowhere."""
_BARE: Final = {
    "PUBLIC_URL": "Relais serves its routes at its root",
    "TELEGRAM_API_URL": "/bot<token>/… follows",
    "TWILIO_API_URL": "/2010-04-01/… follows",
}


def split(value: str) -> SplitResult | None:
    """The address taken apart; None when it has no host, a foreign scheme or an impossible port."""
    try:
        url = urlsplit(value)
        usable = url.scheme in {"http", "https"} and url.hostname and url.port != 0 and "\\" not in value
    except ValueError:
        return None
    return url if usable else None


def on_loopback(url: SplitResult) -> bool:
    """Whether the address is this very machine."""
    host = _host(url)
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def shape_faults(name: str, value: str, write: str = "") -> Iterator[Fault]:
    """What is wrong with an address by itself; `write` is the correction of one that is none."""
    write = write or VARIABLES[name].write
    url = split(value)
    if url is None:
        yield Fault(name, "is not a web address", write)
    elif "@" in url.netloc or "?" in value or "#" in value:
        yield Fault(name, "holds a user name, a query or a fragment", f"{write}, and nothing after")
    elif fault := _path_fault(name, url.path) or _crossed(name, url):
        yield fault
    elif url.scheme == "http" and name != CLOCK and not on_loopback(url):
        yield Fault(name, "is http, which is for this machine alone", "write https://…")


def _path_fault(name: str, path: str) -> Fault | None:
    if name == "SLACK_API_URL":
        if path.rstrip("/").endswith("/api"):
            return None
        return Fault(name, "does not end in /api/", "write it with /api/ at its end: a method's name follows")
    if name == CLOCK or path in {"", "/"}:
        return None
    return Fault(name, "holds a path", f"write the host alone: {_BARE.get(name, _BARE['PUBLIC_URL'])}")


def _crossed(name: str, url: SplitResult) -> Fault | None:
    """An address of one platform where another's, or ours, must stand."""
    host = _host(url)
    owner = next((of for end, of in _PLATFORMS.items() if host == end or host.endswith(f".{end}")), "")
    if not owner or name.startswith(f"{owner}_"):
        return None
    ours = name == "PUBLIC_URL" or name not in VARIABLES
    write = "write the address by which Relais is reached" if ours else f"remove it, or write {name} anew"
    return Fault(name, f"is an address of {owner.title()}'s own", write)


def calling_faults(name: str, value: str, callers: Collection[str]) -> Iterator[Fault]:
    """Why the platforms that must call this address, whose shape is sound, never could."""
    url = split(value)
    if url is None or not callers:
        return
    if why := _unreachable(url):
        without = ", ".join(_WITHOUT[caller] for caller in callers)
        write = f"write https://your.name, or let nobody have to call: {without}"
        yield Fault(name, why.format(callers=listed(callers)), write)
    elif "Telegram" in callers and ":" in _host(url):
        what = "is an address of IPv6, which Telegram never calls"
        yield Fault(name, what, "write a name that leads to an IPv4 address, or TELEGRAM_MODE=polling")
    elif "Telegram" in callers and url.port is not None and url.port not in _TELEGRAM_PORTS:
        what = "has a port that Telegram never calls"
        yield Fault(name, what, "take 443, 80, 88 or 8443, or let Relais fetch: TELEGRAM_MODE=polling")


def listed(names: Collection[str]) -> str:
    """Names as a sentence holds them."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _unreachable(url: SplitResult) -> str:
    """Why nobody outside can call; empty when they can."""
    host = _host(url)
    if on_loopback(url):
        return "is this machine, which {callers} cannot call"
    try:
        is_outside = ip_address(host).is_global
    except ValueError:
        return _no_public_name(host)
    return "" if is_outside else "is an address of a private network, which {callers} cannot call"


def _no_public_name(host: str) -> str:
    if "_" in host:
        return "holds an underscore, and such a name is refused by {callers}"
    last = host.rpartition(".")[2]
    if "." not in host or last.isdigit() or last in _NOT_PUBLIC:
        return "is no public name, and {callers} cannot find it"
    return ""


def _host(url: SplitResult) -> str:
    return (url.hostname or "").rstrip(".")
