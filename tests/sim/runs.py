"""One run of the simulation, whole: a world, a story, a fate, and the verdict."""

import gc
import shutil
import sys
import tempfile
import traceback
import warnings
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import structlog

from tests.sim.chance import Day
from tests.sim.fate import Fate
from tests.sim.people import telegram, whatsapp
from tests.sim.scenarios import SCENARIOS, Cast
from tests.sim.world import SHM, Story, World, play

ACTS_A_DAY = 16
DEATH_ODDS = 1 / 420
FAULT_ODDS = 0.05
STORE_ODDS = 0.004
EVERY = 50
"""Runs between two collections of what was left behind."""


@dataclass
class Verdict:
    """What became of one run. `wrong` is empty when every promise held."""

    name: str
    wrong: str = ""
    points: int = 0
    deaths: int = 0
    died: list[str] = field(default_factory=list)
    acts: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)
    heard: Counter[str] = field(default_factory=Counter)
    trace: list[str] = field(default_factory=list)


def quiet() -> None:
    """Nothing is told of the dead but by the judge."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    warnings.simplefilter("ignore")
    sys.unraisablehook = lambda _: None


def prepare() -> None:
    """For a process that plays many: silence, and no collection in the middle of a run."""
    quiet()
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
    return Verdict(
        name,
        wrong,
        fate.points,
        len(fate.died),
        fate.died,
        faults=fate.met,
        kinds=fate.kinds,
        trace=fate.trace,
    )


def at_point(scenario: str, point: int) -> Verdict:
    """A scenario whose process dies at one point; at none when it is 0."""
    fate = Fate(deadly=frozenset({point} if point else ()))
    casts: list[Cast] = []

    async def story(world: World) -> None:
        casts.append(cast := Cast(world))
        await SCENARIOS[scenario](cast)
        await cast.settle()
        _hear(world)

    heard: Counter[str] = Counter()

    def _hear(world: World) -> None:
        heard.update(row["kind"] for row in world.rows("SELECT kind FROM journal"))
        heard.update(
            f"timer {row['k']}"
            for row in world.rows(
                "SELECT json_extract(event, '$.kind') k FROM journal WHERE kind = 'TimerRang'"
            )
        )

    verdict = run(f"{scenario}:{point}", story, fate, point)
    for cast in casts:
        for done in cast.done:
            verdict.acts.update(done)
    verdict.heard = heard
    return verdict


def by_chance(seed: int, *, acts: int = ACTS_A_DAY, deaths: bool = True, faults: bool = True) -> Verdict:
    """A day of chance. Every third one shuffles the order in which things go on."""
    chance = Random(seed)
    fate = Fate(
        chance=chance,
        death_odds=DEATH_ODDS if deaths else 0.0,
        fault_odds=FAULT_ODDS if faults else 0.0,
        store_odds=STORE_ODDS if faults else 0.0,
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
        await day.live(acts)
        fate.is_calm = True
        await cast.settle()

    verdict = run(f"seed {seed}", story, fate, seed, shuffles=seed % 3 == 0)
    for day in days:
        verdict.told = day.told
        for done in day.cast.done:
            verdict.acts.update(done)
    return verdict
