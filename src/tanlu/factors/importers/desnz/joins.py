"""Records that belong together: said twice, the sum of others, biogenic parts, laden trucks."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from tanlu.factors.importers.desnz.lines import OFF, OFF_SHARE
from tanlu.factors.importers.imported import fault

__all__ = ["Joined", "joined"]

# what tells two factors of one edition apart, but for the boundary
WAY = (
    "activity", "vehicle_class", "energy_carrier", "temperature_class", "technology", "material",
    "substance", "place", "method", "data_year", "denominator", "heat_basis", "numerator",
)  # fmt: skip
MAIN = pl.coalesce("co2e", "kwh", "co2")
PARTS = ("ttw", "generation", "t_and_d")
PLUGGED = (pl.col("energy_carrier") == "electricity") | pl.col("technology").str.ends_with(
    "plug_in_hybrid"
)


class Joined(NamedTuple):
    """Records of which each is a factor or refused, and how many said nothing new."""

    records: pl.DataFrame
    known: int


def joined(rows: pl.DataFrame) -> Joined:
    """Give records that are one factor each.

    Freight by van and business travel by car are told per scope: what is said again is dropped.
    A battery-electric vehicle of scope 3 is the sum of its electricity and the losses on the way
    to it, which stand apart as well: dropped where the sum holds.
    """
    told = rows.with_columns(
        number=MAIN.cast(pl.Float64, strict=False),
        boundary=pl.when(pl.col("boundary") != "ttw+")
        .then(pl.col("boundary"))
        .otherwise(pl.when(PLUGGED).then(pl.lit("sum")).otherwise(pl.lit("ttw"))),
    ).with_columns(number=pl.col("number") / pl.col("scale"))
    good = told.filter(pl.col("_code").is_null())
    once = _once(good)
    parted = _summed(once)
    kept = parted.filter((pl.col("boundary") != "sum") | pl.col("_code").is_not_null())
    known = good.height - once.height + parted.height - kept.height
    single = _laden(_biogenic(kept.filter(pl.col("_code").is_null())))
    refused = [
        told.filter(pl.col("_code").is_not_null()),
        kept.filter(pl.col("_code").is_not_null()),
    ]
    return Joined(pl.concat([single, *refused], how="diagonal_relaxed"), known)


def _near(number: pl.Expr, other: pl.Expr) -> pl.Expr:
    """Tell whether two numbers differ by no more than the rounding of the print."""
    return (number - other).abs() <= pl.max_horizontal(pl.lit(OFF), other.abs() * OFF_SHARE)


def _once(rows: pl.DataFrame) -> pl.DataFrame:
    """Drop what another record says, first those in a converted unit; refuse a contradiction."""
    way = [*WAY, "boundary", "load"]
    ordered = rows.sort((pl.col("scale") != 1), "_line", maintain_order=True)
    first = pl.col("number").first().over(way)
    again = pl.int_range(pl.len()).over(way) > 0
    same = _near(pl.col("number"), first)
    marked = ordered.with_columns(
        fault("TL227", "value", again & ~same, pl.col("number"), first)
    ).with_columns(drop=again & same)
    return marked.filter(~pl.col("drop")).drop("drop")


def _summed(rows: pl.DataFrame) -> pl.DataFrame:
    """Refuse a sum over boundaries that is not what its parts make."""
    way = [name for name in WAY if name != "energy_carrier"]
    parts = (
        rows.filter(PLUGGED & pl.col("boundary").is_in(PARTS) & pl.col("_code").is_null())
        .group_by(way)
        .agg(pl.col("number").sum().alias("whole"))
    )
    found = rows.join(parts, on=way, how="left", nulls_equal=True, maintain_order="left")
    holds = _near(pl.col("number"), pl.col("whole")).fill_null(value=False)
    wrong = (pl.col("boundary") == "sum") & ~holds
    told = pl.col("whole").cast(pl.String).fill_null("?")
    return found.with_columns(fault("TL235", "value", wrong, pl.col("number"), told)).drop("whole")


def _biogenic(rows: pl.DataFrame) -> pl.DataFrame:
    """Give the CO2 "outside of scopes" to the record of the same fuel, or leave it alone."""
    bio = rows.filter(pl.col("boundary") == "bio")
    rest = rows.filter(pl.col("boundary") != "bio")
    burnt = pl.col("boundary").is_in(["ttw", "generation"])
    way = [name for name in WAY if name != "data_year"]
    taken = bio.select(*way, pl.coalesce("co2", "co2e").alias("co2_bio"))
    with_bio = rest.join(taken, on=way, how="left", nulls_equal=True, maintain_order="left")
    filled = with_bio.with_columns(pl.when(burnt).then(pl.col("co2_bio")).alias("co2_bio"))
    alone = bio.join(rest.filter(burnt), on=way, how="anti", nulls_equal=True).with_columns(
        pl.coalesce("co2", "co2e").alias("co2_bio"),
        pl.lit("ttw").alias("boundary"),
        *(pl.lit(None, pl.String).alias(name) for name in ("co2e", "co2", "ch4", "n2o")),
    )
    return pl.concat([filled, alone], how="diagonal_relaxed")


def _laden(rows: pl.DataFrame) -> pl.DataFrame:
    """Make one load curve of the records of an empty, a half and a fully laden truck."""
    driven = pl.col("load").is_not_null() & (pl.col("denominator") == "km")
    loaded = rows.filter(driven).with_columns(technology=pl.lit(None, pl.String))
    rest = rows.filter(~driven).with_columns(form=pl.lit("scalar"))
    way = [*WAY, "boundary"]
    share = pl.col("load").cast(pl.Float64)
    at = [
        MAIN.filter(share == load).first().alias(name)
        for load, name in ((0.0, "value_empty"), (0.5, "half"), (1.0, "value_full"))
    ]
    point = pl.concat_str("load", MAIN, separator=":")
    curves = (
        loaded.sort("load")
        .group_by(way, maintain_order=True)
        .agg(
            *at,
            point.str.join(";").alias("points"),
            pl.col("_line").min(),
            pl.col("_sheet", "scale", "clause", "gwp_set").first(),
            pl.col("column").str.join(", ").alias("loads"),
        )
    )
    ends = pl.col("value_empty", "value_full", "half").cast(pl.Float64)
    mean = (pl.col("value_empty").cast(pl.Float64) + pl.col("value_full").cast(pl.Float64)) / 2
    straight = _near(pl.col("half").cast(pl.Float64), mean).fill_null(value=False)
    # an energy curve of the house needs a payload, which the file does not tell: points do not
    line = pl.all_horizontal(ends.is_not_null()) & straight & (pl.col("boundary") != "energy")
    shaped = curves.with_columns(
        pl.when(line).then(pl.lit("linear_load")).otherwise(pl.lit("table")).alias("form"),
        pl.when(~line).then(pl.lit("load")).alias("axis"),
        pl.when(~line).then(pl.col("points")).alias("points"),
        *(pl.when(line).then(pl.col(name)).alias(name) for name in ("value_empty", "value_full")),
        pl.col("clause").str.replace(r"\| [^|]*aden \|", "| each load |"),
        *(
            pl.lit(None, kind).alias(name)
            for name, kind in rows.schema.items()
            if name[0] == "_" and name not in {"_line", "_sheet"}
        ),
    ).drop("half", "loads")
    return pl.concat([rest, shaped], how="diagonal_relaxed")
