"""The knowledge base in the team's hands: one transaction a change, heard once, by those who may."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from core.clashes import LONGEST_TOLD
from core.desk import Outcome
from core.domain.knowledge import Article, Finding
from core.domain.lines import line
from core.domain.rules import Agent, Role
from core.learning import MOST_LEARNT, may_learn
from core.library import Library
from core.store import articles
from core.wishes import Clash, Fault, Matcher, Trial, Wish
from tests.core.desk_house import LEA, Desks, a_desk
from tests.core.virtual import virtually

NINA = Agent("U0NINA", "Nina", Role.REFERENT)
QUALITY = Agent("U0PAUL", "Paul", Role.QUALITY)
SKIS = Article("", "fr", "Louez-vous des skis ?", ("location de skis",), "Oui, à la journée.")


class Base:
    """What the library tells the base, and what the base says of additions."""

    def __init__(self) -> None:
        self.brought: list[str] = []
        self.hidden: list[str] = []
        self.clashes: list[Clash] = []
        self.near = 0
        self.known: dict[str, Article] = {}

    async def bring(self, article_id: str) -> None:
        """The article has changed."""
        self.brought.append(article_id)

    async def tried(self, _article: Article) -> Trial:
        """As planned."""
        return Trial(tuple(self.clashes), min(self.near, 300), self.near)

    def faults(self, _article: Article) -> Sequence[Fault]:
        """None: that is the matcher's."""
        return ()


async def nowhere() -> str:
    """No file is faulty."""
    return ""


def library_of(desks: Desks, base: Base) -> Library:
    """A library on a desk's database."""
    matcher = Matcher(
        find=lambda _text, _language: Finding(),
        article=base.known.get,
        tried=base.tried,
        faults=base.faults,
        hidden=base.hidden.append,
        brought=base.bring,
        unread=nowhere,
    )
    return Library(store=desks.store, clock=desks.clock, matcher=matcher, zone=ZoneInfo("Europe/Paris"))


async def kept(desks: Desks, article_id: str) -> Any:  # noqa: ANN401 - an article as it stands, or None
    """What the database holds."""
    return await desks.store.read(partial(articles.find, article_id=article_id))


