"""One cycle: a day under load, a copy in its midst, the machine lost, the copy put back, and the verdict.

The platforms and their people outlive the machine, as they do in the simulation, whose world this is.
"""

import asyncio
import gc
import shutil
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from composition.backups import backup, check, restore
from tests.restore.model import Loss, Verdict, compared
from tests.sim.cast import Cast
from tests.sim.chance import ACTS, Day
from tests.sim.fate import Fate
from tests.sim.loop import Crash, Life
from tests.sim.people import telegram, whatsapp
from tests.sim.world import SHM, World, play

LEFT_OUT = {"the_clock_is_set", "hours_pass", "the_service_is_restarted"}
"""What would only blur which messages the platforms still hold, and when."""
ACTS_A_DAY = 30
COPIED_AFTER = (50, 2_000)
LOST_AFTER = ((1, 200), (200, 4_000))
"""Points (steps, statements, commits, calls, answers) of the process: until the copy, then until the loss,
which comes soon or late."""
BACK_AFTER = (15.0, 1_200.0)
"""Seconds from the loss to the start with the copy."""
LONGEST_LULL = 20.0
SWEPT_AFTER, SWEPT_AGAIN_AFTER = 90.0, 400.0
"""Seconds after which everything was looked for: what is young at first is found the second time."""


@dataclass
class Moments(Fate):
    """Nothing fails; but at one point of the process a copy is made, at a later one the machine is lost."""

    copies_at: int = 0
    loses_at: int = 0
    copy: Callable[[], None] = lambda: None
    lose: Callable[[], None] = lambda: None
    is_lost: bool = False

    def point(self, kind: str, life: Life | None = None) -> None:
        """The copy is made between two things the process does; the loss may tear one."""
        super().point(kind, life)
        if self.is_calm or self.is_lost:
            return
        if self.points == self.copies_at:
            self.copy()
        if self.points == self.loses_at:
            self.lose()
            raise Crash


@dataclass
class Machine:
    """The machine of one world: what an operator does with its database."""

    world: World
    fate: Moments
    loss: Loss = field(default_factory=Loss)

    @property
    def copy(self) -> Path:
        """Where the copy is kept, out of reach of the loss."""
        return self.world.folder / "kept" / "copy.db"

    def now(self) -> float:
        """The world's own seconds."""
        return asyncio.get_running_loop().time()

    def back_up(self) -> None:
        """`relais backup`, beside the service."""
        self.copy.parent.mkdir()
        at = self.world.clock.now()
        _run(lambda: backup(self.world.settings.database, self.copy, at))
        self.loss.copied_at = self.now()

    def lose(self) -> None:
        """The process is gone, in the middle of whatever it did."""
        self.fate.is_lost = True
        self.loss.lost_at = self.now()
        assert self.world.life is not None
        self.world.life.end()
        self.world.service = None

    def restore(self) -> None:
        """`relais restore --check`, then `relais restore`, as another process would."""
        world, at = self.world, self.world.clock.now()
        world.bury()
        if world._looking is not None:
            world._looking.close()
            world._looking = None
        _run(lambda: check(world.settings.database, self.copy))
        told = _run(lambda: restore(world.settings.database, self.copy, at))
        assert any("is kept as" in line for line in told), told
        self.loss.restored_at = self.now()
        (self.loss.database,) = world.folder.glob("relais.replaced-*.db")


def _run(command: Callable[[], Iterator[str]]) -> list[str]:
    """A command of the command line, to its end; it may have a loop of its own."""
    with ThreadPoolExecutor(1) as another:
        return another.submit(lambda: list(command())).result()


