"""The rules file: what is said of each fault, with its line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from settings import Fault

Spoil = Callable[[str, str], Path]
Told = Callable[[Path], list[Fault]]
Line = Callable[[str, str], int]

MOTIVE = 'key = "delivery"\nlabel = "Livraison, suivi"\nshort = "Livraison, suivi"'
MONDAY = 'mon = ["09:00-12:30", "13:30-18:00"]'
OTHER = "\n\n[[motive]]\nkey = "
AGENT = '\n[[agent]]\nslack = "U0AGENTLEA"\nname = "Léa"\n'

# What is replaced, by what, the words whose line the fault must name, and a part of its sentence.
ROSTER_OF_FAULTS = [
    # Tables and keys
    ('name = "Relais"\n', "", "[service]", "[service]: `name` is missing"),
    ("[service]\n", "[servce]\n", "[servce]", "`servce` is not known here; write [service]"),
    ("[timers]\n", "[[timers]]\n", "[[timers]]", "[timers] is not a table"),
    ('tone = "pro"', 'tune = "pro"', "tune =", "[service]: `tune` is not known here; write tone"),
    ("b2b = false", "bang = true", "bang = true", "`bang` is not known here; move it to [slack]"),
    ("b2b = false", "zzz = 1", "zzz", "`zzz` is not known here; remove it, or write one of: name, language"),
    ("[delays.web]", "[delays.wbe]", "[delays.wbe]", "`wbe` is not known here; write [delays.web]"),
    # Single values
    ('name = "Relais"', 'name = " "', 'name = " "', "[service]: `name` is empty"),
    ('name = "Relais"', "name = 3", "name = 3", "`name` is not a text; write it between quotes"),
    ('language = "fr"', 'language = "de"', 'language = "de"', "`language` is “de”; write one of: fr, en"),
    ('tone = "pro"', 'tone = "cool"', 'tone = "cool"', "write one of: pro, formal, warm"),
    ('reply_on = "latest"', 'reply_on = "first"', "reply_on =", "write one of: latest, main"),
    ("b2b = false", 'b2b = "no"', "b2b =", "`b2b` is not true or false; write true or false, without quotes"),
    ('privacy_url = ""', 'privacy_url = "http://x.fr"', "privacy_url", "is not an https address"),
    (
        'timezone = "Europe/Paris"',
        'timezone = "Europe/Pariss"',
        "Pariss",
        "not a time zone; write Europe/Paris",
    ),
    ('timezone = "Europe/Paris"', "timezone = 2", "timezone", "`timezone` is 2, not a time zone"),
    # Hours
    ('holidays = "FR"', 'holidays = "ZZ"', 'holidays = "ZZ"', "`holidays` is “ZZ”, not a country known here"),
    ('subdivision = ""', 'subdivision = "Z"', "subdivision", "remove it, or write one of: 57"),
    ("closures = []", 'closures = ["24/12"]', "closures =", "`closures` is “24/12”, not a date; write year"),
    ("closures = []", "closures = [2026-12-24T10:00:00]", "closures =", "not a date"),
    ("closures = []", "closures = 2026-12-24", "closures =", "`closures` is not a list"),
    (MONDAY, 'mon = ["9-12"]', "mon =", "`mon` has “9-12”, not opening hours"),
    (MONDAY, 'mon = ["12:30-09:00"]', "mon =", "which ends before it starts"),
    (MONDAY, 'mon = ["09:00-09:00"]', "mon =", "which ends before it starts"),
    (MONDAY, 'mon = ["09:00-24:00"]', "mon =", "an hour that does not exist; write hours up to 23:59"),
    (MONDAY, 'mon = ["09:00-12:30", "12:00-18:00"]', "mon =", "ranges that overlap or are not in order"),
    (MONDAY, 'mon = ["13:30-18:00", "09:00-12:30"]', "mon =", "write them apart, earliest first"),
    (MONDAY, 'mon = "09:00-12:30"', "mon =", "not a list"),
    (MONDAY, 'lundi = ["09:00-12:30"]', "lundi", "`lundi` is not known here"),
    # Teams
    ('key = "tech"', 'key = "sales"', 'key = "sales"\nname = "Com', "which another [[team]] has already"),
    (
        '# channel = "C0SUPPORT1"',
        'channel = "#sav"',
        "#sav",
        "[[team]] support: `channel` is “#sav”; write a ch",
    ),
    (
        '# channel = "C0SUPPORT1"',
        "[team.hours]\nweek = {}",
        "week = {}",
        "[team.hours.week] of support is closed",
    ),
    ('# channel = "C0SUPPORT1"', "[team.hours]", "[team.hours]", "[team.hours.week] of support is missing"),
    (
        '# channel = "C0SUPPORT1"',
        '[team.hours]\nholidays = "ZZ"\n[team.hours.week]\nmon = ["09:00-10:00"]',
        'holidays = "ZZ"',
        "[team.hours] of support: `holidays` is “ZZ”",
    ),
    # Agents
    (
        "[[motive]]",
        '[[agent]]\nslack = "lea"\nname = "L"\n[[motive]]',
        'slack = "lea"',
        "[[agent]] L: `slack` is “lea”",
    ),
    (
        "[[motive]]",
        AGENT + 'role = "boss"\n[[motive]]',
        'role = "boss"',
        "one of: agent, referent, quality, manager",
    ),
    (
        "[[motive]]",
        AGENT + 'teams = ["sav"]\n[[motive]]',
        'teams = ["sav"]',
        "names “sav”, which is not a [[team]]",
    ),
    (
        "[[motive]]",
        AGENT + AGENT + "[[motive]]",
        'slack = "U0AGENTLEA"\nname = "Léa"\n[[motive]]',
        "which another [[agent]] has",
    ),
    # Motives
    (
        MOTIVE,
        MOTIVE[:-1] + ' de colis"',
        'short = "Livraison, suivi de',
        "`short` has 25 characters; write 20 at",
    ),
    (MOTIVE, MOTIVE.replace("delivery", "Livré"), 'key = "Livré"', "`key` is “Livré”; write small letters"),
    (
        MOTIVE,
        MOTIVE.replace("delivery", "return"),
        'key = "return"\nlabel = "Ret',
        "another [[motive]] has already",
    ),
    (
        'short = "Retour, échange"',
        'short = "livraison, SUIVI"',
        "livraison, SUIVI",
        "`short` is “livraison, SUIVI”",
    ),
    (
        'short_en = "Complaint"',
        'short_en = "Sales, quote"',
        'short_en = "Sales, quote"\nteam = "sales"',
        "another",
    ),
    ('team = "finance"', 'team = "compta"', 'team = "compta"', "[[motive]] billing: `team` names “compta”"),
    ('copy = ["support"]', 'copy = ["suport"]', "suport", "write one of: support, finance, product"),
    ('copy = ["support"]', 'copy = "support"', 'copy = "support"', "`copy` is not a list"),
    (
        'urgent = "always"',
        'urgent = "parfois"',
        "parfois",
        "`urgent` is “parfois”; write one of: never, if_blocking",
    ),
    (
        '"if_blocking"\nformal = true',
        '"if_blocking"\nformal = "oui"',
        'formal = "oui"',
        "[[motive]] legal: `formal` is not true or false",
    ),
    (OTHER + '"other"', OTHER + '"misc"', "[[motive]]", "[[motive]] never has the key `other`"),
    ('"Où est mon colis ?",', '"Où est mon colis ?", "",', "examples = [", "`examples` is empty, or begins"),
    ('"Où est mon colis ?",', '"Où est mon colis ?", 3,', "examples = [", "`examples` is not a text"),
    ('"Où est mon colis ?",', '"A b", "a B",', "examples = [", "`examples` says the same thing twice"),
    # Urgency, Slack
    ("vip = true", "vip = 1", "vip = 1", "[urgency]: `vip` is not true or false"),
    ('urgent_call = "on_call"', 'urgent_call = "all"', 'urgent_call = "all"', "one of: on_call, here, team"),
    # Durations
    ('first_response = "1h"', 'first_response = "0h"', '"0h"', "[delays.web]: `first_response` is zero"),
    ('first_response = "1h"', 'first_response = "0j"', '"0j"', "[delays.web]: `first_response` is zero"),
    ('first_response = "1h"', 'first_response = "1 h"', '"1 h"', "is “1 h”, not a duration"),
    ('first_response = "30m"', 'resolution = "30m"', 'resolution = "30m"', "`resolution` is not known here"),
    ('undo = "8s"', "undo = 8", "undo = 8", "`undo` is 8, not a duration; write a whole number and a unit"),
    (
        'undo = "8s"',
        'undo = "1j"',
        'undo = "1j"',
        "counts working days, which only [delays] does; write hours",
    ),
    ('undo = "8s"', 'undo = "-8s"', 'undo = "-8s"', "not a duration"),
    (
        'burst_limit = "15s"',
        'burst_limit = "0s"',
        'burst_limit = "0s"',
        "(0s is for `burst`, `undo` and `silent_platform` only)",
    ),
    ('burst = "3s"', 'burst = "1m"', 'burst = "1m"', "`burst` is longer than `burst_limit`"),
    ('close_after = "72h"', 'close_after = "3d"', 'close_after = "3d"', "is “3d”, not a duration"),
    # On call, escalation, macros
    (
        "[timers]\n",
        '[[on_call]]\nslack = "U0AGENTLEA"\nfrom = 2026-12-24T18:00:00\nto = 2026-12-24T18:00:00\n[timers]\n',
        "to = 2026-12-24T18:00:00",
        "[[on_call]] U0AGENTLEA: `to` is not after `from`",
    ),
    (
        "[timers]\n",
        '[[on_call]]\nslack = "U0AGENTLEA"\nfrom = 2026-12-24\nto = 2026-12-24T18:00:00\n[timers]\n',
        "from = 2026-12-24",
        "`from` is 2026-12-24, not a date with an hour",
    ),
    (
        "[timers]\n",
        '[[on_call]]\nslack = "U0PAUL"\nfrom = 0001-01-01T00:00:00\nto = 2026-12-24T18:00:00\n[timers]\n',
        "from = 0001",
        "`from` is 0001-01-01 00:00:00, of another century",
    ),
    (
        "[[motive]]",
        AGENT
        + '[[on_call]]\nslack = "U0PAUL"\nfrom = 2026-12-24T18:00:00Z\nto = "2026-12-25T09:00"\n[[motive]]',
        'slack = "U0PAUL"',
        "names “U0PAUL”, which is not an [[agent]]; write one of: U0AGENTLEA",
    ),
    (
        "[timers]\n",
        '[[escalation]]\nlevel = 0\nwho = ["manager"]\nafter = "1h"\n[timers]\n',
        "level = 0",
        "`level` is too small; write 1 to 9",
    ),
    (
        "[timers]\n",
        '[[escalation]]\nlevel = 1\nwho = ["chef"]\nafter = "1h"\n[timers]\n',
        "chef",
        "`who` has “chef”; write members' ids (U…) or roles: agent, referent, quality, manager",
    ),
    (
        "[timers]\n",
        '[[escalation]]\nlevel = 1\nwho = []\nafter = "1h"\n[timers]\n',
        "who = []",
        "[[escalation]] number 1: `who` is empty; write at least one",
    ),
    (
        "[timers]\n",
        "[escalation]\nlevel = 1\n[timers]\n",
        "[escalation]",
        "[[escalation]] is not a list of tables; write [[escalation]]",
    ),
    ("[timers]\n", '[[macro]]\nkey = "a"\n[timers]\n', "[[macro]]\nkey", "[[macro]] a: `text` is missing"),
    # The knowledge base
    (
        "# answer_from = 0.81",
        "answer_from = 0.49",
        "answer_from",
        "[faq]: `answer_from` is 0.49, no confidence",
    ),
    ("# answer_from = 0.81", "answer_from = 1.01", "answer_from", "to answer from; write 0.5 to 1"),
    ("# answer_from = 0.81", "answer_from = nan", "answer_from", "`answer_from` is nan"),
    ("# answer_from = 0.81", "answer_from = true", "answer_from", "is not a number; write it without quotes"),
    (
        "# answer_from = 0.81",
        'answer_from = "0.81"',
        "answer_from",
        "is not a number; write it without quotes",
    ),
    (
        "# evaluation = ",
        'evaluation = "nowhere.jsonl"\n# = ',
        "evaluation",
        "[faq]: `evaluation` names “nowhere.jsonl”, which is no file; put the file there",
    ),
    ("# evaluation = ", f'evaluation = "{"a" * 300}"\n# = ', "evaluation", "which is no file"),
    ("# evaluation = ", "evaluation = 3\n# = ", "evaluation", "is not a text; write it between quotes"),
    # What is not TOML at all
    ('language = "fr"', "language = fr", "language = fr", "is not TOML: invalid value; correct this line"),
    ("[slack]\n", "[slack\n", "[slack\n", "is not TOML"),
    ("[slack]\n", "[timers]\n", "[timers]\n\n\nburst", "is not TOML: cannot declare"),
]


@pytest.mark.parametrize(("old", "new", "words", "fragment"), ROSTER_OF_FAULTS)
def test_each_fault_names_its_line_and_says_what_to_write(
    spoil: Spoil, told_of_rules: Told, line: Line, old: str, new: str, words: str, fragment: str
) -> None:
    path = spoil(old, new)
    faults = [fault for fault in told_of_rules(path) if fragment in str(fault)]
    text = path.read_text("utf-8")
    assert [fault.where for fault in faults] == [f"{path}:{line(text, words)}"]
