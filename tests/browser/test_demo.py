"""Both journeys on the demo's page, in a real browser, from the first question to the resolution.

What the page shows is compared with what the stand-ins remember; that the answers come from another process
is proved by stopping that process.
"""

import os
import re
import signal
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.visitor import PATIENCE, Demo, Json, Visitor, eventually, saying, text

QUESTION = "Où est mon colis ?"
REPLY = "Votre colis est à l’agence, il part demain matin."
RECAP = "Colis retrouvé à l’agence, livraison demain."
HOSTILE = "<script>document.title = 'pwned'</script> <!channel> &amp;"
NAMES = {"whatsapp": "Marie Dupont", "telegram": "Karim Benali"}
expect.set_options(timeout=PATIENCE * 1000)


def _shown_bubbles(visitor: Visitor, channel: str) -> list[tuple[str, str]]:
    """Who said what on a phone, as it is on the screen."""
    chat = visitor.chat(channel)
    found: list[list[str]] = chat.locator(".bubble").evaluate_all(
        "all => all.map(one => [one.dataset.id, one.querySelector('.words')?.textContent ?? ''])"
    )
    return [(key, words) for key, words in found]


def _held_bubbles(demo: Demo, channel: str) -> list[tuple[str, str]]:
    """The same, as the stand-in remembers it."""
    return [(str(one["id"]), one["text"]) for one in demo.customer(channel, NAMES[channel])["messages"]]


def _shown_lines(visitor: Visitor, user: str) -> dict[str, list[str]]:
    """The messages of the channel and of what `user` alone sees there, with their buttons."""
    visitor.become(user)
    found: list[list[object]] = visitor.page.locator("#channel .line").evaluate_all(
        "all => all.map(one => [one.dataset.ts,"
        " [...one.querySelectorAll('.press')].map(button => button.textContent)])"
    )
    return {str(ts): [str(label) for label in labels] for ts, labels in found if isinstance(labels, list)}


def _held_lines(demo: Demo, user: str) -> dict[str, list[str]]:
    slack = demo.state()["slack"]
    lines = [one for one in slack["messages"] if not one["reply"] or one["broadcast"]]
    lines += [one for one in slack["ephemerals"] if one["user"] == user and not one["thread_ts"]]
    return {one["ts"]: _labels(one["blocks"]) for one in lines}


def _labels(blocks: list[Json]) -> list[str]:
    found = []
    for block in blocks:
        elements = block["elements"] if block["type"] == "actions" else [block.get("accessory", {})]
        found += [each["text"]["text"] for each in elements if each.get("type") == "button"]
    return found


def _page_is_the_memory(visitor: Visitor, user: str = "U0LEA") -> None:
    """The page holds exactly what the stand-ins hold: the phones, the channel, what one person alone sees."""
    for channel in NAMES:
        eventually(
            lambda channel=channel: _shown_bubbles(visitor, channel) == _held_bubbles(visitor.demo, channel),  # type: ignore[misc]
            f"the phone on {channel} shows what the stand-in holds",
        )
    eventually(
        lambda: _shown_lines(visitor, user) == _held_lines(visitor.demo, user),
        f"the channel shows what Slack holds for {user}",
    )


def _answered_by_the_bot(visitor: Visitor, channel: str) -> None:
    """A question the knowledge base knows, answered, and confirmed by the customer."""
    visitor.write(channel, QUESTION)
    expect(visitor.last(channel)).to_contain_text(text("faq.helped"))
    visitor.choose(channel, "choice.yes")
    expect(visitor.last(channel)).to_contain_text(text("faq.glad"))
    assert visitor.page.get_by_test_id("card").count() == 0


def _qualified(visitor: Visitor, channel: str) -> None:
    """The answer does not help: motive and urgency are asked, then a moment is promised."""
    visitor.write(channel, QUESTION)
    expect(visitor.last(channel)).to_contain_text(text("faq.helped"))
    visitor.choose(channel, "choice.no")
    expect(visitor.last(channel)).to_contain_text(saying("motive.guess"))
    visitor.choose(channel, "choice.yes")
    expect(visitor.last(channel)).to_contain_text(text("blocking.ask"))
    visitor.choose(channel, "choice.no")


def _promised(visitor: Visitor, channel: str) -> None:
    expect(visitor.last(channel)).to_contain_text(saying("handoff.confirmed"))
    promise = visitor.last(channel).inner_text()
    assert re.search(r"\d{1,2}\sh", promise), promise
    assert "#" not in promise


def _handled_by_lea(visitor: Visitor, channel: str) -> None:
    """Claimed, answered and resolved from Slack; the customer reads each step on their phone."""
    name = NAMES[channel]
    card = visitor.page.get_by_test_id("card")
    expect(card).to_have_count(1)
    expect(card).to_contain_text(name)
    expect(card.get_by_test_id("card-claim")).to_be_visible()
    _page_is_the_memory(visitor)
    visitor.become("U0LEA")
    visitor.command(f"/claim {name.split()[0].lower()}")
    expect(visitor.last(channel)).to_contain_text(text("claim.named").format(agent="Léa"))
    visitor.command(f"/reply {REPLY}")
    expect(visitor.last(channel)).to_contain_text(REPLY)
    visitor.command(f"/resolve {RECAP}")
    expect(visitor.last(channel)).to_contain_text(RECAP)
    expect(visitor.last(channel)).to_contain_text(text("resolved.intro"))
    _thread_tells_the_story(visitor)
    _page_is_the_memory(visitor)


