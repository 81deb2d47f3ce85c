"""What a ledger knows of a product: emissions of an order, parcel or SKU, by stage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanlu.account.lifecycle import keyed, overhead
from tanlu.errors import TanluError
from tanlu.report.items.totals import one_sum, within

if TYPE_CHECKING:
    import polars as pl

__all__ = ["COLUMNS", "of_all", "of_ledger", "of_subject", "shared"]

NAMES = ("subject", "shipment", "consignment", "chain", "activity_id")
# what a sheet is made of, from a ledger as from a system
COLUMNS = (
    *("process", "line", "stage", "kind", "boundary", "tier", "data", "dqr", "factor_id"),
    *("factor_hash", "gwp_set", "assumptions", "sigma_ln_ppm", "co2e_ug", "co2_fossil_ug"),
    *("co2_bio_ug", "ch4_fossil_ug", "ch4_bio_ug", "n2o_ug", "luc_ug"),
)
AMOUNTS = tuple(name for name in COLUMNS if name.endswith("_ug"))
# the rules of products first, then those of transport
USUAL = ("iso14067", "iso14083")


def of_ledger(
    workspace: Any,
    span: tuple[int, int] | None,
    *,
    as_of: int | None = None,
    profile: str | None = None,
    basis: str | None = None,
) -> tuple[pl.LazyFrame, str, str]:
    """Give the emissions of a period that may be summed, with profile and basis.

    Where nothing is asked for, the rules of products are taken if the ledger was quantified by
    them, else those of transport, and electricity by location; what an activity tells of its own
    contract and has no row by location beside it (ISO 14067 counts electricity once) stays in.

    Raises
    ------
    TanluError
        TL801 when the ledger holds several profiles and none of them is usual.
    """
    import polars as pl

    rows = within(workspace.scan("emission", as_of=as_of), span)
    held = rows.select("profile", "basis").unique().collect(engine="streaming")
    chosen = profile or next((name for name in USUAL if name in set(held["profile"])), None)
    if basis is not None or "location" not in set(held["basis"]):
        return one_sum(rows, chosen, basis)
    found, chosen, ground = one_sum(rows, chosen, "location")
    if "market" not in set(held.filter(profile=chosen)["basis"]):
        return found, chosen, ground
    twin = ["activity_id", "boundary", "share_key"]
    alone = rows.filter(profile=chosen, basis="market").join(
        found.filter(basis="location"), on=twin, how="anti", nulls_equal=True
    )
    return pl.concat([found, alone]), chosen, ground


def of_subject(rows: pl.LazyFrame, subject: str, by: str = "parcel") -> pl.DataFrame:
    """Give the emissions of a subject as lines of a sheet; of a SKU where ``by`` says so.

    Raises
    ------
    TanluError
        TL806 when nothing is recorded of it.
    """
    import polars as pl

    kind, typed, value = subject.partition(":")
    named = pl.any_horizontal(pl.col(name) == subject for name in NAMES)
    if typed and kind in NAMES:
        named = named | (pl.col(kind) == value)
    asked = rows.filter(named.fill_null(value=False))
    if typed and kind not in (*NAMES, "sku"):
        # one column opens fewer parts than five
        asked = rows.filter(pl.col("subject") == subject)
    if by == "sku":
        asked = keyed(rows, by).filter(key=value if typed else subject)
    found = asked.collect(engine="streaming")
    if not found.height:
        raise TanluError("TL806", value=subject)
    measured = pl.when(pl.col("tier") == "measured").then(pl.lit("primary"))
    return found.sort("emission_id").select(
        pl.col("kind").alias("process"), pl.col("activity_id").alias("line"), "stage", "kind",
        "boundary", "tier", measured.otherwise(pl.lit("secondary")).alias("data"),
        pl.lit(None, pl.Float64).alias("dqr"), "factor_id", "factor_hash", "gwp_set",
        "assumptions", "sigma_ln_ppm",
        *(pl.lit(None, pl.Int64).alias(name) if name == "luc_ug" else name for name in AMOUNTS),
    )  # fmt: skip


def of_all(rows: pl.LazyFrame, subject: str, by: str, weight: str | None) -> pl.DataFrame:
    """Give the subject's share of what was emitted for all, as lines of a sheet.

    The subject is looked for as what ``by`` says, then as an order, a parcel, a consignment.
    """
    import polars as pl

    if weight is None:
        weight, rows = "count", rows.clear()
    kind, typed, value = subject.partition(":")
    bare = value if typed and kind in (*NAMES, "sku") else subject
    found = overhead(rows.clear(), by, weight)
    for each in dict.fromkeys((by, "order", "parcel", "consignment")):
        if not found.height:
            found = overhead(rows, each, weight).filter(pl.col("key") == bare)
    measured = pl.when(pl.col("tier") == "measured").then(pl.lit("primary"))
    return found.select(
        pl.col("kind").alias("process"),
        pl.concat_str(pl.lit("overhead/"), "kind", pl.lit("/"), "boundary").alias("line"),
        "stage", "kind", "boundary", "tier", measured.otherwise(pl.lit("secondary")).alias("data"),
        pl.lit(None, pl.Float64).alias("dqr"), "factor_id", "factor_hash", "gwp_set",
        pl.lit(None, pl.String).alias("assumptions"), "sigma_ln_ppm",
        *(pl.lit(None, pl.Int64).alias(name) if name == "luc_ug" else name for name in AMOUNTS),
    )  # fmt: skip


def shared(rows: pl.DataFrame, units: int) -> pl.DataFrame:
    """Give the lines of a subject for one of its units: sign(x)·floor(|x| + 0.5) of each amount.

    Raises
    ------
    TanluError
        TL817 for no units.
    """
    import polars as pl

    if units < 1:
        raise TanluError("TL817", value=units)
    whole = [
        (pl.col(name).sign() * ((pl.col(name).cast(pl.Int128).abs() * 2 + units) // (2 * units)))
        .cast(pl.Int64)
        .alias(name)
        for name in AMOUNTS
    ]
    return rows.with_columns(whole)
