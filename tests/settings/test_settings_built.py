"""What the rules file becomes: the rules every decision is taken with."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from core.domain.rules import ChannelDelays, Delay, Role, Rules, Timers, UrgencyRules, Urgent, UrgentCall
from rulebook.tables import ROWS, TABLES
from settings import load_rules

Spoil = Callable[[str, str], Path]

WORKDAY = ((time(9), time(12, 30)), (time(13, 30), time(18)))
MOTIVES = {
    "delivery": ("support", (), Urgent.IF_BLOCKING),
    "return": ("support", (), Urgent.IF_BLOCKING),
    "billing": ("finance", ("support",), Urgent.IF_BLOCKING),
    "product": ("support", ("product",), Urgent.NEVER),
    "account": ("support", (), Urgent.IF_BLOCKING),
    "incident": ("tech", ("support",), Urgent.ALWAYS),
    "complaint": ("support", ("managers",), Urgent.IF_ESCALATING),
    "sales": ("sales", (), Urgent.NEVER),
    "appointment": ("support", (), Urgent.NEVER),
    "legal": ("managers", (), Urgent.IF_BLOCKING),
    "other": ("support", (), Urgent.IF_BLOCKING),
}
SMALLEST = """
[service]
name = "Essai"
[hours.week]
tue = ["08:00-12:00", "12:00-12:30"]
[[team]]
key = "all"
name = "Tous"
""" + "".join(
    f'[[motive]]\nkey = "{key}"\nlabel = "{key}"\nshort = "{key}"\nteam = "all"\n'
    for key in ("a", "b", "c", "d", "e", "f", "g", "other")
)


@pytest.fixture
def smallest(tmp_path: Path) -> Rules:
    """The rules of a file that writes nothing it may leave out."""
    path = tmp_path / "relais.toml"
    path.write_text(SMALLEST, "utf-8")
    return load_rules(path, "C0SAVINBOX")


def test_the_shipped_motives_are_those_of_the_product(shipped: Path) -> None:
    motives = load_rules(shipped).motives
    assert {motive.key: (motive.team, motive.copy, motive.urgent) for motive in motives} == MOTIVES
    assert [motive.key for motive in motives if motive.formal] == ["legal"]


def test_the_shipped_motives_are_named_and_illustrated_in_both_languages(shipped: Path) -> None:
    for motive in load_rules(shipped).motives:
        assert all([motive.label, motive.short, motive.label_en, motive.short_en])
        assert min(len(motive.examples), len(motive.examples_en)) >= 6


def test_the_shipped_hours_close_at_noon_on_weekends_and_on_french_holidays(shipped: Path) -> None:
    hours = load_rules(shipped).hours
    assert hours.zone == ZoneInfo("Europe/Paris")
    assert hours.week == dict.fromkeys(range(5), WORKDAY)
    assert [hours.is_holiday(day) for day in (date(2026, 5, 1), date(2026, 5, 4))] == [True, False]
    assert [hours.is_holiday(date(year, 7, 14)) for year in (2027, 2026, 2040)] == [True] * 3


def test_the_shipped_teams_work_in_the_default_place_and_nobody_is_named(shipped: Path) -> None:
    rules = load_rules(shipped, "C0SAVINBOX")
    assert [team.key for team in rules.teams] == [
        "support",
        "finance",
        "product",
        "tech",
        "sales",
        "managers",
    ]
    assert {team.place for team in rules.teams} == {"C0SAVINBOX"}
    assert (rules.agents, rules.on_call, rules.escalation) == ((), (), ())


def test_the_shipped_delays_and_timers_are_those_of_the_product(shipped: Path) -> None:
    rules = load_rules(shipped)
    four, one, day = (Delay(timedelta(hours=hours)) for hours in (4, 1, 24))
    assert rules.delays == {
        "whatsapp": ChannelDelays(four, day),
        "telegram": ChannelDelays(four, day),
        "web": ChannelDelays(one, day),
    }
    assert rules.urgent_first_response == Delay(timedelta(minutes=30))
    assert rules.timers == Timers()


def test_the_shipped_words_of_urgency_know_the_ones_the_product_names(shipped: Path) -> None:
    urgency = load_rules(shipped).urgency
    assert {"bloqué", "urgent"} <= set(urgency.words)
    named = {"mise en demeure", "mon avocat", "porter plainte", "DGCCRF", "avis négatif", "dans la presse"}
    assert named <= set(urgency.legal_words)
    assert {"incendie", "fumée", "fuite de gaz", "fraude"} <= set(urgency.critical)
    assert "détecteur de fumée" in urgency.harmless
    assert urgency.vip


def test_what_a_file_leaves_out_is_what_the_core_assumes(smallest: Rules) -> None:
    assert smallest.timers == Timers()
    assert smallest.urgency == UrgencyRules()
    assert smallest.urgent_first_response == Delay(timedelta(minutes=30))
    assert smallest.delays["whatsapp"] == smallest.delays["telegram"] == ChannelDelays()
    assert smallest.first_response("web") == Delay(timedelta(hours=1))
    assert (smallest.language, smallest.tone, smallest.privacy_url) == ("fr", "pro", "")
    assert (smallest.b2b, smallest.bang, smallest.reply_on_latest) == (False, True, True)
    assert smallest.urgent_call is UrgentCall.ON_CALL
    assert smallest.answer_from is None
    assert smallest.evaluation is None
    assert smallest.motives[0].urgent is Urgent.IF_BLOCKING


def test_a_day_left_out_is_closed_and_ranges_may_touch(smallest: Rules) -> None:
    assert smallest.hours.week == {1: ((time(8), time(12)), (time(12), time(12, 30)))}
    assert not smallest.hours.is_holiday(date(2026, 5, 1))


def test_a_part_of_the_country_has_its_own_holidays(spoil: Spoil) -> None:
    rules = load_rules(spoil('subdivision = ""', 'subdivision = "57"'))
    assert rules.hours.is_holiday(date(2026, 12, 26))


def test_closures_are_read_bare_and_in_quotes(spoil: Spoil) -> None:
    rules = load_rules(spoil("closures = []", 'closures = [2026-12-24, "2026-12-31"]'))
    assert rules.hours.closures == {date(2026, 12, 24), date(2026, 12, 31)}


def test_a_team_has_its_own_channel_and_hours_and_the_holidays_of_the_service(spoil: Spoil) -> None:
    own = 'channel = "C0SUPPORT1"\n[team.hours.week]\nsat = ["10:00-12:00"]'
    rules = load_rules(spoil('# channel = "C0SUPPORT1"', own), "C0SAVINBOX")
    hours = rules.hours_of("support")
    assert rules.teams[0].place == "C0SUPPORT1"
    assert hours.week == {5: ((time(10), time(12)),)}
    assert hours.is_holiday(date(2026, 5, 1))
    assert rules.hours_of("finance") == rules.hours


def test_a_team_of_another_country_does_not_keep_the_part_of_this_one(spoil: Spoil) -> None:
    path = spoil('subdivision = ""', 'subdivision = "57"')
    own = '[team.hours]\nholidays = "BE"\nweek = { mon = ["10:00-12:00"] }'
    path.write_text(path.read_text("utf-8").replace('# channel = "C0SUPPORT1"', own, 1), "utf-8")
    hours = load_rules(path).hours_of("support")
    assert [hours.is_holiday(date(2026, 7, day)) for day in (14, 21)] == [False, True]


def test_working_days_are_told_from_elapsed_time(spoil: Spoil) -> None:
    rules = load_rules(spoil('first_response = "4h"', 'first_response = "2j"'))
    assert rules.first_response("whatsapp") == Delay(working_days=2)


def test_burst_and_undo_may_be_nothing(spoil: Spoil) -> None:
    path = spoil('burst = "3s"', 'burst = "0s"')
    path.write_text(path.read_text("utf-8").replace('undo = "8s"', 'undo = "0s"'), "utf-8")
    timers = load_rules(path).timers
    assert (timers.burst, timers.undo) == (timedelta(), timedelta())


def test_a_roster_is_read_with_roles_and_teams(spoil: Spoil) -> None:
    agent = '[[agent]]\nslack = "U0MGRNADIA"\nname = "Nadia"\nrole = "manager"\nteams = ["support"]\n'
    nadia = load_rules(spoil("[timers]\n", f"{agent}[timers]\n")).agent("U0MGRNADIA")
    assert nadia is not None
    assert (nadia.name, nadia.role, nadia.teams) == ("Nadia", Role.MANAGER, ("support",))
    assert nadia.is_manager


def test_local_times_on_call_follow_the_zone_even_when_the_clocks_change(spoil: Spoil) -> None:
    slot = '[[on_call]]\nslack = "U0AGENTLEA"\nfrom = 2026-10-24T20:00:00\nto = 2026-10-25T08:00:00+02:00\n'
    (duty,) = load_rules(spoil("[timers]\n", f"{slot}[timers]\n")).on_call
    assert (duty.agent, duty.start) == ("U0AGENTLEA", datetime(2026, 10, 24, 18, tzinfo=UTC))
    assert duty.end == datetime(2026, 10, 25, 6, tzinfo=UTC)


def test_escalation_and_macros_are_read(spoil: Spoil) -> None:
    chain = '[[escalation]]\nlevel = 1\nwho = ["referent", "U0PAUL"]\nafter = "30m"\n'
    macro = '[[macro]]\nkey = "bonne-route"\ntext = "Merci."\nactions = ["resolve"]\n'
    rules = load_rules(spoil("[timers]\n", f"{chain}{macro}[timers]\n"))
    assert (rules.escalation[0].who, rules.escalation[0].after) == (
        ("referent", "U0PAUL"),
        timedelta(minutes=30),
    )
    assert (rules.macros[0].key, rules.macros[0].text, rules.macros[0].actions) == (
        "bonne-route",
        "Merci.",
        ("resolve",),
    )


def test_the_other_choices_of_the_service_are_read(spoil: Spoil) -> None:
    path = spoil('reply_on = "latest"', 'reply_on = "main"')
    text = path.read_text("utf-8").replace("bang = true", "bang = false").replace("b2b = false", "b2b = true")
    path.write_text(
        text.replace('privacy_url = ""', 'privacy_url = "https://relais.example.fr/vie-privee"'), "utf-8"
    )
    rules = load_rules(path)
    assert (rules.reply_on_latest, rules.bang, rules.b2b) == (False, False, True)
    assert rules.privacy_url == "https://relais.example.fr/vie-privee"


@pytest.mark.parametrize(("written", "read"), [("0.81", 0.81), ("0.5", 0.5), ("1", 1.0)])
def test_a_team_s_own_confidence_is_read(spoil: Spoil, written: str, read: float) -> None:
    assert load_rules(spoil("# answer_from = 0.81", f"answer_from = {written}")).answer_from == read


def test_the_evaluation_file_is_found_from_the_folder_of_the_rules_file(spoil: Spoil) -> None:
    path = spoil("# evaluation = ", 'evaluation = "said/messages.jsonl"\n# = ')
    (path.parent / "said").mkdir()
    named = path.parent / "said" / "messages.jsonl"
    named.write_text("", "utf-8")
    assert load_rules(path).evaluation == named


@pytest.mark.parametrize("table", [name for name in TABLES if name and not name.startswith("team.hours")])
def test_the_shipped_file_shows_every_key_of_a_table(shipped: Path, table: str) -> None:
    lines = [line.lstrip("# ") for line in shipped.read_text("utf-8").splitlines()]
    header = f"[[{table}]]" if table in ROWS else f"[{table}]"
    known = TABLES[table].keys()
    keys = {key for key in known if f"{table}.{key}" not in TABLES}
    shown: set[str] = set()
    inside = False
    for line in lines:
        inside = line == header if line.startswith("[") and line.endswith("]") else inside
        shown |= {line.split(" = ")[0]} if inside and " = " in line else set()
    assert keys <= shown
