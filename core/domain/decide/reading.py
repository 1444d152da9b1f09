"""What a message is before anybody acts on it: words to read, a request, or nothing to act on."""

from datetime import datetime, timedelta

from core.domain.conversation import Conversation, Status, Talk
from core.domain.decide import commands
from core.domain.decide.turn import Turn
from core.domain.events import CustomerWrote
from core.domain.rules import Rules
from core.domain.situation import Situation
from core.domain.words import is_farewell, is_pleasantry, is_thanks

PERSON = "person"
"""The choice that every menu has: somebody to talk to (P29)."""

_SLIP = timedelta(seconds=3)
"""Within this time of the customer's latest act, an outdated tap is a finger that pressed twice."""


def words_of(event: CustomerWrote) -> str:
    """What the customer wrote themselves; the label of a pressed button is ours."""
    return "" if event.tap is not None else event.text


def spoken(talk: Talk, event: CustomerWrote) -> str:
    """The message as the transcript shows it; a tap speaks by the label it was shown with."""
    if event.tap is None:
        return event.text
    is_shown = event.tap.prompt == talk.prompt
    shown = {option.id: option.label for option in talk.options if is_shown}
    return shown.get(event.tap.choice) or event.text


def is_overtaken(situation: Situation, event: CustomerWrote) -> bool:
    """Whether it was found so late that the customer has written since: what it asks of the door is over."""
    known = situation.conversation or situation.last
    latest = known.last_customer_at if known else None
    return event.late is not None and latest is not None and event.late <= latest


def is_old_tap(event: CustomerWrote) -> bool:
    """A button other than the way to a person, pressed when no menu of ours awaits an answer."""
    return event.tap is not None and event.tap.choice != PERSON


def is_slip(before: Conversation | None, now: datetime) -> bool:
    """Whether an outdated tap came so soon that answering it would only be noise."""
    latest = before.last_customer_at if before else None
    return latest is not None and now - latest <= _SLIP


def is_thanks_alone(event: CustomerWrote, rules: Rules) -> bool:
    """Nothing but a pleasantry, or a sticker, which says no more (B16)."""
    if event.tap is not None:
        return False
    if event.media:
        return _is_sticker(event)
    return is_pleasantry(event.text, rules.agent_names)


def asks_for_nothing(turn: Turn, event: CustomerWrote) -> bool:
    """A message that makes nobody wait: thanks, a command, an old button, a bare phone number (B15)."""
    command = commands.meant(words_of(event), turn.conversation.status)
    if is_old_tap(event) or command or _is_courtesy(turn, event):
        return True
    return not (event.text.strip() or event.media or event.tap)


def _is_courtesy(turn: Turn, event: CustomerWrote) -> bool:
    """To somebody who may have asked a question, « d’accord » is an answer; thanks and a farewell are not."""
    if turn.conversation.status is not Status.IN_PROGRESS or event.tap is not None:
        return is_thanks_alone(event, turn.rules)
    if event.media:
        return _is_sticker(event)
    names = turn.rules.agent_names
    return is_thanks(event.text, names) or is_farewell(event.text, names)


def _is_sticker(event: CustomerWrote) -> bool:
    return not event.text.strip() and all(item.kind == "sticker" for item in event.media)
