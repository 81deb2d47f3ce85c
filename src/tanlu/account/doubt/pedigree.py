"""The pedigree matrix: five scores of a value become the width of its interval."""

from __future__ import annotations

import csv
import math
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import polars as pl

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tanlu.factors import Library

__all__ = ["RELIABILITY", "factor_sigmas", "gsd2", "pedigree_sigma", "table"]

INDICATORS = ("reliability", "completeness", "time", "geography", "technology", "sample")
LAWS = ("lognormal", "normal", "triangular", "uniform")
# a value without a basic uncertainty: 2.0 for transport services, 1.05 for all else (ecoinvent 2)
BASIC, SERVICE = 1.05, 2.0


@cache
def table(version: int = 1) -> dict[str, tuple[float, ...]]:
    """Give the 95 % factors of the scores 1 to 5 of each indicator.

    Version 1 is that of ecoinvent 2, version 2 the empirical one of Ciroth and others (2016).
    """
    text = resources.files("tanlu.account.doubt").joinpath("pedigree.csv").read_text("utf-8")
    found = {
        row["indicator"]: tuple(float(row[f"score_{score}"]) for score in range(1, 6))
        for row in csv.DictReader(text.splitlines())
        if row["version"] == str(version)
    }
    if not found:
        raise TanluError("TL547", value=version, why="versions 1, 2")
    return found


def pedigree_sigma(scores: str | Sequence[int], basic: float = BASIC, version: int = 1) -> float:
    """Give the standard deviation of ln of a value from its pedigree.

    Parameters
    ----------
    scores
        Reliability, completeness, time, geography, technology and, in version 1, sample size:
        digits 1 (best) to 5.
    basic
        95 % factor U_b of a value of this kind by itself: 1.05 combustion, 2.0 transport services.

    Raises
    ------
    TanluError
        TL547 for another digit or an unknown version.

    Notes
    -----
    σ = 0.5·sqrt(ln² U_b + Σ ln² U_k).
    """
    factors = table(version)
    total = math.log(basic) ** 2
    for name, score in zip(INDICATORS, scores, strict=False):
        known = str(score) in {"1", "2", "3", "4", "5"} and name in factors
        if not known:
            raise TanluError("TL547", value=scores, why=f"{name}: 1 2 3 4 5")
        total += math.log(factors[name][int(str(score)) - 1]) ** 2
    return 0.5 * math.sqrt(total)


def gsd2(sigma: float) -> float:
    """Give GSD² = exp(2σ): the 95 % interval is [x / GSD², x · GSD²]."""
    return math.exp(2 * sigma)


# σ of an activity's data by its score: as the formulas of ``spec`` have it
RELIABILITY = tuple(math.log(factor) / 2 for factor in (1.0, 1.05, 1.1, 1.2, 1.5))


def factor_sigmas(library: Library, ids: pl.Series) -> pl.DataFrame:
    """Give σ and distribution of the factors that an emission names.

    Parameters
    ----------
    ids
        Identities as they stand between the slashes of ``factor_id``: one, or those of several
        boundaries joined by +, of which the widest counts.

    Returns
    -------
    DataFrame
        ``ids``, ``sigma``, ``law``; what the library does not know is absent.
    """
    rows = library.factors
    lower, upper, gsd = (
        pl.col(name).cast(pl.Float64, strict=False) for name in ("lower", "upper", "gsd")
    )
    moved = pl.col("activity").str.contains(r"^(?:transport|hub)\.")
    basic = gsd.fill_null(pl.when(moved).then(SERVICE).otherwise(BASIC)).log() ** 2
    scored = [
        pl.col("pedigree").str.slice(place, 1).replace_strict(
            {str(score): math.log(factor) ** 2 for score, factor in enumerate(factors, start=1)},
            default=0.0, return_dtype=pl.Float64,
        )
        for place, factors in enumerate(list(table(1).values())[:5])
    ]  # fmt: skip
    sigma = (
        pl.when(lower.is_not_null() & upper.is_not_null())
        .then((upper / lower).log() / (2 * 1.96))
        .otherwise(0.5 * sum(scored, start=basic).sqrt())
    )
    wanted = ids.drop_nulls().unique().sort().to_frame("ids")
    return (
        wanted.with_columns(pl.col("ids").str.split("+").alias("factor_id"))
        .explode("factor_id")
        .join(rows, on="factor_id", how="inner")
        .select("ids", sigma.alias("sigma"), pl.col("distribution").fill_null(LAWS[0]).alias("law"))
        .group_by("ids")
        .agg(pl.col("sigma").max(), pl.col("law").sort_by("sigma").last())
        .sort("ids")
    )
