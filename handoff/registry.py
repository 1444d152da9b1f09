"""Every verb of the team in one place: its names, who may use it, what it takes, where it can be called from.

Dispatch, help, the umbrella `/sav`, `!verbs`, shortcuts, the manifest and the table of `docs/commands.md` are
all made from here.
"""

from dataclasses import dataclass
from enum import StrEnum

from core.domain.rules import Agent
from core.domain.words import fold


class Who(StrEnum):
    """Who may use a verb; whose conversation it is, is looked at when it is decided."""

    TEAM = "team"
    OWNER = "owner"
    """Whoever owns the conversation, and managers."""
    REFERENT = "referent"
    """Whoever looks after the knowledge base, and managers."""
    MANAGER = "manager"

    def includes(self, agent: Agent) -> bool:
        """Whether somebody may use it at all."""
        if self is Who.MANAGER:
            return agent.is_manager
        return agent.is_referent or self is not Who.REFERENT


@dataclass(frozen=True)
class Command:
    """One verb. `names` are the slash commands, English first; the first French one is said to agents."""

    verb: str
    names: tuple[str, ...]
    takes: bool = False
    """Whether words may follow it; a key of the catalogue says which."""
    who: Who = Who.TEAM
    short: tuple[str, ...] = ()
    """More words that mean it after `!` and `/sav`."""
    is_modal: bool = False
    """Without words it opens a form, which the card's buttons open too."""
    shortcut: str = ""
    """The callback id of its shortcut on a message; empty where it has none."""
    escapes: bool = False
    """Whether Slack turns names into ids before it hands the words over: never for what customers read."""

    @property
    def described(self) -> str:
        """The key of its line in the help."""
        return f"help.{self.verb}"

    @property
    def listed(self) -> str:
        """The key of its line in Slack's own list of commands."""
        return f"command.{self.verb}"

    @property
    def hint(self) -> str:
        """The key of what may follow it, as Slack shows it; empty when nothing may."""
        return f"hint.{self.verb}" if self.takes else ""

    @property
    def words(self) -> tuple[str, ...]:
        """What means it after `!` and `/sav`."""
        return (*(name.removeprefix("/") for name in self.names), *self.short)


COMMANDS = (
    Command("claim", ("/claim", "/prendre"), takes=True),
    Command("reply", ("/reply", "/repondre"), takes=True, short=("r",), is_modal=True, shortcut="sc_reply"),
    Command(
        "resolve",
        ("/resolve", "/resoudre"),
        takes=True,
        who=Who.OWNER,
        is_modal=True,
        shortcut="sc_resolve",
    ),
    Command("note", ("/note", "/noter"), takes=True, is_modal=True, shortcut="sc_note"),
    Command("release", ("/release", "/rendre"), who=Who.OWNER),
    Command("backlog", ("/backlog",), takes=True),
    Command("faq", ("/faq",), takes=True),
    Command("macro", ("/macro",), takes=True),
    Command("kb", ("/kb",), takes=True, who=Who.REFERENT),
    Command("article", ("/article",), takes=True, who=Who.REFERENT, shortcut="sc_article"),
    Command("dead", ("/dead", "/echecs"), who=Who.MANAGER),
    Command("help", ("/aide",), short=("help",)),
)
UMBRELLA = Command("sav", ("/sav",), takes=True)
"""Every verb behind one name, for the day when another app takes one of ours away."""

BY_NAME = {name: command for command in (*COMMANDS, UMBRELLA) for name in command.names}
BY_WORD = {word: command for command in COMMANDS for word in command.words}
BY_VERB = {command.verb: command for command in COMMANDS}
SHORTCUTS = {command.shortcut: command for command in COMMANDS if command.shortcut}


def spoken(text: str) -> tuple[Command | None, str]:
    """The verb that some words begin with, and what follows it; None and all the words when there is none."""
    first, *rest = text.split(maxsplit=1) or [""]
    command = BY_WORD.get(fold(first))
    return (command, rest[0] if rest else "") if command else (None, text)
