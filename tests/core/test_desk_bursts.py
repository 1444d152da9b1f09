"""Facts are found before the transaction: what changed meanwhile makes them stale; nobody is forgotten."""

import asyncio
import random
import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from core.clock import HandClock
from core.desk import Outcome
from core.domain.channel import Address, Media
from core.domain.events import CustomerWrote, TimerKind, TimerRang
from core.domain.knowledge import Article, Finding, Match
from tests.core.desk_house import Desks, a_desk, threaded
from tests.core.virtual import MONDAY, virtually

ANSWERED = re.compile(r"réponse à \[(.*?)\]", re.DOTALL)


async def answered(desks: Desks) -> list[str]:
    """The questions that were answered, in order, as the customer sees it."""
    rows = await desks.rows("SELECT json_extract(payload, '$.text') AS text FROM outbox ORDER BY seq")
    return [found for row in rows for found in ANSWERED.findall(row["text"])]


def every_message(questions: list[str]) -> Counter[str]:
    """The messages that the answers were for."""
    return Counter(message for question in questions for message in question.split("\n"))


@pytest.mark.parametrize("seed", range(12))
def test_messages_at_once_without_a_wait_are_each_answered_exactly_once(tmp_path: Path, seed: int) -> None:
    async def story() -> None:
        chance = random.Random(seed)
        async with a_desk(tmp_path, seed=seed) as desks:
            alarm = desks.with_alarm()
            await alarm.start()
            # Nothing of this is a « yes », a number or a label: the answer's menu takes none of it.
            messages = [f"question {name} ?" for name in ("alpha", "bravo", "carotte", "delta", "echo")]
            waves = [messages[: chance.randint(1, 5)]]
            waves.append(messages[len(waves[0]) :])
            for wave in waves:
                heard = await asyncio.gather(*(desks.wrote(text) for text in wave))
                assert {one.outcome for one in heard} <= {Outcome.DONE}
                if chance.random() < 0.5:
                    await asyncio.sleep(1)
            await asyncio.sleep(60)
            assert every_message(await answered(desks)) == Counter(messages)
            assert await desks.rows("SELECT * FROM timers WHERE kind = 'burst'") == []

    virtually(story())


async def test_messages_of_real_threads_without_a_wait_are_each_answered_exactly_once(tmp_path: Path) -> None:
    clock = HandClock(MONDAY)
    async with a_desk(tmp_path, executor=threaded, clock=clock) as desks:
        alarm = desks.with_alarm()
        await alarm.start()
        messages = [f"question {n} du lot ?" for n in "abcdefghijkl"]
        await asyncio.gather(*(desks.wrote(text) for text in messages))
        for _ in range(5000):
            alarm.wake()
            if sum(every_message(await answered(desks)).values()) >= len(messages):
                break
            await asyncio.sleep(0.004)
        assert every_message(await answered(desks)) == Counter(messages)


def test_a_burst_is_read_as_one_message(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path, burst=timedelta(seconds=3)) as desks:
            await desks.with_alarm().start()
            await asyncio.gather(desks.wrote("question alpha ?"), desks.wrote("question bravo ?"))
            await asyncio.sleep(2)
            await desks.wrote("question carotte ?")
            await asyncio.sleep(2.9)
            assert await answered(desks) == []
            await asyncio.sleep(0.2)
            assert await answered(desks) == ["question alpha ?\nquestion bravo ?\nquestion carotte ?"]
            await asyncio.sleep(600)
            assert len(await answered(desks)) == 1

    virtually(story())


def test_pictures_sent_together_have_one_answer_even_without_a_wait(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            await desks.with_alarm().start()
            for number in range(10):
                text = "question alpha ?" if number == 0 else ""
                event = CustomerWrote(
                    Address("askable", "marie"), text=text, media=(Media("image"),), album="77"
                )
                await desks.desk.handle(event, key=f"picture:{number}")
                await asyncio.sleep(0.5)
            await asyncio.sleep(60)
            assert [asked.strip() for asked in await answered(desks)] == ["question alpha ?"]
            assert len(await desks.rows("SELECT id FROM outbox")) == 1

    virtually(story())


def test_a_customer_who_never_pauses_is_read_after_the_limit(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path, burst=timedelta(seconds=3)) as desks:
            await desks.with_alarm().start()
            for n in range(8):
                await desks.wrote(f"question {'abcdefgh'[n]} ?")
                await asyncio.sleep(2)
            assert len(await answered(desks)) == 1
            await asyncio.sleep(60)
            assert sum(every_message(await answered(desks)).values()) == 8

    virtually(story())


def test_a_message_that_comes_while_a_burst_is_being_read_is_in_this_answer_or_the_next(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        async with a_desk(tmp_path, burst=timedelta(seconds=3)) as desks:
            heard = await desks.wrote("question alpha ?")
            assert heard.conversation is not None
            ring = TimerRang(heard.conversation.id, TimerKind.BURST, heard.conversation.version)
            await asyncio.sleep(3)
            await asyncio.gather(
                desks.desk.handle(ring, key="ring"),
                desks.wrote("question bravo ?"),
                desks.desk.handle(ring, key="ring"),
            )
            await desks.with_alarm().start()
            await asyncio.sleep(60)
            assert every_message(await answered(desks)) == Counter(["question alpha ?", "question bravo ?"])

    virtually(story())


def test_facts_found_for_another_version_of_the_conversation_are_not_used(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            await desks.wrote("question alpha ?")
            event = CustomerWrote(Address("askable", "marie"), text="question bravo ?")
            gathering = desks.desk._gathering
            facts = await gathering.facts(event)
            load = partial(gathering.customer_wrote, event=event, facts=facts, now=desks.clock.now())
            fresh = (await desks.store.write(load)).situation
            await desks.wrote("question carotte ?")
            stale = (await desks.store.write(load)).situation
            assert fresh.finding is not None
            assert fresh.finding.answer is not None
            assert (stale.finding, stale.guess) == (None, None)

    virtually(story())


def test_an_article_that_changes_between_the_look_and_the_answer_is_looked_for_again(tmp_path: Path) -> None:
    old = Article("colis", "fr", "Où est mon colis ?", (), "réponse à [hier]")
    standing = [old]

    def find(_text: str, _language: str) -> Finding:
        found = Finding(answer=Match(standing[0], 1.0))
        standing[0] = replace(old, answer="réponse à [aujourd’hui]")
        return found

    async def story() -> None:
        async with a_desk(tmp_path, find_answer=find, find_article=lambda _id: standing[0]) as desks:
            await desks.with_alarm().start()
            await desks.wrote("où est mon colis ?")
            await asyncio.sleep(60)
            assert await answered(desks) == ["aujourd’hui"]

    virtually(story())
