"""Documents of the platforms with something wrong in them, and values that nobody expects anywhere."""

import json
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qsl, urlencode

from hypothesis import strategies as st

PAYLOADS = Path(__file__).parents[1] / "payloads"
DEEP = "[" * 5000
WORDS: tuple[str, ...] = (
    *("", " ", "x", "0", "-1", "true", "null", "1790000000.000100", "whatsapp:", "whatsapp:+", "+33"),
    *("\x00", "\ud800", "\udfff", "\u202eevil", "a\u200db", "\ufeff", "e" + "\u0301" * 300, "👩‍👩‍👧‍👦" * 50),
    *("<!channel>", "<@U0LEA>", "<https://x.test|y>", "&lt;", "*_~`", "@everyone", "%s%n", "{0.__class__}"),
    *("../../etc/passwd", "http://169.254.169.254/latest/meta-data/", "file:///etc/passwd"),
    *("'; DROP TABLE journal; --", "1e999", "NaN", "٣", "²", "9" * 400, "x" * 5000, "\r\nX-Header: 1"),
    *("/reply", "/claim", "/relais", "U0LEA", "U0SOFIA", "T0OTHER", "STOP", "conseiller", "urgent"),
)
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**53, 2**63, 2**70, -(2**63) - 1),
    *(0.5, 1e308, float("inf"), float("nan")),
    *([], {}, [[]], [{}], {"": ""}, {"a": {"a": {"a": []}}}, [None] * 200, ["x"] * 2000),
    *WORDS,
)  # fmt: skip


@cache
def samples(platform: str) -> tuple[dict[str, Any], ...]:
    """Every sample of what a platform sends."""
    files = sorted((PAYLOADS / platform).glob("*.json"))
    found = [json.loads(path.read_text("utf-8")) for path in files]
    return tuple(one for one in found if isinstance(one, dict))


def forms() -> list[dict[str, str]]:
    """Twilio's forms, as of our account."""
    ours = {"AccountSid": "AC" + "1" * 32}
    return [sample["form"] | ours for sample in samples("twilio") if sample.get("form")]


def updates() -> list[dict[str, Any]]:
    """Telegram's updates."""
    return [sample["update"] for sample in samples("telegram") if "update" in sample]


def from_slack() -> list[tuple[str, Any]]:
    """What Slack posts: "json" events, "payload" interactions, "form" commands, each decoded."""
    found: list[tuple[str, Any]] = []
    for sample in samples("slack"):
        raw, headers = sample.get("raw_body"), sample.get("headers")
        if not isinstance(raw, str) or not isinstance(headers, dict):
            continue
        kind = str(headers.get("Content-Type", ""))
        if kind.startswith("application/json"):
            found.append(("json", json.loads(raw)))
            continue
        form = dict(parse_qsl(raw, keep_blank_values=True))
        whole = ("payload", json.loads(form["payload"])) if "payload" in form else ("form", form)
        found.append(whole)
    return found


def places(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 - JSON
    """Where the parts of a document are, the whole of it first."""
    yield path
    parts: Any = ()
    if isinstance(document, dict):
        parts = document.items()
    elif isinstance(document, list):
        parts = enumerate(document)
    for key, part in parts:
        yield from places(part, (*path, key))


def mutated(document: Any, chance: Random) -> Any:  # noqa: ANN401 - JSON
    """The document with one to four of its parts replaced, taken away, renamed or doubled."""
    changed = json.loads(json.dumps(document))
    for _ in range(chance.randint(1, 4)):
        path = chance.choice(list(places(changed)))
        if not path:
            continue
        holder = changed
        for key in path[:-1]:
            holder = holder[key]
        changed = _change(changed, holder, path[-1], chance)
    return changed


def _change(whole: Any, holder: Any, key: Any, chance: Random) -> Any:  # noqa: ANN401 - JSON
    match chance.randrange(6):
        case 0:
            del holder[key]
        case 1 if isinstance(holder, dict):
            holder[chance.choice(WORDS)] = holder.pop(key)
        case 2:
            holder[key] = [holder[key]]
        case 3 if isinstance(holder[key], str):
            text = holder[key]
            at = chance.randint(0, len(text))
            holder[key] = text[:at] + chance.choice(WORDS) + text[at:]
        case _:
            holder[key] = deepcopy(chance.choice(VALUES))
    return whole


def mutation_of(documents: list[Any]) -> st.SearchStrategy[Any]:
    """A sample with something wrong in it."""

    def of(number: int, chance: Random) -> Any:  # noqa: ANN401 - JSON
        return mutated(documents[number], chance)

    return st.builds(of, st.integers(0, len(documents) - 1), st.randoms(use_true_random=False))


JSON: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from(VALUES) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
"""Any JSON at all."""


def as_form(document: Any) -> bytes:  # noqa: ANN401 - what a mutation left
    """A form's bytes; parts that are no text are written as JSON is."""
    if not isinstance(document, dict):
        return json.dumps(document).encode()
    pairs = [
        (name, value if isinstance(value, str) else json.dumps(value)) for name, value in document.items()
    ]
    return urlencode(pairs, errors="surrogatepass").encode()
