"""One pass forwards and one backwards (Rauch, Tung and Striebel 1965), then lengths.

The noise of a fix is alike in all directions, so east and north share one 2×2 covariance of
position and velocity. The velocity drifts as white acceleration of density ``q`` [m²/s³], which
may differ from one interval to the next; ``r`` [m²] is the variance of a fix along an axis.
"""

from __future__ import annotations

import math
from typing import Any

import numba

__all__ = ["backward", "forward"]

# variance of a velocity of which nothing is known [m²/s²]
LOOSE = 1e4
NOWHERE = 1e17
# where the velocity is looked at within an interval, and with which weight (Gauss, three points)
PLACES = (0.1127016653792583, 0.5, 0.8872983346207417)
WEIGHTS = (5.0 / 18.0, 8.0 / 18.0, 5.0 / 18.0)
EX, EY, VX, VY, PP, PV, VV = range(7)


@numba.njit(inline="always")
def _cosine(sine: Any) -> Any:
    return math.sqrt(max(0.0, 1.0 - sine * sine))


@numba.njit(nogil=True, cache=True, error_model="numpy")
def forward(  # noqa: PLR0917 - compiled
    a: int, b: int, dt: Any, dx: Any, dy: Any, turn: Any, q: Any, r: Any, rest: Any, f: Any
) -> None:
    """Filter the fixes from ``a`` to ``b``; ``rest`` is the variance of a velocity of nought."""
    ex, ey, vx, vy = 0.0, 0.0, 0.0, 0.0
    pp, pv, vv = NOWHERE, 0.0, LOOSE
    for k in range(a, b):
        if k > a:
            t, sine = dt[k], turn[k]
            cosine = _cosine(sine)
            x, y = ex + vx * t, ey + vy * t
            ex, ey = cosine * x - sine * y - dx[k], sine * x + cosine * y - dy[k]
            vx, vy = cosine * vx - sine * vy, sine * vx + cosine * vy
            grow = q[k] * t
            pp += t * (2.0 * pv + t * (vv + grow / 3.0))
            pv += t * (vv + 0.5 * grow)
            vv += grow
        s = 1.0 / (pp + r[k])
        gp, gv = pp * s, pv * s
        vx -= gv * ex
        vy -= gv * ey
        ex -= gp * ex
        ey -= gp * ey
        vv -= gv * pv
        pv *= r[k] * s
        pp *= r[k] * s
        if rest[k] < NOWHERE:
            s = 1.0 / (vv + rest[k])
            gp, gv = pv * s, vv * s
            ex -= gp * vx
            ey -= gp * vy
            vx -= gv * vx
            vy -= gv * vy
            pp -= gp * pv
            pv *= rest[k] * s
            vv *= rest[k] * s
        f[k, EX], f[k, EY], f[k, VX], f[k, VY] = ex, ey, vx, vy
        f[k, PP], f[k, PV], f[k, VV] = pp, pv, vv


@numba.njit(inline="always")
def _speed(square: Any, spread: Any) -> Any:
    # expected length of a vector of two parts, each with this variance, about a mean (Rice 1945);
    # between sqrt(pi/2) spread and the mean plus half the spread over it: within 0.4 % of it
    if spread <= 0.0:
        return math.sqrt(square)
    ratio = square / spread
    return math.sqrt(square + spread * (1.0 + 0.570796 / (1.0 + ratio * (0.5 + 0.25 * ratio))))


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _length(  # noqa: PLR0917 - compiled
    t: float, cx: float, cy: float, ux: float, uy: float, wx: float, wy: float, q: float,
    p0: float, m0: float, v0: float, p1: float, m1: float, v1: float,
    c11: float, c12: float, c21: float, c22: float,
) -> float:  # fmt: skip
    """Give the expected way of an interval: chord, velocities at both ends, covariances."""
    total = 0.0
    for i in range(3):
        s = PLACES[i]
        u = s * (1.0 - s)
        h = 6.0 * u / t
        h0 = (1.0 - s) * (1.0 - 3.0 * s)
        h1 = s * (3.0 * s - 2.0)
        x, y = h * cx + h0 * ux + h1 * wx, h * cy + h0 * uy + h1 * wy
        spread = h * h * (p0 + p1 - 2.0 * c11) + h0 * h0 * v0 + h1 * h1 * v1
        spread += 2.0 * (h0 * h1 * c22 + h * (h0 * (c21 - m0) + h1 * (m1 - c12)))
        spread += q * t * u * (1.0 - 3.0 * u)
        total += WEIGHTS[i] * _speed(x * x + y * y, spread)
    return total * t


