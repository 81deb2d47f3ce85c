"""Which way a device moves: an interacting multiple model filter (Blom and Bar-Shalom 1988).

Four models share a state: still, and velocities that drift slowly, moderately and fast. A fix that
no model bears out is passed over; when several in a row do, the device has really moved there.
"""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np

from tanlu.track.fuse.passes.jumps import OFTEN, WIDE
from tanlu.track.fuse.passes.smoothing import EX, EY, LOOSE, PP, PV, VV, VX, VY

__all__ = ["MODELS", "RATES", "backwards", "regimes"]

MODELS = 4
# density of acceleration of each model [m²/s³]; the first is still
RATES = (0.0, 2e-3, 6e-2, 1.5)
# how long a model lasts on average [s]
LASTS = (90.0, 90.0, 30.0, 12.0)
# where it goes from there
NEXT = (
    (0.0, 0.1, 0.3, 0.6),
    (0.1, 0.0, 0.6, 0.3),
    (0.2, 0.4, 0.0, 0.4),
    (0.3, 0.1, 0.6, 0.0),
)
BEGIN = (0.4, 0.2, 0.2, 0.2)
# drift of a device that stands still [m²/s]
CREEP = 1e-4
# so many fixes in a row that contradict are a real move
ROW = 4
MU = 7


@numba.njit(inline="always")
def _chances(t: Any, p: Any) -> Any:
    for i in range(MODELS):
        stay = math.exp(-t / LASTS[i])
        for j in range(MODELS):
            p[i, j] = stay if i == j else (1.0 - stay) * NEXT[i][j]


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _mix(p: Any, m: Any, o: Any) -> None:
    """Mix the states ``m`` of all models by the chances of change into ``o``."""
    for j in range(MODELS):
        c = 1e-30
        for i in range(MODELS):
            c += p[i, j] * m[i, MU]
        x = y = u = w = 0.0
        for i in range(MODELS):
            g = p[i, j] * m[i, MU] / c
            x += g * m[i, EX]
            y += g * m[i, EY]
            u += g * m[i, VX]
            w += g * m[i, VY]
        pp = pv = vv = 0.0
        for i in range(MODELS):
            g = p[i, j] * m[i, MU] / c
            a, b, d, e = m[i, EX] - x, m[i, EY] - y, m[i, VX] - u, m[i, VY] - w
            pp += g * (m[i, PP] + 0.5 * (a * a + b * b))
            pv += g * (m[i, PV] + 0.5 * (a * d + b * e))
            vv += g * (m[i, VV] + 0.5 * (d * d + e * e))
        o[j, EX], o[j, EY], o[j, VX], o[j, VY] = x, y, u, w
        o[j, PP], o[j, PV], o[j, VV], o[j, MU] = pp, pv, vv, c


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _predict(o: Any, t: float, dx: float, dy: float, sine: float) -> None:
    cosine = math.sqrt(1.0 - sine * sine)
    for j in range(MODELS):
        x, y, u, w = o[j, EX], o[j, EY], o[j, VX], o[j, VY]
        if j == 0:
            u = w = 0.0
            o[j, PP] += CREEP * t
            o[j, PV] = 0.0
            o[j, VV] = 0.0
        else:
            grow = RATES[j] * t
            o[j, PP] += t * (2.0 * o[j, PV] + t * (o[j, VV] + grow / 3.0))
            o[j, PV] += t * (o[j, VV] + 0.5 * grow)
            o[j, VV] += grow
        x, y = x + u * t, y + w * t
        o[j, EX], o[j, EY] = cosine * x - sine * y - dx, sine * x + cosine * y - dy
        o[j, VX], o[j, VY] = cosine * u - sine * w, sine * u + cosine * w


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _likely(o: Any, r: float, like: Any) -> tuple[float, float]:
    """Give how likely the fix is by each model; by all, and were it a jump [1/m²]."""
    total, wide, far = 0.0, WIDE * WIDE, 0.0
    for j in range(MODELS):
        s = o[j, PP] + r
        wide += o[j, MU] * s
        s = 1.0 / s
        d = o[j, EX] * o[j, EX] + o[j, EY] * o[j, EY]
        like[j] = math.exp(-0.5 * d * s) * s / (2.0 * math.pi)
        total += like[j] * o[j, MU]
        far += d * o[j, MU]
    far += wide
    return total, OFTEN * math.sqrt(wide / far) / (2.0 * math.pi * far)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _update(o: Any, r: float, like: Any, total: float, m: Any) -> None:
    for j in range(MODELS):
        pp, pv, vv = o[j, PP], o[j, PV], o[j, VV]
        s = 1.0 / (pp + r)
        x, y = o[j, EX], o[j, EY]
        m[j, EX], m[j, EY] = x * r * s, y * r * s
        m[j, VX], m[j, VY] = o[j, VX] - pv * s * x, o[j, VY] - pv * s * y
        m[j, PP], m[j, PV], m[j, VV] = pp * r * s, pv * r * s, vv - pv * pv * s
        m[j, MU] = max(like[j] * o[j, MU] / total, 1e-12)


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _begin(m: Any, r: float) -> None:
    for j in range(MODELS):
        m[j, EX] = m[j, EY] = m[j, VX] = m[j, VY] = m[j, PV] = 0.0
        m[j, PP], m[j, VV], m[j, MU] = r, 0.0 if j == 0 else LOOSE, BEGIN[j]


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _unheard(k: int, o: Any, m: Any, like: Any) -> None:
    """Let a fix tell nothing: the models go on as they were foreseen."""
    for j in range(MODELS):
        like[k, j] = 1.0
        for c in range(8):
            m[j, c] = o[j, c]


