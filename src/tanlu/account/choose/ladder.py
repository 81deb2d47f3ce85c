"""Every method that applies to a drive, side by side: energy, interval, expected error, or why not.

The method with the least expected error wins. Errors come from calibration on vehicles that the
judged model never saw, never from a fixed rank; where no card knows a class, those of the library.
"""

from __future__ import annotations

import math
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.account.choose.drives import FEATURES
from tanlu.account.choose.trees import ONE, energies, predicted
from tanlu.account.rules import assumption

if TYPE_CHECKING:
    from tanlu.account.choose.card import Card

__all__ = ["METHODS", "TIERS", "distrusted", "ladder"]

# at equal expected error the earlier one holds
METHODS = ("measured", "learned", "physics", "scaled", "class", "default")
TIERS = {
    "measured": "measured", "learned": "learned", "physics": "modelled", "scaled": "modelled",
    "default": "default",
}  # fmt: skip
MILLION = 1_000_000
# mean absolute error of a normal over its standard deviation
MEAN_OF_SIGMA = math.sqrt(2 / math.pi)
# a meter so many standard deviations from what the drive needed has failed
FAR = 4.5
# what a load factor that nobody told adds to the doubt of a curve, where no card knows better
UNTOLD = "A-LOAD"


def distrusted(vehicle: str) -> str:
    """Give the 16 hexadecimal digits by which a card names a vehicle whose meter is faulty."""
    return sha256(f"tanlu/vehicle|{vehicle}".encode()).hexdigest()[:16]


def ladder(
    drives: pl.DataFrame, card: Card | None, sigma: pl.Series, *, ends: bool = True
) -> pl.DataFrame:
    """Give each drive with all methods.

    Parameters
    ----------
    drives
        As ``drives`` gives them.
    card
        The model card in force.
    sigma
        Standard deviation of ln [ppm] of each drive by the library's own curve.
    ends
        Without them the learned intervals stay null: the choice does not need them.

    Returns
    -------
    DataFrame
        The drives with, for each of ``METHODS``, ``<method>_j`` (null where it does not apply),
        ``_low_j`` and ``_high_j`` (95 %), ``_error_ppm`` (expected absolute error over energy),
        ``_sigma_ppm`` and ``_why`` (why it does not apply); and ``chosen``, null where none does.
    """
    rows = drives.with_columns(sigma.alias("library_ppm")).with_row_index("_row")
    rows = rows.join(_figures(card), on="key", how="left", maintain_order="left")
    rows = _learned(rows, card, ends=ends)
    rows = _curves(_scaled(_physics(rows)))
    rows = _measured(rows, card)
    told = pl.col("lacks")
    unknown = pl.lit("no model card" if card is None else "the card does not know this class")
    seen = pl.lit("outside what the model saw")
    rows = rows.with_columns(
        learned_why=pl.coalesce(
            told, pl.col("c_refused"), pl.when(pl.col("c_physics").is_null()).then(unknown), seen
        ),
        physics_why=pl.coalesce(told, pl.col("c_refused"), unknown),
        scaled_why=pl.coalesce("c_refused", unknown),
        class_why=pl.lit("the library has no curve"),
        default_why=pl.lit("the library has no curve"),
    )
    return _chosen(rows).select(*drives.columns, *_WRITTEN, "chosen")


_ENDS = ("j", "low_j", "high_j", "error_ppm", "sigma_ppm", "why")
_HAD = ("class_j", "default_j", "physics_j")
_WRITTEN = tuple(f"{m}_{end}" for m in METHODS for end in _ENDS if f"{m}_{end}" not in _HAD)
_NUMBERS = ("mae_ppm", "sigma_ppm", "low", "high")


