"""What the team sees of a conversation at a glance: plain values, in their final words.

The team's door only lays them out. Everything personal is masked here (P19).
"""

from datetime import datetime
from typing import Any

from core.domain.conversation import Conversation, Talk
from core.domain.customer import Customer
from core.domain.rules import Motive, Rules
from core.domain.triage import Criterion
from core.masks import mask_phone, mask_secrets, mask_text
from core.store.rows import to_ms
from core.texts import Texts

QUESTION_SHOWN = 300
"""Characters of the customer's question on the card; the thread has all of it."""


def card(
    conversation: Conversation,
    customer: Customer,
    *,
    rules: Rules,
    texts: Texts,
    labels: dict[str, str],
    same_phone: str = "",
    previous: tuple[str, str] = ("", ""),
) -> dict[str, Any]:
    """The card of a conversation as it is now. `labels` names the channels; `previous` a past thread."""
    motive = rules.motive(conversation.motive)
    channel = conversation.address.channel
    return {
        "conversation": conversation.id,
        "customer": mask_text(customer.name) or conversation.handle,
        "company": mask_text(customer.company),
        "phone": mask_phone(customer.phone),
        "language": customer.language,
        "channel": labels.get(channel, channel),
        "handle": conversation.handle,
        "status": conversation.status.value,
        "owner": conversation.owner,
        "motive": _label(motive, rules) if motive else "",
        "formal": conversation.mode.value == "formal",
        "copies": _copies(motive, rules),
        "urgent": conversation.is_urgent,
        "why": why(conversation.criterion, rules, texts),
        "waiting_for": conversation.waiting_for.value if conversation.waiting_for else "",
        "waiting_since": _seconds(conversation.waiting_since),
        "promised_for": _seconds(conversation.promised_for),
        "question": mask_text(conversation.talk.question)[:QUESTION_SHOWN],
        "tried": [[attempt.question, attempt.outcome] for attempt in conversation.talk.attempts],
        "near": _near(conversation.talk),
        "recap": mask_secrets(conversation.recap),
        "reopened": conversation.reopened,
        "same_phone": mask_text(same_phone),
        "previous": list(previous),
        "origin": mask_text(conversation.origin),
    }


def _near(talk: Talk) -> list[list[str | int]]:
    """Articles to answer with, each with its confidence in hundredths (R136); none that the customer has seen
    already."""
    seen = {attempt.article for attempt in talk.attempts}
    return [
        [near.article, near.question, round(100 * near.confidence)]
        for near in talk.near
        if near.article not in seen
    ]


def why(criterion: Criterion | None, rules: Rules, texts: Texts) -> str:
    """Which criterion made it urgent, in words; empty when none did (R067)."""
    if criterion is None:
        return ""
    return texts.said(f"criterion.{criterion.kind}", rules.language, detail=_detail(criterion, rules))


def _detail(criterion: Criterion, rules: Rules) -> str:
    motive = rules.motive(criterion.detail) if criterion.kind == "motive" else None
    return _label(motive, rules) if motive else criterion.detail


def _label(motive: Motive, rules: Rules) -> str:
    return (motive.label_en if rules.language == "en" else "") or motive.label


def _copies(motive: Motive | None, rules: Rules) -> list[str]:
    keys = motive.copy if motive else ()
    return [team.name for team in rules.teams if team.key in keys]


def _seconds(moment: datetime | None) -> int | None:
    milliseconds = to_ms(moment)
    return None if milliseconds is None else milliseconds // 1000
