"""With an evaluation file in the rules, what a referent saves, promotes or accepts is tried on it first."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from core.domain.rules import Agent, Role, Rules
from core.store.db import Db
from faq import gauge
from tests.stories.people import on_whatsapp, sentence, told, words
from tests.stories.test_kb import above, count, opened
from tests.stories.test_knowledge_grows import form, held, nobody_knows, replied, send
from tests.stories.town import CHANNEL, HUGO, LEA, SOFIA, Town, shipped_rules, town

NINA = Agent("U0NINA", "Nina", Role.REFERENT, ("support",))
SAID = "dites-moi où est passé mon colis"
FINDS = "suivi-commande"
SETTLED = """
INSERT INTO questions (conversation_id, number, at, text, language, outcome, article, confidence, scores,
    picked, verdict)
SELECT id, 99, $1, $2, 'fr', 'offered', $3, 0.5, '[]', 1, 'helped' FROM conversations LIMIT 1
"""
SKIS: dict[str, str] = {"question": "Louez-vous des skis ?", "answer": "Oui.", "language": "fr"}


def rules_with(folder: Path, *asked: tuple[str, str | None]) -> Rules:
    """The shipped rules, a referent, and an evaluation file."""
    path = folder / "evaluation.jsonl"
    lines = [json.dumps({"text": text, "expected": expected}) for text, expected in asked]
    path.write_text("\n".join(lines), "utf-8")
    return replace(shipped_rules(), agents=(LEA, HUGO, SOFIA, NINA), evaluation=path)


def nina(place: Town) -> None:
    """The referent is a member like the others."""
    place.slack.add_user(NINA.id, "nina", "Nina Roux")
    place.slack.channels[CHANNEL].members.add(NINA.id)


def question_of(place: Town, article_id: str) -> str:
    """An article as people know it."""
    article = place.service.knowledge.article(article_id)
    assert article is not None
    return article.question


async def test_what_would_break_a_message_of_the_file_is_shown_like_any_collision(tmp_path: Path) -> None:
    async with town(tmp_path, rules_with(tmp_path, (SAID, FINDS), ("louer des skis", None))) as place:
        nina(place)
        before = await count(place)
        await opened(place, NINA.id)
        sent = await send(place, NINA.id, **SKIS, phrasings=f"skis de fond\n{SAID}")
        message = sentence(
            "base.clash_message", text=SAID, finds=SKIS["question"], wanted=question_of(place, FINDS)
        )
        unanswered = sentence("base.clash_unanswered", text="louer des skis", finds=SKIS["question"])
        assert message in sent.errors["phrasings"].replace("\u00a0", " ")
        assert unanswered in sent.errors["phrasings"].replace("\u00a0", " ")
        assert await count(place) == before

        await opened(place)
        sent = await send(place, **SKIS, phrasings="skis de fond")
        assert unanswered in above(sent)
        assert message not in above(sent)
        assert not (await send(place)).is_open
        assert await count(place) == before + 1


async def test_a_promoted_reply_is_tried_on_the_file(tmp_path: Path) -> None:
    async with town(tmp_path, rules_with(tmp_path, ("gravure sur bois", None))) as place:
        nina(place)
        await nobody_knows(place)
        line = await replied(place)
        await place.slack.hands.shortcut(NINA.id, "sc_article", CHANNEL, line.ts)
        question = held(form(place, NINA.id))["question"]
        sent = await send(place, NINA.id, keywords="gravure sur bois", phrasings="gravure sur bois")
        told_of = sentence("base.clash_unanswered", text="gravure sur bois", finds=question)
        assert told_of in sent.errors["phrasings"].replace("\u00a0", " ")


async def test_a_phrasing_that_would_break_the_file_is_not_proposed(tmp_path: Path) -> None:
    said = "une gravure sur bois"
    rules = rules_with(tmp_path, (said, None))
    for tried, is_proposed in ((rules, False), (replace(rules, evaluation=None), True)):
        folder = tmp_path / str(is_proposed)
        folder.mkdir()
        async with town(folder, tried) as place:
            karim = await on_whatsapp(place, "Karim Benali")
            await karim.writes("allô")
            await settled(place, said, "retour-article")
            assert (said in words(await place.command(SOFIA, "/kb"))) is is_proposed


async def test_the_page_says_why_nothing_is_proposed_while_the_file_is_faulty(tmp_path: Path) -> None:
    said = "une gravure sur bois"
    async with town(tmp_path, rules_with(tmp_path, ("louer des skis", None))) as place:
        why = sentence("base.unread_file", places="evaluation.jsonl:1")
        assert why not in words(await place.command(SOFIA, "/kb"))
        path = tmp_path / "evaluation.jsonl"
        path.write_text("skis", "utf-8")
        page = words(await place.command(SOFIA, "/kb"))
        assert page == f"{sentence('base.title')}\n{why}"
        karim = await on_whatsapp(place, "Karim Benali")
        await karim.writes("allô")
        await settled(place, said, "retour-article")
        assert said not in words(await place.command(SOFIA, "/kb"))
        assert why not in words(await place.command(SOFIA, "/kb", "retour"))
        rules_with(tmp_path, ("louer des skis", None))
        page = words(await place.command(SOFIA, "/kb"))
        assert said in page
        assert why not in page


async def settled(place: Town, said: str, article: str) -> None:
    """A customer wrote it, picked the article, and it helped."""

    async def write(db: Db) -> None:
        await db.run(SETTLED, int(place.clock.seconds() * 1000), said, article)

    await place.service.store.write(write)


async def test_the_file_is_read_anew_when_it_has_changed_and_told_while_it_is_faulty(tmp_path: Path) -> None:
    async with town(tmp_path, rules_with(tmp_path, ("louer des skis", "louez-vous-des-skis"))) as place:
        nina(place)
        before = await count(place)
        rules_with(tmp_path, ("louer des skis", None))
        await opened(place, NINA.id)
        sent = await send(place, NINA.id, **SKIS)
        unanswered = sentence("base.clash_unanswered", text="louer des skis", finds=SKIS["question"])
        assert unanswered in sent.errors["phrasings"].replace("\u00a0", " ")

        path = tmp_path / "evaluation.jsonl"
        path.write_text('{"text": "louer des skis"}\nskis\n', "utf-8")
        unread = sentence("base.evaluation_unread", places="evaluation.jsonl:1, evaluation.jsonl:2")
        sent = await send(place, NINA.id, **SKIS)
        assert unread in sent.errors["phrasings"].replace("\u00a0", " ")
        assert await count(place) == before
        path.unlink()
        sent = await send(place, NINA.id, **SKIS)
        gone = sentence("base.evaluation_unread", places="evaluation.jsonl:1")
        assert gone in sent.errors["phrasings"].replace("\u00a0", " ")

        rules_with(tmp_path, ("louer des skis", "louez-vous-des-skis"))
        assert not (await send(place, NINA.id, **SKIS)).is_open
        assert await count(place) == before + 1


async def test_a_manager_saves_while_the_file_is_faulty_once_it_was_told(tmp_path: Path) -> None:
    async with town(tmp_path, rules_with(tmp_path, ("louer des skis", None))) as place:
        (tmp_path / "evaluation.jsonl").write_text("skis", "utf-8")
        before = await count(place)
        await opened(place)
        sent = await send(place, **SKIS)
        assert sentence("base.evaluation_unread", places="evaluation.jsonl:1") in above(sent)
        assert not (await send(place)).is_open
        assert await count(place) == before + 1


async def test_who_saves_is_told_when_not_every_message_was_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("composition.library.MOST_TRIED", 2)
    assert gauge.MOST_TRIED > 2
    said = [(f"louer des skis numéro {number}", "louez-vous-des-skis") for number in range(3)]
    async with town(tmp_path, rules_with(tmp_path, *said)) as place:
        await opened(place)
        assert not (await send(place, **SKIS)).is_open
        assert sentence("base.tried_nearest", asked=2, near=3) in words(await told(place, SOFIA.id))
