"""From positions to fixes: what cannot be is put aside with its code, the rest is smoothed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import polars as pl

from tanlu.errors import TanluError
from tanlu.terms import schema
from tanlu.track.fuse.datums import known, to_wgs84
from tanlu.track.fuse.exactness import borne_out
from tanlu.track.fuse.found import CODES, findings
from tanlu.track.fuse.metric import shifted
from tanlu.track.fuse.odometers import measured
from tanlu.track.fuse.passes import drive
from tanlu.track.fuse.screen import NULL_ISLAND, RANGE, screen
from tanlu.track.fuse.stretches import abreast, fixed

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["Fused", "fuse"]

# what a fix is worth of which nothing is told: one sigma along an axis [m]
GNSS_M, CELL_M, INERTIAL_M = 5.0, 1_000.0, 30.0
# the density of acceleration is learned a little high: so much of the sigma is true (fitted to
# simulated journeys of the region "fit")
CALIBRATED = 0.96
# a device that stands has no heading
STILL_PPM = 500_000
MOTIONS = ("full", "one")
# nearer to latitude and longitude nought than this nobody sends: 0.001° [1e-7 deg]
NULL_E7, POLE, JUMP = 10_000, 900_000_000, 406
# a place that may be anywhere within so much is none [m]: towers reach 35 km
WORST_M = 50_000
TIES = ("seq", "lat_e7", "lon_e7", "accuracy_m", "source")
NEEDED = ("device", "at", "lat_e7", "lon_e7")


class Fused(NamedTuple):
    """What fusion gives: ``fixes`` (schema fix), ``rejected`` and ``findings``.

    ``rejected`` holds the positions as they came with ``code``: TL400 to TL406 say what is wrong
    with them; without a code they repeat another row and were merged with it. So positions =
    fixes + rejected, always.
    """

    fixes: pl.DataFrame
    rejected: pl.DataFrame
    findings: pl.DataFrame


def fuse(
    positions: pl.DataFrame,
    *,
    datum: str = "wgs84",
    motion: Literal["full", "one"] = "full",
    odometer: pl.DataFrame | None = None,
) -> Fused:
    """Give the fixes of any number of devices, from their positions in any order.

    Parameters
    ----------
    positions
        Schema ``position``; of it ``device``, ``at`` [µs], ``lat_e7`` and ``lon_e7`` are needed.
    datum
        ``wgs84``, ``gcj02`` or ``bd09``: what the coordinates mean.
    motion
        ``full``: still and three ways to move, chosen by the data; ``one``: one model, faster.
    odometer
        ``device``, ``at`` [µs], ``odometer_m``: counted ways, where a device has such.

    Returns
    -------
    Fused
        Fixes in order of device and time, in WGS 84.

    Raises
    ------
    TanluError
        TL400 for an unknown datum or motion, or columns that are not there.
    """
    known(datum)
    if motion not in MOTIONS:
        raise TanluError("TL400", value=motion, why="a motion is one of full, one")
    for name in NEEDED:
        if name not in positions.columns:
            raise TanluError("TL400", value=name, why="positions need this column")
    rows, refused = _ranged(_sorted(positions))
    lat, lon = _degrees(rows, datum)
    cell = _cell(rows)
    spread = _variance(rows, cell)
    code = np.where((abs(lat) < NULL_E7) & (abs(lon) < NULL_E7), NULL_ISLAND, 0).astype(np.int16)
    abreast(
        screen,
        _starts(rows["device"]),
        (rows["at"].to_numpy(), lat, lon, _numbers(rows), spread, cell),
        datum != "wgs84",
        (code,),
    )
    if code.any():
        kept = code == 0
        refused.append(_coded(rows.filter(~kept), code[~kept]))
        rows, lat, lon, cell, spread = (
            rows.filter(kept), lat[kept], lon[kept], cell[kept], spread[kept]
        )  # fmt: skip
    fixes, jumps = _smoothed(rows, lat, lon, spread, cell, full=motion == "full")
    rejected = pl.concat([*refused, jumps]).sort("device", "at", *_ties(rows))
    if odometer is not None:
        fixes = measured(fixes, odometer)
    return Fused(schema("fix").fit(fixes), rejected, findings(rejected))


def _ties(rows: pl.DataFrame) -> list[str]:
    # what orders rows of one device and time, so that the order they came in does not matter
    return [name for name in TIES if name in rows.columns]


def _sorted(positions: pl.DataFrame) -> pl.DataFrame:
    """Give the positions in order of device and time, unless they are so already."""
    keys = ["device", "at"]
    same = (pl.col("device") == pl.col("device").shift()) & (pl.col("at") > pl.col("at").shift())
    rises = same | (pl.col("device") > pl.col("device").shift())
    if positions.select(rises.slice(1).all(ignore_nulls=False)).item():
        return positions
    return positions.sort([*keys, *_ties(positions)])


def _ranged(rows: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Part rows with a device, a time and a place on the globe from those without."""
    good = pl.all_horizontal(
        pl.col("device").is_not_null(), pl.col("at").is_not_null(),
        pl.col("lat_e7").is_between(-POLE, POLE), pl.col("lon_e7").is_between(-2 * POLE, 2 * POLE),
    ).fill_null(value=False)  # fmt: skip
    if "accuracy_m" in rows.columns:
        good &= pl.col("accuracy_m").is_between(0, WORST_M).fill_null(value=True)
    if rows.select(good.all()).item():
        return rows, []
    bad = rows.filter(~good)
    return rows.filter(good), [_coded(bad, np.full(bad.height, RANGE))]


