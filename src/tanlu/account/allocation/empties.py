"""Empty and return legs: their emission is borne by goods, never by themselves and never by none.

ISO 14083:2023 puts empty trips inside the transport operation category, so that the t·km of the
laden legs bear them; that is the policy ``operation``. The others are for single vehicles and
contracts that say who pays for the way back.
"""

from __future__ import annotations

import polars as pl

from tanlu.account.allocation.checks import found
from tanlu.account.allocation.divide import Divided, divide
from tanlu.errors import TanluError

__all__ = ["POLICIES", "charge_empty"]

POLICIES = ("operation", "round", "before", "after")


def charge_empty(legs: pl.DataFrame, policy: str = "operation") -> Divided:
    """Give the shares of laden legs in the emissions of empty ones.

    Parameters
    ----------
    legs
        ``activity_id``, ``kind``, ``vehicle``, ``round``, ``operation``, ``start``, ``mass_mg``,
        ``distance_m``, ``distance_type``, ``co2e_ug``. A leg is empty when its mass is zero; an
        unknown mass is not.
    policy
        ``operation``: all laden legs of the operation, by t·km. ``round``: those of the same round
        trip. ``before``: a return is paid for by the vehicle's last laden leg before it.
        ``after``: a run to the goods by the next one. Legs that share the start of that leg share
        its burden by t·km.

    Returns
    -------
    Divided
        One share for each empty leg and each laden leg that bears it; empty legs that nobody bears
        are findings (TL549).

    Raises
    ------
    TanluError
        TL553 for a policy that is none.
    """
    if policy not in POLICIES:
        raise TanluError("TL553", value=policy, known=", ".join(POLICIES))
    empty = legs.filter(pl.col("mass_mg") == 0)
    laden = legs.filter(pl.col("mass_mg") > 0)
    if policy in {"operation", "round"}:
        bearers, owed = (
            each.with_columns(pl.col(policy).alias("group")) for each in (laden, empty)
        )
    else:
        bearers = laden.with_columns(_trip("vehicle", "start"))
        owed = _neighbour(empty, laden, policy)
    totals = owed.select(pl.col("activity_id").alias("total_id"), "group", "co2e_ug")
    known = totals.drop_nulls("group")
    made = divide(known, bearers.drop_nulls("group").drop("co2e_ug"))
    lost = found("TL549", totals.filter(pl.col("group").is_null()), "total_id", "total_id")
    return Divided(made.shares, pl.concat([made.findings, lost]).sort("finding_id"))


def _trip(vehicle: str, start: str) -> pl.Expr:
    return pl.concat_str(vehicle, pl.lit("|"), pl.col(start).cast(pl.String)).alias("group")


def _neighbour(empty: pl.DataFrame, laden: pl.DataFrame, policy: str) -> pl.DataFrame:
    """Give the empty legs with the trip of the same vehicle just before, or after, as group."""
    trips = laden.select("vehicle", pl.col("start").alias("_start")).drop_nulls().unique()
    return (
        empty.sort("start")
        .join_asof(
            trips.sort("_start"), left_on="start", right_on="_start", by="vehicle",
            strategy="backward" if policy == "before" else "forward", check_sortedness=False,
        )
        .with_columns(_trip("vehicle", "_start"))
    )  # fmt: skip
