"""One batch of devices after the other, from positions to what they did."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Literal, NamedTuple

import polars as pl

from tanlu.track.fuse import fuse
from tanlu.track.legs import Moving, moving
from tanlu.track.modes import modes
from tanlu.track.network import matched

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tanlu.track.legs.loads import Loads
    from tanlu.track.network import Graph

__all__ = ["Batch", "tracked"]

# rows that one worker has at hand, about
PORTION = 1 << 19


class Batch(NamedTuple):
    """What some devices did: tables of each step, and ``moving`` for ``legs.finished``.

    ``until`` is the last of them, ``network_m`` how much of their way was measured over a network
    [m].
    """

    positions: int
    fixes: pl.DataFrame
    segments: pl.DataFrame
    nodes: pl.DataFrame
    rejected: pl.DataFrame
    findings: pl.DataFrame
    moving: Moving
    until: str | None
    network_m: int = 0


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
    network: Graph | None = None,
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
    network
        Where given, ways are measured over it where it is known which were taken.
    """
    odometer = _odometer(readings)

    def done(rows: pl.DataFrame) -> Batch:
        names = rows["device"].unique().implode()
        counted = None if odometer is None else odometer.filter(pl.col("device").is_in(names))
        energy = None if readings is None else readings.filter(pl.col("device").is_in(names))
        fused = fuse(rows, datum=datum, motion=motion, odometer=counted)
        fixes, network_m = fused.fixes, 0
        if network is not None:
            fixes, network_m = matched(fixes, network)
        moved = modes(fixes, tortuosity=tortuosity)
        found = moving(
            moved, fixes, loads=loads, energy=energy, zone=zone, traction=traction,
            vehicles=vehicles, seqs=rows.select("device", "at", "seq"),
        )  # fmt: skip
        return Batch(
            rows.height, fixes, moved.segments, moved.nodes, fused.rejected,
            pl.concat([fused.findings, moved.findings]), found,
            rows.select(pl.col("device").max()).item(), network_m,
        )  # fmt: skip

    # devices do not meet: as many portions are worked on as there are cores, given in order
    workers, waiting = pl.thread_pool_size(), deque[Future[Batch]]()
    with ThreadPoolExecutor(workers) as pool:
        for rows in batches:
            for portion in _portions(rows):
                if len(waiting) == workers:
                    yield waiting.popleft().result()
                waiting.append(pool.submit(done, portion))
        while waiting:
            yield waiting.popleft().result()


def _portions(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Give the rows of whole devices, about ``PORTION`` at a time, where they are in order."""
    runs = rows["device"].rle().struct.unnest()
    if runs["value"].n_unique() < runs.height:
        yield rows
        return
    ends = runs["len"].cast(pl.Int64).cum_sum()
    whole = runs.select(portion=(ends - 1) // PORTION, rows=pl.col("len").cast(pl.Int64))
    lengths = whole.group_by("portion", maintain_order=True).agg(pl.col("rows").sum())
    place = 0
    for length in lengths["rows"]:
        yield rows.slice(place, length)
        place += length


def _odometer(readings: pl.DataFrame | None) -> pl.DataFrame | None:
    """Give counted ways as fusion takes them, if there are any."""
    if readings is None or "stream" not in readings.columns:
        return None
    found = readings.filter(pl.col("stream") == "odometer_m").select(
        "device", "at", odometer_m="value"
    )
    return found if found.height else None
