"""From segments and nodes to legs: what one vehicle does from one transfer to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from tanlu.track.legs.way.rows import ordered, ranges, sought

if TYPE_CHECKING:
    from tanlu.track.legs.records import Moves

__all__ = ["along", "chained"]

# where a leg ends: goods change vehicle or wagon there; a stop or a border is within a leg
PARTING = ("end", "transfer", "gauge")


def chained(moved: Moves) -> pl.DataFrame:
    """Give the moving segments with ``leg_no``, the number of their leg on their device, from 1.

    A leg is a run of segments of one mode without a node between them at which goods change
    vehicle (ISO 14083:2023 3.1.27, transport chain element: one operation of one vehicle).
    """
    moving = (
        moved.segments.filter(pl.col("mode") != "still")
        .with_columns(_mid=(pl.col("start") + pl.col("end")) // 2)
        .sort("device", "_mid")
    )
    parting = (
        moved.nodes.filter(pl.col("kind").is_in(PARTING))
        .select("device", _node=(pl.col("arrival") + pl.col("departure")) // 2)
        .sort("device", "_node")
    )
    near = moving.join_asof(
        parting, left_on="_mid", right_on="_node", by="device", check_sortedness=False
    )
    before = pl.col("_mid").shift().over("device")
    new = (
        before.is_null()
        | (pl.col("mode") != pl.col("mode").shift().over("device"))
        | (pl.col("_node") > before).fill_null(value=False)
    )
    return near.with_columns(leg_no=new.cast(pl.Int64).cum_sum().over("device")).drop(
        "_mid", "_node"
    )


def along(segments: pl.DataFrame, fixes: pl.DataFrame) -> pl.DataFrame:
    """Give the fixes of legs with ``way_m``, the way since the start of the leg [m].

    Parameters
    ----------
    segments
        As ``chained`` gives them.
    fixes
        Schema ``fix``.

    Returns
    -------
    DataFrame
        In order of device and time: columns of ``fixes``, ``leg_no``, ``mode`` and ``way_m``
        (float64). Within a segment the way grows as ``way_mm`` does, scaled so that a segment has
        its ``distance_m``; a fix between two segments of a leg is left out.
    """
    rows = ordered(fixes)
    legs = segments.with_columns(
        _before=(pl.col("distance_m").cum_sum() - pl.col("distance_m")).over("device", "leg_no")
    ).sort("device", "start", maintain_order=True)
    first, behind = ranges(legs["device"], rows["device"])
    start, end = legs["start"].to_numpy(), legs["end"].to_numpy()
    at = rows["at"].to_numpy()
    begin = sought(at, first, behind, start)
    done = sought(at, first, behind, end + 1)
    # a fix that is at the end of one and the start of the next is of the next
    same = (legs["device"] == legs["device"].shift(-1)).to_numpy()[:-1]
    done[:-1] = np.where(same, np.minimum(done[:-1], begin[1:]), done[:-1])
    counts = np.maximum(done - begin, 0)
    upto = np.cumsum(counts)
    segment = np.repeat(np.arange(counts.size), counts)
    place = np.arange(segment.size) + np.repeat(begin - upto + counts, counts)
    found: pl.DataFrame = rows[place]
    inside = found.with_columns(
        leg_no=legs["leg_no"].gather(segment), mode=legs["mode"].gather(segment)
    )
    share = _share(inside, counts, upto, start[segment], end[segment])
    before, whole = (legs[name].to_numpy()[segment] for name in ("_before", "distance_m"))
    return inside.with_columns(way_m=pl.Series(before + share * whole, dtype=pl.Float64))


def _share(inside: pl.DataFrame, counts: Any, upto: Any, start: Any, end: Any) -> Any:
    """Give of each fix how much of the way of its segment lies behind it [1]."""
    at = inside["at"].to_numpy()
    step = np.where(at > start, inside["way_mm"].fill_null(0).to_numpy(), 0)
    grown = np.cumsum(step)
    some = counts > 0
    begin, counts = (upto - counts)[some], counts[some]
    grown -= np.repeat((grown - step)[begin], counts)
    most = np.repeat(np.maximum.reduceat(grown, begin), counts) if at.size else grown
    # where no way is told, time tells how far
    timed = (at - start) / np.maximum(end - start, 1)
    return np.where(most > 0, grown / np.maximum(most, 1), timed)
