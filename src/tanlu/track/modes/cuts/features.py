"""What tells modes apart: two dozen numbers of a stretch between two stays, in six groups.

Every number is a sum, a quantile of summed counts or a property of the ends, so that the stretch
may be one move or a hundred: nothing is looked at twice.
"""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np

from tanlu.track.modes.cuts.measuring import (
    FASTER,
    SECONDS,
    SEEN,
    SIDEWAYS,
    SLOWER,
    SPEED,
    STEPS,
    STOPS,
    WAY,
    WIDTH,
    active,
    quantile,
)

__all__ = ["EDGES", "FEATURES", "GROUPS", "PLUS", "describe", "sums"]

# group: its features
GROUPS = {
    "speed": ("speed_median", "speed_fast", "speed_top", "speed_spread"),
    "motion": (
        "acceleration",
        "braking",
        "sideways",
        "hard_pull",
        "hard_brake",
        "hard_turn",
        "lively",
        "sampling",
        "sampled_pull",
        "sampled_lively",
    ),
    "stops": ("stops_short", "stops_long", "outlying", "outlying_way"),
    "way": ("way", "winding"),
    "ground": ("water", "climb"),
    "terminals": ("airport", "port", "rail"),
}
FEATURES = tuple(name for group in GROUPS.values() for name in group)
EDGES = np.cumsum([0, *(len(names) for names in GROUPS.values())]).astype(np.int64)
# behind the sums of moves: seconds over water, short and long stays passed; the way [m] up to the
# last pause before a stay, and up to the next one after it
WET, SHORT, LONG, BACK, AHEAD = range(WIDTH, WIDTH + 5)
PLUS = WIDTH + 5
# a stay is short up to so many seconds, long up to so many; beyond so many it is a pause
SHORT_S, LONG_S, PAUSE_S = 120.0, 3_600.0, 1_200.0
NOWHERE = 1e18
# bins above which a pull is a hard one: 0.11 m/s²
HARD = 10


@numba.njit(nogil=True, cache=True, error_model="numpy")
def sums(a: int, b: int, stood: Any, moves: Any, wet: Any, run: Any) -> None:  # noqa: PLR0917 - compiled
    """Put the running sums of a device: row k holds what lies before stay k."""
    for c in range(PLUS):
        run[a, c] = 0.0
    for k in range(a + 1, b):
        for c in range(WIDTH):
            run[k, c] = run[k - 1, c] + moves[k - 1, c]
        run[k, WET] = run[k - 1, WET] + wet[k - 1] * moves[k - 1, SECONDS]
        here, passed = stood[k - 1], k - 1 > a
        run[k, SHORT] = run[k - 1, SHORT] + (1.0 if passed and here <= SHORT_S else 0.0)
        run[k, LONG] = run[k - 1, LONG] + (1.0 if passed and SHORT_S < here <= LONG_S else 0.0)
        run[k, BACK] = run[k - 1, WAY] if passed and here > PAUSE_S else run[k - 1, BACK]
    run[b - 1, AHEAD] = NOWHERE
    for k in range(b - 2, a - 1, -1):
        pauses = k + 1 < b - 1 and stood[k + 1] > PAUSE_S
        run[k, AHEAD] = run[k + 1, WAY] if pauses else run[k + 1, AHEAD]


@numba.njit(nogil=True, cache=True, error_model="numpy")
def describe(  # noqa: PLR0917 - compiled
    high: Any, low: Any, next_: Any, begin: Any, end: Any, apart: float, climb: float, out: Any
) -> None:
    """Put the features of the stretch between the running sums of two stays.

    ``next_`` are the sums of the stay after the first: stays at the ends are not passed. ``begin``
    and ``end`` are the distances of the terminals at both ends [m].
    """
    middle = quantile(high, low, SPEED, 0.5)
    out[0] = middle
    out[1] = quantile(high, low, SPEED, 0.9)
    out[2] = quantile(high, low, SPEED, 0.98)
    out[3] = quantile(high, low, SPEED, 0.75) - quantile(high, low, SPEED, 0.25)
    out[4] = quantile(high, low, FASTER, 0.9)
    out[5] = quantile(high, low, SLOWER, 0.9)
    out[6] = quantile(high, low, SIDEWAYS, 0.9)
    out[7], share = active(high, low, FASTER, HARD, 0.75)
    out[8], _ = active(high, low, SLOWER, HARD, 0.75)
    out[9], _ = active(high, low, SIDEWAYS, HARD, 0.75)
    out[10] = math.log(0.002 + share)
    steps = high[STEPS] - low[STEPS]
    out[11] = math.log((high[SEEN] - low[SEEN]) / steps) if steps > 0.5 else math.log(60.0)
    out[12], out[13] = out[11] * out[7], out[11] * out[10]
    way = max((high[WAY] - low[WAY]) * 1e-3, 0.01)
    short = max(high[STOPS] - low[STOPS] + high[SHORT] - next_[SHORT], 0.0)
    out[14] = math.log((short + 0.5) / (way + 1.0))
    out[15] = math.log((max(high[LONG] - next_[LONG], 0.0) + 0.5) / (way + 10.0))
    # what lies outside the first and the last pause: another vehicle may have brought it there
    least = min(low[AHEAD], high[WAY]) - low[WAY]
    least = max(min(least, high[WAY] - max(high[BACK], low[WAY])) * 1e-3, 0.0)
    out[16] = math.log((least + 0.5) / (way + 0.5))
    out[17] = math.log(least + 0.5)
    out[18] = math.log(way)
    out[19] = math.log(0.02 + max(way * 1e3 / max(apart, 1.0) - 1.0, 0.0))
    out[20] = (high[WET] - low[WET]) / max(high[SECONDS] - low[SECONDS], 1.0)
    out[21] = math.log(50.0 + max(climb, 0.0))
    for kind in range(3):
        out[22 + kind] = math.log(300.0 + max(begin[kind], end[kind]))
