"""From fixes to segments of one mode, and the nodes between them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import polars as pl

from tanlu.errors import TanluError
from tanlu.terms import schema
from tanlu.track.modes.adding import (
    BRIDGED,
    CLIMB,
    COUNT,
    DROP,
    IDLE,
    SQUARE,
    STILL,
    TURNS,
    WAY_MM,
)  # fmt: skip
from tanlu.track.modes.cutting import Columns, Cut, columns, cut
from tanlu.track.modes.deciding import findings
from tanlu.track.modes.features import GROUPS
from tanlu.track.modes.knots import nodes
from tanlu.track.modes.naming import hashes
from tanlu.track.modes.parameters import MODES, modes_table
from tanlu.track.modes.piecing import BEGIN, DEVICE, END, MODE, START, STOP, Pieces, pieced
from tanlu.track.modes.unseen import bridged

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

__all__ = ["Moved", "modes"]

NEEDED = ("device", "at", "lat_e7", "lon_e7", "sigma_mm", "way_mm", "way_sigma_mm", "still_ppm",
          "bridged")  # fmt: skip
# what a way may be off beyond what its fixes tell: share of it, and of its part in outages
SHARE, LOST = 0.0035, 0.05
NORMAL_95 = 1.959964


class Moved(NamedTuple):
    """What moved and how: ``segments`` (schema segment), ``nodes`` (node), ``findings``."""

    segments: pl.DataFrame
    nodes: pl.DataFrame
    findings: pl.DataFrame


def modes(fixes: pl.DataFrame, *, tortuosity: Mapping[str, float] | None = None) -> Moved:
    """Give the segments and nodes of any number of devices.

    The segments of a device tile its time from the first fix to the last; their ways sum to those
    of its fixes, but for legs that lie wholly in an outage: their way is the great circle, at sea
    the shortest way by the lanes, times the tortuosity.

    Parameters
    ----------
    fixes
        Schema ``fix``, as ``fuse`` gives them.
    tortuosity
        Way over great circle by mode [1], for legs that nobody saw; what is not named is taken
        from ``modes.csv``.

    Returns
    -------
    Moved
        Each device is told alone: more devices change nothing for the others.

    Raises
    ------
    TanluError
        TL407 for fixes without a needed column, or a tortuosity of an unknown mode or below 1.
    """
    ratio = _ratios(tortuosity)
    for name in NEEDED:
        if name not in fixes.columns:
            raise TanluError("TL407", value=name, why="fixes need this column")
    if fixes.is_empty():
        return Moved(*(schema(name).empty() for name in ("segment", "node", "finding")))
    fixes = schema("fix").fit(fixes).sort("device", "at")
    c = columns(fixes)
    k = cut(c)
    p = pieced(c, k)
    names = fixes["device"].rle().struct.field("value")
    segments = _segments(c, k, p, names, ratio)
    found = nodes(c, k, p, names)
    return Moved(segments, found, findings(segments, found))


def _ratios(tortuosity: Mapping[str, float] | None) -> dict[str, float]:
    ratio = {mode: float(row["tortuosity"]) for mode, row in modes_table().items()}
    for mode, told in (tortuosity or {}).items():
        if mode not in ratio or not math.isfinite(told) or told < 1:
            raise TanluError("TL407", value=f"{mode}: {told}", why="a tortuosity is 1 or more")
        ratio[mode] = float(told)
    return ratio


def _segments(
    c: Columns, k: Cut, p: Pieces, names: pl.Series, ratio: Mapping[str, float]
) -> pl.DataFrame:
    """Give the segments as a table."""
    what, sums = p.what, p.sums
    moving = what[:, MODE] >= 0
    metres, sigma, lost = _ways(p)
    begin, end = _edges(k, what)
    unseen = bridged(moving, p, c.lat[begin], c.lon[begin], c.lat[end], c.lon[end], ratio)
    metres = np.where(unseen.known, unseen.metres, metres)
    sigma = np.where(unseen.known, unseen.sigma, sigma)
    lost = np.where(unseen.known, unseen.metres, lost)
    mode, second, chance, other = _chosen(p, moving)
    whole = np.floor(metres + 0.5).astype(np.int64)
    reach = NORMAL_95 * sigma
    frame = pl.DataFrame({
        "segment_id": hashes(names, what[:, DEVICE], what[:, START], "segment"),
        "device": names.gather(what[:, DEVICE]),
        "number": _numbers(what[:, DEVICE]),
        "mode": pl.Series(MODES).gather(mode),
        "start": what[:, START], "end": what[:, STOP],
        "mode_ppm": chance,
        "second": pl.Series(MODES).gather(second), "second_ppm": other,
        "why": _why(p, moving),
        "fixes": sums[:, COUNT].astype(np.int64),
        "distance_m": whole,
        "lower_m": np.minimum(np.floor(np.maximum(metres - reach, 0)).astype(np.int64), whole),
        "upper_m": np.maximum(np.ceil(metres + reach).astype(np.int64), whole),
        "bridged_m": np.minimum(np.floor(lost + 0.5).astype(np.int64), whole),
        "idle_us": sums[:, IDLE].astype(np.int64), "stops": sums[:, TURNS].astype(np.int64),
        "ascent_m": np.floor(sums[:, CLIMB] + 0.5).astype(np.int64),
        "descent_m": np.floor(sums[:, DROP] + 0.5).astype(np.int64),
        "origin_lat_e7": c.lat[begin], "origin_lon_e7": c.lon[begin],
        "destination_lat_e7": c.lat[end], "destination_lon_e7": c.lon[end],
    })  # fmt: skip
    still = pl.col("mode") == "still"
    return schema("segment").fit(
        frame.with_columns(pl.when(~still).then(pl.col("second", "second_ppm", "why")))
    )


def _ways(p: Pieces) -> tuple[npt.NDArray[np.float64], ...]:
    """Give the way, its sigma and what of it lies in outages [m]."""
    metres, lost = p.sums[:, WAY_MM] * 1e-3, p.sums[:, BRIDGED] * 1e-3
    # errors of fixes are apart from each other; what all share, such as a wrong scale, is not
    square = p.sums[:, SQUARE] * 1e-6 + (SHARE * metres) ** 2
    square += LOST**2 * lost * np.minimum(lost, 5_000.0)
    return metres, np.sqrt(square), lost


def _edges(k: Cut, what: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], ...]:
    """Give the fixes where segments begin and end."""
    still = what[:, MODE] < 0
    begin = np.where(still, k.first[what[:, BEGIN]], k.last[what[:, BEGIN]])
    return begin, np.where(still, k.last[what[:, END]], k.first[what[:, END]])


def _numbers(device: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Count from 1 along each device."""
    place = np.arange(device.size)
    starts = np.flatnonzero(np.concatenate([[True], device[1:] != device[:-1]]))
    lengths = np.diff(np.append(starts, device.size))
    return np.asarray(place - np.repeat(starts, lengths) + 1)


