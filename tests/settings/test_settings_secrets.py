"""Secrets show nowhere: neither in what is loaded, nor in what is said of a fault."""

import dataclasses
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from rulebook.variables import VARIABLES
from settings import Fault, Secret, SettingsFaults, load

Environ = dict[str, str]
CANARY = "canary"


def test_nothing_loaded_shows_a_secret(sound: Environ, shipped: Path) -> None:
    settings = load(sound, shipped)
    shown = [repr(settings), str(settings), f"{settings}", f"{settings.slack.bot_token:>40}"]
    shown += [str(dataclasses.asdict(settings.slack)), "%s %r" % (settings.telegram, settings.twilio)]  # noqa: UP031
    assert [text for text in shown if CANARY in text] == []


def test_a_secret_gives_its_value_only_when_asked() -> None:
    secret = Secret(CANARY)
    assert (repr(secret), str(secret), f"{secret}") == ("Secret(…)",) * 3
    assert secret.reveal() == CANARY


def test_secrets_are_compared_by_value_and_never_equal_a_text() -> None:
    assert Secret(CANARY) == Secret(CANARY)
    assert Secret(CANARY) != Secret("other")
    assert Secret(CANARY) != CANARY
    assert len({Secret(CANARY), Secret(CANARY)}) == 1


@pytest.mark.parametrize("name", [*VARIABLES])
def test_no_fault_repeats_what_a_variable_holds(
    sound: Environ, told: Callable[..., list[Fault]], name: str
) -> None:
    pasted = told(sound | {name: f"'{CANARY}://{CANARY}:{CANARY}@host'"})
    assert name in {fault.where for fault in pasted}
    assert CANARY not in str(pasted)


def test_a_traceback_shows_no_secret(sound: Environ, shipped: Path) -> None:
    with pytest.raises(SettingsFaults) as caught:
        load(sound | {"PORT": CANARY, "PUBLIC_URL": f"https://[{CANARY}", "DATABASE_URL": CANARY}, shipped)
    assert CANARY not in "".join(traceback.format_exception(caught.value))


def test_a_long_text_pasted_into_the_rules_is_not_repeated(
    spoil: Callable[[str, str], Path], told_of_rules: Callable[[Path], list[Fault]]
) -> None:
    faults = told_of_rules(spoil('language = "fr"', f'language = "xoxb-{CANARY}-0123456789012345"'))
    assert [fault.what for fault in faults] == ["[service]: `language` is a long text"]


def test_a_traceback_of_the_rules_shows_no_long_text(spoil: Callable[[str, str], Path]) -> None:
    path = spoil('burst = "3s"', f'burst = "xoxb-{CANARY}-0123456789012345"')
    with pytest.raises(SettingsFaults) as caught:
        load({}, path)
    assert CANARY not in "".join(traceback.format_exception(caught.value))