def _chosen(rows: pl.DataFrame) -> pl.DataFrame:
    errors = [
        pl.when(pl.col(f"{name}_j").is_not_null()).then(f"{name}_error_ppm") for name in METHODS
    ]
    least = pl.min_horizontal(errors)
    chosen = pl.coalesce(
        pl.when(error == least).then(pl.lit(name))
        for name, error in zip(METHODS, errors, strict=True)
    )
    return rows.with_columns(
        chosen.alias("chosen"),
        *(pl.when(pl.col(f"{m}_j").is_null()).then(f"{m}_why").alias(f"{m}_why") for m in METHODS),
    )


def _figures(card: Card | None) -> pl.DataFrame:
    """Give what the card knows of each class: one row, a column for each method and figure."""
    rows = [] if card is None else [_row(each) for each in card.content["classes"]]
    names = [f"c_{m}_{n}" for m in METHODS[1:] for n in _NUMBERS]
    shape = {"key": pl.String, **dict.fromkeys((*names, "c_physics", "c_scale"), pl.Int64),
             "c_refused": pl.String}  # fmt: skip
    return pl.DataFrame(rows, schema=shape)


def _row(each: dict[str, Any]) -> dict[str, Any]:
    figures = {
        f"c_{m}_{n}": each["methods"].get(m, {}).get(n) for m in METHODS[1:] for n in _NUMBERS
    }
    refused = (each["refused"] or {}).get("code")
    return {"key": each["key"], **figures, "c_physics": each.get("physics"),
            "c_scale": each.get("scale"), "c_refused": refused}  # fmt: skip


def _learned(rows: pl.DataFrame, card: Card | None, *, ends: bool) -> pl.DataFrame:
    """Give the energy of the learned models where features are told and inside what they saw."""
    shape = {"_row": pl.UInt32, **dict.fromkeys(_LEARNED, pl.Int64)}
    made = [pl.DataFrame(schema=shape)]
    for key, each in ({} if card is None else card.classes).items():
        if not each["models"]:
            continue
        inside = [
            pl.col(name).is_between(low, high)
            for name, (low, high) in zip(FEATURES, each["span"], strict=True)
        ]
        told = pl.col("physics_j").is_not_null() & pl.all_horizontal(inside)
        mine = rows.filter(pl.col("key") == key, told)
        names = ("middle", "low", "high") if ends else ("middle",)
        said = mine.select("_row", "physics_j", **{n: _grown(card, key, n) for n in names})
        logs = [pl.col("middle")]
        if ends:
            wide = max(each["offset"], 0)
            logs.append(pl.min_horizontal("low", "middle") - wide)
            logs.append(pl.max_horizontal("high", "middle") + wide)
        found = [energies(said, each).alias(n) for n, each in zip(_LEARNED, logs, strict=False)]
        made.append(said.select("_row").with_columns(found))
    rows = rows.join(pl.concat(made, how="diagonal"), on="_row", how="left", maintain_order="left")
    return rows.rename({"c_learned_mae_ppm": "learned_error_ppm",
                        "c_learned_sigma_ppm": "learned_sigma_ppm"})  # fmt: skip


@lru_cache(maxsize=256)
def _grown(card: Card, key: str, name: str) -> pl.Expr:
    """Give the trees of a model as an expression, built once: it costs as much as a slice."""
    return predicted(card.classes[key]["models"][name])


_LEARNED = ("learned_j", "learned_low_j", "learned_high_j")


def _physics(rows: pl.DataFrame) -> pl.DataFrame:
    """Give physics times the ratio of the class; without a card it has no known error."""
    ratio = pl.col("c_physics")
    made = [
        energies(rows, ratio).alias("physics_j"),
        energies(rows, ratio + pl.col("c_physics_low")).alias("physics_low_j"),
        energies(rows, ratio + pl.col("c_physics_high")).alias("physics_high_j"),
    ]
    return rows.with_columns(made).rename(
        {"c_physics_mae_ppm": "physics_error_ppm", "c_physics_sigma_ppm": "physics_sigma_ppm"}
    )


