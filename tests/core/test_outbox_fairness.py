"""A budget that many lanes share goes round: nobody waits behind all that somebody else has to say."""

import asyncio
from collections import Counter
from pathlib import Path

from core.jobs import Budget, Job
from tests.core.desk_house import Desks, a_desk
from tests.core.platform_house import Platform
from tests.core.virtual import virtually

OTHERS = [f"c{number}" for number in range(30)]
ROWS = 300


def one_a_second(job: Job) -> tuple[Budget, ...]:
    return (Budget(f"post:{job.place}", 1000, burst=3),)


async def posted(desks: Desks, who: str, text: str) -> None:
    """A line for the team, in the channel that all of them share."""
    await desks.enqueue(text, f"talk-{who}", destination="team", kind="line", place="C0SAV")


async def waits(folder: Path, rows: int) -> list[float]:
    """How long each line of the others waits, beside somebody who has so many lines to post."""
    async with a_desk(folder) as desks:
        team = Platform(desks.clock)
        team.limits = one_a_second
        for who in ("flooder", *OTHERS):
            await desks.talk(who)
        for number in range(rows):
            await posted(desks, "flooder", f"flood {number}")
        await desks.with_lanes({"team": team}).start()
        began: dict[str, float] = {}
        for who in OTHERS:
            began[who] = asyncio.get_running_loop().time()
            await posted(desks, who, who)
            await asyncio.sleep(1.25)
        await asyncio.sleep(ROWS + 60)
        assert [text for text in team.texts if text.startswith("flood")] == [
            f"flood {number}" for number in range(rows)
        ]
        return [team.times(who)[0] - began[who] for who in OTHERS]


def test_others_wait_no_longer_beside_somebody_who_has_much_to_post(tmp_path: Path) -> None:
    alone, beside = tmp_path / "alone", tmp_path / "beside"
    alone.mkdir()
    beside.mkdir()
    quiet = virtually(waits(alone, 0))
    flooded = virtually(waits(beside, ROWS))
    assert max(quiet) < 0.5
    assert max(flooded) <= 1.5, "the post that is under way, and no other"


def test_who_has_as_much_to_say_gets_as_much(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            team = Platform(desks.clock)
            team.limits = one_a_second
            talkers = OTHERS[:5]
            for who in talkers:
                await desks.talk(who)
                for number in range(20):
                    await posted(desks, who, f"{who} {number}")
            await desks.with_lanes({"team": team}).start()
            await asyncio.sleep(51)
            count = Counter(text.split()[0] for text in team.texts)
            assert len(team.texts) >= 50
            assert max(count.values()) - min(count.values()) <= 1
            for who in talkers:
                assert [text for text in team.texts if text.startswith(f"{who} ")] == [
                    f"{who} {number}" for number in range(count[who])
                ]

    virtually(story())


def test_what_is_urgent_goes_before_whoever_was_served_longest_ago(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            team = Platform(desks.clock)
            team.limits = lambda _job: (Budget("b", 1000),)
            await desks.talk("marie")
            for number in range(6):
                await desks.enqueue(
                    f"urgent {number}", destination="team", kind="line", place="C0SAV", urgent=True
                )
            for who in OTHERS[:5]:
                await desks.talk(who)
                await posted(desks, who, who)
            await desks.with_lanes({"team": team}).start()
            await asyncio.sleep(30)
            assert team.texts[:6] == [f"urgent {number}" for number in range(6)]
            assert sorted(team.texts[6:]) == OTHERS[:5]

    virtually(story())
