"""The tables of the workbook: each a frame with formulas as texts beside the values they give."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tanlu.report.workbook import formulas
from tanlu.report.workbook.grids import Grids
from tanlu.report.workbook.steps import AMOUNTS, COUNTED, GASES, NAMES, Steps

if TYPE_CHECKING:
    import polars as pl

    from tanlu.report.workbook.sheets import Grid

__all__ = ["Tables", "tables"]

FACTOR = (
    "factor_id", "factor_hash", "boundary", "gwp_set", "co2e_g", "rate_empty", "rate_slope",
    "capacity_t", "load_default", "empty_default", "daf_default",
)  # fmt: skip
KEY = ("profile", "scope", "category", "boundary", "basis")


class Tables(NamedTuple):
    """A frame for each grid, and the exact totals by key."""

    lines: pl.DataFrame
    inputs: pl.DataFrame
    factors: pl.DataFrame
    rows: pl.DataFrame
    rounds: pl.DataFrame
    shares: pl.DataFrame
    supplied: pl.DataFrame
    kept: pl.DataFrame
    totals: pl.DataFrame


def tables(made: Steps, grids: Grids) -> Tables:
    """Give the tables of the sheets; addresses are those that the grids say."""
    import polars as pl

    inputs = made.legs.select("leg", "activity_id", "share_key", *NAMES, *AMOUNTS)
    inputs = inputs.with_row_index("leg_row")
    factors, with_factor = _factors(made.rows)
    rows = _rows(with_factor, inputs, grids)
    places = rows.filter(~pl.col("counts")).select(
        pl.col("emission_id").alias("total_id"), pl.col("at").alias("total_row")
    )
    shares, rounds = _shares(made.shares, places, grids)
    kept = _kept(made.kept)
    bought = _supplied(made.supplied, grids.supplied)
    lines = _lines(made.lines, {"rows": rows, "shares": shares, "supplied": bought}, kept, grids)
    return Tables(lines, inputs, factors, rows, rounds, shares, bought, kept, _totals(lines))


def _factors(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give each set of values as used once, and the rows with the place of theirs."""
    import polars as pl

    gases = [f"{gas}_g" for gas in GASES]
    lead = {name: f"leg_{name}" for name in FACTOR if f"leg_{name}" in rows.columns}
    named = rows.with_columns(pl.col(old).alias(f"f_{new}") for new, old in lead.items())
    named = named.with_columns(
        pl.col("boundary").alias("f_boundary"), pl.col("co2e_g").alias("f_co2e_g")
    )
    keys = [*(f"f_{name}" for name in FACTOR), *gases]
    unique = named.select(keys).unique().sort(keys, nulls_last=True).with_row_index("factor")
    found = named.join(unique, on=keys, how="left", nulls_equal=True)
    return unique.rename({f"f_{name}": name for name in FACTOR}), found


def _rows(rows: pl.DataFrame, inputs: pl.DataFrame, grids: Grids) -> pl.DataFrame:
    import polars as pl

    brought = [name for name in AMOUNTS if name not in ("load_ppm", "empty_ppm")]
    place = inputs.select("leg", "leg_row", *brought)
    rows = rows.drop(name for name in brought if name in rows.columns)
    rows = rows.join(place, on="leg", how="left").sort(
        "counts", "emission_id", descending=[True, False]
    )
    rows = rows.with_row_index("at").with_columns(
        *(pl.col(f"leg_{name}").alias(name)
          for name in ("form", "adjusted_km", "payload_t", "empty", "rate_empty")),
        pl.when(pl.col("volume_ml").is_not_null()).then("leg_mj_per_l").otherwise("leg_mj_per_kg")
        .alias("_heat"),
        pl.col("leg_temperature_uplift").fill_null(1.0).alias("uplift"),
        pl.col("leg_split").fill_null(1.0).alias("split"),
        ).with_columns(
        pl.when(pl.col("form") == "money").then("leg_usd_per_fen").otherwise("_heat")
        .alias("heat")
    )  # fmt: skip
    grid, at, leg = grids.rows, pl.col("at"), pl.col("leg_row")
    known = formulas.quantity(grids.inputs, grid, leg, at)
    values = {"quantity": "leg_quantity", "rate": "leg_rate", "x": "leg_x", "g": "co2e_g",
              "co2e": "co2e_ug"}  # fmt: skip
    parts = [grid.here(name, at) for name in ("quantity", "rate", "uplift", "split")]
    return rows.with_columns(
        *(pl.col(value).alias(f"{name}=") for name, value in values.items()),
        known.fill_null(pl.col("leg_quantity").cast(pl.String)).alias("quantity"),
        formulas.rate(grids.inputs, grids.factors, grid, leg, at).alias("rate"),
        pl.format("{}*{}*{}*{}", *parts).alias("x"),
        grids.factors.cell("co2e_g", pl.col("factor")).alias("g"),
        formulas.product(grid, at).alias("co2e"),
        *_checked(grid, at),
    )


def _checked(grid: Grid, at: pl.Expr) -> list[pl.Expr]:
    """Give the exact texts beside a formula and the difference to them."""
    import polars as pl

    return [
        pl.col("co2e_ug").cast(pl.String).alias("text"),
        pl.format("{}-{}", grid.here("co2e", at), grid.here("co2e_ug", at)).alias("difference"),
        pl.lit(0).alias("difference="),
    ]


