"""The kept numbers of the model: hidden states, what each looks for, which follows which."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import numpy as np

__all__ = ["Model", "model", "parsed"]

# the row of the table that hangs on no feature; what the rows of transitions begin with
CONSTANT, AFTER = "constant", "after "
DRIVING = "van"


class Model(NamedTuple):
    """Hidden states, each of one mode, with a score that is linear in the features.

    score(state) = Σ weight · (feature − typical) + constant, and 0 for the first state;
    ``follows`` is the log weight of the state of the column after that of the row.
    """

    names: tuple[str, ...]
    states: tuple[str, ...]
    typical: Any
    weights: Any
    constant: Any
    follows: Any

    @property
    def driving(self) -> Any:
        """Tell which states are of driving."""
        return np.array([name.startswith(DRIVING) for name in self.states])

    def rows(self, found: dict[str, Any]) -> Any:
        """Give the features in the order of the table, less what is typical of each."""
        return np.stack([found[name] for name in self.names], axis=1) - self.typical

    def scores(self, rows: Any) -> Any:
        """Give what each beat says for each state [log weight]."""
        return rows @ self.weights + self.constant


@cache
def model() -> Model:
    """Give the fitted model of the table ``parameters.csv``."""
    text = resources.files("tanlu.track.courier").joinpath("parameters.csv")
    return parsed(text.read_text(encoding="utf-8"))


def parsed(text: str) -> Model:
    """Give the model that a table holds.

    Columns: ``of`` (a feature, ``constant``, or ``after`` a state), ``typical`` (mean of the
    feature), and one a state; an empty cell is 0.
    """
    rows = {row["of"]: row for row in csv.DictReader(text.splitlines())}
    states = tuple(name for name in rows[CONSTANT] if name not in ("of", "typical"))
    names = tuple(name for name in rows if name != CONSTANT and not name.startswith(AFTER))

    def numbers(wanted: list[str]) -> Any:
        return np.array([[float(rows[name][state] or 0) for state in states] for name in wanted])

    typical = np.array([float(rows[name]["typical"]) for name in names])
    after = [f"{AFTER}{state}" for state in states]
    return Model(
        names, states, typical, numbers(list(names)), numbers([CONSTANT])[0], numbers(after)
    )
