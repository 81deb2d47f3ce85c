"""Values that live, as the server writes them first: a snapshot that the stream then takes over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from tanlu.serve.live import followed
from tanlu.ui.frame.numbers import Numbers
from tanlu.ui.frame.page import Context
from tanlu.ui.frame.words import Words

__all__ = ["Living", "dig", "seen", "written"]

SPAN = Markup('<span class="number" data-live="{}" data-form="{}">{}</span>')
LATE = Markup('<span class="tag wait" data-stale="{}" data-late="{}" data-never="{}"{}>{}</span>')

THIN, THICK = 1.5, 22.0


class Living:
    """What was looked at, for templates: ``live("park:xian/roles.pv.w", "kw")`` is a value.

    Without a script it stays what it was when the page was written, and the badge says when.
    """

    def __init__(
        self,
        told: Mapping[str, Mapping[str, Any]],
        words: Words,
        numbers: Numbers,
        *,
        followed: bool = True,
    ) -> None:
        self.told, self._words, self._numbers = told, words, numbers
        # whether there is a stream at all that a script could watch
        self.followed = followed

    def __call__(self, where: str, form: str = "count") -> Markup:
        """Give a value that the stream keeps up to date."""
        return SPAN.format(where, form, written(form, dig(self.told, where), self._numbers))

    def late(self, where: str) -> Markup:
        """Give the badge of a source: hidden while it is of now."""
        found = dig(self.told, where) if "/" in where else self.told.get(where)
        age = found.get("stale_s") if isinstance(found, Mapping) else None
        stale = not isinstance(found, Mapping) or age is None or bool(found.get("stale"))
        late, never = self._words("kit.live.late"), self._words("kit.live.never")
        said = late.replace("{s}", f"{age:.1f}" if age < 10 else f"{age:.0f}") if age else never
        shut = Markup("") if stale else Markup(" hidden")
        return LATE.format(where, late, never, shut, said if stale else "")

    def width(self, where: str, full: float) -> str:
        """Give how wide a flow is drawn [px] beside the largest of its picture [W]."""
        value = dig(self.told, where)
        if value is None:
            return "1"
        return f"{THIN + (THICK - THIN) * min(1.0, abs(value) / (full or 1)):.1f}"

    @property
    def at_us(self) -> int | None:
        """When it was looked at [us UTC]; None when nothing was told."""
        return next((each["at_us"] for each in self.told.values() if each.get("at_us")), None)


def seen(context: Context, told: Mapping[str, Mapping[str, Any]]) -> Living:
    """Give what was told as values that live, in the tongue of a page."""
    here = followed(context.asked)
    return Living(told, context.words, context.numbers, followed=here)


def dig(told: Mapping[str, Any], where: str) -> Any:
    """Give the value at ``topic/path.of.keys``; None where there is none."""
    topic, _, path = where.partition("/")
    found: Any = told.get(topic)
    for key in path.split("."):
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def written(form: str, value: Any, numbers: Numbers) -> str:
    """Give a value in a form; the script of the pages has the same ones."""
    if value is None or value == "":
        return "–"
    if form == "kw":
        return _fitting(float(value) / 1000)
    if form == "kgh":
        return _fitting(float(value) * 3600 / 1e9)
    if form == "gkwh":
        return f"{float(value) / 1e6:,.0f}"
    if form == "one":
        return f"{float(value):,.1f}"
    if form == "bare":
        # a subject without its type
        return str(value).rpartition(":")[2]
    if form == "clock":
        return numbers.moment(int(value), "clock")
    return f"{float(value):,.0f}" if form == "count" else str(value)


def _fitting(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.1f}"
