"""Names and words made to ping, to format or to break Slack's blocks, through every door, to every screen."""

import re

import pytest

from sandbox.slack import Ephemeral
from sandbox.slack import Message as Post
from sandbox.slack_blocks import complaints_about_blocks
from tests.handoff.test_cards import texts_of
from tests.stories.people import on_telegram, on_whatsapp
from tests.stories.town import CHANNEL, HUGO, LEA, SOFIA, Town

HOSTILE = [
    "<!channel> <!here> <!everyone|x>",
    f"<@{HUGO.id}> <#{CHANNEL}> <!subteam^S1>",
    "<https://x.test|votre banque>",
    "&lt;!channel&gt; &amp;lt;@U1&amp;gt; &",
    "*gras* _it_ ~barré~ `code` ```bloc",
    "> cité\n>>> tout le reste",
    "\u202egro.live\u202c \u2066x\u2069",
    "a\u200db\u200c\ufeff👩\u200d👩\u200d👧 e\u0301" + "\u0301" * 300,
    "\x00\x07\x1b[31m\x7f\x85\u2028",
    "@channel @here @everyone",
    "{customer} {0} %s {{1}} </blocks>",
    "<" * 900 + "&" * 900,
    "|" * 50 + "\\" * 50 + '"' * 50 + "']}",
    "!r bonjour /reply bonjour",
]
ALLOWED = re.compile(
    rf"<(@({LEA.id}|{HUGO.id}|{SOFIA.id})|!here|!date\^[^<>]*|https://slack\.com/archives/\w+/p\d+\|[^<>]*)>"
)
"""What we write ourselves: people of the roster, a call of the team, a date, a link to a card."""


@pytest.mark.parametrize("number", range(len(HOSTILE)))
async def test_nothing_a_customer_says_or_is_called_does_anything_on_any_screen(
    place: Town, number: int
) -> None:
    hostile = HOSTILE[number]
    for customer in (await on_whatsapp(place, hostile), await on_telegram(place, hostile)):
        await customer.writes(hostile)
        await customer.writes("conseiller")
        await customer.writes(hostile)
    await place.command(SOFIA, "/backlog")
    await place.command(LEA, "/reply", "Bonjour.")
    await place.command(LEA, "/claim", hostile[:40])
    for card in place.cards:
        await place.slack.say(LEA.id, CHANNEL, "!claim", card.ts)
        await place.slack.hands.shortcut(LEA.id, "sc_reply", CHANNEL, card.ts)
        await place.slack.hands.submit(LEA.id, {"text": "Bonjour."})
        await place.slack.say(LEA.id, CHANNEL, "!resolve Fait.", card.ts)
    await place.settle()
    assert [call.method for call in place.slack.wire.calls if call.outcome == "refused"] == []
    ours = [post for post in place.posts if post.user == place.slack.bot_user_id]
    assert len(ours) > 6
    screens: list[Post | Ephemeral] = [*ours, *place.slack.ephemerals]
    for shown in screens:
        assert list(complaints_about_blocks(shown.blocks)) == []
        for text in (shown.text, *texts_of(shown.blocks)):
            assert re.findall(r"<[^>]*>?", ALLOWED.sub("", text)) == []
            assert not re.search(r"[\x00-\x08\x0e-\x1f\u202a-\u202e\u2066-\u2069\ufeff]", text)
            assert not re.search(r"(?<!\w)@(channel|here|everyone)", text)
