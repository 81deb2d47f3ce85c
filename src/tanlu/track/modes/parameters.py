"""The fitted numbers: what each mode looks like, and where journeys break."""

from __future__ import annotations

import csv
import math
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tanlu.track.modes.features import EDGES, FEATURES, GROUPS

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["MODES", "MOVING", "SAMPLINGS", "Parameters", "modes_table", "parameters"]

SAMPLINGS = ("fine", "medium", "coarse")
# degrees of freedom of the densities: heavier tails than normal ones, for what was never seen
FREEDOM = 6.0
# a stay breaks a journey by how long it is [s]: up to these, and longer
STAYS_S = (60.0, 120.0, 480.0, 1_200.0, 3_600.0, 10_800.0)


class Parameters(NamedTuple):
    """``mean[sampling, mode, feature]``; ``root`` the inverse Cholesky factors of each group's
    spread; ``const[sampling, mode, group]`` the logarithm of each density at its mean;
    ``breaks[class]`` the probability that a stay ends a leg.
    """

    mean: npt.NDArray[np.float64]
    root: npt.NDArray[np.float64]
    const: npt.NDArray[np.float64]
    breaks: npt.NDArray[np.float64]


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("tanlu.track.modes").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def modes_table() -> dict[str, dict[str, str]]:
    """Give the rows of ``modes.csv`` by mode."""
    return {row["mode"]: row for row in _rows("modes.csv")}


MODES = ("still", "walk", "two_wheeler", "van", "truck", "train", "inland", "sea", "air")
MOVING = MODES[1:]


@cache
def parameters() -> Parameters:
    """Give the numbers of ``parameters.csv``, which ``tools/track/fit_modes.py`` rebuilds."""
    shape = len(SAMPLINGS), len(MOVING)
    mean = np.zeros((*shape, len(FEATURES)))
    root = np.zeros((*shape, len(FEATURES), 4))
    const = np.zeros((*shape, len(GROUPS)))
    breaks = np.zeros(len(STAYS_S) + 1)
    spread = np.zeros((*shape, len(FEATURES), 4))
    for row in _rows("parameters.csv"):
        if row["what"] == "break":
            breaks[int(row["feature"])] = float(row["mean"])
            continue
        at = SAMPLINGS.index(row["sampling"]), MOVING.index(row["mode"])
        feature = FEATURES.index(row["feature"])
        mean[at][feature] = float(row["mean"])
        spread[at][feature] = [float(row[f"with_{n}"] or 0) for n in range(1, 5)]
    for at in np.ndindex(*shape):
        for group in range(len(GROUPS)):
            low, high = EDGES[group], EDGES[group + 1]
            root[at][low:high, : high - low], const[at][group] = _density(
                spread[at][low:high, : high - low]
            )
    return Parameters(mean, root, const, breaks)


def _density(lower: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float64], float]:
    """Give the inverse Cholesky factor of a spread, and the log density of t at its mean."""
    size = lower.shape[0]
    whole = np.tril(lower) + np.tril(lower, -1).T
    factor = np.linalg.cholesky(whole * (FREEDOM - 2) / FREEDOM)
    const = math.lgamma((FREEDOM + size) / 2) - math.lgamma(FREEDOM / 2)
    const -= size / 2 * math.log(FREEDOM * math.pi) + float(np.log(np.diag(factor)).sum())
    return np.linalg.inv(factor), const
