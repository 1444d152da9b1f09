"""What an operator's monitoring reads over HTTP: /health, /ready and /metrics."""

import asyncio
import os
from datetime import datetime

from prometheus_client.parser import text_string_to_metric_families

from sandbox.telegram import refusal
from sandbox.wire import Fault
from tests.stories.people import on_telegram, waiting
from tests.stories.town import LEA, Town


async def test_health_says_that_the_process_lives(place: Town) -> None:
    answer = await place.http.get(f"{place.url}/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive", "pid": os.getpid()})


async def test_ready_tells_the_database_the_lanes_and_the_last_contact_with_each_platform(
    place: Town,
) -> None:
    await waiting(place)
    karim = await on_telegram(place)
    await karim.writes("Bonjour")
    await place.command(LEA, "/backlog")
    answer = await place.http.get(f"{place.url}/ready")
    told = answer.json()
    assert answer.status_code == 200
    assert (told["status"], told["database"], told["lanes"]) == ("ready", "writable", "running")
    assert sorted(told["platforms"]) == ["slack", "telegram", "whatsapp"]
    for platform, seen in told["platforms"].items():
        at = datetime.fromisoformat(seen["last_contact"])
        assert 0 <= place.clock.seconds() - at.timestamp() < 60, platform
        assert "trouble" not in seen, platform


async def test_ready_is_no_more_once_the_lanes_have_stopped(place: Town) -> None:
    await place.service.lanes.stop(1.0)
    answer = await place.http.get(f"{place.url}/ready")
    assert (answer.status_code, answer.json()["lanes"]) == (503, "stopped")


async def test_ready_names_the_trouble_of_a_platform_and_stays_ready(place: Town) -> None:
    await place.close_service()
    place.telegram.updates.webhook = None
    place.telegram.wire.plan("setWebhook", Fault(answer=refusal(502, "Bad Gateway")))
    opening = asyncio.create_task(place.open_service())
    await place.until(lambda: place.telegram.wire.calls[-1].outcome == "refused")
    answer = await place.http.get(f"{place.url}/ready")
    assert answer.status_code == 200
    assert answer.json()["platforms"]["telegram"]["trouble"] == "the webhook is not registered yet"
    await opening
    answer = await place.http.get(f"{place.url}/ready")
    assert "trouble" not in answer.json()["platforms"]["telegram"]


async def _metrics(place: Town) -> dict[str, float]:
    answer = await place.http.get(f"{place.url}/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    families = text_string_to_metric_families(answer.text)
    return {
        sample.name + "".join(f" {value}" for _, value in sorted(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


async def test_metrics_count_what_is_open_what_was_heard_and_what_was_sent(place: Town) -> None:
    await waiting(place)
    await waiting(place, "Paul Roux")
    await place.command(LEA, "/claim", "marie")
    told = await _metrics(place)
    assert told["relais_conversations_open"] == 2
    assert told["relais_conversations_unowned"] == 1
    assert told["relais_events_total CustomerWrote done"] == 2
    assert told["relais_events_total AgentClaimed done"] == 1
    assert told["relais_effects_total whatsapp sent"] == 3
    assert (told["relais_outbox_ready"], told["relais_outbox_unknown"], told["relais_quarantine"]) == (
        0,
        0,
        0,
    )


async def test_nothing_a_machine_reads_holds_a_name_a_phone_or_words(place: Town) -> None:
    marie = await waiting(place)
    for path in ("/health", "/ready", "/metrics"):
        text = (await place.http.get(place.url + path)).text
        for personal in ("Marie", "Dupont", (marie.person.phone or "")[3:], "conseiller"):
            assert personal not in text, (path, personal)
