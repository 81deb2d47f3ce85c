"""Jumps that stand alone, seen from both sides before anything is smoothed.

Over fixes at equal intervals the fourth difference of a straight or gently bent path is small, and
one fix that lies ``J`` off leaves the pattern J·(1, -4, 6, -4, 1) in five of them. What has that
pattern, is large against the differences around, and leaves little behind when it is taken away,
is a jump. A sharp bend leaves more than a fifth of itself behind and is none.
"""

from __future__ import annotations

import math
from typing import Any

import numba

__all__ = ["OFTEN", "WIDE", "screened"]

# share of jumps, and their usual size [m]
OFTEN, WIDE = 0.01, 150.0
# sum of the squares of the pattern
PATTERN = 70.0
# memory of what is usual, in fixes; what lies so near is not asked
MEMORY, AWAY = 0.9, 3
# what may be left behind, over what is usual
BEHIND = 4.0
# degrees of freedom of what is usual
FREEDOM = 4.0
# the mean of the logarithm of a square of two normal parts lies so far below that of its mean
EULER = 0.5772156649
UNEVEN = 0.1


@numba.njit(inline="always")
def _even(k: Any, dt: Any, gap: Any) -> Any:
    t = dt[k]
    return (
        gap[k - 1] + gap[k] + gap[k + 1] + gap[k + 2] == 0
        and abs(dt[k - 1] - t) + abs(dt[k + 1] - t) + abs(dt[k + 2] - t) < UNEVEN * t
    )


@numba.njit(inline="always")
def _fourth(k: Any, d: Any) -> Any:
    return d[k + 2] - 3.0 * d[k + 1] + 3.0 * d[k] - d[k - 1]


@numba.njit(nogil=True, cache=True, error_model="numpy")
def screened(  # noqa: PLR0917 - compiled
    a: int, b: int, dt: Any, dx: Any, dy: Any, r: Any, gap: Any, odd: Any, logs: Any, usual: Any
) -> None:
    """Mark jumps by 3 in ``odd``; ``logs`` and ``usual`` are room to work in."""
    for k in range(a, b):
        odd[k] = 0
        logs[k] = -1.0
        usual[k, 0] = usual[k, 1] = 0.0
        if a + 2 <= k < b - 2 and _even(k, dt, gap):
            x, y = _fourth(k, dx), _fourth(k, dy)
            logs[k] = math.log(x * x + y * y + PATTERN * r[k])
    x = n = 0.0
    for k in range(a, b):
        if k - AWAY >= a and logs[k - AWAY] > 0.0:
            x, n = x * MEMORY + logs[k - AWAY], n * MEMORY + 1.0
        usual[k, 0], usual[k, 1] = x, n
    x = n = 0.0
    for k in range(b - 1, a - 1, -1):
        if k + AWAY < b and logs[k + AWAY] > 0.0:
            x, n = x * MEMORY + logs[k + AWAY], n * MEMORY + 1.0
        count = usual[k, 1] + n
        if logs[k] > 0.0 and count > 2.0:
            s = 0.5 * math.exp((usual[k, 0] + x) / count + EULER) / PATTERN
            s = max(s, 1.3 * r[k])
            # the difference in its middle is six jumps long
            if math.exp(logs[k]) > 36.0 * 9.0 * s and _alone(a, b, k, dx, dy, logs, s):
                odd[k] = 3


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _alone(a: int, b: int, k: int, dx: Any, dy: Any, logs: Any, s: float) -> bool:  # noqa: PLR0917 - compiled
    """Tell whether the differences around are those of one jump, ``s`` its variance by chance."""
    px = py = energy = weight = 0.0
    n = 0
    for i in range(-2, 3):
        if not a <= k + i < b or logs[k + i] < 0.0:
            continue
        c = 6.0 if i == 0 else (-4.0 if abs(i) == 1 else 1.0)
        x, y = _fourth(k + i, dx), _fourth(k + i, dy)
        px += c * x
        py += c * y
        weight += c * c
        energy += x * x + y * y
        n += 1
    if n < 3:
        return False
    px, py = px / weight, py / weight
    far = px * px + py * py
    left = energy - weight * far
    if left > BEHIND * 2.0 * (n - 1) * s * PATTERN:
        return False
    wide = WIDE * WIDE + s
    jump = OFTEN * math.sqrt(wide / (far + wide)) / (far + wide)
    # what vehicles do has heavy tails: Student's t in the plane
    fair = (1.0 + far / (FREEDOM * s)) ** (-0.5 * FREEDOM - 1.0) / s
    return bool(jump > fair)
