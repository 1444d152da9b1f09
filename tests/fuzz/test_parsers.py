"""Whatever stands in a file, in a setting or comes by a socket: faults are told, nothing else happens."""

import asyncio
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from composition.serving import Doors
from core.aside import as_json
from core.domain.channel import Address
from core.domain.events import CustomerWrote
from core.local_door import LocalDoor
from faq import csv_form, markdown_form
from faq.files import SHIPPED as BASE
from faq.files import ArticleFaults, read_articles
from handoff.socket_mode import SocketMode
from rulebook.variables import VARIABLES
from settings import SettingsFaults, load, load_rules
from tests.fuzz.house import EXAMPLES, Fuzzed
from tests.fuzz.shapes import DEEP, JSON, PAYLOADS, WORDS, from_slack, mutation_of

ROOT = Path(__file__).parents[2]
SHIPPED = (ROOT / "relais.toml").read_text("utf-8")
ARTICLES = (ROOT / "faq" / "articles" / "fr" / "retour.toml").read_text("utf-8")
LETTERS = "[]{}=\"'\\\n #.,0123456789abcé\x00\u202e"
played = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@st.composite
def broken(draw: st.DrawFn, text: str) -> str:
    """A file with a few pieces of it replaced, or taken away."""
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(text)))
        gone = draw(st.integers(0, 40))
        put = draw(st.text(LETTERS, max_size=12) | st.sampled_from(WORDS))
        text = text[:at] + put + text[at + gone :]
    return text


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    return path


@played
@given(text=broken(SHIPPED) | st.text(max_size=80))
@example(text=f"a = {DEEP}")
@example(text="a = " + "{a=" * 5000)
@example(text=f"a = {'9' * 5000}")
@example(text=f"[service]\nname = {'9' * 5000}")
@example(text="[[agent]]\n" * 500)
def test_any_rules_file_is_read_or_its_faults_are_told(tmp_path: Path, text: str) -> None:
    path = written(tmp_path / "relais.toml", text)
    faults = ""
    try:
        load_rules(path, "C0SAV")
    except SettingsFaults as error:
        faults = str(error)
    assert "Error" not in faults


@played
@given(text=broken(ARTICLES) | st.text(max_size=80))
@example(text=f"a = {DEEP}")
@example(text=f"[[article]]\nid = {DEEP}")
@example(text=f"[[article]]\nid = {'9' * 5000}")
@example(text="article = [1]")
@example(text="[article]\nid = 'x'")
def test_any_article_file_is_read_or_its_faults_are_told(tmp_path: Path, text: str) -> None:
    written(tmp_path / "fr" / "a.toml", text)
    assert strange_faults(tmp_path, r"fr/a\.toml:\d+: .") == []


def strange_faults(folder: Path, wanted: str) -> list[str]:
    """What is told of a folder otherwise than with its place; nothing else may happen."""
    try:
        read_articles(folder)
    except ArticleFaults as error:
        return [fault for fault in error.faults if not re.match(rf"{wanted}|.*:1: no article;", fault)]
    return []


MARKDOWN = markdown_form.written(read_articles(BASE)[0])
TABLE = csv_form.written(read_articles(BASE)[:3])


@played
@given(text=broken(MARKDOWN) | st.text(max_size=80))
@example(text=f"+++\na = {DEEP}\n+++")
@example(text="+++\n" * 500)
@example(text="# a\n" * 500)
@example(text="- " * 5000)
@example(text="## Learnt\n" + "\\U7fffffff")
def test_any_article_in_markdown_is_read_or_its_faults_are_told(tmp_path: Path, text: str) -> None:
    written(tmp_path / "fr" / "a.md", text)
    assert strange_faults(tmp_path, r"fr/a\.md:\d+: .") == []


