"""Give electricity its second row: by market beside by location, never in its place.

A row by market has the energy of its twin by location. What instruments cover has their rate, the
rest has the residual mix of its place, and where none is published the mean of its grid, said with
F-FACET (GHG Protocol Scope 2 Guidance, chapter 6: emission factors by market)::

    co2e = energy * (rate of what covers + (1 - share covered) * residual)
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import polars as pl

from tanlu.terms import schema

if TYPE_CHECKING:
    from tanlu.factors import Library

__all__ = ["METER", "placed", "twins"]

GASES = ("co2_fossil_ug", "co2_bio_ug", "ch4_fossil_ug", "ch4_bio_ug", "n2o_ug")
FACTOR = ("ttw_co2e_g", "factor_id", "factor_hash", "reasons", "assumptions")
SPREAD = 1.96
# what is told of the meter whose electricity a row has a share of, as ``meter_`` and the name
METER = ("operator", "place", "origin", "start", "end", "zone")


def placed(rows: pl.LazyFrame, zone: str) -> pl.LazyFrame:
    """Give rows by location with holder, market and year.

    Parameters
    ----------
    rows
        Schema ``emission`` and ``technology`` (what the activity told, null for none); of shares
        also the columns of ``METER``.
    zone
        In which years are cut.
    """
    known = set(rows.collect_schema().names())
    shared = pl.col("share_of").is_not_null() if "meter_start" in known else pl.lit(value=False)

    def at(name: str) -> pl.Expr:
        meter = pl.col(f"meter_{name}") if "meter_start" in known else pl.lit(None)
        return pl.when(shared).then(meter).otherwise(name if name in known else None)

    year = (
        pl.from_epoch("at_start", "us")
        .dt.replace_time_zone("UTC")
        .dt.convert_time_zone(zone)
        .dt.year()
    )
    own = pl.col("technology").str.ends_with(".onsite").fill_null(value=False)
    return rows.with_columns(at(name).alias(f"at_{name}") for name in METER).with_columns(
        pl.coalesce("at_operator", "operator").fill_null("").alias("holder"),
        pl.coalesce("at_place", "at_origin").fill_null("").str.slice(0, 2).alias("market"),
        year.cast(pl.Int32).alias("year"),
        own.alias("own"),
    )


def twins(
    rows: pl.DataFrame,
    supply: pl.DataFrame,
    *,
    library: Library,
    profile: str,
    gwp_set: str,
) -> pl.DataFrame:
    """Give the row by market of each row by location: schema ``emission``, same order.

    Parameters
    ----------
    rows
        As ``placed`` gives them; ``energy_j`` is the electricity [J].
    supply
        As ``supplies`` gives it.
    library, profile, gwp_set
        As for ``quantify``: the residual mix is chosen by the same rules as any factor.
    """
    if not rows.height:
        return schema("emission").empty()
    keys = ["holder", "market", "year", "own"]
    found = _residual(rows, library, profile, gwp_set).join(
        supply.select(*keys, "covered", "rate_ug_per_j", "used"),
        on=keys, how="left", maintain_order="left",
    )  # fmt: skip
    contract = pl.col("technology").is_not_null() & ~pl.col("own")
    # what an activity tells of its own contract needs no other instrument
    covered = pl.when(contract).then(0.0).otherwise(pl.col("covered").fill_null(0.0))
    bought = pl.when(contract).then(0.0).otherwise(pl.col("rate_ug_per_j").fill_null(0.0))
    # g/MJ is µg/J
    rate = bought + (1.0 - covered) * pl.col("residual_ttw_co2e_g")
    # what has no energy of its own has no other mix either
    exact = (pl.col("energy_j").cast(pl.Float64) * rate).fill_null(pl.col("co2e_ug"))
    spread = (SPREAD * pl.col("sigma_ln_ppm") / 1e6).exp()
    made = found.with_columns(
        _rounded(exact).alias("co2e_ug"),
        _rounded(exact / spread).alias("lower_ug"),
        _rounded(exact * spread).alias("upper_ug"),
        pl.when(contract).then(None).otherwise(pl.col("used").replace("", None)).alias("used"),
    )
    return _written(made)


def _residual(rows: pl.DataFrame, library: Library, profile: str, gwp_set: str) -> pl.DataFrame:
    """Give the rows with the factor of what no instrument covers at their place and time."""
    from tanlu.factors import match

    contract = pl.col("technology").is_not_null() & ~pl.col("own")
    asked = rows.select(
        pl.lit("energy.electricity").alias("kind"),
        pl.lit("electricity").alias("energy_carrier"),
        pl.when(contract).then("technology").alias("technology"),
        pl.coalesce("at_place", "at_origin").alias("place"),
        *(pl.col(f"at_{name}").alias(name) for name in ("start", "end", "zone")),
    )
    rest = asked.with_columns(pl.lit("residual").alias("technology"))
    own, other = (
        match(each, library=library, profile=profile, gwp_set=gwp_set, columns=FACTOR)
        for each in (asked, rest)
    )
    # a contract of which no rate is known supplies what is left when all contracts are gone
    assumed = pl.col("assumptions").str.contains("F-FACET", literal=True).fill_null(value=False)
    rated = own.select(pl.col("technology").is_not_null() & ~assumed).to_series()
    return rows.with_columns(
        pl.when(rated).then(own[name]).otherwise(other[name]).alias(f"residual_{name}")
        for name in FACTOR
    )


def _rounded(value: pl.Expr) -> pl.Expr:
    return (value.sign() * (value.abs() + 0.5).floor()).cast(pl.Int64)


def _written(made: pl.DataFrame) -> pl.DataFrame:
    parts = ("activity_id", "profile", "boundary", pl.lit("market"), pl.col("share_key"))
    hashed = pl.concat_str(
        "residual_factor_hash", "used", "rate_ug_per_j", "covered", separator="|", ignore_nulls=True
    )
    texts = made.select(hashed.alias("text"))["text"]
    few = texts.unique().drop_nulls().to_list()
    digests = {text: hashlib.sha256(text.encode()).hexdigest() for text in few}
    hashes = texts.replace_strict(digests, default=None, return_dtype=pl.String)
    told = pl.concat_str(pl.lit("instruments "), pl.col("used"), pl.lit("; "), "residual_reasons")
    whole = pl.col("own") & (pl.col("covered") == 1.0)
    return schema("emission").fit(
        made.with_columns(
            pl.concat_str([pl.col(p).fill_null("") if isinstance(p, str) else p.fill_null("")
                           for p in parts], separator="|").alias("emission_id"),
            pl.lit("market").alias("basis"),
            pl.lit("market").alias("method"),
            *(pl.lit(None, pl.Int64).alias(name) for name in GASES),
            pl.col("co2e_ug").alias("co2e_unsplit_ug"),
            # own generation that was not sold rests on nothing else than by location
            pl.when(whole).then("factor_id").otherwise("residual_factor_id").alias("factor_id"),
            pl.when(whole).then("factor_hash").otherwise(hashes).alias("factor_hash"),
            pl.when(whole).then("reasons").otherwise(pl.coalesce(told, "residual_reasons"))
            .alias("reasons"),
            pl.when(whole).then("assumptions").otherwise("residual_assumptions")
            .alias("assumptions"),
        ).select(schema("emission").names)
    )  # fmt: skip
