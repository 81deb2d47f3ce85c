"""Share totals over members, to the last microgram, with the key and the reason of every share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from tanlu.account.allocation.checks import found
from tanlu.account.allocation.keys import chosen, key, keys
from tanlu.account.shares import shared
from tanlu.terms import schema

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Divided", "compare", "divide"]


class Divided(NamedTuple):
    """Shares (schema ``allocation``), and findings on totals that nobody could take."""

    shares: pl.DataFrame
    findings: pl.DataFrame


def divide(
    totals: pl.DataFrame, members: pl.DataFrame, asked: pl.Expr | str | None = None
) -> Divided:
    """Give the share of each member in each total of its group.

    Parameters
    ----------
    totals
        ``total_id``, ``group``, ``co2e_ug``.
    members
        ``activity_id``, ``group``, ``kind``, ``distance_type``, and what keys need.
    asked
        A key for all groups, or an expression over ``group`` (see ``asked_key``); without one the
        usual key of each group.

    Returns
    -------
    Divided
        Every total is shared out whole, or stands in a finding: TL548 where a member weighs less
        than nothing, TL549 where there is no member. A consignment that is split bears what it
        bore whole, but for a microgram of rounding.

    Raises
    ------
    TanluError
        TL553 for a key that is none.
    """
    wish = pl.lit(asked) if isinstance(asked, str) else asked
    sound, negative = _apart(members)
    weighed = chosen(sound, wish)
    rows = totals.join(
        weighed.select("activity_id", "group", "weight", "key", "code"), on="group", how="inner"
    )
    parts = shared(rows, "total_id", "activity_id", "weight", ["co2e_ug"])
    shares = schema("allocation").fit(
        parts.select(
            "total_id", "activity_id", "weight", pl.col("co2e_ug").alias("share_ug"), "key",
            pl.col("code").alias("reason"),
        ).sort("total_id", "activity_id")
    )  # fmt: skip
    left = totals.join(rows.select("total_id").unique(), on="total_id", how="anti")
    below = left.filter(pl.col("group").is_in(negative.implode()))
    alone = left.filter(~pl.col("group").is_in(negative.implode()))
    findings = [
        found("TL548", below, "total_id", "group"),
        found("TL549", alone, "total_id", "group"),
    ]
    return Divided(shares, pl.concat(findings).sort("finding_id"))


def _apart(members: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """Give the members of sound groups, and the groups in which something is below nothing."""
    names = [
        name for name in ("mass_mg", "distance_m", "count", "volume_ml", "teu_milli", "amount_fen",
                          "passengers") if name in members.columns
    ]  # fmt: skip
    below = pl.any_horizontal(pl.col(names) < 0).fill_null(value=False)
    groups = members.filter(below)["group"].unique().sort()
    return members.filter(~pl.col("group").is_in(groups.implode())), groups


def compare(
    totals: pl.DataFrame, members: pl.DataFrame, names: Sequence[str] | None = None
) -> pl.DataFrame:
    """Give what each member would bear under every key that all of its group know.

    Parameters
    ----------
    totals, members
        As for ``divide``.
    names
        Keys to compare; all by default.

    Returns
    -------
    DataFrame
        ``total_id``, ``activity_id``, ``key``, ``weight``, ``share_ug``, and ``change_ug`` against
        the usual key. Under every key the shares of a total add up to it.
    """
    usual = divide(totals, members).shares
    tables = [usual.clear().select("total_id", "activity_id", "key", "weight", "share_ug")]
    for name in names or list(keys()):
        if not set(key(name).needs) <= set(members.columns):
            continue
        made = divide(totals, members, name).shares.filter(pl.col("key") == name)
        tables.append(made.select("total_id", "activity_id", "key", "weight", "share_ug"))
    before = usual.select("total_id", "activity_id", pl.col("share_ug").alias("_usual"))
    return (
        pl.concat(tables)
        .join(before, on=["total_id", "activity_id"], how="left", maintain_order="left")
        .with_columns((pl.col("share_ug") - pl.col("_usual")).alias("change_ug"))
        .drop("_usual")
    )