@played
@given(text=broken(TABLE) | st.text(max_size=80))
@example(text="id;language;question;answer\n" + ";" * 5000)
@example(text='id;"')
@example(text="id\x00;")
@example(text="id,language,question,answer\na,fr,?," + "b" * 200_000)
def test_any_table_of_articles_is_read_or_its_faults_are_told(tmp_path: Path, text: str) -> None:
    written(tmp_path / "a.csv", text)
    assert strange_faults(tmp_path, r"a\.csv:\d+: .") == []


NAMES = list(VARIABLES)


@played
@given(
    environ=st.dictionaries(
        st.sampled_from(NAMES), st.text(max_size=60) | st.sampled_from(WORDS), max_size=12
    )
)
def test_any_environment_is_taken_or_its_faults_are_told(environ: dict[str, str]) -> None:
    told = ""
    try:
        load(environ, ROOT / "relais.toml")
    except SettingsFaults as error:
        told = str(error)
    secrets = [value for name, value in environ.items() if name.endswith(("TOKEN", "SECRET"))]
    assert [value for value in secrets if len(value) > 20 and value in told] == []


async def _double(asked: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    return asked["n"]


@played
@given(line=st.binary(max_size=80) | JSON.map(lambda value: json.dumps(value).encode()))
@example(line=DEEP.encode())
@example(line=b'{"do": ["double"]}')
@example(line=b'{"do": {}}')
def test_any_line_at_the_local_door_is_answered(tmp_path: Path, line: bytes) -> None:
    door = LocalDoor(tmp_path / "door", {"double": _double})
    answer = asyncio.run(door._answered(line))
    assert set(answer) <= {"ok", "error"}
    assert json.dumps(answer)


def frames() -> list[Any]:
    """What comes through a socket, by the sample and by what a webhook would bring."""
    found = json.loads((PAYLOADS / "slack" / "socket_mode_envelopes.json").read_text("utf-8"))["frames"]
    kinds = {"json": "events_api", "payload": "interactive", "form": "slash_commands"}
    envelopes = [
        {
            "envelope_id": f"e{number}",
            "type": kinds[kind],
            "payload": document,
            "accepts_response_payload": True,
        }
        for number, (kind, document) in enumerate(from_slack())
    ]
    return [*found, *envelopes]


class Slacks(AsyncBaseSocketModeClient):
    """Slack's client, as far as an answer needs it."""

    def __init__(self) -> None:
        self.answered: list[str] = []

    async def send_socket_mode_response(self, response: Any) -> None:  # noqa: ANN401 - as its parent
        """Note what is acknowledged."""
        self.answered.append(response.envelope_id)


@pytest.fixture(scope="module")
def socket(house: Fuzzed) -> SocketMode:
    """The way in by socket, in front of the same door as the webhooks."""
    door = house.service.asgi
    assert isinstance(door, Doors)
    endpoint: Any = door._posted["/slack"]._receive
    return SocketMode(api=house.service.slack, dispatch=endpoint.__self__._dispatch, clock=house.clock)


@played
@given(frame=mutation_of(frames()))
@example(frame={"envelope_id": "e", "type": "events_api", "payload": {"type": ["x"]}})
def test_any_envelope_is_acknowledged_once(house: Fuzzed, socket: SocketMode, frame: Any) -> None:  # noqa: ANN401
    """What Slack's own client takes for an envelope; the rest it drops itself."""
    is_envelope = isinstance(frame, dict) and isinstance(frame.get("payload"), dict | str)
    request = SocketModeRequest.from_dict(frame) if is_envelope else None
    if request is not None:
        slack = Slacks()
        house.run(socket._heard(slack, request))
        assert slack.answered == [request.envelope_id]


@played
@given(text=st.text(max_size=300), name=st.text(max_size=80), phone=st.sampled_from(["", "+33612345678"]))
def test_every_event_that_the_journal_keeps_can_be_written(text: str, name: str, phone: str) -> None:
    event = CustomerWrote(Address("whatsapp", "+33612345678"), name=name, text=text, phone=phone)
    assert json.loads(as_json(event)).get("text", "") == text
