"""Small made-up tracks with their truth: what the tests and the bench of fusion draw from."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

# speed [m/s], its change [m/s²], curve every [s], angle of a curve [rad], radius least [m], stop
# every [s], stop lasts [s]
MODES = {
    "walk": (1.4, 0.5, 60, 1.2, 2.0, 300, 40),
    "two_wheeler": (6.0, 1.0, 40, 1.2, 8.0, 150, 25),
    "van": (11.0, 1.2, 45, 1.3, 12.0, 120, 30),
    "truck": (20.0, 0.5, 60, 0.25, 150.0, 900, 120),
    "train": (30.0, 0.2, 90, 0.15, 1500.0, 1800, 180),
    "inland": (3.5, 0.02, 300, 0.5, 300.0, 7200, 900),
    "sea": (9.0, 0.01, 1800, 0.15, 2000.0, 1e9, 1),
    "air": (230.0, 0.5, 600, 0.3, 12000.0, 1e9, 1),
}
EPOCH = 1_700_000_000_000_000
AXIS, ECCENTRICITY = 6_378_137.0, 6.694379990141e-3


Numbers: TypeAlias = npt.NDArray[Any]


class Drawn(NamedTuple):
    """Positions as measured, truth at each of them (``way_m`` from the start), same order."""

    positions: pl.DataFrame
    truth: pl.DataFrame


def _ways(mode: str, count: int, seconds: int, rng: np.random.Generator) -> Numbers:
    """Give east, north, way for each second and device."""
    speed, change, every, angle, radius, stop, lasts = MODES[mode]
    heading = rng.uniform(0, 2 * np.pi, count)
    v, cruise = np.full(count, speed), speed * rng.uniform(0.8, 1.1, count)
    target, left, rest = cruise.copy(), np.zeros(count), np.zeros(count)
    out = np.zeros((seconds, count, 3))
    fine = 10
    for t in range(1, seconds):
        new = rng.random(count) < 1 / every
        left = np.where(new & (v > 0), rng.normal(0, angle, count), left)
        begin = (rng.random(count) < 1 / stop) & (rest <= 0)
        rest = np.where(begin, rng.exponential(lasts, count), rest - 1)
        vary = rng.random(count) < 1 / 40
        cruise = np.where(vary, speed * rng.uniform(0.6, 1.15, count), cruise)
        slow = np.sqrt(np.maximum(0.6, change) * radius) if mode != "air" else 1e9
        target = np.where(
            rest > 0, 0.0, np.where(abs(left) > 0.05, np.minimum(cruise, slow), cruise)
        )
        at = out[t - 1].copy()
        for _ in range(fine):
            v = v + np.clip(target - v, -change / fine, change / fine)
            most = np.minimum(v / radius, 2.0 / np.maximum(v, 0.5)) / fine
            d = np.clip(left, -most, most)
            heading, left = heading + d, left - d
            at[:, 0] += v * np.cos(heading) / fine
            at[:, 1] += v * np.sin(heading) / fine
            at[:, 2] += v / fine
        out[t] = at
    return out


def drawn(
    mode: str, count: int, seconds: int, every: int, seed: int, *, sigma: float = 5.0,
    jumps: float = 0.01, outages: float = 0.2, cells: bool = True, lat: float = 31.2,
    lon: float = 121.4, accuracy: int | None = 5,
) -> Drawn:  # fmt: skip
    """Give the tracks of some devices with the noise of the house's bars."""
    rng = np.random.default_rng(seed)
    ways = _ways(mode, count, seconds, rng)
    parts, truths = [], []
    for n in range(count):
        placed = _placed(ways[:, n], lat, lon)
        at, is_cell, told = _kept(seconds, every, outages, rng, cells=cells)
        heavy = rng.standard_t(3, (len(at), 2)) * (told / np.sqrt(3))[:, None]
        noise = np.where(is_cell[:, None], heavy, rng.normal(0, sigma, (len(at), 2)))
        jump = (rng.random(len(at)) < jumps) & ~is_cell
        size, to = rng.uniform(50, 500, len(at)), rng.uniform(0, 2 * np.pi, len(at))
        noise += np.where(jump, size, 0)[:, None] * np.stack([np.cos(to), np.sin(to)], 1)
        place, told = placed[at], np.where(is_cell, told, accuracy or 0)
        device = pl.Series("device", [f"{mode}/{n:04d}"] * len(at), dtype=pl.String)
        when = EPOCH + at * 1_000_000
        parts.append(pl.DataFrame({
            "device": device, "seq": np.arange(len(at)), "at": when,
            "lat_e7": _e7(place[:, 0] + noise[:, 1] / along(place[:, 0])),
            "lon_e7": _e7(place[:, 1] + noise[:, 0] / across(place[:, 0])),
            "accuracy_m": pl.Series(told, dtype=pl.Int64),
            "source": np.where(is_cell, "cell", "gnss"),
        }))  # fmt: skip
        truths.append(pl.DataFrame({
            "device": device, "at": when, "lat_e7": _e7(place[:, 0]), "lon_e7": _e7(place[:, 1]),
            "way_m": ways[at, n, 2], "jump": jump, "cell": is_cell,
        }))  # fmt: skip
    return Drawn(pl.concat(parts), pl.concat(truths))


def _kept(
    seconds: int, every: int, outages: float, rng: np.random.Generator, *, cells: bool
) -> tuple[Numbers, Numbers, Numbers]:
    """Give the times of the fixes, which of them are of cells, and how exact those say they are."""
    at, lost, t = np.arange(0, seconds, every), np.zeros(seconds, bool), 0.0
    while outages:
        lasts = rng.uniform(60, 600)
        t += rng.exponential(330 * (1 - outages) / outages)
        if t >= seconds:
            break
        lost[int(t) : int(t + lasts)] = True
        t += lasts
    gone = lost[at]
    gone[0] = gone[-1] = False
    cell = gone & (at % max(30, every) == 0) & cells
    keep = ~gone | cell
    return at[keep], cell[keep], rng.integers(300, 2000, int(keep.sum()))


def _e7(degrees: Numbers) -> Numbers:
    return np.floor(degrees * 1e7 + 0.5).astype(np.int64)


def along(lat: Numbers) -> Numbers:
    """Give the length of a degree along the meridian of WGS 84 [m]."""
    w = np.sqrt(1 - ECCENTRICITY * np.sin(np.radians(lat)) ** 2)
    return np.asarray(AXIS * (1 - ECCENTRICITY) / w**3 * np.pi / 180)


def across(lat: Numbers) -> Numbers:
    """Give the length of a degree along the parallel of WGS 84 [m]."""
    w = np.sqrt(1 - ECCENTRICITY * np.sin(np.radians(lat)) ** 2)
    return np.asarray(AXIS / w * np.cos(np.radians(lat)) * np.pi / 180)


def _placed(way: Numbers, lat: float, lon: float) -> Numbers:
    """Give latitude and longitude of a path in metres, step by step on the ellipsoid."""
    steps = np.diff(way[:, :2], axis=0, prepend=way[:1, :2])
    found = lat + np.cumsum(steps[:, 1]) / along(np.asarray(lat))
    for _ in range(3):
        found = lat + np.cumsum(steps[:, 1] / along(found - np.diff(found, prepend=lat) / 2))
    middle = found - np.diff(found, prepend=lat) / 2
    return np.stack([found, lon + np.cumsum(steps[:, 0] / across(middle))], 1)
