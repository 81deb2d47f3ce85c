"""Shapes of ways: smooth random curves at several scales, streets of a town, rounded corners.

A shape is drawn in a plane, complex numbers x + iy in metres, from 0 to the chord; it is then laid
along the great circle between two real places.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from tanlu.simulate.journeys.earth import Floats, circle, lengths, radii

__all__ = [
    "Plane", "curved", "even", "joined", "laid", "noise", "paved", "rounded", "smooth",
    "staircase", "streets", "swayed",
]  # fmt: skip

Plane: TypeAlias = npt.NDArray[np.complex128]

_TURNS = 6  # steps of the search for the stated tortuosity
_MOST = 16_384  # points of the shape that the search looks at
_AHEAD = 1e-5  # share of the way over which its direction is taken
_FEW = 513


def noise(s: Floats, scale_m: float, rng: np.random.Generator) -> Floats:
    """Give a smooth random function of the way: unit normal knots each ``scale_m``, eased between.

    Between knots it runs along ``6u⁵ - 15u⁴ + 10u³``, whose slope and curvature vanish at knots.
    """
    place = s / scale_m + rng.uniform()
    knots = rng.standard_normal(int(place[-1]) + 2)
    low = place.astype(np.int64)
    u = place - low
    eased = u * u * u * (u * (u * 6 - 15) + 10)
    found: Floats = knots[low] * (1 - eased) + knots[low + 1] * eased
    return found


def curved(
    chord_m: float,
    tortuosity: float,
    step_m: float,
    scales: tuple[tuple[float, float], ...],
    rng: np.random.Generator,
) -> Plane:
    """Give a smooth curve from 0 to the chord whose length is ``tortuosity`` chords.

    The heading is a sum of smooth noises, ``θ(s) = α Σ w_k n_k(s)``; α is found by secants so that
    the length over the chord is what was stated.

    Parameters
    ----------
    chord_m, step_m
        Distance of the ends and of the points along the curve [m].
    tortuosity
        Length over chord [1].
    scales
        Pairs of scale [m] and weight [1] of the noises; a scale beyond a third of the way is left
        out.
    """
    length = chord_m * tortuosity
    count = max(int(np.ceil(length / step_m)), 8)
    s = np.linspace(0.5, count - 0.5, count) * (length / count)
    able = [(scale, weight) for scale, weight in scales if scale <= length / 3]
    if not able:
        able = [(length / 3, 1.0)]
    norm = np.sqrt(sum(weight**2 for _, weight in able))
    bent = np.zeros(count)
    for scale, weight in able:
        bent += weight / norm * noise(s, scale, rng)
    bent -= bent.mean()
    strength = _strength(bent[:: max(1, count // _MOST)], tortuosity)
    turned = np.exp(1j * strength * bent)
    z = np.concatenate([[0j], np.cumsum(turned)])
    found: Plane = z * (chord_m / z[-1])
    return found


def _strength(bent: Floats, tortuosity: float) -> float:
    """Give α for which the mean direction is 1 / tortuosity long."""
    want = np.log(tortuosity)

    def held(strength: float) -> float:
        mean = abs(np.exp(1j * strength * bent).mean())
        return float(-np.log(max(mean, 1e-6)))

    spread = max(float(bent.std()), 1e-9)
    # a normal heading shortens the mean direction to exp(-α²σ²/2)
    found = np.sqrt(2 * want) / spread
    for _ in range(_TURNS):
        got = held(float(found))
        if got <= 0:
            break
        # -log of the mean grows about as α²
        found *= np.sqrt(want / got)
    return float(min(found, 1.6 / spread))


def streets(
    chord_m: float, tortuosity: float, block_m: float, rng: np.random.Generator, step_m: float
) -> Plane:
    """Give a way through a grid of streets: turns of 90 degrees, blocks of about ``block_m``."""
    return paved(staircase(chord_m, tortuosity, block_m, rng), step_m)


def staircase(chord_m: float, tortuosity: float, block_m: float, rng: np.random.Generator) -> Plane:
    """Give the corners of a way through a grid of streets.

    A grid at the angle β to the chord makes the way ``cos β + sin β`` times as long, so
    ``sin 2β = tortuosity² - 1``.
    """
    angle = np.arcsin(np.clip(tortuosity**2 - 1, 0.0, 1.0)) / 2
    along, across = chord_m * np.cos(angle), chord_m * np.sin(angle)
    turns = max(1, round(min(along, 3 * across) / block_m))
    parts = [_parts(length, turns, rng) for length in (along, across)]
    steps = np.empty(2 * turns, dtype=np.complex128)
    steps[0::2] = parts[0]
    steps[1::2] = 1j * parts[1]
    side = 1.0 if rng.uniform() < 0.5 else -1.0
    corners: Plane = np.concatenate([[0j], np.cumsum(steps)]) * np.exp(-1j * angle)
    return corners.conj() if side < 0 else corners


def paved(corners: Plane, step_m: float) -> Plane:
    """Give the way that is driven along corners: they are rounded."""
    return smooth(_resampled(corners, step_m), max(2, round(24 / step_m)))


def _parts(length: float, count: int, rng: np.random.Generator) -> Floats:
    share = rng.gamma(3.0, 1.0, count)
    found: Floats = share * (length / share.sum())
    return found


def _resampled(z: Plane, step_m: float) -> Plane:
    """Give points of a line in even steps of about ``step_m``."""
    s = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(z)))])
    even = np.linspace(0.0, s[-1], max(int(np.ceil(s[-1] / step_m)), 8) + 1)
    found: Plane = np.interp(even, s, z.real) + 1j * np.interp(even, s, z.imag)
    return found


def smooth(z: Plane, width: int) -> Plane:
    """Give a line with corners rounded over ``2 width`` steps; the ends stay where they are."""
    width = min(width, z.size - 1)
    window = np.hanning(2 * width + 3)[1:-1]
    window /= window.sum()
    # the line goes on beyond its ends as its own mirror through them
    before, after = 2 * z[0] - z[width:0:-1], 2 * z[-1] - z[-2 : -width - 2 : -1]
    longer = np.concatenate([before, z, after])
    found: Plane = np.convolve(longer, window, mode="valid")
    found[0], found[-1] = z[0], z[-1]
    return found


def laid(z: Plane, start: tuple[float, float], end: tuple[float, float]) -> Floats:
    """Give a shape from 0 to its chord as places along the great circle between two places [°]."""
    chord = abs(z[-1])
    turned = z * (np.conj(z[-1]) / chord)
    share = turned.real / chord
    # a shape may run back or beyond its ends; the circle goes on there
    base = circle(start, end, share)
    north, east = radii(base[:, 0])
    # the direction of the circle turns slowly: some places of it tell all
    few = np.linspace(share.min(), share.max() + _AHEAD, _FEW)
    here, ahead = circle(start, end, few), circle(start, end, few + _AHEAD)
    to_north, to_east = radii(here[:, 0])
    dx, dy = (ahead[:, 1] - here[:, 1]) * to_east, (ahead[:, 0] - here[:, 0]) * to_north
    angle = np.interp(share, few, np.unwrap(np.arctan2(dy, dx)))
    lat = base[:, 0] + turned.imag * np.cos(angle) / north
    lon = base[:, 1] - turned.imag * np.sin(angle) / east
    return np.column_stack([lat, lon])


def joined(*pieces: Floats) -> Floats:
    """Give one course of several that follow each other; the place where two meet stands once."""
    return np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])


def rounded(course: Floats, width: int) -> Floats:
    """Give a course with its corners rounded over ``2 width`` steps."""
    z = smooth(course[:, 1] + 1j * course[:, 0], width)
    return np.column_stack([z.imag, z.real])


def swayed(course: Floats, off: Floats) -> Floats:
    """Give the places ``off`` metres to the left of those of a course."""
    north, east = radii(course[:, 0])
    dx, dy = np.gradient(course[:, 1]) * east, np.gradient(course[:, 0]) * north
    norm = np.maximum(np.hypot(dx, dy), 1e-6)
    return np.column_stack(
        [course[:, 0] + off * dx / norm / north, course[:, 1] - off * dy / norm / east]
    )


def even(course: Floats, step_m: float) -> Floats:
    """Give the places of a course in even steps of about ``step_m``."""
    s = np.concatenate([[0.0], np.cumsum(lengths(course[:, 0], course[:, 1]))])
    at = np.linspace(0.0, s[-1], max(int(np.ceil(s[-1] / step_m)), 8) + 1)
    return np.column_stack([np.interp(at, s, course[:, axis]) for axis in (0, 1)])
