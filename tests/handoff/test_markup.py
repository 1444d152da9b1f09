"""Text between Slack and customers: golden tables both ways, laws for any text, hostile names."""

import json
import re
import tomllib
import unicodedata
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from handoff import markup

TESTS = Path(__file__).parents[1]
USERS = {"U0AGENTPAU": "Paul"}
ENTITY = re.compile("&(?:amp|lt|gt);")
# Characters `escape` removes or turns into line breaks are left out of texts that must come back whole.
KEPT = st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"])
PIECES = st.sampled_from(
    ["&", "<", ">", "&amp;", "<!here>", "<@U1>", "@everyone", "\n", "\n\n", " ", "é", "e\u0301", "```", "*_~"]
)
TEXTS = st.lists(st.one_of(PIECES, st.text(KEPT, max_size=8)), max_size=40).map("".join)
HOSTILE = st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=40).map("".join)


def table(name: str, before: str, after: str) -> list[object]:
    golden = tomllib.loads((TESTS / "handoff" / "golden" / f"{name}.toml").read_text(encoding="utf-8"))
    return [pytest.param(row[before], row[after], id=row["case"]) for row in golden["row"]]


def sample(name: str) -> str:
    decoded = json.loads((TESTS / "payloads" / "slack" / f"{name}.json").read_text(encoding="utf-8"))[
        "decoded"
    ]
    return str(decoded["event"]["text"] if "event" in decoded else decoded["text"])


def raw_signs(text: str) -> list[str]:
    return re.findall("[<>&]", ENTITY.sub("", text))


@pytest.mark.parametrize(("typed", "shown"), table("escape", "typed", "shown"))
def test_what_customers_type_is_shown_in_slack_as(typed: str, shown: str) -> None:
    assert markup.escape(typed) == shown


@pytest.mark.parametrize(("typed", "shown"), table("quote", "typed", "shown"))
def test_what_customers_say_is_quoted_as(typed: str, shown: str) -> None:
    assert markup.quote(typed) == shown


@pytest.mark.parametrize(("typed", "shown"), table("name", "typed", "shown"))
def test_what_customers_call_themselves_is_shown_as(typed: str, shown: str) -> None:
    assert markup.name(typed) == shown


@pytest.mark.parametrize(("slack", "read"), table("to_customer", "slack", "read"))
def test_what_slack_hands_over_is_read_by_customers_as(slack: str, read: str) -> None:
    assert markup.to_customer(slack, users=USERS) == read


@pytest.mark.parametrize(("slack", "read"), table("from_command", "slack", "read"))
def test_what_a_command_brings_is_read_by_customers_as(slack: str, read: str) -> None:
    assert markup.from_command(slack, users=USERS) == read


def test_the_thread_sample_reaches_the_customer_without_any_slack_encoding() -> None:
    read = markup.to_customer(sample("event_02_thread_bang_command").removeprefix("!r "), users=USERS)
    assert read == "Bonjour Marie 👋🏼 voir le suivi (https://exemple.fr/suivi?a=1&b=2) & merci <3"


def test_the_mention_sample_is_refused_and_names_every_internal_mention() -> None:
    text = sample("event_03_thread_with_mentions")
    assert markup.has_internal_mention(text)
    with pytest.raises(markup.InternalMention) as refusal:
        markup.to_customer(text, users=USERS)
    assert refusal.value.found == ("@S0AGENTS01", "@here")
    assert str(refusal.value) == "@S0AGENTS01, @here"


def test_the_command_sample_keeps_its_raw_signs_and_shows_its_emoji() -> None:
    read = markup.from_command(sample("slash_01_reply"), users=USERS)
    assert read == "Bonjour Marie, votre colis part demain 🚚 & merci <3"


def test_the_command_sample_of_several_lines_reaches_the_customer_as_typed() -> None:
    text = sample("slash_09_multiline_smart_quotes")
    assert markup.from_command(text, users=USERS) == text
    assert "\n“votre commande”" in text


@pytest.mark.parametrize(("text", "found"), table("refused", "slack", "found"))
def test_an_internal_mention_never_leaves_by_the_thread_nor_by_a_command(text: str, found: str) -> None:
    assert markup.has_internal_mention(text)
    for convert in (markup.to_customer, markup.from_command):
        with pytest.raises(markup.InternalMention, match=f"^{re.escape(found)}$"):
            convert(text, users=USERS)


