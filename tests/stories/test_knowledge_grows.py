"""The base grows from the team's work: what nobody knew three times is answered the fourth (B10)."""

from sandbox.slack import Answer, Ephemeral, buttons
from sandbox.slack import Message as Post
from sandbox.slack_memory import View
from tests.stories.people import OnWhatsApp, labels, on_whatsapp, press, sentence, told, words
from tests.stories.town import CHANNEL, LEA, SOFIA, Town

ASKED = (
    "est-ce que vous faites la gravure sur les gourdes ?",
    "gravure gourde possible ?",
    "bonjour je voudrais faire graver une gourde avec un prénom, la gravure c’est possible",
)
REPLY = "Bonjour Marie, nous gravons toutes les gourdes en magasin. Comptez 2 jours."
ANSWER = "Nous gravons toutes les gourdes en magasin."
NAMES = ("Marie Dupont", "Luc Martin", "Ines Petit")
CREATE, FROM_REPLY = "Nouvel article", "Créer l’article"


async def nobody_knows(place: Town) -> list[OnWhatsApp]:
    """Three customers ask what no article answers, and ask for a person."""
    customers = []
    for name, asked in zip(NAMES, ASKED, strict=True):
        customer = await on_whatsapp(place, name)
        await customer.writes(asked)
        await customer.writes("conseiller")
        customers.append(customer)
    return customers


async def replied(place: Town) -> Post:
    """Léa answers Marie; her line in the thread."""
    await place.command(LEA, "/claim", "marie")
    await place.command(LEA, "/reply", REPLY)
    lines = [post for card in place.cards for post in place.slack.thread(CHANNEL, card.ts)[1:]]
    return next(post for post in lines if ANSWER.lower() in words(post).lower())


def form(place: Town, user: str = SOFIA.id) -> View:
    """The form that stands before somebody."""
    shown = place.slack.hands.modal(user)
    assert shown is not None
    return shown


def held(view: View) -> dict[str, str]:
    """What the fields of a form hold."""
    inputs = [block for block in view.content["blocks"] if block["type"] == "input"]
    return {block["block_id"]: block["element"].get("initial_value", "") for block in inputs}


async def send(place: Town, user: str = SOFIA.id, **values: str) -> View:
    """Fill in the form and send it; the form afterwards."""
    sent = await place.slack.hands.submit(user, values)
    await place.settle()
    return sent


async def opens(place: Town, user: str, shown: Ephemeral | Answer, label: str) -> View:
    """Press a button that opens a form."""
    target = shown.shown if isinstance(shown, Answer) else shown
    assert isinstance(target, Ephemeral)
    offered = next(button for button in buttons(target) if button.label == label)
    await place.slack.press(
        user,
        channel_id=target.channel,
        action_id=offered.action_id,
        value=offered.value,
        ephemeral_answer=target,
    )
    await place.settle()
    return form(place, user)


async def test_a_question_unknown_three_times_is_found_promoted_and_answered_the_fourth(place: Town) -> None:
    await nobody_knows(place)
    line = await replied(place)
    shown = await place.command(SOFIA, "/kb")
    assert sentence("base.gap", count=3) in words(shown)
    assert "gravure gourde possible ?" in words(shown)
    assert sentence("base.gap_replied") in words(shown)

    await place.slack.hands.shortcut(SOFIA.id, "sc_article", CHANNEL, line.ts)
    draft = form(place)
    assert held(draft)["question"] == ASKED[0]
    assert held(draft)["answer"] == ANSWER
    assert held(draft)["follow_up"] == "Comptez 2 jours."
    sent = await send(place)
    assert (sent.is_open, sent.errors) == (False, {})
    assert words(await told(place, SOFIA.id)).startswith("Article enregistré")

    fourth = await on_whatsapp(place, "Zoé Blanc")
    await fourth.writes("vous faites la gravure sur gourdes ?")
    assert any(ANSWER in text for text in fourth.reads)
    finding = place.service.knowledge.find("vous faites la gravure sur gourdes ?", "fr")
    assert finding.answer is not None
    assert finding.why.reason == "sure"
    taken = {(one.word, one.meant, one.how) for one in finding.why.likenesses}
    assert {("gravure", "gravure", "exact"), ("gourdes", "gourdes", "exact")} <= taken
    (journaled,) = await place.rows("SELECT event FROM journal WHERE kind = 'ArticleChanged'")
    assert SOFIA.id in journaled["event"]
    await fourth.presses("Oui")
    assert "gravure gourde possible ?" not in words(await place.command(SOFIA, "/kb"))
    assert sentence("base.record", shown=1, picked=0, helped=1, not_helped=0) in words(
        await place.command(SOFIA, "/kb", "gravure gourde")
    )