def _thread_tells_the_story(visitor: Visitor) -> None:
    visitor.page.get_by_test_id("open-thread").first.click()
    thread = visitor.page.get_by_test_id("thread")
    for words in (QUESTION, REPLY, RECAP):
        expect(thread).to_contain_text(words)
    root = thread.get_by_test_id("thread-root").get_attribute("data-ts")
    lines = visitor.demo.state()["slack"]["messages"]
    held = [one["ts"] for one in lines if one["thread_ts"] == root and one["reply"]]
    shown = thread.get_by_test_id("thread-line")
    expect(shown).to_have_count(len(held))
    assert shown.evaluate_all("all => all.map(one => one.dataset.ts)") == held


def test_marie_on_whatsapp_is_answered_by_the_bot_then_by_lea(visitor: Visitor) -> None:
    _answered_by_the_bot(visitor, "whatsapp")
    _qualified(visitor, "whatsapp")
    _promised(visitor, "whatsapp")
    _handled_by_lea(visitor, "whatsapp")
    # Marie's receipts are on: what the service sent was delivered, then read.
    expect(visitor.last("whatsapp")).to_have_attribute("data-status", "read")
    statuses = {one["status"] for one in visitor.demo.customer("whatsapp", "Marie Dupont")["messages"]}
    assert statuses == {"received", "read"}


def test_karim_on_telegram_shares_his_number_and_is_answered_by_lea(visitor: Visitor) -> None:
    _answered_by_the_bot(visitor, "telegram")
    _qualified(visitor, "telegram")
    expect(visitor.last("telegram")).to_contain_text(text("identity.phone"))
    keyboard = visitor.page.get_by_test_id("keyboard-telegram")
    expect(keyboard.get_by_text(text("choice.skip"))).to_be_visible()
    keyboard.get_by_test_id("share-contact").click()
    _promised(visitor, "telegram")
    expect(keyboard).to_be_hidden()
    _handled_by_lea(visitor, "telegram")


def _listener(port: int) -> int:
    """The process that listens on a port of this machine."""
    entries = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    sockets = {f"socket:[{one[9]}]" for one in entries if one[1].endswith(f":{port:04X}") and one[3] == "0A"}
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if str(link.readlink()) in sockets:
                return int(link.parts[2])
        except OSError:
            continue  # ended meanwhile, or somebody else's
    pytest.fail(f"nobody listens on port {port}")


def test_the_answers_come_from_another_process_and_stop_with_it(visitor: Visitor) -> None:
    demo, shown = visitor.demo, visitor.page.get_by_test_id("service-state")
    expect(shown).to_have_attribute("data-phase", "ready")
    service = demo.state()["service"]
    ready = httpx.get(f"{service['url']}/ready", trust_env=False)
    port = httpx.URL(service["url"]).port
    assert ready.status_code == 200
    assert port is not None
    assert _listener(port) == service["pid"]
    assert service["page_pid"] == demo.running.pid != service["pid"]
    expect(shown).to_contain_text(str(service["pid"]))

    visitor.write("telegram", "Bonjour")
    eventually(lambda: demo.said_to("telegram", "Karim Benali"), "the service answers Karim")
    demo.act("/service/stop")
    expect(shown).to_have_attribute("data-phase", "stopped")
    before = demo.said_to("telegram", "Karim Benali")
    visitor.write("telegram", "conseiller")
    # Karim's message is on his phone, and nobody takes it: Telegram keeps trying.
    expect(visitor.chat("telegram").get_by_test_id("bubble-mine").last).to_contain_text("conseiller")
    visitor.command("/backlog")
    expect(visitor.page.get_by_test_id("failure")).to_contain_text("dispatch_failed")
    assert demo.said_to("telegram", "Karim Benali") == before

    visitor.page.get_by_test_id("service-restart").click()
    expect(shown).to_have_attribute("data-phase", "ready")
    eventually(
        lambda: len(demo.said_to("telegram", "Karim Benali")) > len(before), "Karim is answered after all"
    )
    assert demo.state()["service"]["pid"] != service["pid"]


def test_a_service_that_dies_is_shown_at_once(visitor: Visitor) -> None:
    service = visitor.page.get_by_test_id("service-state")
    expect(service).to_have_attribute("data-phase", "ready")
    os.kill(visitor.demo.state()["service"]["pid"], signal.SIGKILL)
    expect(service).to_have_attribute("data-phase", "stopped")
    expect(visitor.page.get_by_test_id("service-restart")).to_be_visible()


