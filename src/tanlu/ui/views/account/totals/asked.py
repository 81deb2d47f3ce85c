"""What a cut is asked for: by which key, within which others, for which period."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tanlu.report import Words as Said
from tanlu.report.overview import CUTS, months
from tanlu.ui.frame.page import Context
from tanlu.ui.frame.remembering import remembered
from tanlu.ui.frame.ruling import told

__all__ = ["NONE", "SHOWN", "Question", "asked", "label", "word"]

# the keys that are offered; others are taken from the address as well
SHOWN = ("kind", "payer", "lane", "vehicle_class", "energy_carrier", "tier", "operator", "place",
         "month", "day", "boundary")  # fmt: skip
NONE = "-"
LABEL = re.compile(r"label:[^,\x00-\x1f\x7f]{1,80}")


@dataclass(frozen=True, slots=True)
class Question:
    """One cut: its key, the values that other keys must have, the period, and asked-for rules."""

    by: str
    where: tuple[tuple[str, str | None], ...]
    period: str | None
    rules: tuple[tuple[str, str], ...] = ()

    def query(self) -> dict[str, str]:
        """Give the filters as parameters of an address."""
        held = {name: NONE if value is None else value for name, value in self.where}
        return {**held, **dict(self.rules), **({"period": self.period} if self.period else {})}


def asked(context: Context) -> Question:
    """Give what the address asks for, the newest month that holds something unless told."""
    workspace = context.asked.workspace
    held = remembered(workspace, ("months",), lambda: months(workspace), books=True)
    where = tuple(
        (name, None if value == NONE else value)
        for name, value in sorted(context.request.query_params.items())
        if (name in CUTS or LABEL.fullmatch(name)) and value
    )
    return Question(
        context.query("by", "kind"), where,
        context.query("period") or (held[0][0] if held else None), tuple(told(context).items()),
    )  # fmt: skip


def word(said: Said, context: Context, key: str, value: str | None) -> str:
    """Give the word for a value of a key."""
    if value is None:
        return str(context.words("totals.none"))
    if key == "kind":
        return said.kind(value)
    if key == "energy_carrier":
        return said.carrier(value)
    if key in ("tier", "boundary"):
        return said.maybe(key, value)
    if key in ("place", "origin", "destination"):
        return said.place(value)
    if key == "lane":
        return " → ".join(said.place(end) for end in value.split(" → "))
    return value


def label(context: Context, said: Said, key: str) -> str:
    """Give the word for a key; a label is called by its own name."""
    name: Any = f"totals.by.{key}"
    return context.words(name) if key in SHOWN else said.key(key)
