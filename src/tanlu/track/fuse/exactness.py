"""How exact the fixes of a device are when what it tells of them cannot be.

Three fixes within seconds lie on a line, but for their noise and what acceleration bends: where
the median of their residuals is far beyond both, the variances told are raised to what they show.
"""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np

from tanlu.track.fuse.metric import step

__all__ = ["borne_out"]

# three fixes are compared when the outer ones are no farther apart [µs]; so many at most, at least
LONGEST_US, MOST, FEW = 20_000_000, 512, 30
# acceleration that vehicles hold for most of their time is below this [m/s²]
PULL = 0.5
# the median of the sum of squares of two standard normal numbers; variances told are believed
# unless they are beyond this times too small
MEDIAN, BEYOND = 2.0 * math.log(2.0), 9.0
# what is beyond this is no noise but two devices [m]
APART_M = 200.0


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _seen(k: int, at: Any, lat: Any, lon: Any, r: Any) -> float:
    """Give the square of the residual of a fix over its variance, along and across."""
    before, after = at[k] - at[k - 1], at[k + 1] - at[k]
    share = before / (before + after)
    x0, y0, _ = step(lat[k - 1], lon[k - 1], lat[k], lon[k])
    x1, y1, _ = step(lat[k], lon[k], lat[k + 1], lon[k + 1])
    far = math.hypot(x0 - share * (x0 + x1), y0 - share * (y0 + y1))
    far = max(far - 0.5 * PULL * before * after * 1e-12, 0.0)
    left = 1.0 - share
    return float(far * far / (r[k] + left * left * r[k - 1] + share * share * r[k + 1]))


@numba.njit(nogil=True, cache=True, error_model="numpy")
def borne_out(starts: Any, at: Any, lat: Any, lon: Any, cell: Any, r: Any) -> None:  # noqa: PLR0917 - compiled
    """Raise the variances [m²] of devices whose fixes are far less exact than they tell."""
    for g in range(starts.size - 1):
        a, b = starts[g], starts[g + 1]
        seen, many = np.empty(2 * MOST), 0
        for k in range(a + 1, b - 1, max(1, (b - a) // MOST)):
            near = at[k + 1] - at[k - 1] <= LONGEST_US and at[k - 1] < at[k] < at[k + 1]
            if near and not (cell[k - 1] or cell[k] or cell[k + 1]):
                seen[many] = _seen(k, at, lat, lon, r)
                many += 1
        if many < FEW:
            continue
        times = np.median(seen[:many]) / MEDIAN
        if times > BEYOND and times * np.median(r[a:b]) < APART_M * APART_M:
            for k in range(a, b):
                if not cell[k]:
                    r[k] *= times
