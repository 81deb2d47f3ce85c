"""Legs as drives: what each method would need to know of them, column by column.

The physics and the features stand in ``spec/telemetry.json``; the figures of a class of vehicle in
``vehicles.csv``. All features are whole numbers, so that a model gives the same joules anywhere.
"""

from __future__ import annotations

import csv
from functools import cache
from hashlib import sha256
from importlib import resources

import polars as pl

__all__ = [
    "FEATURES", "TOLD", "drives", "figures_hash", "model_key", "spec_hashes", "vehicles",
]  # fmt: skip

# what trees may ask, in the order of the columns of a card
FEATURES = (
    *("speed_mmps", "gross_g", "way_m", "stops_pgm", "climb_ppm", "fall_ppm", "idle_ppm"),
    *("warmth_mc", "cold_ppm", "air_ppm"),
)
# what an activity must tell for physics and for features, beside mass and distance
TOLD = ("idle_us", "stops", "ascent_m", "descent_m", "air_temperature_mc")
_KEPT = ("share", "physics_j", *FEATURES)
_KEY = ("vehicle_class", "energy_carrier")


def figures_hash() -> str:
    """Give the SHA-256 of ``vehicles.csv``, by which a card knows its physics again."""
    return sha256(_text().encode()).hexdigest()


def spec_hashes() -> dict[str, str]:
    """Give the hashes of the formulas that the joules of a model rest on."""
    from tanlu.account.legs.computing import spec

    return {name: spec(name).sha256 for name in ("learned", "telemetry")}


def _text() -> str:
    return resources.files("tanlu.account.choose").joinpath("vehicles.csv").read_text("utf-8")


@cache
def vehicles() -> pl.DataFrame:
    """Give the physical figures of the classes of vehicles, one row for each class and carrier.

    Columns: vehicle_class, energy_carrier, tare_kg, drag_area_m2, rolling (coefficient),
    efficiency, kept (share of a descent), recuperation, drag_w, board_w, idle_w, chilled_w,
    frozen_w, source.
    """
    rows = list(csv.DictReader(_text().splitlines()))
    words = {"vehicle_class", "energy_carrier", "source"}
    return pl.DataFrame(rows).with_columns(pl.exclude(words).cast(pl.Float64))


def model_key() -> pl.Expr:
    """Give what a model is of: class of vehicle and energy carrier."""
    return pl.concat_str(*_KEY, separator="/")


def drives(legs: pl.DataFrame, computed: pl.DataFrame, defaulted: pl.Series) -> pl.DataFrame:
    """Give the legs on the road as drives.

    Parameters
    ----------
    legs
        As ``prepare.whole`` gives them.
    computed
        Of the same legs: ``energy_used_j`` (by the class curve) and ``capacity_t``.
    defaulted
        Of the same legs: energy [J] by the class curve with its default load.

    Returns
    -------
    DataFrame
        activity_id, share_key, key, vehicle, start, distance_m, metered_j (own energy of the leg),
        class_j, default_j, physics_j, share, the features, and ``lacks``: the columns that
        physics and features miss, or null. Null where a method has no energy.
    """
    from tanlu.account.legs.computing import spec
    from tanlu.store.engine import run

    told = legs.with_columns(
        computed["energy_used_j"], computed["capacity_t"], defaulted.alias("default_j"),
        model_key().alias("key"), (pl.col("end") - pl.col("start")).alias("duration_us"),
    )  # fmt: skip
    told = told.join(vehicles().drop("source"), on=_KEY, how="left", maintain_order="left")
    cold = pl.col("temperature_class")
    told = told.with_columns(
        pl.when(cold == "chilled").then("chilled_w").when(cold == "frozen").then("frozen_w")
        .otherwise(pl.when(pl.col("tare_kg").is_not_null()).then(0.0)).alias("cold_w"),
    )  # fmt: skip
    wanted = spec("telemetry")
    physics = run(wanted, told.select(name for name, _ in wanted.inputs)).select(_KEPT)
    made = told.with_columns(physics.get_columns())
    whole = pl.all_horizontal(pl.col(*FEATURES).is_not_null()) & (pl.col("physics_j") > 0)
    return made.select(
        "activity_id", "share_key", "key", "vehicle", "start", "distance_m",
        pl.col("energy_j").alias("metered_j"), pl.col("energy_used_j").alias("class_j"),
        "default_j", pl.when(whole).then("physics_j").alias("physics_j"), "share", *FEATURES,
        _lacks(whole).alias("lacks"),
    )  # fmt: skip


def _lacks(whole: pl.Expr) -> pl.Expr:
    """Give what is not told, or what of it cannot be."""
    absent = [pl.when(pl.col(name).is_null()).then(pl.lit(name))
              for name in ("mass_mg", "distance_m", *TOLD)]  # fmt: skip
    names = pl.concat_str(
        pl.when(pl.col("tare_kg").is_null()).then(pl.lit("vehicles.csv")), *absent,
        separator=", ", ignore_nulls=True,
    )  # fmt: skip
    return pl.when(~whole).then(
        pl.when(names != "").then(names).otherwise(pl.lit("start, end, idle_us"))
    )