def test_an_addition_is_heard_once_and_says_who_made_it(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            base = Base()
            library = library_of(desks, base)
            saved = await library.save(NINA, "key:1", Wish(SKIS))
            assert saved.outcome is Outcome.DONE
            assert base.brought == ["louez-vous-des-skis"]
            again = await library.save(NINA, "key:1", Wish(SKIS))
            assert again.outcome is Outcome.DUPLICATE
            other = await library.save(NINA, "key:2", Wish(SKIS))
            assert other.article is not None
            assert other.article.id == "louez-vous-des-skis-2"
            article = (await kept(desks, "louez-vous-des-skis")).article
            assert (article.author, article.validated_by, str(article.validated_on)) == (
                "Nina",
                "Nina",
                "2026-11-23",
            )
            rows = await desks.rows("SELECT kind, event FROM journal ORDER BY key")
            assert [row["kind"] for row in rows] == ["ArticleChanged"] * 2
            assert '"agent": "U0NINA"' in rows[0]["event"]
            (change,) = await desks.rows("SELECT by_whom FROM article_changes WHERE article = $1", article.id)
            assert change["by_whom"] == NINA.id

    virtually(story())


def test_who_may_not_changes_nothing_by_any_way(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            base = Base()
            library = library_of(desks, base)
            await library.save(NINA, "key:0", Wish(SKIS))
            before = await desks.counts()
            for who in (LEA, QUALITY):
                for answered in (
                    await library.save(who, "key:1", Wish(SKIS)),
                    await library.switch(who, "key:2", "louez-vous-des-skis", active=False),
                    await library.undo(who, "key:3", "louez-vous-des-skis"),
                    await library.learn(who, "key:4", "louez-vous-des-skis", "des skis à louer"),
                    await library.dismiss(who, "key:5", "louez-vous-des-skis", "des skis à louer"),
                ):
                    assert answered.outcome is Outcome.REFUSED
                    assert answered.told is not None
                    assert answered.told.key == "refuse.not_referent"
            assert await desks.counts() == before
            assert len(base.brought) == 1

    virtually(story())


def test_a_referent_never_saves_what_clashes_and_a_manager_only_what_was_told(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            base = Base()
            base.clashes = [Clash("mes skis", "louez-vous-des-skis", "autre")]
            library = library_of(desks, base)
            boss = replace(NINA, role=Role.MANAGER)
            refused = await library.save(boss, "key:1", Wish(SKIS))
            assert (refused.outcome, bool(refused.clashes)) == (Outcome.REFUSED, True)
            by_referent = await library.save(NINA, "key:2", Wish(SKIS, despite=refused.clashes))
            assert (by_referent.outcome, by_referent.clashes) == (Outcome.REFUSED, "")
            base.clashes = [*base.clashes, Clash("une autre", "x", "y")]
            again = await library.save(boss, "key:1", Wish(SKIS, despite=refused.clashes))
            assert again.outcome is Outcome.REFUSED
            assert (
                await library.save(boss, "key:1", Wish(SKIS, despite=again.clashes))
            ).outcome is Outcome.DONE

    virtually(story())


def test_words_that_would_clash_by_now_are_not_learnt(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            base = Base()
            library = library_of(desks, base)
            await library.save(NINA, "key:1", Wish(SKIS))
            base.clashes = [Clash("une question", "louez-vous-des-skis", "autre", of_file=True)]
            refused = await library.learn(NINA, "key:2", "louez-vous-des-skis", "des skis à louer")
            assert refused.outcome is Outcome.REFUSED
            assert refused.told is not None
            assert refused.told.key == "base.clash_message"
            assert (await kept(desks, "louez-vous-des-skis")).article.learnt == ()

    virtually(story())


def test_what_is_off_does_not_come_back_by_undoing_when_it_would_clash(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            base = Base()
            library = library_of(desks, base)
            await library.save(NINA, "key:1", Wish(SKIS))
            await library.switch(NINA, "key:2", "louez-vous-des-skis", active=False)
            base.clashes = [Clash("une question", "louez-vous-des-skis", "autre")]
            refused = await library.undo(NINA, "key:3", "louez-vous-des-skis")
            assert refused.outcome is Outcome.REFUSED
            assert not (await kept(desks, "louez-vous-des-skis")).active
            base.clashes = []
            assert (await library.undo(NINA, "key:4", "louez-vous-des-skis")).outcome is Outcome.DONE
            assert (await kept(desks, "louez-vous-des-skis")).active

    virtually(story())


def test_many_messages_of_the_file_are_counted_and_what_was_not_asked_is_said(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            base = Base()
            base.near = 900
            library = library_of(desks, base)
            saved = await library.save(NINA, "key:1", Wish(SKIS))
            assert saved.bound == line("base.tried_nearest", asked=300, near=900)
            base.near = 300
            base.clashes = [Clash(f"skis {number}", "skis", "", of_file=True) for number in range(13)]
            refused = await library.save(NINA, "key:2", Wish(SKIS))
            assert len(refused.faults) == 11
            assert refused.faults[-1].told == line("base.clash_more", count=3)
            base.clashes = [Clash("skis " * 4000, "skis", "", of_file=True)]
            (long,) = (await library.save(NINA, "key:3", Wish(SKIS))).faults
            assert len(str(long.told.values["text"])) <= LONGEST_TOLD
            assert refused.bound is None

    virtually(story())


def test_a_new_article_s_own_words_are_not_taken_for_counter_examples(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            base = Base()
            base.clashes = [Clash("location de skis", "autre", "louez-vous-des-skis")]
            refused = await library_of(desks, base).save(NINA, "key:1", Wish(SKIS))
            (fault,) = refused.faults
            assert (fault.field, fault.told.key) == ("phrasings", "base.clash_own")

    virtually(story())


def test_a_change_over_a_later_one_is_refused_and_an_undone_one_is_brought(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            base = Base()
            library = library_of(desks, base)
            await library.save(NINA, "key:1", Wish(SKIS))
            seen = await library.standing("louez-vous-des-skis")
            assert seen is not None
            changed = replace(seen.article, answer="Non.")
            assert (await library.save(NINA, "key:2", Wish(changed, seen.seen))).outcome is Outcome.DONE
            late = await library.save(NINA, "key:3", Wish(changed, seen.seen))
            assert late.told is not None
            assert late.told.key == "refuse.article_changed"
            assert (await library.undo(NINA, "key:4", seen.article.id)).outcome is Outcome.DONE
            assert (await kept(desks, seen.article.id)).article.answer == SKIS.answer
            assert (await library.undo(NINA, "key:5", "unknown")).outcome is Outcome.REFUSED
            assert base.hidden == [seen.article.id, "unknown"]
            assert base.brought[2:] == [seen.article.id, seen.article.id, "unknown"]

    virtually(story())


def test_words_are_learnt_once_never_too_many_and_none_of_one_customers_own(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            library = library_of(desks, Base())
            await library.save(NINA, "key:1", Wish(SKIS))
            said = [f"des skis à louer {number}" for number in range(MOST_LEARNT + 1)]
            for text in (*said, said[0], "Location de skis", "skis, mon 06 12 34 56 78", "skis •• 78"):
                await library.learn(NINA, f"learn:{text}", "louez-vous-des-skis", text)
            article = (await kept(desks, "louez-vous-des-skis")).article
            assert list(article.learnt) == said[:MOST_LEARNT]
            assert not may_learn(article, "x" * 200)
            once = await library.dismiss(NINA, "key:2", article.id, "mes skis")
            twice = await library.dismiss(NINA, "key:3", article.id, "mes skis")
            assert (once.outcome, twice.outcome) == (Outcome.DONE, Outcome.REFUSED)

    virtually(story())


def test_a_reply_still_says_what_an_article_says_whatever_stood_for_its_variables(tmp_path: Path) -> None:
    async def story() -> None:
        async with a_desk(tmp_path) as desks:
            base = Base()
            base.known["skis"] = replace(SKIS, answer="Bonjour {prénom}, nous louons des skis.")
            library = library_of(desks, base)
            assert library.still_says("skis", "Bonjour Marie, nous louons des skis. À bientôt")
            assert not library.still_says("skis", "Bonjour Marie.")
            assert not library.still_says("gone", "Bonjour Marie, nous louons des skis.")

    virtually(story())
