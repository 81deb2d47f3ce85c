"""The fitted numbers: what speaks for each mode, where journeys break, and what follows what."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tanlu.track.modes.features import FEATURES

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = [
    "LEVELS",
    "MODES",
    "MOVING",
    "SEVERAL",
    "STAYS_S",
    "TOLD",
    "Parameters",
    "modes_table",
    "parameters",
]

MODES = ("still", "walk", "two_wheeler", "van", "truck", "train", "inland", "sea", "air")
MOVING = MODES[1:]
# what a stretch may be besides: legs of several modes, which no single one explains
SEVERAL = "several"
TOLD = (*MOVING, SEVERAL)
# a whole leg, and a single move between two stays within it
LEVELS = ("leg", "move")
# a stay breaks a journey by how long it is [s]: up to these, and longer
STAYS_S = (60.0, 120.0, 480.0, 1_200.0, 3_600.0, 10_800.0)


class Parameters(NamedTuple):
    """The table as arrays.

    ``centre``, ``width`` [level, feature] make features comparable; ``weight`` [level, mode,
    feature] is what one width speaks for a mode [nat], ``base`` [level, mode] what stands before;
    ``breaks`` [class of stay] the chance that a stay ends a leg; ``turns`` [mode, mode] the
    logarithm of the chance that one follows the other; ``tops`` [2, mode] the logarithm of the
    speed [m/s] that a mode does not exceed for long, and of that which it reaches at least.
    """

    centre: npt.NDArray[np.float64]
    width: npt.NDArray[np.float64]
    weight: npt.NDArray[np.float64]
    base: npt.NDArray[np.float64]
    breaks: npt.NDArray[np.float64]
    turns: npt.NDArray[np.float64]
    tops: npt.NDArray[np.float64]


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("tanlu.track.modes").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def modes_table() -> dict[str, dict[str, str]]:
    """Give the rows of ``modes.csv`` by mode."""
    return {row["mode"]: row for row in _rows("modes.csv")}


@cache
def parameters() -> Parameters:
    """Give the numbers of ``parameters.csv``, which ``tools/track/fit_modes.py`` rebuilds."""
    levels, kinds, size = len(LEVELS), len(MOVING), len(FEATURES)
    told = Parameters(
        np.zeros((levels, size)), np.ones((levels, size)), np.zeros((levels, kinds + 1, size)),
        np.full((levels, kinds + 1), -1e3), np.zeros(len(STAYS_S) + 1), np.zeros((kinds, kinds)),
        np.log([[float(modes_table()[mode][f"{end}_m_s"]) for mode in MOVING]
                for end in ("top", "least")]),
    )  # fmt: skip
    for row in _rows("parameters.csv"):
        what, value = row["what"], float(row["value"])
        if what == "break":
            told.breaks[int(row["feature"])] = value
        elif what == "turn":
            told.turns[MOVING.index(row["mode"]), MOVING.index(row["feature"])] = np.log(value)
        elif what == "base":
            told.base[LEVELS.index(row["level"]), TOLD.index(row["mode"])] = value
        elif what == "weight":
            mode, feature = TOLD.index(row["mode"]), FEATURES.index(row["feature"])
            told.weight[LEVELS.index(row["level"]), mode, feature] = value
        else:
            place = LEVELS.index(row["level"]), FEATURES.index(row["feature"])
            getattr(told, what)[place] = value
    return told
