"""What towns have in common, built once a process: the database of a first start, and the base that knows it.

A town that begins from nothing, and every later start in any town, builds its own as the product does.
"""

import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from composition.articles import Shelf
from core.clock import Clock
from core.domain.knowledge import Article
from core.domain.rules import Motive
from core.store.engine import Store
from core.store.rows import to_ms
from faq.files import SHIPPED, read_articles
from faq.match import KnowledgeBase
from faq.motives import MotiveGuesser
from settings import Settings

_DATABASES: list[bytes] = []
_IDLE: list[KnowledgeBase] = []


async def begun(settings: Settings, clock: Clock) -> dict[str, Any]:
    """Write the database of a first start where there is none; the seams that know its articles already."""
    if settings.database.exists() or settings.rules.answer_from is not None:
        return {}
    if not _DATABASES:
        _DATABASES.append(await _first_start(settings, clock))
    settings.database.write_bytes(_DATABASES[0])
    knowledge = _IDLE.pop() if _IDLE else KnowledgeBase(_articles())
    return {"knowledge": knowledge, "motives": _motives(tuple(settings.rules.motives))}


def give_back(knowledge: KnowledgeBase) -> None:
    """Another town may have it, if it is as it was: one that learnt or forgot anything goes with its town."""
    if knowledge.articles == _articles():
        _IDLE.append(knowledge)


@cache
def _articles() -> tuple[Article, ...]:
    return tuple(read_articles(SHIPPED))


@cache
def _motives(motives: tuple[Motive, ...]) -> MotiveGuesser:
    return MotiveGuesser(motives)


async def _first_start(settings: Settings, clock: Clock) -> bytes:
    """What the product itself makes of an empty folder, up to where it knows its articles."""
    with tempfile.TemporaryDirectory() as folder:
        place = replace(settings, database=Path(folder, "relais.db"))
        store = await Store.open(place.database, now_ms=lambda: to_ms(clock.now()) or 0)
        await Shelf(store, KnowledgeBase(), clock, settings.rules.hours.zone).open()
        await store.close()
        return place.database.read_bytes()
