"""Every verb of the team in one place: its names, who may use it, what it takes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """One verb. `names` are the slash commands, English first; the first French one is said to agents."""

    verb: str
    names: tuple[str, ...]
    hint: str
    """What may be typed after it, as Slack shows it; a key of the catalogue tells the rest."""

    @property
    def described(self) -> str:
        """The key of its line in the help."""
        return f"help.{self.verb}"


COMMANDS = (
    Command("claim", ("/claim", "/prendre"), "[nom du client]"),
    Command("reply", ("/reply", "/repondre"), "votre réponse au client"),
    Command("resolve", ("/resolve", "/resoudre"), "récapitulatif pour le client"),
    Command("note", ("/note", "/noter"), "note interne"),
    Command("release", ("/release", "/rendre"), ""),
    Command("backlog", ("/backlog",), "[équipe]"),
    Command("help", ("/aide",), ""),
)
BY_NAME = {name: command for command in COMMANDS for name in command.names}
