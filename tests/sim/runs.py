"""One run of the simulation, whole: a world, a story, a fate, and the verdict."""

import gc
import logging
import shutil
import sys
import tempfile
import traceback
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from random import Random

import structlog

from composition import macros
from core.store import migrate
from tests.sim import (  # noqa: F401 - their stories enter the list
    scenarios,
    scenarios_of_base,
    scenarios_of_cards,
    scenarios_of_clocks,
    scenarios_of_faults,
    scenarios_of_gestures,
    scenarios_of_repeats,
)
from tests.sim.cast import SCENARIOS, Cast
from tests.sim.chance import Day
from tests.sim.fate import Fate
from tests.sim.people import telegram, whatsapp
from tests.sim.verdict import Verdict
from tests.sim.world import SHM, Story, World, play

ACTS_A_DAY = range(16)
"""The numbers of the acts of a whole day."""
DEATH_ODDS = (1 / 420, 1 / 420, 1 / 60, 1 / 200, 1 / 200, 1 / 60)
"""At each point of a day; each day has one of these. Often, and processes die while they start, too."""
FAULT_ODDS = 0.05
STORE_ODDS = 0.004
HANG_UP_ODDS = 0.03
DETOUR_ODDS = 0.03
EVERY = 50
"""Runs between two collections of what was left behind."""


def quiet() -> None:
    """Nothing is told of the dead but by the judge."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    warnings.simplefilter("ignore")
    sys.unraisablehook = lambda _: None


def prepare() -> None:
    """For a process that plays many: silence, no collection in the middle, and no file read twice."""
    quiet()
    # Bolt sets the level of ten loggers at each start, and each time all that exist are gone through.
    logging.Logger.manager._clear_cache = lambda: None  # type: ignore[attr-defined]  # logging has no word for it
    migrate.find_migrations = cache(migrate.find_migrations)
    # As an index of the same few texts is, which each start builds; what is made is the very class's.
    macros.MacroFinder = cache(macros.MacroFinder)  # type: ignore[attr-defined,assignment]  # no function
    gc.collect()
    gc.freeze()
    gc.disable()


_runs = 0


def run(name: str, story: Story, fate: Fate, seed: int = 0, *, shuffles: bool = False) -> Verdict:
    """Play one story; nothing is raised."""
    global _runs  # noqa: PLW0603 - counts what is left behind in this process
    folder = Path(tempfile.mkdtemp(dir=SHM, prefix="sim-"))
    wrong = ""
    try:
        play(story, folder, fate, seed, shuffles=shuffles)
    except AssertionError as error:
        wrong = str(error) or traceback.format_exc()
    except Exception:  # noqa: BLE001 - whatever it is, it is the verdict
        wrong = traceback.format_exc()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    _runs += 1
    if _runs % EVERY == 0:
        gc.collect()
    return Verdict(name, wrong, fate.points, fate.distinct, fate.died, faults=fate.met, kinds=fate.kinds)


def at_point(scenario: str, *points: int) -> Verdict:
    """A scenario whose process dies at these points, of its first life and of those that follow."""
    fate = Fate(deadly=frozenset(points))
    casts: list[Cast] = []
    heard: Counter[str] = Counter()

    async def story(world: World) -> None:
        casts.append(cast := Cast(world))
        await SCENARIOS[scenario](cast)
        await cast.settle()
        heard.update(_heard(world))

    verdict = run(f"{scenario}:{'+'.join(map(str, points)) or 0}", story, fate)
    for cast in casts:
        for done in cast.done:
            verdict.acts.update(done)
    verdict.heard = heard
    return verdict


def _heard(world: World) -> Iterator[str]:
    """Every kind of event, of timer that rang, of change of an article, and all that became of questions."""
    for row in world.rows("SELECT kind FROM journal"):
        yield row["kind"]
    for row in world.rows("SELECT json_extract(event, '$.kind') k FROM journal WHERE kind = 'TimerRang'"):
        yield f"timer {row['k']}"
    for row in world.rows(
        "SELECT json_extract(event, '$.what') w FROM journal WHERE kind = 'ArticleChanged'"
    ):
        yield f"article {row['w']}"
    for row in world.rows("SELECT outcome, verdict, picked, used <> '' AS used FROM questions"):
        yield f"question {row['outcome']}"
        yield f"question {row['verdict']}"
        yield from (f"question {what}" for what in ("picked", "used") if row[what])


def pairs(scenario: str, point: int, some: int) -> list[Verdict]:
    """A death at a point, and another one at some points of the life that follows it."""
    first = at_point(scenario, point)
    after = [number for number in first.distinct if number > point]
    chosen = Random(point).sample(after, min(some, len(after)))
    return [at_point(scenario, point, second) for second in sorted(chosen)]


def by_chance(
    seed: int, *, acts: Iterable[int] = ACTS_A_DAY, deaths: bool = True, faults: bool = True
) -> Verdict:
    """A day of chance, or some acts of it. Every third one shuffles the order in which things go on."""
    chance = Random(seed)
    fate = Fate(
        chance=chance,
        death_odds=chance.choice(DEATH_ODDS) if deaths else 0.0,
        fault_odds=FAULT_ODDS if faults else 0.0,
        store_odds=STORE_ODDS if faults else 0.0,
        hang_up_odds=HANG_UP_ODDS if faults else 0.0,
        detour_odds=DETOUR_ODDS if faults else 0.0,
    )
    days: list[Day] = []

    async def story(world: World) -> None:
        cast = Cast(world)
        cast.customers += [
            await whatsapp(world, "Marie Dupont"),
            await telegram(world, "Karim Benali"),
            await whatsapp(world, "Paul Roux"),
        ]
        days.append(day := Day(cast, Random(seed + 1)))
        await day.live(seed, acts)
        fate.is_calm = True
        await cast.settle()

    verdict = run(f"seed {seed}", story, fate, seed, shuffles=seed % 3 == 0)
    for day in days:
        verdict.told = day.told
        for done in day.cast.done:
            verdict.acts.update(done)
    return verdict
