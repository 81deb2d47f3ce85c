"""What a period emitted for all orders, shared among them: warehouse energy, servers, cooling.

Such emissions name no order, but a site, a vehicle or nothing. They are shared by mass or by number
of parcels, by largest remainder, so that all shares are the whole to the microgram. It is an
allocation, asked for and told: without it they stay outside the footprint of an order and their
stage is a gap (ISO 14067:2018 6.4.6).
"""

from __future__ import annotations

import polars as pl

from tanlu.account.lifecycle.stages import FOR_ALL, STAGES, keyed
from tanlu.account.shares import shared
from tanlu.errors import TanluError

__all__ = ["WEIGHTS", "overhead"]

WEIGHTS = {"mass": "mass_mg", "count": "count"}
SAME = ("stage", "kind", "boundary", "tier", "factor_id", "factor_hash", "gwp_set", "sigma_ln_ppm")
AMOUNTS = ("co2e_ug", "co2_fossil_ug", "co2_bio_ug", "ch4_fossil_ug", "ch4_bio_ug", "n2o_ug")


def overhead(rows: pl.LazyFrame, by: str, weight: str) -> pl.DataFrame:
    """Give the share of every key in what was emitted for all.

    Parameters
    ----------
    rows
        Schema ``emission``, those that may be summed.
    by
        As for ``keyed``: order, parcel, consignment or sku.
    weight
        mass (the heaviest leg of each parcel, summed [mg]) or count (parcels).

    Returns
    -------
    DataFrame
        key, stage, kind, boundary, tier, factor_id, factor_hash, gwp_set, sigma_ln_ppm, co2e_ug
        and gases [µg]: a row for each key and factor; none where nothing or nobody is there.

    Raises
    ------
    TanluError
        TL502 for another weight, TL513 when no key has a mass.
    """
    if weight not in WEIGHTS:
        raise TanluError("TL502", value=weight, known=", ".join(WEIGHTS))
    weight_of = WEIGHTS[weight]
    common = (
        rows.filter(FOR_ALL & pl.col("stage").is_in(STAGES))
        .group_by(SAME)
        .agg(pl.col(name).sum() for name in AMOUNTS)
        .sort(SAME)
        .collect(engine="streaming")
    )
    each = (
        keyed(rows, by)
        .group_by("key", pl.coalesce("subject", "shipment").alias("_parcel"))
        .agg(pl.col("mass_mg").max())
        .group_by("key")
        .agg(pl.col("mass_mg").sum(), pl.len().cast(pl.Int64).alias("count"))
        .collect(engine="streaming")
    )
    parts = []
    for group in common.iter_rows(named=True) if each.height else ():
        whole = [
            pl.lit(group[name]).cast(common[name].dtype).alias(name) for name in common.columns
        ]
        weighed = each.select(
            pl.lit("", pl.String).alias("_group"), "key", pl.col(weight_of).alias("_weight"), *whole
        )
        parts.append(shared(weighed, "_group", "key", "_weight", AMOUNTS))
    empty = common.clear().with_columns(pl.lit(None, pl.String).alias("key"))
    columns = ["key", *SAME, *AMOUNTS]
    return pl.concat([empty.select(columns), *(part.select(columns) for part in parts)])
