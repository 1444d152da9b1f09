"""Cards and thread lines: what a person reads, and the limits that no payload may break."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.texts import Texts
from handoff.cards import card_blocks, card_text, fitted
from handoff.lines import POST_BLOCKS, Lines, Post
from sandbox.slack_blocks import buttons_of, complaints_about_blocks
from tests.requests_checked import CHECK

CATALOGUES = Path(__file__).parents[2] / "core" / "texts"
GOLDEN = Path(__file__).parent / "golden"
TEXTS = Texts(ZoneInfo("Europe/Paris"))
LINES = Lines(TEXTS, "fr")
Json = dict[str, Any]

SAMPLES = json.loads((GOLDEN / "cards.json").read_text(encoding="utf-8"))
CARDS_DRAWN: dict[str, Json] = SAMPLES["cards"]
NEW, URGENT = CARDS_DRAWN["new"], CARDS_DRAWN["urgent"]
SAID: dict[str, Json] = SAMPLES["lines"]
TRANSCRIPT: Json = SAMPLES["transcript"]

HOSTILE = st.lists(
    st.one_of(
        st.sampled_from(
            ["<!channel>", "<@U1>", "&", "```", "*", "\n", "\n\n", "> ", "|", "<!date^1^{ago}|x>"]
        ),
        st.sampled_from(["&<>" * 900, "a" * 5000, "\u0301" * 400, "\ud800", "{name}", "@here", " "]),
        st.text(max_size=12),
    ),
    max_size=8,
).map("".join)
SOME = st.lists(HOSTILE, max_size=12)
IDS = st.sampled_from(["", "U0AGENTLEA", "<!here>", "U1|x>", "C0SAVINBOX"])
CARDS = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("customer", "company", "phone", "language", "channel", "handle"), HOSTILE),
        **dict.fromkeys(("conversation", "motive", "why", "question", "recap", "same_phone"), HOSTILE),
        "status": st.sampled_from(["bot", "open", "in_progress", "resolved", "closed", "", "autre"]),
        "owner": IDS,
        "copies": SOME,
        **dict.fromkeys(("formal", "urgent"), st.booleans()),
        "waiting_for": st.sampled_from(["us", "customer", "third_party", ""]),
        **dict.fromkeys(("waiting_since", "promised_for"), st.none() | st.integers(10**7, 4 * 10**9)),
        "tried": st.lists(st.tuples(HOSTILE, st.sampled_from(["shown", "helped", "not_helped", ""]))),
        "near": st.lists(st.tuples(HOSTILE, HOSTILE, st.integers(0, 100)), max_size=3),
        "reopened": st.integers(0, 10**6),
        "previous": st.tuples(IDS, st.sampled_from(["", "1789990000.000100", "1|x>"])),
    },
)
ACTIONS = st.lists(st.fixed_dictionaries({"verb": HOSTILE, "label": HOSTILE, "value": HOSTILE}), max_size=12)
THREAD_LINES = st.fixed_dictionaries(
    {"mark": st.sampled_from(["customer", "agent", "note", "fact", "alarm"])},
    optional={
        **dict.fromkeys(("who", "channel", "text"), HOSTILE),
        **dict.fromkeys(("media", "remarks"), SOME),
        "mentions": st.lists(IDS, max_size=12),
        "actions": ACTIONS,
        "more": st.lists(
            st.fixed_dictionaries({"text": HOSTILE, "quoted": HOSTILE, "media": SOME}), max_size=15
        ),
        "delivery": st.sampled_from(["sent", "delivered", "read", "failed", "unknown", "", "autre"]),
        **dict.fromkeys(("why", "quoted"), HOSTILE),
        "is_edit": st.booleans(),
        "flood": st.fixed_dictionaries(
            {"count": st.integers(1, 10**6), "conversation": HOSTILE},
            optional=dict.fromkeys(("gap", "from", "to", "since", "until"), st.integers(0, 12)),
        ),
        "former": st.tuples(IDS, st.sampled_from(["", "1789990000.000100", "1|x>"])),
    },
)
SPOKEN = st.fixed_dictionaries(
    {"author": st.sampled_from(["customer", "bot", "agent", "note"]), "at": st.integers(10**7, 4 * 10**9)},
    optional={
        "text": HOSTILE,
        "media": SOME,
        "change": st.sampled_from(["", "edited", "deleted", "autre"]),
        "trouble": st.sampled_from(["", "failed", "unknown"]),
    },
)
TRANSCRIPTS = st.fixed_dictionaries(
    {}, optional={"customer": HOSTILE, "lines": st.lists(SPOKEN, max_size=60)}
)
OUR_FORMS = re.compile(
    r"<(?:@U0AGENTLEA|!date\^\d+\^[^|<>]+\|[^|<>]+|https://slack\.com/archives/C0SAVINBOX/p\d+\|[^<>]+)>"
)


def texts_of(blocks: Iterable[Json]) -> list[str]:
    found: list[str] = []
    for block in blocks:
        parts = [block["text"]] if "text" in block else []
        found += [part["text"] for part in [*parts, *block.get("fields", ())]]
        if block["type"] == "context":
            found += [part["text"] for part in block["elements"]]
    return found


def drawn(text: str, blocks: list[Json]) -> str:
    """A message as plain lines, close to what the eye meets."""
    lines = [f"({text})"]
    for block in blocks:
        if block["type"] == "actions":
            lines.append(
                "".join(f"[{each['text']['text']} → {each['action_id']}]" for each in block["elements"])
            )
        else:
            shown = " ¦ ".join(text.replace("\n", " ⏎ ") for text in texts_of([block]))
            lines.append(f"{block['type']:<8}{shown}")
    return "\n".join(lines).replace("\u00a0", " ")


def rendered() -> str:
    parts = {
        name: drawn(card_text(card), card_blocks(card, texts=TEXTS, language="fr"))
        for name, card in CARDS_DRAWN.items()
    }
    posts = {name: LINES.line(payload) for name, payload in SAID.items()}
    posts["transcript"] = LINES.transcript(TRANSCRIPT)
    posts["call"] = LINES.call({"text": "Urgent : Marie attend une réponse (mot « bloqué »)."}, ["<!here>"])
    parts |= {name: drawn(post.text, post.blocks) for name, post in posts.items()}
    return "".join(f"== {name}\n{part}\n\n" for name, part in parts.items())


def complaints(text: str, blocks: list[Json]) -> list[str]:
    for method, more in [("chat.postMessage", {}), ("chat.update", {"ts": "1.1"})]:
        arguments = {"channel": "C1", "text": text, "blocks": blocks, **more}
        if found := [*CHECK.slack_call(method, arguments), *complaints_about_blocks(blocks)]:
            return found
    return []


def strange_forms(text: str, blocks: list[Json]) -> list[str]:
    """What Slack would read as a form and is not one of ours."""
    return [found for said in [text, *texts_of(blocks)] for found in re.findall("[<>]", inert(said))]


def inert(text: str) -> str:
    # `> ` opens a quotation at the start of a line: the one bare sign that is ours.
    return re.sub(r"(?m)^> ", "", OUR_FORMS.sub("", text))


def test_the_team_reads_cards_and_lines_as_drawn() -> None:
    assert rendered() == (GOLDEN / "cards.txt").read_text(encoding="utf-8")


def test_buttons_follow_the_status_and_carry_the_conversation() -> None:
    def buttons(**changes: object) -> list[tuple[str, str | None]]:
        blocks = card_blocks(NEW | changes, texts=TEXTS, language="fr")
        return [(each.action_id, each.value) for each in buttons_of(blocks)]

    here = "01CONVMARIE"
    reply, resolve, note = ("open_reply", here), ("open_resolve", here), ("open_note", here)
    claim, motive, release = ("claim", here), ("motive", here), ("release", here)
    assert buttons() == [claim, reply, note, motive]
    assert buttons(motive="Livraison") == [claim, reply, note, motive]
    assert buttons(status="in_progress") == [reply, resolve, note, motive, release]
    assert buttons(status="in_progress", motive="Livraison") == [reply, resolve, note, motive, release]
    assert buttons(status="resolved") == []
    assert buttons(status="closed") == []


def test_both_languages_say_the_same_things() -> None:
    def holes(text: str | dict[str, str]) -> list[set[str]]:
        forms = [text] if isinstance(text, str) else list(text.values())
        return [set(re.findall(r"\{(\w+)\}", form)) for form in forms]

    french, english = (
        {
            f"{section}.{key}": holes(text)
            for section, entries in tomllib.loads(path.read_text(encoding="utf-8")).items()
            for key, text in entries.items()
        }
        for path in (CATALOGUES / "slack.fr.toml", CATALOGUES / "slack.en.toml")
    )
    assert french == english
    assert len(french) > 40


def test_a_long_word_of_a_customer_is_cut_with_a_sentence_that_says_so() -> None:
    payload = SAID["customer"] | {"text": "a" * 20_000}
    blocks = LINES.line(payload).blocks
    shown = "\n".join(texts_of(blocks))
    assert 8_000 < shown.count("a") < 12_000
    assert "le message est gardé en entier" in shown


def test_what_was_not_delivered_says_so_in_the_transcript() -> None:
    said = [{"author": "bot", "at": 1, "text": "Votre colis…", "trouble": "failed"}]
    said.append({"author": "agent", "at": 2, "text": "Bonjour", "trouble": "unknown"})
    shown = texts_of(LINES.transcript({"customer": "Marie", "lines": said}).blocks)
    assert "⚠️ non remis\nVotre colis…" in shown[1]
    assert "❔ remise incertaine\nBonjour" in shown[2]


def test_everything_that_was_merged_into_a_line_is_shown_in_order_whatever_it_is() -> None:
    said = ["&" * 130 for _ in range(14)]
    more = [{"text": text, "quoted": "", "media": [f"image {n}"]} for n, text in enumerate(said)]
    post = LINES.line(SAID["customer"] | {"text": "un", "media": [], "more": more})
    shown = "\n".join(texts_of(post.blocks))
    assert shown.count("&amp;") == 130 * 14
    assert re.findall(r"image (\d+)", shown) == [str(n) for n in range(14)]
    assert "le message est gardé en entier" not in shown


def test_what_may_be_missing_of_a_message_stands_under_its_words_wherever_they_are_shown() -> None:
    part = {"text": "deux", "quoted": "", "media": [], "remarks": ["retrouvé après coup"]}
    line = LINES.line(SAID["customer"] | {"text": "un", "media": [], "more": [part]})
    assert texts_of(line.blocks)[-2:] == ["> deux", "retrouvé après coup"]
    assert "retrouvé après coup" in line.text, "and where blocks are refused"
    said = [{"author": "customer", "at": 1, **part}]
    told = LINES.transcript({"customer": "Marie", "lines": said})
    assert texts_of(told.blocks)[-1] == "retrouvé après coup"


def test_where_blocks_are_refused_a_transcript_tells_its_end_and_what_is_missing() -> None:
    lines = [{"author": "customer", "at": 1, "text": f"message {n} " + "x" * 60} for n in range(100)]
    lines.append({"author": "customer", "at": 1, "text": "", "media": ["image · colis.jpg"]})
    text = LINES.transcript({"customer": "Marie", "lines": lines}).text
    assert len(text) <= 3900
    assert "image · colis.jpg" in text
    assert "message 99" in text
    assert "message 2 " not in text
    left_out = 101 - text.count("message ") - 1
    assert f"{left_out} messages plus anciens" in text.replace("\u00a0", " ")


def test_a_long_transcript_keeps_its_end_and_counts_what_it_leaves_out() -> None:
    lines = [{"author": "customer", "at": 1790000000 + n, "text": f"message {n}"} for n in range(100)]
    post = LINES.transcript({"customer": "Marie", "lines": lines})
    shown = "\n".join(texts_of(post.blocks))
    assert "message 99" in shown
    assert "60 messages plus anciens" in shown
    assert re.search(r"message 59\b", shown) is None
    assert len(post.blocks) <= POST_BLOCKS + 3


def test_a_notification_names_who_writes_on_which_channel_and_what() -> None:
    assert card_text(NEW).replace("\u00a0", " ").startswith("Marie Dupont (WhatsApp) : « Bonjour, où est mon")
    assert card_text(URGENT).startswith("🚨 ")


@pytest.mark.parametrize("limit", [9, 40, 300])
def test_a_text_is_never_cut_inside_an_entity(limit: int) -> None:
    shortened = fitted("&amp;" * 400, limit)
    assert len(shortened) <= limit
    assert re.fullmatch("(&amp;)+…", shortened)


@settings(max_examples=150, deadline=None)
@given(CARDS)
@example(URGENT)
def test_any_card_is_taken_by_slack_and_holds_no_form_of_a_customer(card: Json) -> None:
    text, blocks = card_text(card), card_blocks(card, texts=TEXTS, language="fr")
    assert 0 < len(text) <= 300
    assert complaints(text, blocks) == []
    assert strange_forms(text, blocks) == []


@settings(max_examples=150, deadline=None)
@given(THREAD_LINES)
@example(SAID["alarm"])
def test_any_line_is_taken_by_slack_and_holds_no_form_of_a_customer(payload: Json) -> None:
    judged(LINES.line(payload))


@settings(max_examples=60, deadline=None)
@given(TRANSCRIPTS)
@example(TRANSCRIPT)
def test_any_transcript_is_taken_by_slack_and_holds_no_form_of_a_customer(payload: Json) -> None:
    judged(LINES.transcript(payload))


@settings(deadline=None)
@given(HOSTILE)
def test_any_call_is_taken_by_slack_and_calls_nobody_else(text: str) -> None:
    judged(LINES.call({"text": text}, ["<@U0AGENTLEA>"]))


def judged(post: Post) -> None:
    assert 0 < len(post.text) <= 4000
    assert complaints(post.text, post.blocks) == []
    assert strange_forms(post.text, post.blocks) == []
    assert sum(map(len, texts_of(post.blocks))) <= 12_500
