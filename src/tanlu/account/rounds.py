"""Rounds and operations with measured energy: their total is an activity, its rows are shares.

An energy or refrigerant activity that names a ``round`` (or, without one, an ``operation``) is
the total of that group. Its emission is shared over the legs of the group by kg·m on the direct
distance (ISO 14083:2023 annex G), so that neither the order of stops nor the driven detour counts.
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from tanlu.account.allocation.keys import chosen
from tanlu.account.legs.prepare import PIECE
from tanlu.account.legs.stages import stage
from tanlu.account.shares import shared
from tanlu.account.unquantified import finding, no_findings

__all__ = ["AMOUNTS", "Groups", "apart", "group_keys", "group_of", "share", "shared_key"]

COLD = ("chilled", "frozen")
YEAR_US = 366 * 86_400_000_000
METERED = pl.col("kind").str.contains(r"^(?:energy\.|refrigerant\.leak$)")
CARRIES = pl.col("kind").str.contains(r"^(?:transport\.|hub\.)")
AMOUNTS = (
    *("co2e_ug", "lower_ug", "upper_ug", "co2_fossil_ug", "co2_bio_ug", "ch4_fossil_ug"),
    *("ch4_bio_ug", "n2o_ug", "co2e_unsplit_ug", "gas_ug", "energy_j"),
)
# what a share takes from the leg and not from the total
FROM_LEG = (
    *("kind", "vehicle_class", "temperature_class", "start", "end", "zone", "mass_mg"),
    *("distance_m", "distance_type", "count", "teu_milli", "leg_no", "origin", "destination"),
    *("place", "operator", "payer", "consignor", "consignee", "subject", "shipment"),
    *("consignment", "chain", "vehicle", "round", "labels", "stage"),
)


class Groups(NamedTuple):
    """Totals (energy activities) and members (legs with ``group``, ``weight`` and ``code``)."""

    totals: pl.DataFrame
    members: pl.DataFrame


def group_keys() -> pl.Expr:
    """Give the group that an energy activity is the total of: its round, else its operation."""
    return pl.coalesce(
        pl.concat_str(pl.lit("round:"), "round"), pl.concat_str(pl.lit("operation:"), "operation")
    )


def apart(
    legs: pl.DataFrame, asked: pl.Expr | None = None
) -> tuple[pl.DataFrame, Groups, pl.DataFrame]:
    """Give what is quantified alone, what belongs to groups, and findings on refused groups.

    ``asked`` is the key that is asked for, by group (see ``tanlu.account.allocation``).
    """
    metered = legs.filter(METERED).with_columns(group_keys().alias("group"))
    keys = metered["group"].drop_nulls().unique()
    if not keys.len():
        nothing = legs.clear()
        return legs, Groups(nothing, nothing), no_findings()
    members = legs.filter(CARRIES).with_columns(_member(keys).alias("group"))
    members = members.filter(pl.col("group").is_not_null())
    long, below = _too_long(metered, members), _below(members)
    wrong = pl.concat([long, below])
    metered, members = _by_class(metered, members.filter(~pl.col("group").is_in(wrong.implode())))
    members = chosen(members, asked)
    totals = metered.filter(pl.col("group").is_in(members["group"].unique().implode()))
    refused = metered.filter(pl.col("group").is_in(wrong.implode()))
    grouped = pl.concat([totals["activity_id"], members["activity_id"], refused["activity_id"]])
    alone = legs.filter(~pl.col("activity_id").is_in(grouped.unique().implode()))
    reason = pl.when(pl.col("group").is_in(long.implode())).then(pl.lit("TL509"))
    said = refused.with_columns(reason.otherwise(pl.lit("TL548")).alias("code"))
    tagged = totals.with_columns(pl.col("group").alias("share_key"))
    return (
        alone,
        Groups(tagged.select(legs.columns), members),
        finding(said) if refused.height else no_findings(),
    )


def _member(keys: pl.Series) -> pl.Expr:
    by_round = pl.concat_str(pl.lit("round:"), "round")
    by_operation = pl.concat_str(pl.lit("operation:"), "operation")
    known = keys.implode()
    return (
        pl.when(by_round.is_in(known))
        .then(by_round)
        .when(by_operation.is_in(known))
        .then(by_operation)
    )


def _too_long(metered: pl.DataFrame, members: pl.DataFrame) -> pl.Series:
    """Give the groups whose energy and legs span more than a year."""
    both = pl.concat([each.select("group", "start", "end") for each in (metered, members)])
    spans = (
        both.drop_nulls("group").group_by("group").agg(pl.col("start").min(), pl.col("end").max())
    )
    return spans.filter(pl.col("end") - pl.col("start") > YEAR_US)["group"].sort()


def _by_class(metered: pl.DataFrame, members: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give energy that serves one temperature class a group of the goods of that class.

    What names no class, or one that no goods of its group have, serves all of them. Cold alone is
    a class of its own: ISO 14083:2023 annex H, GLEC v3 module 2.
    """
    keys = ["group", "temperature_class"]
    cold = metered.filter(pl.col("temperature_class").is_in(COLD)).select(keys).unique()
    served = members.join(cold, on=keys, how="semi")
    if not served.height:
        return metered, members
    name = pl.concat_str("group", pl.lit("|"), "temperature_class").alias("group")
    of_class = metered.join(served.select(keys).unique(), on=keys, how="semi")
    rest = metered.filter(~pl.col("activity_id").is_in(of_class["activity_id"].implode()))
    both = pl.concat([rest, of_class.with_columns(name)])
    return both, pl.concat([members, served.with_columns(name)])