async def test_a_gap_becomes_an_article_from_its_own_button_with_all_that_was_said(place: Town) -> None:
    await nobody_knows(place)
    await replied(place)
    draft = await opens(place, SOFIA.id, await place.command(SOFIA, "/kb"), FROM_REPLY)
    texts = held(draft)
    said = {texts["question"], *texts["phrasings"].split("\n")}
    assert set(ASKED[:2]) < said
    assert texts["answer"] == ANSWER
    assert not (await send(place)).is_open


async def test_a_line_in_the_thread_promotes_the_reply_in_two_taps(place: Town) -> None:
    await nobody_knows(place)
    line = await replied(place)
    await place.slack.say(SOFIA.id, CHANNEL, "!article", thread_ts=line.thread_ts)
    await place.settle()
    draft = await opens(place, SOFIA.id, await told(place, SOFIA.id), FROM_REPLY)
    assert held(draft)["answer"] == ANSWER
    assert not (await send(place)).is_open


async def test_only_referents_and_managers_change_the_base(place: Town) -> None:
    await nobody_knows(place)
    line = await replied(place)
    refused = sentence("refuse.not_referent")
    assert refused in words(await place.command(LEA, "/kb"))
    assert refused in words(await place.command(LEA, "/article", "Gravez-vous ?"))
    await place.slack.hands.shortcut(LEA.id, "sc_article", CHANNEL, line.ts)
    assert refused in words(await told(place, LEA.id))
    assert place.slack.hands.modal(LEA.id) is None
    nothing = await place.command(LEA, "/faq", "xylophone")
    assert sentence("base.ask_referent") in words(nothing)
    assert labels(nothing) == []


async def test_an_agent_inserts_an_article_changes_it_and_the_customer_reads_it(place: Town) -> None:
    marie = (await nobody_knows(place))[0]
    await place.command(LEA, "/claim", "marie")
    found = await place.command(LEA, "/faq", "délai de livraison")
    assert "confiance" in words(found)
    assert labels(found)[:2] == ["Insérer", "Voir"]
    whole = await press(place, LEA, found, "Voir")
    assert labels(whole) == ["Insérer"]
    draft = await opens(place, LEA.id, whole, "Insérer")
    text = held(draft)["text"]
    assert text in words(whole).replace("> ", "") or text.split("\n")[0] in words(whole)
    assert not (await send(place, LEA.id, text=f"Bonjour Marie. {text}")).is_open
    assert marie.reads[-1].startswith("Bonjour Marie. ")
    used = await place.rows("SELECT used FROM questions ORDER BY at")
    assert used[0]["used"]
    assert {row["used"] for row in used[1:]} == {""}


async def test_in_a_thread_the_article_is_for_the_customer_of_that_thread(place: Town) -> None:
    marie, luc, _ = await nobody_knows(place)
    await place.command(LEA, "/claim", "marie")
    await place.command(LEA, "/claim", "luc")
    card = next(card for card in place.cards if "Luc Martin" in words(card))
    await place.slack.say(LEA.id, CHANNEL, "!faq délai de livraison", thread_ts=card.ts)
    await place.settle()
    draft = await opens(place, LEA.id, await told(place, LEA.id), "Insérer")
    text = held(draft)["text"]
    before = list(marie.received)
    assert not (await send(place, LEA.id)).is_open
    assert luc.received[-1] == text
    assert marie.received == before


async def test_an_answer_that_the_agent_wrote_anew_is_not_put_down_to_the_article(place: Town) -> None:
    await nobody_knows(place)
    await place.command(LEA, "/claim", "marie")
    await opens(place, LEA.id, await place.command(LEA, "/faq", "délai de livraison"), "Insérer")
    assert not (await send(place, LEA.id, text="Tout autre chose.")).is_open
    assert {row["used"] for row in await place.rows("SELECT used FROM questions")} == {""}


async def test_without_words_the_latest_of_the_one_customer_at_hand_are_looked_up(place: Town) -> None:
    marie = await on_whatsapp(place, "Marie Dupont")
    await marie.writes("conseiller")
    await place.command(LEA, "/claim", "marie")
    await marie.writes("où est mon colis ?")
    found = await place.command(LEA, "/faq")
    assert words(found).startswith(sentence("base.for_customer", customer="Marie Dupont"))
    await place.command(LEA, "/release")
    assert sentence("base.how") in words(await place.command(LEA, "/faq"))


async def test_nothing_found_offers_an_article_with_these_words(place: Town) -> None:
    found = await place.command(SOFIA, "/faq", "Louez-vous des xylophones ?")
    assert labels(found) == [CREATE]
    draft = await opens(place, SOFIA.id, found, CREATE)
    assert held(draft)["question"] == "Louez-vous des xylophones ?"
