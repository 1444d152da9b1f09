"""The card of a conversation as Slack blocks: who waits, since when, and what was already said and tried.

Everything a customer chose (name, company, words) passes through `markup`; every limit of Block Kit is held
by shortening, because Slack refuses the whole message for one text that is too long.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from babel import Locale, UnknownLocaleError

from core.texts import Texts
from handoff import markup

Block = dict[str, Any]
Values = Mapping[str, Any]

TEXT_LIMIT: Final = 300
LABEL_LIMIT: Final = 75
VALUE_LIMIT: Final = 2000
SECTION_LIMIT: Final = 2900
FIELD_LIMIT: Final = 1900
QUESTION_LIMIT: Final = 800
RECAP_LIMIT: Final = 1500
ATTEMPTS_SHOWN: Final = 5

_PERSON: Final = re.compile(r"[UW][A-Z0-9]{2,20}")
_PLACE: Final = re.compile(r"[CDG][A-Z0-9]{2,20}")
_REFERENCE: Final = re.compile(r"\d{1,12}\.\d{1,9}")
_WAITS: Final = {"us", "customer", "third_party"}
_STATUSES: Final = {"bot", "open", "in_progress", "resolved", "closed"}
_OUTCOMES: Final = {"shown", "helped", "not_helped"}
_WITH_TEAM: Final = {"open", "in_progress"}


def card_text(card: Values) -> str:
    """What a notification shows: « Marie Dupont (WhatsApp) : « où est mon colis ? » », 300 characters."""
    said = f"{markup.name(card.get('customer', ''))} ({label(card.get('channel', ''))})"
    if question := label(card.get("question", ""), 200):
        said += f"\u00a0: «\u00a0{question}\u00a0»"
    return fitted(("🚨 " if card.get("urgent") else "") + said, TEXT_LIMIT)


def card_blocks(card: Values, *, texts: Texts, language: str) -> list[Block]:
    """The blocks of a card, from the payload of `core.cards`. A button is a verb."""
    return _Card(card, texts, language).blocks()


class _Card:
    """One card being laid out."""

    def __init__(self, card: Values, texts: Texts, language: str) -> None:
        self.card = card
        self.texts = texts
        self.language = language
        self.status = card.get("status", "")

    def said(self, key: str, **values: str | int) -> str:
        return self.texts.said(f"card.{key}", self.language, **values)

    def blocks(self) -> list[Block]:
        return [
            section(f"{self._who()}\n{self._state()}"),
            *self._question(),
            {"type": "section", "fields": [_mrkdwn(fitted(field, FIELD_LIMIT)) for field in self._fields()]},
            *self._tried(),
            *self._near(),
            *self._recap(),
            *context(" · ".join(self._remarks())),
            *actions(self._buttons()),
        ]

    def _who(self) -> str:
        company, phone = self.card.get("company", ""), self.card.get("phone", "")
        parts = [
            f"*{markup.name(self.card.get('customer', ''))}*",
            markup.name(company) if company.strip() else "",
            label(phone, 40),
            label(self.card.get("channel", "")),
        ]
        return " · ".join(part for part in parts if part)

    def _state(self) -> str:
        status = self.said(f"status_{self.status}") if self.status in _STATUSES else label(self.status)
        if not self.card.get("urgent"):
            return self.said("normal", status=status)
        why = label(self.card.get("why", ""), 200)
        return self.said("urgent_why", why=why, status=status) if why else self.said("urgent", status=status)

    def _question(self) -> list[Block]:
        quoted = quoted_within(self.card.get("question", ""), QUESTION_LIMIT)
        return [section(quoted)] if quoted else []

    def _fields(self) -> list[str]:
        """At most six: two columns on a desktop, one under the other on a phone."""
        fields = [*self._dates(), self._motive()]
        owner = mention(self.card.get("owner", ""))
        if owner or self.status in _WITH_TEAM:
            fields.append(f"{self.said('owner')}\n{owner or self.said('nobody')}")
        replies = self.said("channel_replies", channel=label(self.card.get("channel", "")))
        fields.append(f"{self.said('channel')}\n{replies}")
        if self.status in _WITH_TEAM and (handle := label(self.card.get("handle", ""), 40)):
            typed = self.said("claim_command", handle=handle.replace("`", ""))
            fields.append(f"{self.said('command')}\n`{typed}`")
        return fields

    def _dates(self) -> list[str]:
        dates = []
        waiting, since = self.card.get("waiting_for"), self.card.get("waiting_since")
        if waiting in _WAITS and since:
            dates.append(f"{self.said(f'waits_{waiting}')}\n{self._date(since, '{ago}')}")
        if promised := self.card.get("promised_for"):
            dates.append(f"{self.said('promised')}\n{self._date(promised, '{date_short_pretty} {time}')}")
        return dates

    def _date(self, seconds: int, form: str) -> str:
        return live_date(seconds, form, texts=self.texts, language=self.language)

    def _motive(self) -> str:
        motive = label(self.card.get("motive", ""), 100) or self.said("motive_missing")
        lines = [self.said("motive"), motive]
        if copies := [label(team, 60) for team in self.card.get("copies", ())]:
            lines.append(self.said("copies", teams=", ".join(copies)))
        return "\n".join(lines)

    def _tried(self) -> list[Block]:
        tried: Sequence[Sequence[str]] = self.card.get("tried", ())
        if not tried:
            return []
        lines = [self.said("tried"), *(self._attempt(*each) for each in tried[-ATTEMPTS_SHOWN:])]
        if len(tried) > ATTEMPTS_SHOWN:
            lines.append(self.said("tried_more", count=len(tried) - ATTEMPTS_SHOWN))
        return [section("\n".join(lines))]

    def _attempt(self, question: str, outcome: str) -> str:
        known = outcome if outcome in _OUTCOMES else "shown"
        told = self.said(f"outcome_{known}")
        return self.said("tried_line", question=f"«\u00a0{label(question, 80)}\u00a0»", outcome=told)

    def _near(self) -> list[Block]:
        """Articles that may answer: each goes into the reply form by one press (R136)."""
        near: Sequence[tuple[str, str, int]] = self.card.get("near", ())
        if not near or self.status not in _WITH_TEAM:
            return []
        return [section(self.said("near")), *(self._article(at, *each) for at, each in enumerate(near))]

    def _article(self, at: int, article: str, question: str, percent: int) -> Block:
        told = self.said("near_line", question=label(question, 80), percent=percent)
        value = json.dumps({"a": article, "c": str(self.card.get("conversation", ""))})
        return section(told) | {"accessory": button(f"faq_insert:{at}", self.said("insert"), value)}

    def _recap(self) -> list[Block]:
        recap = quoted_within(self.card.get("recap", ""), RECAP_LIMIT)
        shown = recap and self.status in {"resolved", "closed"}
        return [section(f"{self.said('recap')}\n{recap}")] if shown else []

    def _remarks(self) -> list[str]:
        card = self.card
        remarks = [
            self.said("formal") if card.get("formal") else "",
            self._language(),
            self.said("reopened", count=int(card["reopened"])) if card.get("reopened") else "",
            self.said("same_phone", name=markup.name(card["same_phone"])) if card.get("same_phone") else "",
            self._previous(),
            self.said("origin", link=label(card["origin"], 64)) if card.get("origin") else "",
        ]
        return [remark for remark in remarks if remark]

    def _language(self) -> str:
        """Which language the customer speaks, when it is not the team's."""
        spoken = str(self.card.get("language", ""))
        if not spoken or spoken == self.language:
            return ""
        try:
            name = Locale.parse(spoken).get_language_name(self.language)
        except (ValueError, UnknownLocaleError):
            return ""
        return self.said("language", spoken=name) if name else ""

    def _previous(self) -> str:
        place, reference = (str(part) for part in self.card.get("previous") or ("", ""))
        return thread_link(place, reference, self.said("previous"))

    def _buttons(self) -> list[Block]:
        conversation = str(self.card.get("conversation", ""))
        shown = []
        if self.status == "open":
            shown.append(button("claim", self.said("claim"), conversation, style="primary"))
        if self.status in _WITH_TEAM:
            shown.append(button("open_reply", self.said("reply"), conversation))
        if self.status == "in_progress":
            shown.append(button("open_resolve", self.said("resolve"), conversation))
        if self.status in _WITH_TEAM:
            shown.append(button("open_note", self.said("note"), conversation))
            key = "change_motive" if self.card.get("motive") else "choose_motive"
            shown.append(button("motive", self.said(key), conversation))
        if self.status == "in_progress":
            shown.append(button("release", self.said("release"), conversation))
        return shown