async def _live(day: Day, machine: Machine) -> None:
    """So many acts, some beside each other; they stop when the machine is lost."""
    some = {name: one for name, one in ACTS.items() if name not in LEFT_OUT}
    weights = [weight for _, weight in some.values()]
    beside: list[asyncio.Task[None]] = []
    for _ in range(ACTS_A_DAY):
        if machine.fate.is_lost:
            break
        name = day.chance.choices(list(some), weights)[0]
        day.told.append(name)
        act = asyncio.create_task(day._do(some[name][0]))
        beside.append(act)
        if day.chance.random() < 0.6:
            await asyncio.wait({act}, timeout=LONGEST_LULL)
        await asyncio.sleep(day.chance.random() ** 3 * LONGEST_LULL)
    if not machine.copy.exists():
        machine.back_up()
    if not machine.fate.is_lost:
        machine.lose()
    machine.loss.under_way = beside


async def _down(day: Day, machine: Machine, chance: Random) -> None:
    """Until somebody has put the copy in place, customers go on writing."""
    wait = chance.uniform(*BACK_AFTER)
    writing = [
        asyncio.create_task(one.writes(day.marked("bidule")))
        for one in day.cast.customers
        if chance.random() < 0.4
    ]
    before = wait * chance.random()
    await asyncio.sleep(before)
    machine.restore()
    await asyncio.sleep(wait - before)
    machine.loss.under_way += writing


def cycle(seed: int) -> Verdict:
    """The verdict on the cycle of that seed; whatever broke is in it.

    Nothing is collected meanwhile: what an earlier world left behind would run its last words in this one.
    """
    chance = Random(seed)
    copies_at = chance.randint(*COPIED_AFTER)
    fate = Moments(copies_at=copies_at, loses_at=copies_at + chance.randint(*chance.choice(LOST_AFTER)))
    verdicts: list[Verdict] = []

    async def story(world: World) -> None:
        verdicts.append(await _played(world, fate, chance, seed))

    folder = Path(tempfile.mkdtemp(dir=SHM, prefix="restore-"))
    gc.disable()
    try:
        play(story, folder, fate, seed, shuffles=seed % 3 == 0)
    except Exception:  # noqa: BLE001 - whatever it is, it is the verdict
        verdicts = [Verdict([traceback.format_exc()], Counter())]
    finally:
        gc.enable()
        gc.collect()
        shutil.rmtree(folder, ignore_errors=True)
    return verdicts[0]


async def _played(world: World, fate: Moments, chance: Random, seed: int) -> Verdict:
    machine = Machine(world, fate)
    fate.copy, fate.lose = machine.back_up, machine.lose
    cast = Cast(world)
    cast.customers += [
        await whatsapp(world, "Marie Dupont"),
        await telegram(world, "Karim Benali"),
        await whatsapp(world, "Paul Roux"),
        await telegram(world, "Awa Diop"),
    ]
    day = Day(cast, Random(seed + 1))
    await _live(day, machine)
    await _down(day, machine, chance)
    await _back(world, fate, machine.loss)
    verdict = compared(world, cast, machine.loss, machine.copy)
    await _again(day)
    verdict.wrong += _went_on(world, day)
    return verdict


async def _back(world: World, fate: Moments, loss: Loss) -> None:
    """The service starts with the copy, and the platforms are asked for what they hold."""
    fate.is_calm = True
    loss.started_at = asyncio.get_running_loop().time()
    world._start()
    await asyncio.gather(*loss.under_way, return_exceptions=True)
    while world.service is None:
        await asyncio.sleep(0.1)
    for wait in (SWEPT_AFTER, SWEPT_AGAIN_AFTER):
        await asyncio.sleep(wait)
        await world.settle()


async def _again(day: Day) -> None:
    """Whoever was there writes once more: the service goes on."""
    for one in day.cast.customers:
        await one.writes(day.marked("bidule"))
    await day.cast.world.settle()


def _went_on(world: World, day: Day) -> Iterator[str]:
    for one in day.cast.customers:
        (latest,) = one.said[-1:]
        kept = world.rows("SELECT 1 FROM messages WHERE author = 'customer' AND text = ?", latest.marked)
        if not latest.acknowledged or len(kept) != 1:
            yield f"afterwards: {latest.marked!r} is kept {len(kept)} times"
