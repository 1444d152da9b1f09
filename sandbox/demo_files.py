"""The files and the environment of one run of the demo: everything the service finds when it starts."""

import fcntl
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from sandbox.scene import CHANNEL_ID, PUBLIC_URL, SENDER, TEAM, Secrets, Teammate
from sandbox.serving import LOOPBACK

RULES = "relais.toml"
DATABASE = "relais.db"
LOG = "service.log"
_LOCK = "demo.lock"
# What the service reads, and the proxies of the machine: the demo speaks to this machine alone.
_OURS = ("TELEGRAM_", "TWILIO_", "SLACK_", "RELAIS_")
_OUR_NAMES = {"DATABASE_URL", "PUBLIC_URL", "HOST", "PORT"}
_PROXIES = {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"}


@dataclass
class Folder:
    """A folder of this run alone, until `lock` is closed."""

    path: Path
    lock: TextIO

    @property
    def log(self) -> Path:
        return self.path / LOG

    @property
    def rules(self) -> Path:
        return self.path / RULES


def claim_folder(parent: Path) -> Folder:
    """`parent`/demo, or the next one (demo-2, …) while another demo runs in it; cleared of the last run."""
    number = 1
    while True:
        path = parent / ("demo" if number == 1 else f"demo-{number}")
        path.mkdir(parents=True, exist_ok=True)
        lock = (path / _LOCK).open("w", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            number += 1
            continue
        _clear(path)
        return Folder(path, lock)


def _clear(path: Path) -> None:
    """Delete what an earlier run wrote, and nothing else: the folder may hold what someone put there."""
    for old in (path / RULES, path / LOG, *path.glob(f"{DATABASE}*")):
        if old.is_file() or old.is_socket() or old.is_symlink():
            old.unlink(missing_ok=True)


def compose_rules(shipped: str) -> str:
    """The shipped rules, and the people of the demo: as an operator would write them. A file that the rules
    name stands beside them, and not here."""
    alone = re.sub(r"^(\s*evaluation\s*=)", r"# \1", shipped, flags=re.MULTILINE)
    people = "\n\n".join(_agent(one) for one in TEAM if one.role is not None)
    return f"{alone.rstrip()}\n\n\n# Les personnes de la démonstration.\n\n{people}\n"


def _agent(one: Teammate) -> str:
    teams = ", ".join(f'"{team}"' for team in one.teams)
    lines = ("[[agent]]", f'slack = "{one.id}"', f'name = "{one.first_name}"', f'role = "{one.role}"')
    return "\n".join((*lines, f"teams = [{teams}]"))


@dataclass(frozen=True)
class Addresses:
    """Where everybody listens, without a slash at the end."""

    telegram: str
    twilio: str
    slack: str
    page: str
    service_port: int

    @property
    def service(self) -> str:
        return f"http://{LOOPBACK}:{self.service_port}"

    def resolve(self, url: str) -> str:
        """The address to knock at for a public one."""
        return self.service + url.removeprefix(PUBLIC_URL) if url.startswith(PUBLIC_URL + "/") else url


def compose_environment(
    inherited: Mapping[str, str], keys: Secrets, addresses: Addresses, folder: Path
) -> dict[str, str]:
    """The child's environment: nothing of ours is inherited, so a real account is never reached.

    `folder` is relative to where the child starts.
    """
    kept = {name: value for name, value in inherited.items() if not _is_ours(name)}
    return kept | {
        "TELEGRAM_BOT_TOKEN": keys.telegram_token,
        "TELEGRAM_WEBHOOK_SECRET": keys.telegram_webhook,
        "TELEGRAM_API_URL": addresses.telegram,
        "TWILIO_ACCOUNT_SID": keys.twilio_account,
        "TWILIO_AUTH_TOKEN": keys.twilio_token,
        "TWILIO_WHATSAPP_FROM": SENDER,
        "TWILIO_API_URL": addresses.twilio,
        "SLACK_BOT_TOKEN": keys.slack_token,
        "SLACK_SIGNING_SECRET": keys.slack_signing,
        "SLACK_CHANNEL": CHANNEL_ID,
        "SLACK_API_URL": f"{addresses.slack}/api/",
        "DATABASE_URL": f"sqlite:///{(folder / DATABASE).as_posix()}",
        "PUBLIC_URL": PUBLIC_URL,
        "HOST": LOOPBACK,
        "PORT": str(addresses.service_port),
        "RELAIS_RULES": (folder / RULES).as_posix(),
        "RELAIS_DEMO_CLOCK": f"{addresses.page}/clock",
        "PYTHONUNBUFFERED": "1",
    }


def _is_ours(name: str) -> bool:
    upper = name.upper()
    return upper.startswith(_OURS) or upper in _OUR_NAMES or upper in _PROXIES
