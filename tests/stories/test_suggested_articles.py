"""Agents are offered what is near the customer's question: on the card, one press from the reply (R136)."""

from core.domain.knowledge import NOTABLE
from sandbox.twilio import refusal
from sandbox.wire import Fault
from tests.stories.people import labels, on_whatsapp, press, sentence, words
from tests.stories.test_forms import presses, send
from tests.stories.test_knowledge_grows import form, held, opens
from tests.stories.town import LEA, Town

UNSURE = "j'ai un souci avec ma livraison et mon argent"
INSERT = "Insérer"


async def test_what_is_near_stands_on_the_card_and_one_press_puts_it_into_the_reply(place: Town) -> None:
    found = place.service.knowledge.find(UNSURE, "fr")
    assert found.answer is None
    near = [place.service.knowledge.article(key) for key, score in found.scores if score >= NOTABLE]
    assert 2 <= len(near) < len(found.scores)
    marie = await on_whatsapp(place, "Marie Dupont")
    await marie.writes(UNSURE)
    await marie.writes("conseiller")
    (card,) = place.cards
    assert sentence("card.near") in words(card)
    for article, (_, score) in zip(near, found.scores, strict=False):
        assert article is not None
        line = sentence("card.near_line", question=article.question, percent=round(100 * score))
        assert line.replace("\u00a0", " ") in words(card)
    assert labels(card).count(INSERT) == len(near)

    assert near[0] is not None
    assert held(await presses(place, INSERT))["text"].startswith(near[0].answer[:20])
    assert not (await send(place)).is_open
    assert any(near[0].answer[:20] in text for text in marie.reads)
    (row,) = await place.rows("SELECT used FROM questions")
    assert row["used"] == near[0].id
    await press(place, LEA, await place.command(LEA, "/resolve", "Tout est réglé."), "Livraison, suivi")
    assert sentence("card.near") not in words(card)


async def test_what_the_customer_has_seen_and_what_is_like_by_chance_is_not_offered(place: Town) -> None:
    marie = await on_whatsapp(place, "Marie Dupont")
    await marie.writes("Où est mon colis ?")
    await marie.presses("Non")
    await marie.writes("conseiller")
    (card,) = place.cards
    shown = place.service.knowledge.find("Où est mon colis ?", "fr").answer
    assert shown is not None
    percents = [line for line in words(card).split("\n") if "confiance" in line]
    assert not any(shown.article.question.replace("\u00a0", " ") in line for line in percents)

    karim = await on_whatsapp(place, "Karim Benali")
    await karim.writes("zxq vbn")
    await karim.writes("conseiller")
    assert sentence("card.near") not in words(place.cards[-1])


async def test_faq_without_words_falls_back_on_the_question_behind_a_thank_you(place: Town) -> None:
    marie = await on_whatsapp(place, "Marie Dupont")
    await marie.writes(UNSURE)
    await marie.writes("conseiller")
    await place.command(LEA, "/claim", "marie")
    await marie.writes("merci")
    found = await place.command(LEA, "/faq")
    assert words(found).startswith(sentence("base.for_customer", customer="Marie Dupont"))
    first, _ = place.service.knowledge.find(UNSURE, "fr").notable[0]
    await opens(place, LEA.id, found, INSERT)
    article = place.service.knowledge.article(first)
    assert article is not None
    assert held(form(place, LEA.id))["text"].startswith(article.answer[:20])


async def test_an_answer_that_arrived_is_not_offered_though_its_question_never_left(place: Town) -> None:
    marie = await on_whatsapp(place, "Marie Dupont")
    slow = refusal(429, 20429, "slow down")
    slow.headers["Retry-After"] = "300"
    place.twilio.wire.plan("messages.create", Fault(), Fault(answer=slow))
    await place.twilio.write(marie.person, "Comment choisir ma taille ?")
    await place.until(lambda: any("taille" in text for text in marie.reads))
    await marie.writes("conseiller")
    await place.command(LEA, "/claim", "marie")
    assert sentence("faq.helped") not in "\n".join(marie.reads)
    assert "Comment choisir ma taille" not in words(place.cards[-1]).partition(sentence("card.near"))[2]
