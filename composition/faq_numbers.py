"""The numbers that options of `relais faq` take; a refusal says what to write."""

from typing import Any, Final

import click

SURE: Final = 100


class Share(click.ParamType[float]):
    """A share of 1, at least `least` and less than 1; "97" is refused with « write 0.97 »."""

    name = "share"

    def __init__(self, least: float) -> None:
        self.least = least

    def convert(
        self,
        value: Any,  # noqa: ANN401 - the library's own type
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> float:
        """The share."""
        typed = str(value).strip()
        number = _number(typed)
        if number is None or not self._is_allowed(number):
            wanted = self._meant(typed)
            self.fail(
                f"{typed!r} is no share from {self.least:g} to less than 1: write {wanted}.", param, ctx
            )
        return number

    def _is_allowed(self, share: float) -> bool:
        return self.least <= share < 1.0

    def _meant(self, typed: str) -> str:
        """What to write: their own number where it can be told."""
        number = _number(typed.replace(",", ".").rstrip(" %"))
        shares = () if number is None else (number, number / SURE)
        share = next(filter(self._is_allowed, shares), None)
        return "0.97 for 97 %, for instance" if share is None else f"{share:.4g} for {SURE * share:.4g} %"


class Whole(click.IntRange):
    """A whole number within bounds that are told."""

    def __init__(self, least: int, most: int) -> None:
        super().__init__(least, most)
        self._wanted = f"write a whole number from {least} to {most}."

    def convert(
        self,
        value: Any,  # noqa: ANN401 - the library's own type
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:  # noqa: ANN401 - the library's own type
        """The number."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{str(value)!r}: {self._wanted}", param, ctx)


def _number(typed: str) -> float | None:
    try:
        return float(typed)
    except ValueError:
        return None
