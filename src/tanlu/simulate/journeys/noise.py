"""What a device makes of the truth: noise, jumps, outages, cell towers, sampling.

The defaults are the bars of the tracker: 5 m an axis, 1 % jumps of 50 to 500 m, outages of 1 to
10 min over 20 % of the time, cell fixes of 300 to 2,000 m with heavy tails, a fix each 1 to 60 s.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from tanlu.errors import TanluError
from tanlu.simulate.journeys.conditions import blurred, drifting
from tanlu.simulate.journeys.earth import Floats, radii

__all__ = [
    "CONDITIONS",
    "Moments",
    "Noise",
    "Seen",
    "intervals",
    "observed",
    "outages",
    "under",
]

Random = np.random.Generator
Marks: TypeAlias = npt.NDArray[np.bool_]

# the 68.27 % quantile of |t| with four degrees of freedom: the told accuracy is that of an axis
_T4_SIGMA = 1.141_65
_FREEDOM = 4
_STEPS = (1, 2, 5, 10, 15, 20, 30, 60)


@dataclass(frozen=True)
class Noise:
    """How devices see: defaults are the conditions of the bars; the rest is off until asked for.

    Lengths in metres, times in seconds, shares of 1. ``altitude_sigma_m`` is the error of heights,
    ``cell_share`` the share of fixes that a phone takes from towers while satellites are there,
    ``cell_every_s`` how often at most it asks them in an outage, ``phone_share`` the share of
    journeys whose device is one; ``fixes_most`` lengthens the interval of long legs, up to
    ``interval_high_s``. Off: ``tunnels``, ``jamming``, ``drift`` of tower fixes, ``sleep`` of
    phones at rest, ``speed`` told beside the place, ``odometer_share`` and ``gcj02_share`` of
    journeys; an odometer counts too many or few by ``odometer_sigma``.
    """

    sigma_m: float = 5.0
    altitude_sigma_m: float = 10.0
    jump_share: float = 0.01
    jump_low_m: float = 50.0
    jump_high_m: float = 500.0
    outage_share: float = 0.20
    outage_low_s: float = 60.0
    outage_high_s: float = 600.0
    cell_low_m: float = 300.0
    cell_high_m: float = 2_000.0
    cell_share: float = 0.02
    cell_every_s: int = 30
    phone_share: float = 0.5
    interval_low_s: int = 1
    interval_high_s: int = 60
    fixes_most: int = 20_000
    tunnels: bool = False
    jamming: bool = False
    drift: bool = False
    sleep: bool = False
    speed: bool = False
    odometer_share: float = 0.0
    odometer_sigma: float = 0.003
    gcj02_share: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what cannot be.

        Raises
        ------
        TanluError
            TL905 for a share outside 0 to 1, a negative spread or a range upside down.
        """
        shares = (self.jump_share, self.outage_share, self.cell_share, self.phone_share,
                  self.odometer_share, self.gcj02_share)  # fmt: skip
        if any(not 0 <= share <= 1 for share in shares) or self.outage_share > 0.9:
            raise TanluError("TL905", value="noise", why="a share lies from 0 to 1")
        ranges = (
            (self.jump_low_m, self.jump_high_m), (self.outage_low_s, self.outage_high_s),
            (self.cell_low_m, self.cell_high_m), (self.interval_low_s, self.interval_high_s),
        )  # fmt: skip
        if self.sigma_m < 0 or any(not 0 < low <= high for low, high in ranges):
            raise TanluError("TL905", value="noise", why="a range runs upwards from above 0")


# what can be switched on by name, and how
CONDITIONS: dict[str, dict[str, Any]] = {
    "drift": {"drift": True},
    "gcj02": {"gcj02_share": 0.2},
    "jamming": {"jamming": True},
    "odometer": {"odometer_share": 0.5},
    "sleep": {"sleep": True},
    "speed": {"speed": True},
    "tunnels": {"tunnels": True},
}


def under(conditions: Iterable[str]) -> Noise:
    """Give the noise of the bars under further conditions by name.

    Raises
    ------
    TanluError
        TL905 for a name that is none of ``CONDITIONS``.
    """
    fields: dict[str, Any] = {}
    for name in conditions:
        if name not in CONDITIONS:
            why = f"conditions are {', '.join(CONDITIONS)}"
            raise TanluError("TL905", value=name, why=why)
        fields |= CONDITIONS[name]
    return Noise(**fields)


class Moments(NamedTuple):
    """True moments: time [s], place [°, °], height [m], whether cell towers are near."""

    at: Floats
    lat: Floats
    lon: Floats
    height: Floats
    towers: Marks


class Seen(NamedTuple):
    """The fixes of a journey: ``row`` of the true moment, and what was told of it."""

    row: npt.NDArray[np.int64]
    lat: Floats
    lon: Floats
    altitude: Floats
    accuracy: npt.NDArray[np.int64]
    cell: Marks

    def where(self, kept: Marks) -> Seen:
        """Give some of the fixes."""
        return Seen(
            self.row[kept],
            self.lat[kept],
            self.lon[kept],
            self.altitude[kept],
            self.accuracy[kept],
            self.cell[kept],
        )


