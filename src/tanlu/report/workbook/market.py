"""Rows by market as steps: energy, what was bought, how much it covers, and the residual mix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanlu.account.market import market
from tanlu.factors import match
from tanlu.factors.packs import library_of

if TYPE_CHECKING:
    import polars as pl

__all__ = ["MARKET", "supplied"]

MARKET = "market"
KEYS = ("holder", "market", "year", "own")
RATE = "ttw_co2e_g"


def supplied(workspace: Any, emissions: pl.DataFrame, as_of: int | None = None) -> pl.DataFrame:
    """Give the steps of emissions by market; those of which a step is not known are left out.

    Parameters
    ----------
    workspace
        What `tanlu.store.open_workspace` gives.
    emissions
        Rows of schema ``emission``, method ``market``.
    as_of
        Ledger version; the newest without one.

    Returns
    -------
    DataFrame
        The rows with ``bought_g`` and ``residual_g`` [g/MJ = ug/J] and ``covered`` [1].

    Notes
    -----
    co2e = energy (bought + (1 - covered) residual): GHG Protocol Scope 2 Guidance, table 6.2.
    """
    import polars as pl

    parts = [emissions.head(0).with_columns(_none())]
    for (profile, gwp_set), rows in emissions.group_by("profile", "gwp_set", maintain_order=True):
        rules = {"profile": str(profile), "gwp_set": str(gwp_set)}
        made = market(workspace, str(profile), as_of=as_of)
        twin = pl.concat_str(
            *("activity_id", "profile", "boundary", pl.lit(MARKET)),
            pl.col("share_key").fill_null(""),
            separator="|",
        )
        placed = made.rows.with_columns(twin.alias("emission_id")).join(
            rows.lazy().select("emission_id"), on="emission_id", how="semi"
        )
        found = placed.collect(engine="streaming").join(
            made.supply.select(*KEYS, "covered", "rate_ug_per_j"), on=KEYS, how="left",
            maintain_order="left",
        )  # fmt: skip
        rates = _rates(workspace, found, rules, as_of)
        parts.append(rows.join(rates, on="emission_id", how="inner"))
    steps = pl.concat(parts)
    return steps.drop_nulls(["energy_j", "residual_g"]).sort("emission_id")


def _none() -> list[pl.Expr]:
    import polars as pl

    return [pl.lit(None, pl.Float64).alias(n) for n in ("bought_g", "covered", "residual_g")]


def _rates(
    workspace: Any, rows: pl.DataFrame, rules: dict[str, str], as_of: int | None
) -> pl.DataFrame:
    """Give what each row was bought at, what of it is covered, and the mix of the rest.

    A contract that an activity tells is its own rate; where none is known, and for all that no
    instrument covers, the residual mix of its place holds.
    """
    import polars as pl

    contract = pl.col("technology").is_not_null() & ~pl.col("own")
    asked = rows.select(
        pl.lit("energy.electricity").alias("kind"),
        pl.lit("electricity").alias("energy_carrier"),
        pl.when(contract).then("technology").alias("technology"),
        pl.coalesce("place", "origin").alias("place"),
        *("start", "end", "zone"),
    )
    rest = asked.with_columns(pl.lit("residual").alias("technology"))
    library = library_of(workspace, as_of=as_of, profile=rules["profile"])
    columns = (RATE, "assumptions")
    own, other = (match(each, library=library, columns=columns, **rules) for each in (asked, rest))
    assumed = pl.col("assumptions").str.contains("F-FACET", literal=True).fill_null(value=False)
    rated = own.select(pl.col("technology").is_not_null() & ~assumed).to_series()
    return rows.select(
        "emission_id",
        pl.when(contract).then(0.0).otherwise(pl.col("rate_ug_per_j").fill_null(0.0))
        .alias("bought_g"),
        pl.when(contract).then(0.0).otherwise(pl.col("covered").fill_null(0.0)).alias("covered"),
        pl.when(rated).then(own[RATE]).otherwise(other[RATE]).alias("residual_g"),
    )  # fmt: skip
