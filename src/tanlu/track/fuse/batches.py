"""Fusion of more than fits: batch by batch, a device joined over their edges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import polars as pl

from tanlu.track.fuse.fusing import Fused, fuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["fused"]


def fused(
    batches: Iterable[pl.DataFrame],
    *,
    datum: str = "wgs84",
    motion: Literal["full", "one"] = "full",
    odometer: pl.DataFrame | None = None,
) -> Iterator[Fused]:
    """Give fixes batch by batch; a device may span batches, which come in its order."""
    held: pl.DataFrame | None = None
    for batch in batches:
        rows = batch if held is None else pl.concat([held, batch])
        last = rows["device"].max()
        held = rows.filter(pl.col("device") == last)
        done = rows.filter(pl.col("device") != last)
        if not done.is_empty():
            yield fuse(done, datum=datum, motion=motion, odometer=odometer)
    if held is not None and not held.is_empty():
        yield fuse(held, datum=datum, motion=motion, odometer=odometer)