def intervals(seconds: list[float], still: list[bool], noise: Noise, rng: Random) -> list[int]:
    """Give the sampling interval of each piece of a journey [s].

    One is drawn a journey; a piece too long for ``fixes_most`` has a longer one, and while it
    stands at a node a device reports less often, 600 times at least.
    """
    able = [step for step in _STEPS if noise.interval_low_s <= step <= noise.interval_high_s]
    drawn = int(rng.choice(able)) if able else noise.interval_low_s
    found = []
    for long, standing in zip(seconds, still, strict=True):
        most = 600 if standing else noise.fixes_most
        found.append(int(np.clip(np.ceil(long / most), drawn, max(drawn, noise.interval_high_s))))
    return found


def outages(seconds: float, noise: Noise, rng: Random) -> Floats:
    """Give starts and ends of outages as rows [s]; in the mean they cover ``outage_share``.

    Lengths are even between the bounds, gaps exponential; the process has run before the journey
    begins, so that each moment is as likely.
    """
    if not noise.outage_share:
        return np.zeros((0, 2))
    mean = (noise.outage_low_s + noise.outage_high_s) / 2
    gap = mean * (1 - noise.outage_share) / noise.outage_share
    before = 20 * (gap + mean)
    count = int((seconds + before) / (gap + mean) * 1.5) + 60
    length = rng.uniform(noise.outage_low_s, noise.outage_high_s, count)
    end = np.cumsum(rng.exponential(gap, count) + length) - before
    kept = (end > 0) & (end - length < seconds)
    return np.column_stack([end[kept] - length[kept], end[kept]])


def inside(at: Floats, spans: Floats) -> Marks:
    """Tell which moments lie in spans that do not touch."""
    if not spans.size:
        return np.zeros(at.size, np.bool_)
    place = np.searchsorted(spans[:, 0], at, side="right") - 1
    found: Marks = (place >= 0) & (at < spans[np.maximum(place, 0), 1])
    return found


def observed(
    true: Moments,
    dark: Floats,
    noise: Noise,
    rng: Random,
    *,
    phone: bool,
    jam: Floats | None = None,
) -> Seen:
    """Give what a device tells of true places.

    Parameters
    ----------
    true
        Where it was.
    dark
        Outages as rows of start and end [s].
    phone
        Whether it asks cell towers too.
    jam
        When satellites are jammed, likewise.
    """
    at, lat, lon, height, towers = true
    lost = inside(at, dark)
    cell = np.zeros(at.size, np.bool_)
    if phone:
        # a phone asks for towers at most every so often while satellites are away
        slot = np.floor(at / noise.cell_every_s)
        first = np.concatenate([[True], slot[1:] != slot[:-1]])
        now_and_then = rng.uniform(size=at.size) < noise.cell_share
        cell = towers & ((lost & first) | (~lost & now_and_then))
    row = np.flatnonzero(cell | ~lost)
    cell = cell[row]
    off = rng.normal(0.0, noise.sigma_m, (2, row.size))
    if jam is not None and jam.size:
        off = blurred(off, inside(at[row], jam), noise, rng)
    _jump(off, ~cell, noise, rng)
    told = np.full(row.size, round(noise.sigma_m), np.int64)
    _by_tower(off, told, cell, noise, rng)
    east, north = off
    to_north, to_east = radii(lat[row])
    altitude = height[row] + rng.normal(0.0, noise.altitude_sigma_m, row.size)
    return Seen(
        row, lat[row] + north / to_north, lon[row] + east / to_east,
        np.where(cell, np.nan, altitude), told, cell,
    )  # fmt: skip


def _jump(off: Floats, able: Marks, noise: Noise, rng: Random) -> None:
    """Throw some fixes of satellites far off in any direction."""
    count = off.shape[1]
    thrown = able & (rng.uniform(size=count) < noise.jump_share)
    far = rng.uniform(noise.jump_low_m, noise.jump_high_m, count)
    angle = rng.uniform(0.0, 2 * np.pi, count)
    off += np.where(thrown, far * np.array([np.cos(angle), np.sin(angle)]), 0.0)


def _by_tower(
    off: Floats, told: npt.NDArray[np.int64], cell: Marks, noise: Noise, rng: Random
) -> None:
    """Put heavy-tailed errors of the told accuracy in the place of those of satellites."""
    count = int(cell.sum())
    if not count:
        return
    low, high = np.log(noise.cell_low_m), np.log(noise.cell_high_m)
    accuracy = np.round(np.exp(rng.uniform(low, high, count)))
    drawn = rng.standard_t(_FREEDOM, (2, count))
    if noise.drift:
        drawn = drifting(drawn)
    off[:, cell] = drawn * (accuracy / _T4_SIGMA)
    told[cell] = accuracy.astype(np.int64)
