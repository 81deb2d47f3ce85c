"""The kept numbers of the model and what they make of features."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import numpy as np

__all__ = ["Model", "Scores", "model"]

# the row of the table that holds what does not hang on a feature
CONSTANT = "1"
# how the names of features begin that change places when time runs backwards
PAIRS = (("ahead", "back"), ("until", "since"), ("to", "from"))
TWINS = dict(PAIRS) | {b: a for a, b in PAIRS}


class Scores(NamedTuple):
    """Log odds of driving that each beat gives, and log weights of a change after it."""

    own: Any
    rise: Any
    fall: Any


class Model(NamedTuple):
    """A layer of units that look at features, and three sums over units.

    Each unit looks twice, with time running forwards (x) and backwards (x'):
    h = tanh(x · inner + inner₀), h' = tanh(x' · inner + inner₀),
    (own, rise, fall) = h · outer + h' · outer' + outer₀.
    """

    names: tuple[str, ...]
    inner: Any
    inner_0: Any
    outer: Any
    outer_back: Any
    outer_0: Any
    typical: Any

    def scores(self, found: dict[str, Any]) -> Scores:
        """Give what the beats say by their features."""
        rows = np.stack([found[name] for name in self.names], axis=1)
        return Scores(*self.of_rows(rows).T)

    def of_rows(self, rows: Any) -> Any:
        """Give the three sums for rows of features in the order of the names."""
        ahead = np.tanh(rows @ self.inner + self.inner_0)
        back = np.tanh(rows[:, list(mirrored(self.names))] @ self.inner + self.inner_0)
        return ahead @ self.outer + back @ self.outer_back + self.outer_0


@cache
def mirrored(names: tuple[str, ...]) -> tuple[int, ...]:
    """Give the place of each feature's twin: what it would be if time ran backwards."""
    return tuple(names.index(_twin(name)) for name in names)


def _twin(name: str) -> str:
    first, rest = name.split("_", 1) if "_" in name else (name, "")
    twin = TWINS.get(first)
    return f"{twin}_{rest}" if twin else name


@cache
def model() -> Model:
    """Give the fitted model of the table ``parameters.csv``."""
    text = resources.files("tanlu.track.courier").joinpath("parameters.csv")
    return parsed(text.read_text(encoding="utf-8"))


def parsed(text: str) -> Model:
    """Give the model that a table holds: a row a feature, then a row a sum.

    Columns: ``layer`` (``inner``, ``outer`` or ``outer_back``), ``of`` (feature, sum or 1),
    ``typical`` (mean of the feature; constant of the sum), one column a unit.
    """
    rows = list(csv.DictReader(text.splitlines()))
    units = [name for name in rows[0] if name.startswith("unit_")]

    def part(layer: str) -> dict[str, list[float]]:
        return {
            row["of"]: [float(row[unit]) for unit in units] for row in rows if row["layer"] == layer
        }

    inner, outer, back = part("inner"), part("outer"), part("outer_back")
    sums = Scores._fields
    typical = {row["of"]: float(row["typical"]) for row in rows if row["typical"]}
    names = tuple(name for name in inner if name != CONSTANT)
    return Model(
        names,
        np.array([inner[name] for name in names]),
        np.array(inner[CONSTANT]),
        np.array([outer[name] for name in sums]).T,
        np.array([back[name] for name in sums]).T,
        np.array([typical[name] for name in sums]),
        np.array([typical[name] for name in names]),
    )
