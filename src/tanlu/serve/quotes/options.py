"""The ways of delivery that are quoted, and the chain of each where a lane has no past."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Option", "Step", "chain", "chosen", "options"]

MOST = 8


class Option(NamedTuple):
    """A way of delivery: which own shipments show it, what it changes, and its words.

    ``own`` is land, night or air; ``change`` is full (the main haul at the load of the fullest
    tenth), locker (half the last leg) or nothing.
    """

    option: str
    own: str
    change: str
    sigma_ln: float
    en: str
    zh: str
    detail: str
    detail_zh: str
    source: str
    source_zh: str


class Step(NamedTuple):
    """A leg of a chain that is assumed; ``way`` says how its distance follows from two places."""

    kind: str
    vehicle_class: str
    energy_carrier: str
    way: str
    at_least_m: int
    codes: tuple[str, ...]


@cache
def options() -> dict[str, Option]:
    """Give all ways of delivery by name, in the order of a checkout."""
    return {
        row["option"]: Option(**{**row, "sigma_ln": float(row["sigma_ln"])})  # type: ignore[arg-type]
        for row in _rows("options.csv")
    }


@cache
def chain(own: str) -> tuple[Step, ...]:
    """Give the assumed chain by land or air; what goes at night goes by land."""
    wanted = "air" if own == "air" else "land"
    return tuple(
        Step(row["kind"], row["vehicle_class"], row["energy_carrier"], row["way"],
             int(row["at_least_m"] or 0), tuple(row["codes"].split(";")))
        for row in _rows("chains.csv") if row["own"] == wanted
    )  # fmt: skip


def chosen(names: Iterable[str]) -> tuple[Option, ...]:
    """Give the options that are asked for, all where none is named.

    Raises
    ------
    TanluError
        TL948 for one that there is not.
    """
    asked = list(dict.fromkeys(names)) or list(options())
    for name in asked[: MOST + 1]:
        if name not in options():
            raise TanluError("TL948", value=name[:40], choices=", ".join(options()))
    return tuple(options()[name] for name in asked)


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("tanlu.serve.quotes").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