def test_what_a_customer_writes_stays_text_everywhere(visitor: Visitor) -> None:
    title = visitor.page.title()
    visitor.write("whatsapp", HOSTILE)
    visitor.write("whatsapp", "conseiller")
    expect(visitor.page.get_by_test_id("card")).to_have_count(1)
    visitor.page.get_by_test_id("open-thread").first.click()
    expect(visitor.page.get_by_test_id("thread")).to_contain_text(HOSTILE)
    expect(visitor.chat("whatsapp").get_by_test_id("bubble-mine").first).to_contain_text(HOSTILE)
    assert visitor.page.title() == title
    assert visitor.page.locator("main script").count() == 0
    assert visitor.page.locator(".thread .mention.loud").count() == 0


def test_nina_who_is_not_on_the_team_is_told_so_and_nobody_else_sees_it(visitor: Visitor) -> None:
    visitor.become("U0NINA")
    visitor.command("/backlog")
    whisper = visitor.page.get_by_test_id("ephemeral")
    expect(whisper).to_have_count(1)
    expect(whisper).to_contain_text("Visible par vous seul")
    _page_is_the_memory(visitor, "U0NINA")
    visitor.become("U0LEA")
    expect(whisper).to_have_count(0)


def test_a_new_customer_has_a_phone_of_their_own(visitor: Visitor) -> None:
    visitor.page.get_by_test_id("new-whatsapp").click()
    expect(visitor.page.get_by_test_id("customer-whatsapp").locator("option")).to_have_count(2)
    newcomer = visitor.demo.state()["whatsapp"][1]["name"]
    visitor.write("whatsapp", "Bonjour")
    eventually(lambda: visitor.demo.said_to("whatsapp", newcomer), "the newcomer is answered")
    assert visitor.demo.said_to("whatsapp", "Marie Dupont") == []


def test_time_can_be_moved_forward_and_the_service_goes_on(visitor: Visitor) -> None:
    with visitor.page.expect_response("**/clock/advance"):  # answered once the service knows the time
        visitor.page.get_by_test_id("advance-24h").click()
    expect(visitor.page.get_by_test_id("clock")).to_have_class("moved")
    assert visitor.demo.state()["clock"]["offset_seconds"] == 86400
    visitor.command("/aide")
    expect(visitor.page.get_by_test_id("ephemeral")).to_have_count(1)


def test_commands_are_completed_and_remembered(visitor: Visitor) -> None:
    line = visitor.page.get_by_test_id("composer-command")
    line.fill("/rep")
    expect(visitor.page.get_by_test_id("hints").get_by_role("option")).to_have_count(2)
    line.press("ArrowDown")
    line.press("Enter")
    expect(line).to_have_value("/reply ")
    line.fill("/aide")
    line.press("Enter")
    expect(line).to_have_value("")
    line.press("ArrowUp")
    expect(line).to_have_value("/aide")


def test_a_phone_shows_the_customers_then_the_team(visitor: Visitor) -> None:
    page = visitor.page
    page.set_viewport_size({"width": 390, "height": 844})
    expect(visitor.chat("whatsapp")).to_be_visible()
    expect(page.get_by_test_id("channel")).to_be_hidden()
    page.get_by_role("button", name="L’équipe").click()
    expect(page.get_by_test_id("composer-command")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_forms_from_the_card_and_from_a_message_reach_the_customer(visitor: Visitor) -> None:
    visitor.write("whatsapp", "conseiller")
    _promised(visitor, "whatsapp")
    visitor.become("U0LEA")
    page = visitor.page
    page.get_by_test_id("card").get_by_test_id("card-open_reply").click()
    form = page.get_by_test_id("form")
    expect(form).to_contain_text("Marie Dupont")
    form.get_by_test_id("form-text").fill("/reply rien")
    form.get_by_test_id("form-submit").click()
    expect(form.locator(".wrong").first).to_contain_text("Rien n’est parti")
    form.get_by_test_id("form-text").fill(REPLY)
    form.get_by_test_id("form-submit").click()
    expect(visitor.last("whatsapp")).to_contain_text(REPLY)
    expect(form).to_be_hidden()
    page.get_by_test_id("open-thread").first.click()
    latest = page.get_by_test_id("thread-line").last
    expect(latest).to_contain_text(REPLY)
    latest.locator("summary").click()
    latest.get_by_test_id("shortcut-sc_resolve").click()
    form.get_by_test_id("form-text").fill(RECAP)
    form.get_by_test_id("form-motive").select_option("delivery")
    form.get_by_test_id("form-submit").click()
    expect(visitor.last("whatsapp")).to_contain_text(RECAP)
    expect(form).to_be_hidden()


def test_why_the_base_answers_is_told_under_the_customer_s_message(visitor: Visitor) -> None:
    visitor.write("whatsapp", QUESTION)
    expect(visitor.last("whatsapp")).to_contain_text(text("faq.helped"))
    asked = visitor.chat("whatsapp").get_by_test_id("bubble-mine").last
    asked.get_by_test_id("why-open").click()
    why = asked.get_by_test_id("why")
    expect(why).to_contain_text("la réponse part")
    expect(why.locator("li").first).to_contain_text(re.compile(r"\(\d{2,3}\s%\)"))
    expect(why).to_contain_text("Mots reconnus : « Où est », « colis »")
    asked.get_by_test_id("why-open").click()
    expect(why).to_be_hidden()