def label(text: str, limit: int = 60) -> str:
    """One short line of plain text for mrkdwn; empty stays empty. `limit` counts before escaping."""
    return markup.escape(markup.plain(text, limit))


def fitted(text: str, limit: int) -> str:
    """Escaped text, cut to `limit` characters with an ellipsis; never inside an entity."""
    if len(text) <= limit:
        return text
    return next(iter(markup.chunks(text, limit - 1)), "").rstrip() + "…"


def quoted_within(text: str, limit: int) -> str:
    """Somebody's words as a quote of at most `limit` characters; empty when nothing was said."""
    first, *more = markup.quotes(text, limit - 4) or [""]
    return f"{first}\n> …" if more else first


def mention(person: str) -> str:
    """`<@U…>`, or nothing for what is no id of a person: whatever stands there must not become a form."""
    return f"<@{person}>" if _PERSON.fullmatch(person) else ""


def thread_link(place: str, reference: str, called: str) -> str:
    """A way to a thread; nothing for what is none."""
    if not (_PLACE.fullmatch(place) and _REFERENCE.fullmatch(reference)):
        return ""
    return f"<https://slack.com/archives/{place}/p{reference.replace('.', '')}|{called}>"


def live_date(seconds: int, form: str, *, texts: Texts, language: str) -> str:
    """A moment that each reader's client writes out, and keeps up to date for `{ago}`, without an update."""
    at = datetime.fromtimestamp(seconds, UTC)
    # Seen from long before, a moment is said in full: old clients keep showing it.
    fallback = texts.moment(at, language, at - timedelta(days=30))
    return f"<!date^{seconds}^{form}|{fallback}>"


def section(text: str) -> Block:
    """A section of mrkdwn, shown whole; the text is shortened to what Slack takes."""
    return {"type": "section", "text": _mrkdwn(fitted(text, SECTION_LIMIT)), "expand": True}


def context(text: str) -> list[Block]:
    """A small grey line; nothing for no text."""
    return [{"type": "context", "elements": [_mrkdwn(fitted(text, SECTION_LIMIT))]}] if text.strip() else []


def actions(buttons: list[Block]) -> list[Block]:
    """A row of buttons; nothing without buttons."""
    return [{"type": "actions", "elements": buttons[:25]}] if buttons else []


def button(action: str, text: str, value: str, *, style: str = "") -> Block:
    """One button. `action` comes back as `action_id`; `value` is an id, opaque to Slack."""
    shown = {"type": "plain_text", "text": markup.plain(text, LABEL_LIMIT) or "…", "emoji": False}
    made: Block = {"type": "button", "action_id": action, "text": shown, "value": value[:VALUE_LIMIT]}
    return made | ({"style": style} if style else {})


def _mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text, "verbatim": True}
