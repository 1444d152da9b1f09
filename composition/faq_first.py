"""What the bot does with a message whatever the base holds: its own decision, taken on a first message."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from core.domain.channel import Address, Capabilities
from core.domain.conversation import Status, Step
from core.domain.customer import Customer
from core.domain.decide import asking, decide
from core.domain.effects import ToCustomer
from core.domain.events import CustomerWrote
from core.domain.knowledge import Finding
from core.domain.lines import Line
from core.domain.rules import Motive, OpeningHours, Rules, Team
from core.domain.situation import Decision, Situation
from faq.words import detect_language

ANYWHERE: Final = Capabilities(name="anywhere", label="", suffix="", text_limit=4_000, honours_stop=True)
ALWAYS: Final = OpeningHours(ZoneInfo("UTC"), dict.fromkeys(range(7), ((time(8), time(18)),)))
NO_RULES: Final = Rules(
    service_name="",
    hours=ALWAYS,
    motives=(Motive("other", "", "", "team"),),
    teams=(Team("team", "", ""),),
)
"""For files that are asked without any rules: no word of theirs is urgent, none a danger."""
ASKING: Final = frozenset({Step.GUESSING, Step.MOTIVE, Step.BLOCKING, Step.IDENTITY})
TOLD: Final = {
    "stop.confirmed": "It asks to be written to no more: that is done",
    "greeting.invite": "It greets: greeted back, and asked what it is about",
    "pleasantry.answer": "It thanks, agrees or takes leave: answered as small talk",
    "status.none": "It asks where a request stands: told that none is open",
    "not_understood": "It says nothing in words: asked to say it otherwise",
    "help": "It is a command: the help is sent",
    "language.how": "It is a command: told how to change the language",
    "language.set": "It is a command: the language is changed",
    "closed.by_customer": "It ends the talk",
}
"""By what the bot says."""


def told_first(text: str, language: str, finding: Finding, now: datetime, rules: Rules = NO_RULES) -> str:
    """What the bot does instead of what the base found; empty when it does just that."""
    decision = _decided(text, language, finding, now, rules)
    return "" if _follows(finding, decision) else f"{_reason(decision)}; no article answers."


def _decided(text: str, language: str, finding: Finding, now: datetime, rules: Rules) -> Decision:
    """The decision on a message that is read at once, of somebody who has never written."""
    situation = Situation(
        Customer("somebody", language=language),
        ANYWHERE,
        finding=finding,
        guess="",
        language=detect_language(text) or "",
        new_id="conversation",
    )
    at_once = replace(rules, timers=replace(rules.timers, burst=timedelta(0)))
    wrote = CustomerWrote(Address(ANYWHERE.name, "somebody"), text=text)
    return decide(situation, wrote, now, at_once)


def _follows(finding: Finding, decision: Decision) -> bool:
    """Whether the bot does what was found: answers, offers, or asks on where nothing was."""
    said = [effect for effect in decision.effects if isinstance(effect, ToCustomer)]
    if finding.answer is not None:
        return any(one.article for one in said)
    if finding.suggestions:
        return any(choice.id.startswith(asking.ARTICLE) for one in said for choice in one.choices)
    conversation = decision.conversation
    return conversation is not None and conversation.talk.step in ASKING


def _reason(decision: Decision) -> str:
    conversation = decision.conversation
    fired = conversation.talk.fired if conversation else None
    if fired is not None and fired.is_critical:
        return f"« {fired.detail} » is critical: handed over at once"
    if conversation is not None and conversation.status is Status.OPEN:
        return "It asks for a person: handed over at once"
    if fired is not None and fired.kind == "legal":
        return f"« {fired.detail} » is a threat: the motive is asked for, then it is handed over"
    said = [word for one in decision.effects if isinstance(one, ToCustomer) for word in one.words]
    keys = [word.key for word in said if isinstance(word, Line)]
    return next((TOLD[key] for key in keys if key in TOLD), f"It is answered with {' '.join(keys)}")