def _coded(rows: pl.DataFrame, code: npt.NDArray[Any]) -> pl.DataFrame:
    said = pl.Series("code", code, dtype=pl.Int64)
    return rows.with_columns(said.replace_strict(CODES, default=None, return_dtype=pl.String))


def _numbers(rows: pl.DataFrame) -> npt.NDArray[np.int64]:
    """Give the sequence numbers, -1 where none can be compared."""
    if "seq" not in rows.columns:
        return np.full(rows.height, -1, np.int64)
    several = "stream" in rows.columns and rows["stream"].n_unique() > 1
    seq = rows["seq"].cast(pl.Int64).fill_null(-1)
    if several:
        # each stream counts by itself
        alone = rows.select(pl.col("stream").n_unique().over("device") == 1).to_series()
        seq = pl.select(pl.when(alone).then(seq).otherwise(-1)).to_series()
    return seq.to_numpy()


def _smoothed(
    rows: pl.DataFrame, lat: Any, lon: Any, spread: Any, cell: Any, *, full: bool
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give the fixes of sound rows, and those that turned out to be jumps."""
    size = rows.height
    made = _arrays(size)
    starts, at = _starts(rows["device"]), rows["at"].to_numpy()
    abreast(borne_out, starts, (at, lat, lon, cell), None, (spread,))
    abreast(drive, starts, (at, lat, lon, spread, cell), full, list(made.values()))
    here_lat, here_lon = np.empty(size, np.int64), np.empty(size, np.int64)
    shifted(fixed(lat), fixed(lon), made["f"], here_lat, here_lon)
    odd = (made["odd"] & 1) == 1
    jumps = rows.filter(odd)
    return _fixes(rows, here_lat, here_lon, made), _coded(jumps, np.full(jumps.height, JUMP))


def _cell(rows: pl.DataFrame) -> npt.NDArray[np.bool_]:
    if "source" not in rows.columns:
        return np.zeros(rows.height, np.bool_)
    return (rows["source"] == "cell").fill_null(value=False).to_numpy()


def _degrees(rows: pl.DataFrame, datum: str) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Give the coordinates in WGS 84 [1e-7 deg]."""
    lat, lon = rows["lat_e7"].to_numpy(), rows["lon_e7"].to_numpy()
    if datum == "wgs84":
        return lat, lon
    made = to_wgs84(lat / 1e7, lon / 1e7, datum)
    return tuple(np.floor(part * 1e7 + 0.5).astype(np.int64) for part in made)  # type: ignore[return-value]


def _starts(devices: pl.Series) -> npt.NDArray[np.int64]:
    """Give where each device begins, and the end."""
    if devices.is_empty():
        return np.zeros(1, np.int64)
    changes = np.flatnonzero((devices != devices.shift()).fill_null(value=True).to_numpy())
    return np.append(changes, devices.len()).astype(np.int64)


def _variance(rows: pl.DataFrame, cell: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Give the variance of each position along an axis [m²]: told, from satellites, by default."""
    spread = np.where(cell, CELL_M, GNSS_M)
    if "accuracy_m" in rows.columns:
        told = rows["accuracy_m"].cast(pl.Float64).fill_null(0.0).to_numpy()
        spread = np.where(told > 0, np.maximum(told, 1.0), spread)
    return spread * spread


def _arrays(size: int) -> dict[str, Any]:
    """Give what the kernel fills."""
    return {
        "odd": np.zeros(size, np.int8), "gap": np.zeros(size, np.int8), "still": np.zeros(size),
        "f": np.zeros((size, 7)), "way": np.zeros(size), "spread": np.zeros(size),
    }  # fmt: skip


def _whole(values: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    return np.floor(values + 0.5).astype(np.int64)


def _fixes(rows: pl.DataFrame, lat: Any, lon: Any, made: dict[str, Any]) -> pl.DataFrame:
    f = made["f"]
    # the first that is kept of its device has no way
    first = pl.col("device") != pl.col("device").shift()
    first = first.fill_null(value=True)
    speed = np.hypot(f[:, 2], f[:, 3])
    heading = np.degrees(np.arctan2(f[:, 2], f[:, 3])) % 360.0
    return pl.DataFrame({
        "device": rows["device"], "at": rows["at"], "lat_e7": lat, "lon_e7": lon,
        "sigma_mm": _whole(CALIBRATED * 1e3 * np.sqrt(f[:, 4])), "speed_mm_s": _whole(1e3 * speed),
        "heading_cdeg": _whole(100 * heading) % 36_000,
        "way_mm": _whole(1e3 * made["way"]), "way_sigma_mm": _whole(1e3 * np.sqrt(made["spread"])),
        "still_ppm": _whole(1e6 * made["still"]), "bridged": made["gap"].astype(np.int64),
        "altitude_m": rows["altitude_m"] if "altitude_m" in rows.columns else None,
        "source": rows["source"] if "source" in rows.columns else None,
    }).filter((made["odd"] & 1) == 0).with_columns(
        heading_cdeg=pl.when(pl.col("still_ppm") <= STILL_PPM).then("heading_cdeg"),
        way_mm=pl.when(~first).then("way_mm"),
        way_sigma_mm=pl.when(~first).then("way_sigma_mm"),
    )  # fmt: skip