@numba.njit(nogil=True, cache=True, error_model="numpy")
def backward(  # noqa: PLR0917 - compiled
    a: int, b: int, dt: Any, dx: Any, dy: Any, turn: Any, q: Any,
    f: Any, drift: Any, way: Any, spread: Any, last: bool,
) -> None:  # fmt: skip
    """Smooth in place; give the drift of each interval, and its way when it is the last pass.

    ``drift[k]`` is the density of acceleration that the interval before ``k`` bears out; ``way``
    its expected length [m] and ``spread`` the variance of its chord [m²].
    """
    k = b - 1
    nx, ny, nu, nw = f[k, EX], f[k, EY], f[k, VX], f[k, VY]
    p1, m1, v1 = f[k, PP], f[k, PV], f[k, VV]
    for k in range(b - 2, a - 1, -1):
        t, sine, rate = dt[k + 1], turn[k + 1], q[k + 1]
        cosine = _cosine(sine)
        # what comes after, seen in the frame of this fix
        x, y = nx + dx[k + 1], ny + dy[k + 1]
        x, y = cosine * x + sine * y, cosine * y - sine * x
        u, w = cosine * nu + sine * nw, cosine * nw - sine * nu
        ex, ey, vx, vy = f[k, EX], f[k, EY], f[k, VX], f[k, VY]
        pp, pv, vv = f[k, PP], f[k, PV], f[k, VV]
        grow = rate * t
        a12 = pv + t * vv
        a11 = pp + t * pv
        vp = vv + grow
        mp = a12 + 0.5 * grow * t
        pq = a11 + t * a12 + grow * t * t / 3.0
        scale = 1.0 / (pq * vp - mp * mp)
        g11, g12 = (a11 * vp - pv * mp) * scale, (pv * pq - a11 * mp) * scale
        g21, g22 = (a12 * vp - vv * mp) * scale, (vv * pq - a12 * mp) * scale
        ox, oy, ou, ow = x - ex - vx * t, y - ey - vy * t, u - vx, w - vy
        ex, ey = ex + g11 * ox + g12 * ou, ey + g11 * oy + g12 * ow
        vx, vy = vx + g21 * ox + g22 * ou, vy + g21 * oy + g22 * ow
        c11, c12 = g11 * p1 + g12 * m1, g11 * m1 + g12 * v1
        c21, c22 = g21 * p1 + g22 * m1, g21 * m1 + g22 * v1
        d1, d2, d3 = p1 - pq, m1 - mp, v1 - vp
        pp += g11 * (g11 * d1 + 2.0 * g12 * d2) + g12 * g12 * d3
        pv += g11 * (g21 * d1 + g22 * d2) + g12 * (g21 * d2 + g22 * d3)
        vv += g21 * (g21 * d1 + 2.0 * g22 * d2) + g22 * g22 * d3
        pp, vv = max(pp, 1e-8), max(vv, 1e-10)
        cx, cy = x - ex, y - ey
        if last:
            way[k + 1] = _length(t, cx, cy, vx, vy, u, w, rate, pp, pv, vv, p1, m1, v1,
                                 c11, c12, c21, c22)  # fmt: skip
            spread[k + 1] = max(0.0, pp + p1 - 2.0 * c11)
        drift[k + 1] = _drift(t, cx - vx * t, cy - vy * t, u - vx, w - vy,
                              p1 + pp + t * (2.0 * (pv - c21) + t * vv) - 2.0 * c11,
                              m1 - c12 - t * c22 + t * vv - c21 + pv,
                              v1 + vv - 2.0 * c22)  # fmt: skip
        f[k, EX], f[k, EY], f[k, VX], f[k, VY] = ex, ey, vx, vy
        f[k, PP], f[k, PV], f[k, VV] = pp, pv, vv
        nx, ny, nu, nw, p1, m1, v1 = ex, ey, vx, vy, pp, pv, vv


@numba.njit(inline="always")
def _drift(t: Any, x: Any, y: Any, u: Any, w: Any, pp: Any, pv: Any, vv: Any) -> Any:  # noqa: PLR0917 - compiled
    # expectation step: what both axes tell of the density, tr(Q1⁻¹ E[w wᵀ]) / 2 with
    # Q1 = [[t³/3, t²/2], [t²/2, t]]
    pp += 0.5 * (x * x + y * y)
    pv += 0.5 * (x * u + y * w)
    vv += 0.5 * (u * u + w * w)
    return max(0.0, (6.0 * pp / t - 6.0 * pv) / t + 2.0 * vv) / t
