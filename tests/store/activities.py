"""Made-up activities for the tests of the store."""

from __future__ import annotations

import polars as pl

from tanlu.terms import schema


def activities(count: int, *, first: int = 0, supersedes: str | None = None) -> pl.DataFrame:
    number = pl.int_range(first, first + count, dtype=pl.Int64)
    frame = pl.select(
        activity_id=pl.format("a{}", number + 100_000),
        start=number * 3_600_000_000,
        end=(number + 1) * 3_600_000_000,
        zone=pl.lit("Asia/Shanghai"),
        precision=pl.lit("hour"),
        kind=pl.when(number % 3 == 0)
        .then(pl.lit("transport.road"))
        .otherwise(pl.lit("transport.rail")),
        mass_mg=number * 1_000_003,
        load_ppm=pl.when(number % 2 == 0).then(number),
        origin=pl.when(number % 5 != 0).then(pl.format('上海, "{}"', number)),
        subject=pl.format("waybill:{}", number + 100_000),
        supersedes=pl.lit(supersedes, pl.String),
    )
    return schema("activity").fit(frame)


def emissions(of: pl.DataFrame) -> pl.DataFrame:
    frame = of.select(
        pl.format("{}|ttw", "activity_id").alias("emission_id"),
        "activity_id", "kind", "start", "end", "zone", "subject",
        profile=pl.lit("iso14083"), boundary=pl.lit("ttw"), basis=pl.lit("none"),
        method=pl.lit("intensity"), tier=pl.lit("default"), co2e_ug=pl.col("mass_mg"),
        lower_ug=pl.col("mass_mg"), upper_ug=pl.col("mass_mg"), sigma_ln_ppm=pl.lit(0, pl.Int64),
        gwp_set=pl.lit("AR6"), factor_id=pl.lit("f"), factor_hash=pl.lit("h"),
    )  # fmt: skip
    return schema("emission").fit(frame)
