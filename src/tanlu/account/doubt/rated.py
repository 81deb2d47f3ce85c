"""How good the data behind a sum are: primary share, tiers of ISO 14083, ratings by contribution.

All shares and means are weighed by the absolute amount, so that a removal or a credit cannot push
a share out of 0 to 100 %.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tanlu.factors import Library

__all__ = ["TIERS", "level", "primary_share", "quality", "ratings"]

MILLION = 1_000_000
# place of an indicator in the five digits of a factor's pedigree
DIGITS = {"reliability": 0, "completeness": 1, "time": 2, "geography": 3, "technology": 4}
PACT = ("technology", "geography", "time")
RATED = (*PACT, "precision")
# what ISO 14083:2023 clause 13 calls the tiers of an emission
TIERS = {"measured": "primary", "learned": "modelled", "modelled": "modelled", "default": "default"}


def ratings(frame: pl.DataFrame, library: Library) -> pl.DataFrame:
    """Give the rows with their ratings, 1 (best) to 5, and the rating of the PEF of each.

    Parameters
    ----------
    frame
        Emission rows with ``factor_id``; ``quality`` of the activity's data where ``told`` gave it.
    library
        Whose factors' pedigrees are read. Of several factors of one row the worst counts.

    Returns
    -------
    DataFrame
        The frame with ``technology``, ``geography``, ``time``, ``precision`` (int64) and ``dqr``
        (float64); null where no pedigree is known.

    Notes
    -----
    DQR = (TeR + GeR + TiR + P) / 4 (PEF, Recommendation (EU) 2021/2279); P is the quality of the
    activity's data where it is told, else the reliability of the factor.
    """
    known = _pedigrees(frame["factor_id"], library)
    told = pl.col("quality") if "quality" in frame.columns else pl.lit(None, pl.Int64)
    scored = frame.join(known, on="factor_id", how="left", maintain_order="left").with_columns(
        pl.coalesce(told, "reliability").cast(pl.Int64).alias("precision")
    )
    mean = sum((pl.col(name) for name in RATED[1:]), start=pl.col(RATED[0])) / len(RATED)
    return scored.with_columns(mean.alias("dqr")).drop("reliability")


def quality(
    frame: pl.DataFrame,
    by: Sequence[str] = (),
    *,
    amount: str = "co2e_ug",
    library: Library | None = None,
) -> pl.DataFrame:
    """Give the quality of the data behind sums of emissions.

    Parameters
    ----------
    frame
        Emission rows; ``primary_share_ppm`` where a supplier told it.
    by, amount
        Columns to cut by, and the amount that weighs.
    library
        For the ratings; without one they are null.

    Returns
    -------
    DataFrame
        The columns of ``by``, ``primary_share_ppm`` (PACT), ``primary_ppm``, ``modelled_ppm``,
        ``default_ppm`` (ISO 14083), ``technology``, ``geography``, ``time``, ``precision`` and
        ``dqr`` (means weighed by contribution), ``dqr_class``, ``rated_ppm`` (what the means
        stand for).

    Notes
    -----
    x̄ = Σ|e|·x / Σ|e| (PACT methodology v3: contribution-weighted). Shares are of the absolute sum.
    """
    names = list(by)
    rows = ratings(frame, library) if library is not None else frame
    weight = pl.col(amount).abs().cast(pl.Float64)
    have = "primary_share_ppm" in frame.columns
    supplied = pl.col("primary_share_ppm") if have else pl.lit(None, pl.Int64)
    measured = pl.when(pl.col("tier") == "measured").then(MILLION).otherwise(0)
    work = rows.with_columns(
        weight.alias("_w"),
        pl.coalesce(supplied, measured).alias("_primary"),
        pl.col("tier").replace_strict(TIERS, default="default").alias("_tier"),
    )
    rated = [*RATED, "dqr"] if library is not None else []
    total = pl.col("_w").sum()
    aggregates = [
        _ppm((pl.col("_w") * pl.col("_primary")).sum() / MILLION / total, "primary_share_ppm"),
        *(
            _ppm(pl.col("_w").filter(pl.col("_tier") == tier).sum() / total, f"{tier}_ppm")
            for tier in ("primary", "modelled", "default")
        ),
        *(_mean(name).alias(name) for name in rated),
        *((_ppm(pl.col("_w").filter(pl.col("dqr").is_not_null()).sum() / total, "rated_ppm"),)
          if rated else ()),
    ]  # fmt: skip
    found = work.group_by(names).agg(aggregates).sort(names) if names else work.select(aggregates)
    blank = [
        pl.lit(None, pl.Float64).alias(name) for name in (*RATED, "dqr") if name not in rated
    ] + ([] if rated else [pl.lit(None, pl.Int64).alias("rated_ppm")])
    return found.with_columns(blank).with_columns(
        pl.col("dqr").map_elements(level, return_dtype=pl.String).alias("dqr_class")
    )


def primary_share(frame: pl.DataFrame, *, amount: str = "co2e_ug") -> int:
    """Give the primary data share of a sum [ppm]: Σ|e|·s / Σ|e| (PACT methodology v3).

    s is 1 for measured rows, the supplier's ``primary_share_ppm`` where one is told, else 0.
    """
    return int(quality(frame, amount=amount)["primary_share_ppm"][0] or 0)


def level(dqr: float) -> str:
    """Give the class of a data quality rating: excellent, very_good, good, fair or poor."""
    return next((name for name, limit in _classes() if dqr <= limit), "poor")


@cache
def _classes() -> tuple[tuple[str, float], ...]:
    text = resources.files("tanlu.account.doubt").joinpath("classes.csv").read_text("utf-8")
    return tuple((row["name"], float(row["up_to"])) for row in csv.DictReader(text.splitlines()))


def _pedigrees(ids: pl.Series, library: Library) -> pl.DataFrame:
    """Give the worst score of each indicator over all factors that an identity names."""
    digits = [
        pl.col("pedigree").str.slice(place, 1).cast(pl.Int64, strict=False).alias(name)
        for name, place in DIGITS.items()
    ]
    return (
        ids.drop_nulls().unique().sort().to_frame("factor_id")
        .with_columns(pl.col("factor_id").str.replace_all("/", "+").str.split("+").alias("_one"))
        .explode("_one")
        .join(library.factors.select(pl.col("factor_id").alias("_one"), *digits), on="_one")
        .group_by("factor_id")
        .agg(pl.col("reliability", *PACT).max())
    )  # fmt: skip


def _mean(name: str) -> pl.Expr:
    weight = pl.col("_w").filter(pl.col(name).is_not_null()).sum()
    return pl.when(weight > 0).then((pl.col("_w") * pl.col(name)).sum() / weight)


def _ppm(share: pl.Expr, name: str) -> pl.Expr:
    whole = (share.fill_nan(0.0) * MILLION + 0.5).floor().cast(pl.Int64)
    return whole.alias(name)