def _scaled(rows: pl.DataFrame) -> pl.DataFrame:
    """Give the class curve times the ratio of the fleet to it."""
    ratio = pl.col("c_scale")
    ends: dict[str, Any] = {"": 0, "low_": pl.col("c_scaled_low"), "high_": pl.col("c_scaled_high")}
    made = [energies(rows, ratio + end, "class_j").alias(f"scaled_{n}j") for n, end in ends.items()]
    return rows.with_columns(made).rename(
        {"c_scaled_mae_ppm": "scaled_error_ppm", "c_scaled_sigma_ppm": "scaled_sigma_ppm"}
    )


def _curves(rows: pl.DataFrame) -> pl.DataFrame:
    """Give the class curve and its default with the errors of the card, else of the library."""
    untold = assumption(UNTOLD).sigma_ln
    library = pl.col("library_ppm") / MILLION
    sigmas = {"class": library, "default": (library * library + untold * untold).sqrt()}
    for name, sigma in sigmas.items():
        ppm = (sigma * MILLION).round().cast(pl.Int64)
        error = (sigma * (MEAN_OF_SIGMA * MILLION)).round().cast(pl.Int64)
        wide = (sigma * (1.96 * ONE)).round().cast(pl.Int64)
        rows = rows.with_columns(
            pl.coalesce(f"c_{name}_sigma_ppm", ppm).alias(f"{name}_sigma_ppm"),
            pl.coalesce(f"c_{name}_mae_ppm", error).alias(f"{name}_error_ppm"),
            pl.coalesce(f"c_{name}_low", -wide).alias("_low"),
            pl.coalesce(f"c_{name}_high", wide).alias("_high"),
        )
        rows = rows.with_columns(
            energies(rows, pl.col("_low"), f"{name}_j").alias(f"{name}_low_j"),
            energies(rows, pl.col("_high"), f"{name}_j").alias(f"{name}_high_j"),
        )
    return rows


def _measured(rows: pl.DataFrame, card: Card | None) -> pl.DataFrame:
    """Give the measured energy where its meter may be believed.

    A card names vehicles whose meter errs all the time; a single value is held to what the drive
    needed by the best model at hand.
    """
    sigma = assumption("M-METER").sigma_ln
    classes = card.classes.values() if card else ()
    listed = {name for each in classes for name in each["distrusted"]}
    names = rows["vehicle"].drop_nulls().unique().to_list() if listed else []
    faulty = [name for name in names if distrusted(name) in listed]
    value = pl.col("metered_j")
    model = pl.coalesce("learned_j", "physics_j")
    doubt = pl.coalesce(
        pl.when(pl.col("learned_j").is_not_null()).then("learned_sigma_ppm"), "physics_sigma_ppm"
    )
    wide = (doubt * FAR * (ONE / MILLION)).round().cast(pl.Int64)
    bounds = rows.select(model.alias("m"), wide.alias("w"))
    low, high = (energies(bounds, sign * pl.col("w"), "m") for sign in (-1, 1))
    why = (
        pl.when(value.is_null()).then(pl.lit("no measured energy"))
        .when(value <= 0).then(pl.lit("TL540"))
        .when(pl.col("vehicle").is_in(faulty)).then(pl.lit("TL541"))
        .when((value < low) | (value > high)).then(pl.lit("TL540"))
    )  # fmt: skip
    rows = rows.with_columns(why.alias("measured_why")).with_columns(
        pl.when(pl.col("measured_why").is_null()).then(value).alias("measured_j"),
        pl.lit(round(sigma * MEAN_OF_SIGMA * MILLION), pl.Int64).alias("measured_error_ppm"),
        pl.lit(round(sigma * MILLION), pl.Int64).alias("measured_sigma_ppm"),
    )
    reach = round(1.96 * sigma * ONE)
    return rows.with_columns(
        energies(rows, pl.lit(sign * reach, pl.Int64), "measured_j").alias(f"measured_{end}_j")
        for sign, end in ((-1, "low"), (1, "high"))
    )