def test_a_user_nobody_knows_is_refused_by_handle_when_there_is_one_and_else_by_id() -> None:
    for text, found in (("<@U1|lea>", "@lea"), ("<@U1>", "@U1")):
        with pytest.raises(markup.InternalMention) as refusal:
            markup.to_customer(text, users=USERS)
        assert refusal.value.found == (found,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Bonjour",
        "<@U1>",
        "<#C1|sav>",
        "&lt;!here&gt;",
        "a@here.fr",
        "<https://exemple.fr?@here>",
        "x/@here",
    ],
)
def test_ordinary_text_holds_no_internal_mention(text: str) -> None:
    assert not markup.has_internal_mention(text)


def test_a_name_put_in_for_a_mention_is_not_read_again() -> None:
    assert markup.to_customer("<@U1>", users={"U1": "&amp; :truck: <!here>"}) == "@&amp; :truck: <!here>"


def test_a_name_of_three_hundred_characters_is_cut_at_sixty() -> None:
    assert markup.name("M" * 300) == "M" * 59 + "…"


def test_a_name_is_never_cut_inside_an_entity_or_an_emoji() -> None:
    assert markup.name("x" * 56 + "&&&&") == "x" * 56 + "…"
    assert markup.name("x" * 57 + "👨‍👩‍👧" + "y" * 9) == "x" * 57 + "…"


@pytest.mark.parametrize(
    ("text", "limit", "label"),
    [
        ("Prendre", 75, "Prendre"),
        ("deux\n\n lignes\t\u202e", 75, "deux lignes"),
        ("Attend depuis\u00a0: 5 min", 75, "Attend depuis\u00a0: 5 min"),
        ("A & B <3", 75, "A & B <3"),
        ("Marie Dupont", 8, "Marie D…"),
        ("Marie Dupont", 7, "Marie…"),
        ("Marie", 5, "Marie"),
        ("aaa👋🏼b", 5, "aaa…"),
        ("aa🇫🇷🇧🇪", 5, "aa🇫🇷…"),
        ("aa🇫🇷🇧🇪", 4, "aa…"),
        ("aae\u0301b", 4, "aa…"),
        ("ab", 1, "…"),
        ("<!channel> @everyone", 75, "<\u2060!channel> @\u2060everyone"),
        ("\u200b", 75, ""),
    ],
)
def test_a_label_is_one_line_cut_between_characters(text: str, limit: int, label: str) -> None:
    assert markup.plain(text, limit) == label


def test_chunks_end_after_a_paragraph_then_a_line_then_a_word() -> None:
    assert markup.chunks("un deux\n\ntrois\nquatre", 14) == ["un deux\n\n", "trois\nquatre"]
    assert markup.chunks("un deux trois\nquatre cinq", 16) == ["un deux trois\n", "quatre cinq"]
    assert markup.chunks("un deux trois quatre", 16) == ["un deux trois ", "quatre"]
    assert markup.chunks("anticonstitutionnel", 10) == ["anticonsti", "tutionnel"]


def test_a_paragraph_that_ends_too_early_does_not_make_a_small_chunk() -> None:
    assert markup.chunks("a\n\nbbbb cccc dddd", 12) == ["a\n\nbbbb ", "cccc dddd"]


def test_chunks_keep_entities_families_and_flags_whole() -> None:
    assert markup.chunks("xxxxxx&amp;y", 8) == ["xxxxxx", "&amp;y"]
    assert markup.chunks("xxxxx👨‍👩‍👧y", 8) == ["xxxxx", "👨‍👩‍👧y"]
    assert markup.chunks("x" + "🇫🇷" * 5, 8) == ["x🇫🇷🇫🇷🇫🇷", "🇫🇷🇫🇷"]


def test_an_accent_on_a_space_stays_with_its_space() -> None:
    assert markup.chunks("un deux \u0301trois", 8) == ["un deux", " \u0301trois"]


def test_a_pile_of_accents_longer_than_a_chunk_is_cut_without_touching_the_entity() -> None:
    text = "xxx&amp;" + "\u0301" * 30
    pieces = markup.chunks(text, 8)
    assert "".join(pieces) == text
    assert max(len(piece) for piece in pieces) == 8
    assert "&amp;" in pieces[0]


def test_blanks_alone_are_never_a_chunk() -> None:
    assert markup.chunks("", 10) == []
    assert markup.chunks(" \n" * 20, 10) == []
    assert [piece.strip() for piece in markup.chunks("début" + "\n" * 50 + "fin", 10)] == ["début", "fin"]


