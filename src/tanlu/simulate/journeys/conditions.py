"""Further conditions, off in the bars: tunnels, jamming, drifting towers, sleep, other datum.

Each is a field of ``Noise``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tanlu.simulate.journeys.earth import Floats, radii

if TYPE_CHECKING:
    from tanlu.simulate.journeys.noise import Noise
    from tanlu.simulate.journeys.travel import Piece

__all__ = ["awake", "blurred", "covered", "doppler", "drifting", "jammed", "merged"]

Random = np.random.Generator

# mean distance of tunnels [m], shortest and longest [m]: assumption, a hilly country
_TUNNELS = {"train": (25_000.0, 300.0, 6_000.0), "truck": (40_000.0, 200.0, 3_000.0),
            "van": (60_000.0, 150.0, 1_500.0)}  # fmt: skip
_SLEEP_S = 900.0
_AWAKE_S = 300.0
_JAM_S = (300.0, 1_800.0)
_JAM_SHARE = 0.4  # of nodes at ports, airports and borders
_JAM_SIGMA_M = 80.0
_KEPT = 0.9  # of a tower's error from one fix to the next
_DOPPLER_M_S = 0.1


def merged(*spans: Floats) -> Floats:
    """Give spans of time, rows of start and end, so that none touches another."""
    whole = np.concatenate(spans)
    if whole.shape[0] < 2:
        return whole
    whole = whole[np.argsort(whole[:, 0], kind="stable")]
    far = np.maximum.accumulate(whole[:, 1])
    new = np.concatenate([[True], whole[1:, 0] > far[:-1]])
    first = np.flatnonzero(new)
    last = np.concatenate([first[1:] - 1, [whole.shape[0] - 1]])
    return np.column_stack([whole[first, 0], far[last]])


def covered(pieces: list[Piece], rng: Random) -> Floats:
    """Give when a journey runs through tunnels: rows of start and end [s]."""
    found = [np.zeros((0, 2))]
    for piece in pieces:
        if piece.mode not in _TUNNELS:
            continue
        apart, low, high = _TUNNELS[piece.mode]
        course = piece.course
        count = int(rng.poisson(course.distance_m / apart))
        way = np.sort(rng.uniform(0, course.distance_m, count))
        end = np.minimum(way + np.exp(rng.uniform(np.log(low), np.log(high), count)), course.s[-1])
        spans = [np.interp(each, course.s, course.leaves) + piece.start_s for each in (way, end)]
        found.append(np.column_stack(spans))
    return merged(*found)


def jammed(pieces: list[Piece], rng: Random) -> Floats:
    """Give when satellites are jammed: minutes around some hand-overs, rows of start and end."""
    found = [np.zeros((0, 2))]
    for piece in pieces:
        if piece.leg is None and rng.uniform() < _JAM_SHARE:
            middle = rng.uniform(piece.start_s, piece.end_s)
            half = rng.uniform(*_JAM_S) / 2
            found.append(np.array([[middle - half, middle + half]]))
    return merged(*found)


def drifting(off: Floats) -> Floats:
    """Give errors of towers of which nine tenths stay from one fix to the next.

    ``e_i = 0.9 e_(i-1) + √(1 - 0.9²) n_i``: the spread stays. As a filter over the whole column.
    """
    count = off.shape[1]
    if not count:
        return off
    reach = min(count, 150)  # 0.9 to the 150th is below a ten millionth
    weight = _KEPT ** np.arange(reach) * np.sqrt(1 - _KEPT**2)
    return np.stack([np.convolve(axis, weight)[:count] for axis in off])


def awake(at: Floats, still: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Tell when a phone tells where it is: five minutes after it came to rest it falls asleep.

    Asleep it wakes once in 15 min.
    """
    begun = np.concatenate([[True], still[1:] & ~still[:-1]])
    since = at - np.maximum.accumulate(np.where(begun | ~still, at, -np.inf))
    slot = np.floor(at / _SLEEP_S)
    wakes = np.concatenate([[True], slot[1:] != slot[:-1]])
    found: npt.NDArray[np.bool_] = ~still | (since < _AWAKE_S) | wakes
    return found


def doppler(
    lat: Floats, lon: Floats, speed: Floats, rng: Random
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Give speed [mm/s] and heading [0.01 °] as a receiver measures them, to 0.1 m/s an axis.

    The heading is that from fix to fix, not a number while it stands.
    """
    north, east = radii(lat)
    dx, dy = np.gradient(lon) * east, np.gradient(lat) * north
    heading = np.arctan2(dx, dy)
    vx = speed * np.sin(heading) + rng.normal(0, _DOPPLER_M_S, speed.size)
    vy = speed * np.cos(heading) + rng.normal(0, _DOPPLER_M_S, speed.size)
    told = np.rad2deg(np.arctan2(vx, vy)) % 360 * 100
    seen = np.where(speed > 0.5, np.round(told) % 36_000, np.nan)
    return np.round(np.hypot(vx, vy) * 1e3).astype(np.int64), seen


def blurred(off: Floats, jam: npt.NDArray[np.bool_], noise: Noise, rng: Random) -> Floats:
    """Give errors of satellites that grow to 80 m an axis while they are jammed."""
    rough = rng.normal(0.0, max(_JAM_SIGMA_M, noise.sigma_m), off.shape)
    return np.where(jam, rough, off)
