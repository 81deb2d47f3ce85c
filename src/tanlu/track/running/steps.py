"""One batch of devices after the other, from positions to what they did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import polars as pl

from tanlu.track.fuse import fuse
from tanlu.track.legs import Moving, moving
from tanlu.track.modes import modes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tanlu.track.legs.loads import Loads

__all__ = ["Batch", "tracked"]


class Batch(NamedTuple):
    """What some devices did: tables of each step, and ``moving`` for ``legs.finished``."""

    positions: int
    fixes: pl.DataFrame
    segments: pl.DataFrame
    nodes: pl.DataFrame
    rejected: pl.DataFrame
    findings: pl.DataFrame
    moving: Moving


def tracked(
    batches: Iterable[pl.DataFrame],
    *,
    loads: Loads,
    readings: pl.DataFrame | None = None,
    datum: str = "wgs84",
    motion: Literal["full", "one"] = "full",
    zone: str = "UTC",
    tortuosity: Mapping[str, float] | None = None,
    traction: pl.DataFrame | None = None,
    vehicles: pl.DataFrame | None = None,
) -> Iterator[Batch]:
    """Give what the devices of each batch did.

    Parameters
    ----------
    batches
        Schema ``position``, whole devices.
    loads
        What ``legs.loaded`` gives for all devices.
    readings
        ``stream, device, at, value``: ``energy_j``, ``fuel_ml``, ``odometer_m``.
    datum, motion
        As for ``fuse``.
    zone, traction, vehicles
        As for ``legs``.
    tortuosity
        As for ``modes``.
    """
    odometer = _odometer(readings)
    for rows in batches:
        names = rows["device"].unique().implode()
        counted = None if odometer is None else odometer.filter(pl.col("device").is_in(names))
        energy = None if readings is None else readings.filter(pl.col("device").is_in(names))
        fused = fuse(rows, datum=datum, motion=motion, odometer=counted)
        moved = modes(fused.fixes, tortuosity=tortuosity)
        done = moving(
            moved, fused.fixes, loads=loads, energy=energy, zone=zone, traction=traction,
            vehicles=vehicles, seqs=rows.select("device", "at", "seq"),
        )  # fmt: skip
        yield Batch(
            rows.height, fused.fixes, moved.segments, moved.nodes, fused.rejected,
            pl.concat([fused.findings, moved.findings]), done,
        )  # fmt: skip


def _odometer(readings: pl.DataFrame | None) -> pl.DataFrame | None:
    """Give counted ways as fusion takes them, if there are any."""
    if readings is None or "stream" not in readings.columns:
        return None
    found = readings.filter(pl.col("stream") == "odometer_m").select(
        "device", "at", odometer_m="value"
    )
    return found if found.height else None
