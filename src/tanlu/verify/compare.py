"""Two sets of emissions compared row by row and column by column, to the microgram."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tanlu.errors import say
from tanlu.terms import schema

if TYPE_CHECKING:
    import polars as pl

__all__ = ["COMPARED", "compare"]

# what a repeated calculation must give again exactly
COMPARED = (
    "co2e_ug", "lower_ug", "upper_ug", "sigma_ln_ppm", "co2_fossil_ug", "co2_bio_ug",
    "ch4_fossil_ug", "ch4_bio_ug", "n2o_ug", "sf6_ug", "nf3_ug", "gas_ug", "co2e_unsplit_ug",
    "mass_mg", "distance_m", "transport_kgm", "daf_ppm", "energy_j", "tier", "method",
    "factor_id", "factor_hash", "gwp_set", "start", "kind", "stage", "leg_no", "vehicle_class",
    "energy_carrier", "temperature_class", "origin", "destination", "place",
)  # fmt: skip


def compare(recorded: pl.DataFrame, repeated: pl.DataFrame) -> pl.DataFrame:
    """Give a finding for each emission that differs, is missing or is extra.

    Parameters
    ----------
    recorded, repeated
        Rows of schema ``emission``: what the ledger holds and what the calculation gives.

    Returns
    -------
    polars.DataFrame
        Schema ``finding``: TL702 with the first differing column and both values in
        ``evidence``, TL703 for a missing and TL704 for an extra emission.
    """
    import polars as pl

    if _same(recorded, repeated):
        return schema("finding").empty()
    keys = ("emission_id", "activity_id")
    left = recorded.select(*keys, *COMPARED, pl.lit(1).alias("in_ledger"))
    right = repeated.select("emission_id", "activity_id", *COMPARED, pl.lit(1).alias("in_repeat"))
    both = left.join(right, on="emission_id", how="full", coalesce=True, suffix="_again")
    unequal = [pl.col(name).ne_missing(pl.col(f"{name}_again")) for name in COMPARED]
    first = pl.coalesce(
        *(
            pl.when(differs).then(pl.lit(name))
            for name, differs in zip(COMPARED, unequal, strict=True)
        )
    )
    code = (
        pl.when(pl.col("in_ledger").is_null())
        .then(pl.lit("TL703"))
        .when(pl.col("in_repeat").is_null())
        .then(pl.lit("TL704"))
        .when(pl.any_horizontal(unequal))
        .then(pl.lit("TL702"))
    )
    wrong = both.with_columns(code.alias("code")).filter(pl.col("code").is_not_null())
    told = wrong.with_columns(
        pl.when(pl.col("code") == "TL702").then(first).alias("column"),
        pl.coalesce("activity_id", "activity_id_again").alias("activity_id"),
    )
    return _findings(told.sort("emission_id"))


def _same(recorded: pl.DataFrame, repeated: pl.DataFrame) -> bool:
    """Tell whether both are equal row by row: the usual case, without a join of texts."""
    import polars as pl

    if recorded.height != repeated.height:
        return False
    if not (recorded["emission_id"] == repeated["emission_id"]).all():
        repeated = repeated.select("emission_id", *COMPARED).sort("emission_id")
        at = recorded["emission_id"].arg_sort()
        if not (recorded["emission_id"].gather(at) == repeated["emission_id"]).all():
            return False
    else:
        at = pl.int_range(recorded.height, dtype=pl.UInt32, eager=True)
    # one pass over all columns, none of which is copied whole
    equal = (
        pl.col(name).gather(pl.lit(at)).eq_missing(pl.lit(repeated[name])).all()
        for name in COMPARED
    )
    ids = repeated["emission_id"]
    # the identity of one row would be that of another: a join would show it
    distinct = bool((ids[1:] > ids[:-1]).all()) or ids.n_unique() == ids.len()
    return distinct and all(recorded.select(equal).row(0))


def _findings(wrong: pl.DataFrame) -> pl.DataFrame:
    # differences are exceptional: here the rows are few
    rows = [
        {
            "finding_id": f"replay|{row['emission_id']}",
            "code": row["code"],
            "severity": "error",
            "subject": row["activity_id"],
            "column": row["column"],
            "value": None if row["column"] is None else str(row[row["column"]]),
            "hint": say(row["code"], value=row["emission_id"]),
            "count": 1,
            "source_sha256": None,
            "source_line": None,
            "evidence": _evidence(row),
        }
        for row in wrong.iter_rows(named=True)
    ]
    import polars as pl

    table = schema("finding")
    return pl.DataFrame(rows, schema=table.dtypes()) if rows else table.empty()


def _evidence(row: dict[str, object]) -> str:
    column = row["column"]
    content: dict[str, object] = {"emission_id": row["emission_id"]}
    if isinstance(column, str):
        content |= {"ledger": row[column], "again": row[f"{column}_again"]}
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