@numba.njit(nogil=True, cache=True, error_model="numpy")
def regimes(  # noqa: PLR0917 - compiled
    a: int, b: int, dt: Any, dx: Any, dy: Any, turn: Any, r: Any, cell: Any,
    mu: Any, like: Any, odd: Any,
) -> None:  # fmt: skip
    """Filter by all models: their chances ``mu``, the likelihoods, and what no model bears out.

    ``odd`` is 1 for a fix passed over and 2 for the first after a real move; 3 was known before.
    """
    m, o = np.empty((MODELS, 8)), np.empty((MODELS, 8))
    p, row, begun, known = np.empty((MODELS, MODELS)), 0, a, -1.0
    k = a
    while k < b:
        if k == a or odd[k] == 2:
            _begin(m, r[k])
            for j in range(MODELS):
                mu[k, j], like[k, j] = BEGIN[j], 1.0
            row = 0
            k += 1
            continue
        if dt[k] != known:
            known = dt[k]
            _chances(known, p)
        _mix(p, m, o)
        _predict(o, dt[k], dx[k], dy[k], turn[k])
        total, chance = _likely(o, r[k], like[k])
        if odd[k] == 3:
            _unheard(k, o, m, like)
        elif (chance > total and not cell[k]) or total < 1e-60:
            begun = k if row == 0 else begun
            row += 1
            if row == ROW:
                for j in range(begun, k + 1):
                    odd[j] = 0 if odd[j] == 1 else odd[j]
                k = begun
                odd[k] = 2
                continue
            odd[k] = 1
            _unheard(k, o, m, like)
        else:
            row = 0
            _update(o, r[k], like[k], total, m)
        for j in range(MODELS):
            mu[k, j] = m[j, MU]
        k += 1


@numba.njit(nogil=True, cache=True, error_model="numpy")
def backwards(a: int, b: int, dt: Any, mu: Any, like: Any, odd: Any) -> None:  # noqa: PLR0917 - compiled
    """Let what comes later speak on the chances of the models, in place."""
    after, now = np.empty(MODELS), np.empty(MODELS)
    p, known = np.empty((MODELS, MODELS)), -1.0
    for j in range(MODELS):
        after[j] = 1.0
    for k in range(b - 2, a - 1, -1):
        if odd[k + 1] == 2:
            for j in range(MODELS):
                after[j] = 1.0
            continue
        if dt[k + 1] != known:
            known = dt[k + 1]
            _chances(known, p)
        total = 0.0
        for i in range(MODELS):
            now[i] = 0.0
            for j in range(MODELS):
                now[i] += p[i, j] * like[k + 1, j] * after[j]
            total += now[i]
        sum_ = 0.0
        for i in range(MODELS):
            after[i] = now[i] / total
            mu[k, i] *= after[i]
            sum_ += mu[k, i]
        for i in range(MODELS):
            mu[k, i] /= sum_
