"""A start that cannot go well is refused at once, with sentences an operator can act on, and exit code 2."""

import asyncio
import os
from pathlib import Path

from sandbox.serving import free_port
from tests.stories.child import ROOT, environment, relais
from tests.stories.town import Town, town

RULES = ROOT / "relais.toml"


async def test_a_second_process_on_the_same_database_is_refused_with_a_sentence(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        env = environment(place, RULES, PORT=str(free_port()))
        ended = await relais("serve", env=env)
        assert ended.code == 2
        assert f"is already served by process {os.getpid()}." in ended.err
        assert "Traceback" not in ended.err
        assert (await place.http.get(f"{place.url}/ready")).status_code == 200


async def test_faulty_settings_and_rules_are_told_all_at_once(place: Town, tmp_path: Path) -> None:
    shipped = RULES.read_text(encoding="utf-8")
    faulty = shipped.replace('timezone = "Europe/Paris"', 'timezone = "Europe/Lutece"')
    faulty = faulty.replace('burst = "3s"', 'burst = "three"').replace('team = "finance"', 'team = "gold"', 1)
    faulty = faulty.replace("Merci {prénom}, nous", "Merci {prenon}, nous")
    assert [faulty.count(each) for each in ("Lutece", '"three"', '"gold"', "{prenon}")] == [1] * 4
    rules = tmp_path / "faulty.toml"
    rules.write_text(faulty, encoding="utf-8")
    env = environment(place, rules, PORT="many", TELEGRAM_WEBHOOK_SECRET="short")
    del env["SLACK_SIGNING_SECRET"]
    ended = await relais("serve", env=env)
    assert ended.code == 2
    for named in ("PORT", "TELEGRAM_WEBHOOK_SECRET", "SLACK_SIGNING_SECRET", "timezone", "burst", "gold"):
        assert named in ended.err, named
    assert "[[macro]] merci: `text` has “{prenon}”, which is no variable; write {prénom}." in ended.err
    assert "Traceback" not in ended.err
    secrets = (env["TWILIO_AUTH_TOKEN"], env["SLACK_BOT_TOKEN"], env["TELEGRAM_BOT_TOKEN"])
    assert [secret for secret in secrets if secret in ended.err + ended.out] == []


async def test_missing_rules_and_an_unusable_database_are_refused_the_same_way(
    place: Town, tmp_path: Path
) -> None:
    nowhere = environment(place, tmp_path / "absent.toml", PORT=str(free_port()))
    (tmp_path / "file").write_text("", encoding="utf-8")
    blocked = environment(place, RULES, PORT=str(free_port())) | {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'file' / 'relais.db'}"
    }
    without_rules, without_database = await asyncio.gather(
        relais("serve", env=nowhere), relais("serve", env=blocked)
    )
    assert (without_rules.code, without_database.code) == (2, 2)
    assert "absent.toml" in without_rules.err
    assert "relais.db" in without_database.err
    assert "Traceback" not in without_rules.err + without_database.err
