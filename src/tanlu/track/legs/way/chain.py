"""From segments and nodes to legs: what one vehicle does from one transfer to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

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
    legs = segments.with_columns(
        _before=(pl.col("distance_m").cum_sum() - pl.col("distance_m")).over("device", "leg_no")
    ).select(
        "device", "leg_no", "mode", "_before", _start="start", _end="end", _whole="distance_m"
    )  # fmt: skip
    inside = (
        fixes.sort("device", "at")
        .join_asof(
            legs.sort("device", "_start"), left_on="at", right_on="_start", by="device",
            check_sortedness=False,
        )
        .filter(pl.col("at") <= pl.col("_end"))
    )  # fmt: skip
    own = ["device", "_start"]
    grown = (
        pl.when(pl.col("at") > pl.col("_start"))
        .then(pl.col("way_mm").fill_null(0))
        .otherwise(0)
        .cum_sum()
        .over(own)
    )
    inside = inside.with_columns(_grown=grown).with_columns(
        _all=pl.col("_grown").max().over(own),
        # where no way is told, time tells how far
        _time=(pl.col("at") - pl.col("_start")) / (pl.col("_end") - pl.col("_start")).clip(1),
    )
    share = pl.when(pl.col("_all") > 0).then(pl.col("_grown") / pl.col("_all")).otherwise("_time")
    return inside.with_columns(way_m=pl.col("_before") + share * pl.col("_whole")).drop(
        "_before", "_start", "_end", "_whole", "_grown", "_all", "_time"
    )
