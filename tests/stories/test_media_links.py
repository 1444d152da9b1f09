"""What customers send beside words is announced and never fetched, whatever its address or name says."""

import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from sandbox.slack_blocks import complaints_about_blocks
from sandbox.twilio_forms import inbound
from tests.handoff.test_cards import texts_of
from tests.stories.people import on_telegram, on_whatsapp
from tests.stories.town import Town

LINKS = [
    "http://169.254.169.254/latest/meta-data/iam/security-credentials/",
    "http://[::1]:8080/metrics",
    "http://127.0.0.1:1/",
    "http://localhost:6379/",
    "file:///etc/passwd",
    "gopher://10.0.0.1:70/_x",
    "https://api.twilio.com@elsewhere.test/x",
    "https://elsewhere.test/redirects",
    "//elsewhere.test/x",
    "http://" + "a" * 4000,
    "\x00\x1b[31m",
    "",
]
NAMES = [
    "../../../../etc/passwd",
    "..\\..\\windows\\system32\\config.txt",
    "/etc/shadow.pdf",
    "file:///srv/passwd.pdf",
    "http://169.254.169.254/x.pdf",
    "a" * 4000 + ".pdf",
    "<!channel>.pdf",
    "\x00\x07\x1b[31m\u202efdp.exe\r\n.pdf",
    "*gras* <https://x.test|votre banque>.pdf",
    ".",
    "",
]
_REACHED: list[str] | None = None


def _hear(event: str, told: tuple[object, ...]) -> None:
    if _REACHED is None:
        return
    if event == "socket.connect" and isinstance(told[1], tuple):
        _REACHED.append(f"{told[1][0]}:{told[1][1]}")
    elif event == "socket.getaddrinfo":
        _REACHED.append(f"{told[0]!s}:{told[1]}")
    elif event == "open" and "passwd" in str(told[0]):
        _REACHED.append(str(told[0]))


sys.addaudithook(_hear)


@pytest.fixture
def reached() -> Iterator[list[str]]:
    """Every address that this process connects to or looks up meanwhile, ours and the stand-ins' too."""
    global _REACHED  # noqa: PLW0603 - a hook of the interpreter's stays for ever
    heard: list[str] = []
    _REACHED = heard
    yield heard
    _REACHED = None


def _strangers(place: Town, reached: list[str]) -> list[str]:
    known = {urlsplit(address).netloc for address in (*place.addresses.values(), place.url)}
    return [address for address in reached if address.removeprefix("b'").replace("'", "") not in known]


def _shown(place: Town) -> None:
    """Whatever was shown is well-formed, escaped and quiet."""
    ours = [post for post in place.posts if post.user == place.slack.bot_user_id]
    assert ours
    for post in ours:
        assert list(complaints_about_blocks(post.blocks)) == []
        for text in (post.text, *texts_of(post.blocks)):
            assert not set("\x00\x07\x1b\r\u202e") & set(text)
            assert "<!channel>" not in text
            assert "<https://x.test" not in text
            assert not any(link in text for link in LINKS if len(link) > 12)
            assert len(text) <= 4000
    assert [call.method for call in place.slack.wire.calls if call.outcome == "refused"] == []


async def _nothing_was_asked(place: Town, reached: list[str]) -> None:
    await place.settle()
    twilio = [call.method for call in place.twilio.wire.calls if call.method.startswith("media")]
    telegram = [call.method for call in place.telegram.wire.calls if "ile" in call.method]
    assert (twilio, telegram) == ([], [])
    assert reached != [], "the ear is deaf"
    assert _strangers(place, reached) == []
    _shown(place)


@pytest.mark.parametrize("number", range(max(len(LINKS), len(NAMES))))
async def test_no_address_or_name_of_whatsapp_media_is_asked(
    place: Town, reached: list[str], number: int
) -> None:
    marie = await on_whatsapp(place)
    await marie.writes("conseiller")
    name, link = NAMES[number % len(NAMES)], LINKS[number % len(LINKS)]
    kinds = {"document": "application/pdf", "image": "image/jpeg", "contacts": link}
    for kind, content_type in kinds.items():
        form = inbound(place.twilio.memory, marie.person, place.twilio.memory.sid("MM"), name, kind)
        media = {"NumMedia": "1", "MediaContentType0": content_type, "MediaUrl0": link}
        await place.twilio.deliver(form | media)
    await _nothing_was_asked(place, reached)


@pytest.mark.parametrize("number", range(len(NAMES)))
async def test_no_name_of_a_telegram_file_is_opened(place: Town, reached: list[str], number: int) -> None:
    karim = await on_telegram(place)
    await karim.writes("conseiller")
    for kind in ("document", "voice", "video"):
        fields: dict[str, Any] = {"file_name": NAMES[number], "mime_type": NAMES[number]}
        await place.taken(await place.telegram.send_media(karim.chat.id, kind, **fields))
    await _nothing_was_asked(place, reached)
