"""Rebuild sea_nodes.parquet and sea_edges.parquet from the sea network of the package searoute.

The network (marnet of Eurostat's SeaRoute, Apache-2.0) repeats the antimeridian: nodes at -180 and
+180 and some beyond. Here a place is one node, so that a way across the Pacific is a way.
"""

from __future__ import annotations

import polars as pl
from shape import e7, write

from tanlu.terms.place.circle import great_circle_m

# the package marks the seam of its map as passages; they are no passages of the world
SEAMS = ("segment", "segment2", "pacific_ocean")


def edges() -> pl.DataFrame:
    """Every edge of the package once: from, to, passage."""
    from searoute.data.marnet_dict import edge_list

    rows = [
        (*start, *end, facts.get("passage"))
        for start, ends in edge_list.items()
        for end, facts in ends.items()
    ]
    schema = {"x1": float, "y1": float, "x2": float, "y2": float, "passage": str}
    frame = pl.DataFrame(rows, schema, orient="row")
    turned = [
        pl.when(pl.col(x) >= 180).then(pl.col(x) - 360).otherwise(pl.col(x)).alias(x)
        for x in ("x1", "x2")
    ]
    return frame.with_columns(turned).select(
        lon1=e7("x1"), lat1=e7("y1"), lon2=e7("x2"), lat2=e7("y2"),
        passage=pl.when(~pl.col("passage").is_in(SEAMS)).then("passage"),
    )  # fmt: skip


def main() -> None:
    """Number the nodes in order of place and write each edge once, from low to high."""
    found = edges()
    ends = [found.select(lat_e7=f"lat{n}", lon_e7=f"lon{n}") for n in (1, 2)]
    nodes = pl.concat(ends).unique().sort("lat_e7", "lon_e7").with_row_index("node")
    numbered = found
    for n in (1, 2):
        there = nodes.rename({"node": f"node{n}"})
        numbered = numbered.join(
            there, left_on=[f"lat{n}", f"lon{n}"], right_on=["lat_e7", "lon_e7"]
        )
    table = (
        numbered.filter(pl.col("node1") != pl.col("node2"))
        .with_columns(
            low=pl.min_horizontal("node1", "node2"),
            high=pl.max_horizontal("node1", "node2"),
            distance_m=great_circle_m(*map(pl.col, ("lat1", "lon1", "lat2", "lon2"))),
        )
        .group_by("low", "high")
        .agg(pl.col("distance_m").first(), pl.col("passage").drop_nulls().sort().first())
        .sort("low", "high")
        .with_columns(pl.col("low", "high").cast(pl.UInt16), pl.col("distance_m").cast(pl.UInt32))
    )
    write(nodes.select("lat_e7", "lon_e7"), "sea_nodes.parquet")
    write(table, "sea_edges.parquet")


if __name__ == "__main__":
    main()