def _shares(
    shares: pl.DataFrame, places: pl.DataFrame, grids: Grids
) -> tuple[pl.DataFrame, pl.DataFrame]:
    import polars as pl

    shares = shares.join(places, on="total_id", how="inner").sort("total_id", "emission_id")
    shares = shares.with_row_index("at")
    rounds = (
        shares.group_by("total_id", maintain_order=True)
        .agg(
            pl.col("boundary").first(), pl.col("basis").first(), pl.col("total_row").first(),
            pl.col("total_ug").first(), pl.col("weights").first().cast(pl.Float64),
            pl.len().cast(pl.Int64).alias("members"), pl.col("at").min().alias("first"),
            pl.col("at").max().alias("last"),
        )
        .with_row_index("round_row")
    )  # fmt: skip
    placed = shares.join(rounds.select("total_id", "round_row"), on="total_id", how="left")
    grid, at, of = grids.shares, pl.col("at"), pl.col("round_row")
    placed = placed.sort("at").with_columns(
        pl.col("total_ug").alias("total="),
        pl.col("weights").cast(pl.Float64).alias("weights="),
        pl.col("co2e_ug").alias("co2e="),
        pl.col("weight").cast(pl.Int64),
    ).with_columns(
        grids.rounds.cell("total", of).alias("total"),
        grids.rounds.cell("weights", of).alias("weights"),
        formulas.share(grid, at).alias("co2e"),
        *_checked(grid, at),
    )  # fmt: skip
    return placed, _rounds(rounds, grids)


def _rounds(rounds: pl.DataFrame, grids: Grids) -> pl.DataFrame:
    import polars as pl

    spans = rounds.select("first", "last").rows()
    summed = {
        name: ["SUM(" + ",".join(grids.shares.ranges(key, *span)) + ")" for span in spans]
        for name, key in (("weights", "weight"), ("shares", "co2e"))
    }
    at = pl.col("round_row")
    here = grids.rounds.here
    return rounds.with_columns(
        pl.col("total_ug").alias("total="),
        pl.col("weights").alias("weights="),
        pl.col("total_ug").alias("shares="),
        pl.lit(0).alias("difference="),
        grids.rows.cell("co2e", pl.col("total_row")).alias("total"),
        pl.Series("weights", summed["weights"], pl.String),
        pl.Series("shares", summed["shares"], pl.String),
        pl.format("{}-{}", here("shares", at), here("total", at)).alias("difference"),
    )


def _supplied(supplied: pl.DataFrame, grid: Grid) -> pl.DataFrame:
    import polars as pl

    at = pl.col("at")
    rows = supplied.sort("emission_id").with_row_index("at")
    return rows.with_columns(
        pl.lit(value=True).alias("counts"),
        pl.col("co2e_ug").alias("co2e="),
        formulas.supply(grid, at).alias("co2e"),
        *_checked(grid, at),
    )


def _kept(kept: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    rows = kept.sort("emission_id").with_row_index("at")
    return rows.with_columns(pl.col("co2e_ug").cast(pl.String).alias("text"))


def _lines(
    lines: pl.DataFrame, live: dict[str, pl.DataFrame], kept: pl.DataFrame, grids: Grids
) -> pl.DataFrame:
    """Give what the inventory counts of each emission, with the address of the emission."""
    import polars as pl

    places = [
        frame.filter("counts").select(
            "emission_id",
            getattr(grids, name).cell("co2e", pl.col("at")).alias("emission"),
            pl.lit(value=True).alias("live"),
        )
        for name, frame in live.items()
    ]
    printed = kept.select(
        "emission_id",
        grids.kept.cell("co2e_ug", pl.col("at")).alias("emission"),
        pl.lit(value=False).alias("live"),
    )
    found = pl.concat([*places, printed])
    key = pl.concat_str(
        *(pl.col(name).cast(pl.String).fill_null("–") for name in KEY), separator=" · "
    )
    made = lines.join(found, on="emission_id", how="left", maintain_order="left")
    made = made.with_row_index("at").with_columns(
        (pl.col("standing") == COUNTED).alias("counts"),
        pl.col("share").cast(pl.Float64).fill_null(0.0).alias("part"),
    )
    exact = pl.col("co2e_ug").cast(pl.Float64) * pl.col("part")
    grid, at = grids.lines, pl.col("at")
    return made.with_columns(
        pl.when("counts").then(key).alias("key"),
        pl.col("co2e_ug").alias("emission="),
        pl.when(pl.col("counts") & (pl.col("part") != 1))
        .then(pl.col("counted_ug").cast(pl.Float64) - exact)
        .alias("delta"),
        formulas.counted(grid, at).alias("counted"),
        pl.col("counted_ug").alias("counted="),
        pl.col("counted_ug").cast(pl.String).alias("text"),
        pl.format("{}-{}", grid.here("counted", at), grid.here("counted_ug", at)).alias(
            "difference"
        ),
        pl.lit(0).alias("difference="),
    )


def _totals(lines: pl.DataFrame) -> pl.DataFrame:
    """Give each key's rows, exact sum, and the part of it that is recomputed."""
    import polars as pl

    counted = lines.filter("counts").with_columns(pl.col("counted_ug").cast(pl.Int128))
    return (
        counted.group_by("key", *KEY)
        .agg(
            pl.len().cast(pl.Int64).alias("rows"),
            pl.col("counted_ug").sum(),
            pl.col("counted_ug").filter("live").sum().alias("live_ug"),
        )
        .sort(*KEY, nulls_last=True)
    )
