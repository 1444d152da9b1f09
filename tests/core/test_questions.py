"""The log of questions: one row a search, what came of it, nothing that agents may not see."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from core.daily import EVERY
from core.domain.channel import Address
from core.domain.events import AgentReplied, CustomerWrote, Tap
from core.domain.knowledge import Article, Finding, Match
from core.old_questions import OldQuestions
from core.store import questions
from core.store.questions import Tally
from tests.core.desk_house import LEA, Desks, a_desk
from tests.core.virtual import virtually

DELAY = Article("delay", "fr", "Quand arrive mon colis ?", (), "Sous trois jours.")
RETURN = Article("return", "fr", "Comment renvoyer un article ?", (), "Par la poste.")
BASE = {each.id: each for each in (DELAY, RETURN)}
SCORES = (("delay", 0.9), ("return", 0.4))


def find(text: str, _language: str) -> Finding:
    """Sure of parcels, unsure of problems, without a word on the rest."""
    if "colis" in text:
        return Finding(answer=Match(DELAY, 0.9), scores=SCORES)
    if "problème" in text:
        return Finding(suggestions=(Match(RETURN, 0.5), Match(DELAY, 0.4)), scores=SCORES[::-1])
    return Finding()


@asynccontextmanager
async def a_town(folder: Path) -> AsyncIterator[Desks]:
    """A desk over these two articles, whose bursts end at once."""
    async with a_desk(folder, find_answer=find, find_article=BASE.get) as desks:
        alarm = desks.with_alarm()
        await alarm.start()
        yield desks


async def tapped(desks: Desks, choice: str, who: str = "marie") -> None:
    """A button of the menu shown last is pressed."""
    talk = (await desks.rows("SELECT json_extract(talk, '$.prompt') AS prompt FROM conversations"))[0]
    desks.counter += 1
    tap = CustomerWrote(Address("askable", who), tap=Tap(talk["prompt"], choice))
    await desks.desk.handle(tap, key=f"tap:{desks.counter}")


async def kept(desks: Desks) -> list[tuple[Any, ...]]:
    """Outcome, article, picked and verdict of every question, in order."""
    rows = await desks.rows("SELECT * FROM questions ORDER BY conversation_id, number")
    return [(row["outcome"], row["article"], row["picked"], row["verdict"]) for row in rows]


def test_an_answer_is_written_down_with_what_the_customer_says_of_it(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_town(tmp_path) as desks:
            await desks.wrote("où est mon colis, appelez le 06 12 34 56 78")
            (row,) = await desks.rows("SELECT * FROM questions")
            assert (row["outcome"], row["article"], row["confidence"]) == ("answered", "delay", 0.9)
            assert row["scores"] == '[["delay", 0.9], ["return", 0.4]]'
            assert "12 34 56" not in row["text"]
            assert row["text"].startswith("où est mon colis")
            await tapped(desks, "yes")
            assert await kept(desks) == [("answered", "delay", 0, "helped")]

    virtually(story())


def test_the_article_that_was_picked_is_the_one_that_was_shown(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_town(tmp_path) as desks:
            await desks.wrote("j’ai un problème")
            assert await kept(desks) == [("offered", "", 0, "")]
            await tapped(desks, "a:return")
            assert await kept(desks) == [("offered", "return", 1, "")]
            await tapped(desks, "no")
            assert await kept(desks) == [("offered", "return", 1, "not_helped")]

    virtually(story())


def test_something_else_is_a_verdict_on_what_was_offered(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_town(tmp_path) as desks:
            await desks.wrote("j’ai un problème")
            await tapped(desks, "none")
            assert await kept(desks) == [("offered", "", 0, "not_helped")]

    virtually(story())


def test_an_answer_found_twice_did_not_help_the_first_time(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_town(tmp_path) as desks:
            await desks.wrote("où est mon colis ?")
            await desks.wrote("mais mon colis enfin ?")
            assert await kept(desks) == [("answered", "delay", 0, "not_helped"), ("nothing", "", 0, "")]

    virtually(story())


def test_whoever_asks_for_a_person_judges_the_latest_question_unless_it_was_judged(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_town(tmp_path) as desks:
            await desks.wrote("où est mon colis ?")
            await desks.wrote("conseiller")
            await desks.wrote("bonjour", who="luc")
            await desks.wrote("conseiller", who="luc")
            assert await kept(desks) == [("answered", "delay", 0, "person")]

    virtually(story())


def test_a_question_nobody_knows_is_written_down_and_a_greeting_is_not(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_town(tmp_path) as desks:
            await desks.wrote("bonjour")
            await desks.wrote("la selle du vélo grince quand il pleut")
            assert await kept(desks) == [("nothing", "", 0, "")]

    virtually(story())


def test_an_agent_who_answers_with_an_article_settles_what_the_bot_did_not(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_town(tmp_path) as desks:
            await desks.wrote("la selle du vélo grince quand il pleut")
            await desks.wrote("conseiller")
            talk = (await desks.rows("SELECT id FROM conversations"))[0]["id"]
            replied = AgentReplied(LEA, talk, "Graissez-la.", article="return")
            await desks.desk.handle(replied, key="reply:1")
            (row,) = await desks.rows("SELECT used, verdict FROM questions")
            assert (row["used"], row["verdict"]) == ("return", "person")
            now = desks.clock.now()
            assert await desks.store.read(partial(questions.settled, since=now, limit=9)) == []
            await desks.run("UPDATE conversations SET status = 'resolved', motive = 'other', recap = 'x'")
            (found,) = await desks.store.read(partial(questions.settled, since=now, limit=9))
            assert (found.text, found.used) == ("la selle du vélo grince quand il pleut", "return")

    virtually(story())


def test_the_record_of_an_article_counts_the_last_ninety_days(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_town(tmp_path) as desks:
            for who, verdict in (("marie", "yes"), ("luc", "no"), ("ines", "")):
                await desks.wrote("où est mon colis ?", who=who)
                if verdict:
                    await desks.run(
                        "UPDATE questions SET verdict = $1 WHERE conversation_id = (SELECT max(id) FROM"
                        " conversations)",
                        "helped" if verdict == "yes" else "not_helped",
                    )
            read = partial(questions.records, ids=["delay", "return"], now=desks.clock.now())
            assert await desks.store.read(read) == {"delay": Tally("delay", 3, 1, 1)}
            later = desks.clock.now() + questions.RECORD_OF + timedelta(seconds=1)
            assert await desks.store.read(partial(questions.records, ids=["delay"], now=later)) == {}
            assert [one.article for one in await desks.store.read(_busiest(desks))] == ["delay"]

    virtually(story())


def _busiest(desks: Desks) -> Any:  # noqa: ANN401 - a read
    return partial(questions.busiest, now=desks.clock.now(), limit=10)


def test_old_questions_are_swept_once_a_day_and_no_younger_ones(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_town(tmp_path) as desks:
            sweep = OldQuestions(desks.store, desks.clock)
            await desks.wrote("où est mon colis ?")
            desks.step(questions.KEPT_FOR)
            await desks.wrote("où est mon colis ?", who="luc")
            await sweep.sweep()
            assert len(await kept(desks)) == 2
            desks.step(timedelta(minutes=1))
            await sweep.sweep()
            assert len(await kept(desks)) == 2
            desks.step(EVERY)
            await sweep.sweep()
            assert len(await kept(desks)) == 1

    virtually(story())


def test_no_question_is_looked_for_by_reading_all_of_them(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_town(tmp_path) as desks:
            statements = [
                value for name, value in vars(questions).items() if name.startswith("_") and name.isupper()
            ]
            assert len(statements) >= 10
            for sql in statements:
                plan = await desks.rows(f"EXPLAIN QUERY PLAN {sql}", *_bound(sql))
                read_through = [row["detail"] for row in plan if row["detail"].startswith("SCAN q")]
                assert not read_through, (sql, read_through)

    virtually(story())


def _bound(sql: str) -> list[str]:
    """A value for each placeholder; what they are does not matter to a plan."""
    return ["[]"] * max((int(mark[0]) for mark in sql.split("$")[1:]), default=0)


def test_a_clock_that_is_set_back_does_not_keep_old_questions_longer(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_town(tmp_path) as desks:
            await desks.wrote("où est mon colis ?")
            desks.step(2 * questions.KEPT_FOR)
            sweep = OldQuestions(desks.store, desks.clock, kept_for=3 * questions.KEPT_FOR)
            await sweep.sweep()
            desks.step(-questions.KEPT_FOR / 2)
            sweep._kept_for = questions.KEPT_FOR
            await sweep.sweep()
            assert await kept(desks) == []

    virtually(story())
