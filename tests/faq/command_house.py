"""`relais faq` in this process: a database with the shipped articles, and an editor that types by itself."""

import asyncio
import contextlib
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path

import click.testing

from app import main
from core.domain.knowledge import Article
from core.store import articles
from core.store.articles import Kept
from core.store.engine import Store
from faq.files import SHIPPED, read_articles

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ENVIRONMENT = {
    "TELEGRAM_BOT_TOKEN": "7203456789:canaryAAtelegramAAtokenAAAAAAAAAAAA",
    "TELEGRAM_WEBHOOK_SECRET": "canary_telegram_webhook_secret",
    "TWILIO_ACCOUNT_SID": "",
    "TWILIO_AUTH_TOKEN": "",
    "TWILIO_WHATSAPP_FROM": "",
    "SLACK_BOT_TOKEN": "xoxb-canary-0123456789-slack",
    "SLACK_SIGNING_SECRET": "canary0123456789signing012345678",
    "SLACK_CHANNEL": "C0SAVINBOX",
    "PUBLIC_URL": "https://relais.example.fr",
}
PARKING = """[[article]]
id = "parking"
language = "fr"
question = "Où garer mon vélo\u00a0?"
phrasings = ["place pour mon vélo", "ranger mon vélo", "abri à vélos", "local pour vélo"]
keywords = ["vélo"]
counter_examples = ["acheter un vélo électrique", "réparer mon vélo"]
answer = "Un abri à vélos est derrière le bâtiment."
follow_up = "La barrière s’ouvre sous 1 minute."
motive = "other"
"""


@dataclass
class House:
    """One operator at one database."""

    folder: Path
    rules: Path = ROOT / "relais.toml"

    @property
    def database(self) -> Path:
        return self.folder / "relais.db"

    def run(
        self,
        *words: str,
        typed: str = "",
        edits: dict[str, str] | None = None,
        meanwhile: Sequence[str] = (),
    ) -> click.testing.Result:
        """`relais faq …`; `edits`: what the editor replaces, all of it under the key "".

        `meanwhile`: another command, run by somebody else while the editor is open.
        """
        env = {
            **ENVIRONMENT,
            "RELAIS_RULES": str(self.rules),
            "DATABASE_URL": f"sqlite:///{self.database}",
            "EDITOR": self._editor(edits or {}, meanwhile),
        }
        with contextlib.chdir(self.here):
            return click.testing.CliRunner().invoke(main, ["faq", *words], input=typed, env=env)

    @property
    def here(self) -> Path:
        """The folder where the commands are run."""
        made = self.folder / "here"
        made.mkdir(exist_ok=True)
        return made

    def left(self, name: str) -> str:
        """A file that stands there."""
        return (self.here / name).read_text("utf-8")

    def write(self, name: str, text: str) -> None:
        """Put a file there."""
        (self.here / name).write_text(text, "utf-8")

    def _editor(self, edits: dict[str, str], meanwhile: Sequence[str]) -> str:
        script = self.folder / "editor.py"
        shown = self.folder / "opened.log"
        lines = [
            "import sys, pathlib, subprocess",
            "path = pathlib.Path(sys.argv[1])",
            "text = path.read_text('utf-8')",
            f"pathlib.Path({str(shown)!r}).open('a', encoding='utf-8').write(text)",
            *(f"text = text.replace({old!r}, {new!r}) if {old!r} else {new!r}" for old, new in edits.items()),
            "path.write_text(text, 'utf-8')",
        ]
        if meanwhile:
            command = [sys.executable, "-m", "app", "faq", *meanwhile]
            lines.append(f"subprocess.run({command!r}, cwd={str(ROOT)!r}, check=True)")
        script.write_text("\n".join(lines), "utf-8")
        return f"{sys.executable} {script}"

    @property
    def opened(self) -> str:
        """All that the editor was shown."""
        return (self.folder / "opened.log").read_text("utf-8")

    def in_store(self, fn: Callable[[Store], object]) -> None:
        async def run() -> None:
            store = await Store.open(self.database, now_ms=lambda: 1)
            try:
                await fn(store)  # type: ignore[misc] # a coroutine
            finally:
                await store.close()

        asyncio.run(run())

    def put(self, *put: Article) -> None:
        async def write(store: Store) -> None:
            await store.write(partial(articles.put, articles=put, now=NOW, kind="first"))

        self.in_store(write)

    def kept(self) -> dict[str, Kept]:
        found: list[Kept] = []

        async def read(store: Store) -> None:
            found.extend(await store.read(articles.everything))

        self.in_store(read)
        return {each.article.id: each for each in found}

    def changes(self, article_id: str) -> list[str]:
        found: list[str] = []

        async def read(store: Store) -> None:
            changes = await store.read(partial(articles.changes, article_id=article_id))
            found.extend(change.kind for change in changes)

        self.in_store(read)
        return found


def house(folder: Path) -> House:
    """With the shipped articles in it."""
    made = House(folder)
    made.database.write_bytes(_shipped())
    return made


@cache
def _shipped() -> bytes:
    """A database with the shipped articles, written once a process."""
    with tempfile.TemporaryDirectory() as folder:
        made = House(Path(folder))
        made.put(*read_articles(SHIPPED))
        return made.database.read_bytes()
