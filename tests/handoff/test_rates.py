"""Slack's rates, held by rows whatever the load: posts by channel, updates by workspace, the urgent first."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from core.clock import HandClock
from core.jobs import Job
from core.permits import Picking
from core.store import budgets
from core.texts import Texts
from handoff.api import SlackApi
from handoff.carry import UPDATES, TeamCarrier
from sandbox.slack_limits import RateLimits
from tests.core.desk_house import Desks, a_desk, shipped_rules
from tests.core.platform_house import Platform
from tests.core.test_outbox_budgets import worst_excess
from tests.core.virtual import MONDAY, virtually
from tests.handoff.slack_room import sharing_of

if TYPE_CHECKING:
    from pathlib import Path

    from core.store.db import Db

PLACES = ("C0SAV", "C0TECH", "C0FIN")
TALKS = 30


def carrier() -> TeamCarrier:
    """The team's own carrier, asked for its budgets alone."""
    rules = shipped_rules()
    clock = HandClock(MONDAY)
    api = SlackApi(token="x", clock=clock)
    texts = Texts(rules.hours.zone)
    return TeamCarrier(api=api, texts=texts, rules=rules, sharing=sharing_of(api, clock))


async def a_morning(desks: Desks) -> None:
    """Thirty conversations in three channels, each with lines to post, a card and a mark to update."""
    for number in range(TALKS):
        name, place = f"c{number:02}", PLACES[number % 3]
        await desks.talk(name)
        more = {"destination": "team", "place": place, "urgent": number >= TALKS - 3}
        for line in range(4):
            await desks.enqueue(f"{name} {line}", f"talk-{name}", kind="line", **more)
        for kind in ("update_card", "mark"):
            lane = f"talk-{name}:{kind}"
            await desks.enqueue(f"{kind} {name}", f"talk-{name}", kind=kind, lane=lane, **more)
    await desks.run(
        "UPDATE conversations SET thread_place = (SELECT place FROM outbox WHERE "
        "conversation_id = conversations.id LIMIT 1)"
    )


def fullest_minute(moments: list[float]) -> int:
    """The most that left within any sixty seconds."""
    return max(sum(first <= at < first + 60 for at in moments) for first in moments)


def test_many_conversations_never_exceed_a_post_a_second_after_a_burst_of_three_and_forty_updates_a_minute(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            real = RateLimits(lambda: desks.clock.now().timestamp(), on=True)
            refused: list[str] = []

            class Watched(Platform):
                async def carry(self, job: Job) -> str:
                    method = "chat.update" if job.kind in {"update_card", "mark"} else "chat.postMessage"
                    refused.extend([job.kind] * (real.wait(method, job.place) > 0))
                    return await super().carry(job)

            watched = Watched(desks.clock, seconds=0.2)
            watched.limits = carrier().budgets
            await a_morning(desks)
            await desks.with_lanes({"team": watched}).start()
            await asyncio.sleep(150)
            assert len(watched.taken) == TALKS * 6
            assert refused == []
            by_text = {job.payload["text"]: job for job in watched.taken}
            asked = [(at, by_text[text]) for at, text in watched.asked]
            for place in PLACES:
                posts = [at for at, job in asked if job.kind == "line" and job.place == place]
                (budget,) = {
                    watched.limits(job)[0] for _, job in asked if job.kind == "line" and job.place == place
                }
                assert (len(posts), worst_excess(posts, budget)) == (TALKS // 3 * 4, 0)
            updates = [(at, job) for at, job in asked if job.kind != "line"]
            assert worst_excess([at for at, _ in updates], UPDATES) == 0
            assert fullest_minute([at for at, _ in updates]) == 40
            assert {job.conversation_id for _, job in updates[:6]} == {
                f"talk-c{number}" for number in range(TALKS - 3, TALKS)
            }

    virtually(story())


def test_a_permit_is_a_row_and_a_hand_that_moves_the_clock_gives_the_next(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            await a_morning(desks)

            async def taken(now_ms: int, db: Db) -> list[str]:
                picking = Picking(db, "team", carrier().budgets, {}, now_ms)
                await picking.take(999)
                return [job.kind for job in picking.taken]

            start = int(desks.clock.now().timestamp() * 1000)
            counts = []
            for passed in (0, 0, 999, 1_000, 1_700, 60_000):
                kinds = await desks.store.write(partial(taken, start + passed))
                updates = sum(kind != "line" for kind in kinds)
                counts.append((len(kinds) - updates, updates))
            # Three posts at once in each of three channels, five updates in all; then as time gives them.
            assert counts == [(9, 5), (0, 0), (0, 0), (3, 0), (0, 1), (9, 5)]
            assert await desks.store.read(partial(budgets.permitted_at, budget=UPDATES)) > start + 60_000

    virtually(story())
