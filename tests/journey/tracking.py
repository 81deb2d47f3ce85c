"""Simulated journeys as tracking sees them when it is right: true segments, nodes and fixes."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from tanlu.simulate.journeys import Journeys
from tanlu.terms import schema


class Moved(NamedTuple):
    segments: pl.DataFrame
    nodes: pl.DataFrame


def fitted(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Give what a schema knows of the columns, as it types them."""
    kinds = schema(name).dtypes()
    kept = rows.select(each for each in rows.columns if each in kinds)
    return schema(name).fit(kept.cast({each: kinds[each] for each in kept.columns}))


def true(made: Journeys) -> tuple[Moved, pl.DataFrame]:
    """Give the legs as segments, the nodes, and fixes that lie where the device was."""
    nought = dict.fromkeys(("bridged_m", "idle_us", "stops", "fixes"), pl.lit(0, pl.Int64))
    segments = made.legs.with_columns(
        segment_id=pl.concat_str("device", pl.lit("/"), "leg_no"), number="leg_no",
        mode_ppm=pl.lit(999_000), lower_m="distance_m", upper_m="distance_m", **nought,
    )  # fmt: skip
    nodes = made.nodes.with_columns(probability_ppm=pl.lit(999_000))
    told = made.positions.select("device", "at", "source").unique(["device", "at"])
    fixes = made.truth.unique(["device", "at"]).join(told, on=["device", "at"]).sort("device", "at")
    fixes = fixes.filter(pl.col("source") == "gnss").with_columns(
        way_mm=(pl.col("way_mm") - pl.col("way_mm").shift()).over("device").clip(0),
        sigma_mm=pl.lit(5_000), still_ppm=pl.lit(0), bridged=pl.lit(0),
    )  # fmt: skip
    return Moved(fitted("segment", segments), fitted("node", nodes)), fitted("fix", fixes)


def traction(made: Journeys) -> pl.DataFrame:
    """Give what an operator knows: with what the trains of each country go."""
    modes = made.legs.select("device", "leg_no", "mode")
    rows = made.sections.join(modes, on=["device", "leg_no"])
    return rows.select("mode", "country", "energy_carrier").unique().sort(pl.all())


def rates(made: Journeys) -> pl.DataFrame:
    """Give the stated carbon of a joule by mode and country [µg/J]."""
    modes = made.legs.select("device", "leg_no", "mode")
    rows = made.sections.join(modes, on=["device", "leg_no"])
    return rows.select("mode", "country", rate="co2e_ug_per_j").unique(["mode", "country"])
