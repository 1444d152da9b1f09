"""What a customer is shown of an effect, in final words: the rows to send, and what the transcript keeps."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.domain.channel import Capabilities, MenuForm, Menus
from core.domain.effects import ToCustomer
from core.domain.lines import Choice, Line, Words
from core.split import measure, split

Payload = dict[str, Any]


@dataclass(frozen=True)
class Shown:
    """`payloads` leave one after the other; `said` is what the customer then has before their eyes."""

    payloads: tuple[Payload, ...]
    said: str


class Showing:
    """One effect on its way to one channel. `write` makes final words in the customer's language."""

    def __init__(
        self, effect: ToCustomer, channel: Capabilities, write: Callable[[Words], str], language: str
    ) -> None:
        self._effect = effect
        self._channel = channel
        self._write = write
        self._language = language
        self._choices = [{"id": c.id, "label": self._label(c)} for c in effect.choices]

    def shown(self) -> Shown:
        """As buttons where the channel has them, else as things to press if they fit, else numbered."""
        if self._channel.menus is Menus.BUTTONS:
            return self._as_text(self._write(self._effect.words), self._buttons())
        form = self._form() if self._effect.prompt else None
        if form is not None:
            return self._as_menu(form)
        keyboard = {"clears_keyboard": True} if self._effect.clears_keyboard else {}
        return self._as_text(self._numbered(self._write(self._effect.words)), keyboard)

    def _as_text(self, text: str, last: Payload) -> Shown:
        *before, end = split(text, self._channel) or [text]
        return Shown((*({"text": part} for part in before), {"text": end} | last), text)

    def _as_menu(self, form: MenuForm) -> Shown:
        """What is said before the question goes ahead as text: a menu that never changes is made only once.

        `text` says the same in numbered words, for when the platform cannot show the menu after all.
        """
        *before, question = self._effect.words
        ahead = self._write(tuple(before))
        body = self._body()
        labels = [choice["label"] for choice in self._choices]
        menu: Payload = {"form": form.name, "body": body, "choices": self._choices}
        menu |= {"prompt": self._effect.prompt, "language": self._language}
        if form.has_opener:
            menu["opener"] = self._line("choice.open")
        asked = self._write((question,))
        ahead_of_it = self._as_text(ahead, {}).payloads if ahead else ()
        pressed = " ".join(f"[{label}]" for label in labels)
        said = _paragraphs(ahead, asked, pressed, self._way_out())
        return Shown((*ahead_of_it, {"text": self._numbered(asked), "menu": menu}), said)

    def _form(self) -> MenuForm | None:
        """The first form of the channel into which everything fits, uncut."""
        if not self._choices:
            return None
        asked = self._numbered(self._write(self._effect.words[-1:]))
        if measure(asked, self._channel.length_unit) > self._channel.text_limit:
            return None
        return next((form for form in self._channel.menu_forms if self._fits(form)), None)

    def _fits(self, form: MenuForm) -> bool:
        labels = [choice["label"] for choice in self._choices]
        fit = all(0 < len(label) <= form.label_limit and "\n" not in label for label in labels)
        are_few = len(labels) <= form.most and len(set(labels)) == len(labels)
        return fit and are_few and len(self._body()) <= form.body_limit

    def _body(self) -> str:
        return _paragraphs(self._write(self._effect.words[-1:]), self._way_out())

    def _numbered(self, text: str) -> str:
        listed = [f"{n}. {choice['label']}" for n, choice in enumerate(self._choices, start=1)]
        return _paragraphs(text, "\n".join(listed), self._way_out())

    def _buttons(self) -> Payload:
        """The buttons under a message."""
        menu: Payload = {"clears_keyboard": True} if self._effect.clears_keyboard else {}
        if self._effect.asks_phone:
            labels = {"share": self._line("choice.share_phone"), "skip": self._line("choice.skip")}
            return menu | {"asks_phone": labels | {"way_out": self._line("way_out.button")}}
        choices = list(self._choices)
        if self._effect.way_out:
            choices.append({"id": "person", "label": self._line("way_out.button")})
        return menu | ({"choices": choices, "prompt": self._effect.prompt} if choices else {})

    def _way_out(self) -> str:
        return self._line("way_out.line") if self._effect.way_out else ""

    def _label(self, choice: Choice) -> str:
        return self._write((choice.label,))

    def _line(self, key: str) -> str:
        return self._write((Line(key),))


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
