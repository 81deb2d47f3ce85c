"""Nodes: the places of a subject one after another, from its legs, its events and its tracks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanlu.store.index import find
from tanlu.track.trace.traced import types

if TYPE_CHECKING:
    import polars as pl

__all__ = ["nodes"]


def nodes(workspace: Any, subject: str, legs: pl.DataFrame, as_of: int) -> pl.DataFrame:
    """Give where the subject was: ``kind`` origin, transfer, hub, destination or seen.

    A place that one leg reaches and the next leaves is one node with its dwell; where an event
    saw the subject is a node of its own, with its business step; ``told_by`` says which it is of.
    """
    import polars as pl

    own = legs.filter(
        pl.col("relation") == "self", pl.col("kind").str.contains("^transport\\.|^hub\\.")
    )
    found = [_from_legs(own)]
    if workspace.parts("event", as_of):
        found.append(_seen(workspace, subject, as_of))
    if workspace.parts("node", as_of):
        found.append(_from_tracks(workspace, own, as_of))
    both = pl.concat(each.lazy() for each in found).sort(
        pl.col("arrival").fill_null(pl.col("departure")), "departure", maintain_order=True
    )
    numbered = both.with_columns(
        thing=pl.lit(subject), number=pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
    )
    return numbered.select(list(types("nodes"))).collect()


def _from_legs(own: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    hub = pl.col("kind").str.starts_with("hub.")
    ends = pl.concat([
        own.lazy().select(
            "number", pl.lit(end).alias("_end"), (hub).alias("_hub"),
            pl.coalesce(name, pl.when(hub).then("place")).alias("place"),
            pl.col(f"{name}_lat_e7").alias("lat_e7"), pl.col(f"{name}_lon_e7").alias("lon_e7"),
            pl.when((pl.lit(end) == 1) | hub).then("end" if end else "start").alias("arrival"),
            pl.when((pl.lit(end) == 0) | hub).then("end" if end else "start").alias("departure"),
        )
        for end, name in enumerate(("origin", "destination"))
    ])  # fmt: skip
    known = pl.col("place").is_not_null() | pl.col("lat_e7").is_not_null()
    ends = ends.filter(known).sort("number", "_end")
    where = pl.coalesce(
        "place", pl.format("{} {}", pl.col("lat_e7") // 10_000, pl.col("lon_e7") // 10_000)
    )
    merged = (
        ends.with_columns(_run=where.rle_id())
        .group_by("_run", maintain_order=True)
        .agg(
            pl.col("place", "lat_e7", "lon_e7").drop_nulls().first(),
            pl.col("arrival").min(), pl.col("departure").max(), pl.col("_hub").any(),
        )
    )  # fmt: skip
    at, last = pl.int_range(pl.len()), pl.len() - 1
    kind = (
        pl.when(at == 0).then(pl.lit("origin")).when(at == last).then(pl.lit("destination"))
        .when("_hub").then(pl.lit("hub")).otherwise(pl.lit("transfer"))
    )  # fmt: skip
    return merged.select(
        "place", "lat_e7", "lon_e7", "arrival", "departure", kind.alias("kind"),
        pl.lit(None, pl.String).alias("step"), pl.lit("legs").alias("told_by"),
    ).collect()  # fmt: skip


def _seen(workspace: Any, subject: str, as_of: int) -> pl.DataFrame:
    import polars as pl

    columns = ("at", "place", "step", "device")
    rows = find(workspace, "event", {"subject": [subject]}, columns=columns, as_of=as_of)
    none = pl.lit(None, pl.Int64)
    return rows.unique(maintain_order=True).select(
        "place", none.alias("lat_e7"), none.alias("lon_e7"), pl.col("at").alias("arrival"),
        pl.col("at").alias("departure"), pl.lit("seen").alias("kind"), "step",
        pl.lit("event").alias("told_by"),
    )  # fmt: skip


def _from_tracks(workspace: Any, own: pl.DataFrame, as_of: int) -> pl.DataFrame:
    """Give the nodes that the devices of the legs met on their way."""
    import polars as pl

    # between two legs a device may have been with another's goods
    spans = own.select(pl.col("source_device").alias("device"), "start", "end").drop_nulls()
    rows = workspace.scan("node", as_of=as_of).join(spans.lazy(), on="device")
    rows = rows.filter(pl.col("arrival") <= pl.col("end"), pl.col("departure") >= pl.col("start"))
    met: pl.DataFrame = rows.unique("node_id", maintain_order=True).collect()
    return met.select(
        "place", "lat_e7", "lon_e7", "arrival", "departure", "kind",
        pl.lit(None, pl.String).alias("step"), pl.lit("track").alias("told_by"),
    )  # fmt: skip