def test_a_limit_too_small_for_an_entity_is_refused() -> None:
    with pytest.raises(ValueError, match="7"):
        markup.chunks("&amp;", 7)


def test_a_long_quote_is_cut_into_quotes() -> None:
    assert markup.quotes("un\n\ndeux trois quatre", 14) == ["> un\n> ", "> deux trois ", "> quatre"]
    assert markup.quotes("court\nmot") == [markup.quote("court\nmot")]
    assert markup.quotes("\u200b") == []


@given(HOSTILE)
@example("<!channel>")
@example("<@U123|*x*>")
def test_nothing_a_customer_types_reaches_slack_as_a_raw_sign(text: str) -> None:
    assert raw_signs(markup.escape(text)) == []
    assert raw_signs(markup.name(text)) == []
    assert all(line.startswith("> ") for line in markup.quote(text).split("\n") if line)
    assert raw_signs(re.sub("^> ", "", markup.quote(text), flags=re.MULTILINE)) == []


@given(HOSTILE)
def test_nothing_a_customer_types_keeps_a_control_an_override_or_a_shout(text: str) -> None:
    shown = markup.escape(text)
    left = {unicodedata.category(char) for char in shown if char not in "\n\t"} & {"Cc", "Cs", "Zl", "Zp"}
    assert left == set()
    assert not set(shown) & set("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert not re.search(r"(?<!\w)@(everyone|here|channel)\b", shown, re.IGNORECASE)


@given(HOSTILE)
@example("*a* _b_ ~c~ `d` ```e")
def test_no_formatting_mark_in_a_quote_can_open_or_close(text: str) -> None:
    said = re.sub("^> ", "", markup.quote(text), flags=re.MULTILINE)
    assert "`" not in said
    outside = re.sub(r"https?://\S+", "", said)
    for line in outside.split("\n"):
        opened = re.search(r"(?<![^\W_])([*_~])(?=\S).*?(?<=\S)\1(?![^\W_])", line)
        assert opened is None


@given(HOSTILE)
def test_a_name_is_one_visible_line_of_at_most_sixty(text: str) -> None:
    shown = markup.name(text)
    assert 1 <= len(shown) <= 60
    assert "\n" not in shown
    assert shown.strip() == shown


@given(TEXTS)
@example("&amp;lt; <!here> @everyone /@here")
def test_what_a_customer_typed_comes_back_whole_from_slack(text: str) -> None:
    assume(not re.search(r":[a-z0-9_+\-]+:", text))
    assert markup.to_customer(markup.escape(text), users={}) == text


@given(HOSTILE, st.integers(8, 60))
def test_chunks_lose_nothing_exceed_nothing_and_split_no_entity(text: str, limit: int) -> None:
    escaped = markup.escape(text)
    pieces = markup.chunks(escaped, limit)
    assert "".join("".join(pieces).split()) == "".join(escaped.split())
    assert all(len(piece) <= limit for piece in pieces)
    assert all(raw_signs(piece) == [] for piece in pieces)


@given(st.lists(st.text(KEPT, min_size=1, max_size=30).filter(str.strip), max_size=20), st.integers(40, 90))
def test_chunks_joined_are_the_text_itself(words: list[str], limit: int) -> None:
    escaped = markup.escape(" ".join(words))
    assume(not re.search(r"\s{20}", escaped))
    assert "".join(markup.chunks(escaped, limit)).strip() == escaped.strip()


@given(HOSTILE, st.integers(10, 60))
def test_pieces_of_a_quote_are_quotes_that_hold_all_that_was_said(text: str, limit: int) -> None:
    pieces = markup.quotes(text, limit)
    lines = [line for piece in pieces for line in piece.split("\n")]
    assert all(len(piece) <= limit for piece in pieces)
    assert all(line.startswith("> ") for line in lines)
    said = "".join(line[2:] for line in markup.quote(text).split("\n"))
    assert "".join("".join(line[2:] for line in lines).split()) == "".join(said.split())


@given(HOSTILE, st.integers(1, 80))
def test_a_label_never_exceeds_its_limit(text: str, limit: int) -> None:
    label = markup.plain(text, limit)
    assert len(label) <= limit
    assert "\n" not in label


@given(HOSTILE)
@example("<@U1> <!here>")
def test_a_text_is_refused_exactly_when_it_holds_an_internal_mention(text: str) -> None:
    try:
        markup.to_customer(text, users={"U1": "Léa"})
    except markup.InternalMention:
        refused = True
    else:
        refused = False
    assert refused == markup.has_internal_mention(text)
