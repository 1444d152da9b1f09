"""The one reader of the environment and of the rules file. Everything is checked before anything starts.

Everyone else receives what `load` returns: nothing in the house reads a variable or the rules file itself.
"""

from collections.abc import Collection, Mapping
from pathlib import Path

from core.domain.rules import Rules
from rulebook import addresses, environment
from rulebook.faults import Fault, SettingsFaults
from rulebook.rules_file import read_rules
from rulebook.text_places import text_lines
from rulebook.values import Secret, Settings, Slack, Telegram, Twilio

__all__ = [
    "Fault", "Secret", "Settings", "SettingsFaults", "Slack", "Telegram", "Twilio", "load", "load_rules",
    "public_address_faults", "text_lines",
]  # fmt: skip


def load(environ: Mapping[str, str], rules_file: Path | None = None) -> Settings:
    """Reads and checks everything. `rules_file` wins over RELAIS_RULES.

    Raises SettingsFaults with every fault at once: the environment's first, then the file's by line.
    """
    env = environment.Environment(environ)
    path = rules_file or Path(env["RELAIS_RULES"])
    rules, faults = read_rules(path, env["SLACK_CHANNEL"])
    faults = [*environment.check(env), *faults]
    if faults or rules is None:
        raise SettingsFaults(faults)
    return environment.build(env, rules, path)


def load_rules(path: Path, default_place: str = "") -> Rules:
    """Reads and checks the rules file alone; a team without a channel works in `default_place`.

    Raises SettingsFaults with every fault at once, by line.
    """
    rules, faults = read_rules(path, default_place)
    if faults or rules is None:
        raise SettingsFaults(faults)
    return rules


def public_address_faults(where: str, value: str, callers: Collection[str]) -> list[Fault]:
    """What is wrong with an address of ours that the `callers` must call, told of the option `where`."""
    write = "write an address such as https://relais.example.fr"
    faults = list(addresses.shape_faults(where, value, write))
    return faults or list(addresses.calling_faults(where, value, callers))