def _ppm(chance: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    return np.clip(np.floor(chance * 1e6 + 0.5), 0, 1_000_000).astype(np.int64)


def _ranked(p: Pieces) -> tuple[npt.NDArray[Any], ...]:
    """Give rows, the mode of each, the most likely other one, and the chances of all others."""
    rows, mode = np.arange(p.what.shape[0]), np.maximum(p.what[:, MODE], 0)
    others = p.chance.copy()
    others[rows, mode] = -1.0
    return rows, mode, others.argmax(axis=1), others


def _chosen(p: Pieces, moving: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.int64], ...]:
    """Give mode and second as numbers of ``MODES``, and the chance of each [ppm]."""
    rows, mode, second, others = _ranked(p)
    rests = p.sums[:, STILL] / np.maximum(p.sums[:, COUNT], 1)
    own = np.where(moving, _ppm(p.chance[rows, mode]), np.clip(rests, 0, 1e6).astype(np.int64))
    return np.where(moving, mode + 1, 0), second + 1, own, _ppm(np.maximum(others.max(axis=1), 0))


def _why(p: Pieces, moving: npt.NDArray[np.bool_]) -> list[str | None]:
    """Give by feature group how much it speaks for the mode against the second [nat]."""
    rows, mode, second, _ = _ranked(p)
    odds = p.parts[rows, :, mode] - p.parts[rows, :, second]
    groups = [*GROUPS, "usual"]
    order = sorted(range(len(groups)), key=groups.__getitem__)
    names = [groups[place] for place in order]
    told: list[str | None] = []
    for able, row in zip(moving.tolist(), np.round(odds[:, order], 2).tolist(), strict=True):
        parts = (f'"{name}":{_number(value)}' for name, value in zip(names, row, strict=True))
        told.append("{" + ",".join(parts) + "}" if able else None)
    return told


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)