def _below(members: pl.DataFrame) -> pl.Series:
    """Give the groups in which a mass, a distance or a count is below nothing."""
    less = pl.any_horizontal(pl.col("mass_mg", "distance_m", "count") < 0).fill_null(value=False)
    return members.filter(less)["group"].unique().sort()


def share(totals: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Give the shares of totals: one row for each total, boundary and leg of its group.

    Parameters
    ----------
    totals
        Schema ``emission``, ``share_key`` the group.
    members
        Legs with ``group``, ``weight`` and ``code`` as ``apart`` gives them.
    """
    takers = members.select(
        pl.col("activity_id").alias("leg_id"),
        pl.col("group").alias("share_key"),
        "weight",
        "code",
        *(pl.col(name).alias(f"leg_{name}") for name in FROM_LEG if name != "stage"),
        stage().alias("leg_stage"),
    )
    named = totals.with_columns(
        group_of().alias("share_key"),
        shared_key().alias("key"),
        pl.col("emission_id").alias("total_row"),
    )
    rows = named.join(takers, on="share_key", how="inner")
    split = shared(rows, "total_row", "leg_id", "weight", AMOUNTS)
    kgm = (pl.col("leg_mass_mg") / 1e6 * pl.col("leg_distance_m") + 0.5).floor().cast(pl.Int64)
    moved = pl.col("leg_kind").str.starts_with("transport.")
    return split.select(
        pl.concat_str("leg_id", "profile", "boundary", "basis", "key", separator="|").alias(
            "emission_id"
        ),
        pl.col("leg_id").alias("activity_id"),
        pl.col("key").alias("share_key"),
        pl.col("activity_id").alias("share_of"),
        pl.lit("allocation").alias("method"),
        pl.concat_str("assumptions", "code", separator=";", ignore_nulls=True)
        .replace("", None)
        .alias("assumptions"),
        pl.when(moved).then(kgm).alias("transport_kgm"),
        pl.lit(None, pl.Int64).alias("daf_ppm"),
        *(pl.col(f"leg_{name}").alias(name) for name in FROM_LEG),
        *(name for name in _untouched(totals)),
    ).select(totals.columns)


def group_of() -> pl.Expr:
    """Give the group that a total is of, from the ``share_key`` that it was computed with."""
    return pl.col("share_key").str.splitn(PIECE, 2).struct.field("field_0")


def shared_key() -> pl.Expr:
    """Give the ``share_key`` of the shares of a total: itself, and its fuel in a blend."""
    piece = pl.col("share_key").str.splitn(PIECE, 2).struct.field("field_1")
    parts = ("activity_id", piece)
    return pl.concat_str(parts, separator=PIECE, ignore_nulls=True).alias("share_key")


def _untouched(totals: pl.DataFrame) -> list[str]:
    made = {"emission_id", "activity_id", "share_key", "share_of", "method", "assumptions"}
    made |= {"transport_kgm", "daf_ppm", *FROM_LEG}
    return [name for name in totals.columns if name not in made]
