"""Find what was wasted in what was recorded: each row an activity, a cause and a share.

What a column or a label does not tell is no evidence: nothing is guessed. Labels that are read:
``fill`` (share of a parcel filled), ``storage_days``, ``idle`` (share of the energy burnt while
standing), ``avoidable`` (share of a return that need not have been), ``shortest_m``.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from tanlu.account.hidden.attribute import MILLION
from tanlu.account.rules import circuities, rows
from tanlu.errors import TanluError, say
from tanlu.terms import schema
from tanlu.terms.place import great_circle_m

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Evidence", "evidence", "targets"]

FOUND = ["activity_id", "cause", "wasted_ppm", "told"]
LABELS = ("fill", "storage_days", "idle", "avoidable", "shortest_m")
# what each label may be; a parcel without filling and a way of no length are slips of the pen
BOUNDS = {"fill": (0, 1), "idle": (0, 1), "avoidable": (0, 1), "storage_days": (0, 36_500),
          "shortest_m": (1, 50_000_000)}  # fmt: skip


class Evidence(NamedTuple):
    """Rows of evidence, and what could not be used."""

    rows: pl.DataFrame
    findings: pl.DataFrame


@cache
def targets() -> Mapping[str, float]:
    """Give what waste is measured against, by name; each has its source in ``targets.csv``."""
    return {row["name"]: float(row["value"]) for row in rows("hidden/targets.csv")}


def evidence(activities: pl.DataFrame, against: Mapping[str, float] | None = None) -> Evidence:
    """Give the evidence of waste in activities.

    Parameters
    ----------
    activities
        Schema ``activity``.
    against
        Targets that differ from those of the house, by name.

    Returns
    -------
    Evidence
        ``rows``: activity_id, cause, wasted_ppm and ``told`` (the value recorded). ``findings``:
        TL555 for a label that is no number or outside of what it may be: a share is 0 to 1.

    Raises
    ------
    TanluError
        TL502 for a target of another name.

    Notes
    -----
    overpackaging ``1 − fill / target`` (S0: 1 − 65/95 = 31.6 % of the volume), of the packaging
    and of the transport whose label tells the fill of its parcels; empty
    ``1 − (1 + r t/(1−t)) / (1 + r e/(1−e))``; detour ``1 − shortest / actual``, the shortest being
    told or the great circle times the stated circuity; double handling all of every hub operation
    beyond those needed; idle stock ``1 − target / days``.
    """
    unknown = sorted(set(against or {}) - set(targets()))
    if unknown:
        raise TanluError("TL502", value=unknown[0], known=", ".join(targets()))
    goal = {**targets(), **(against or {})}
    table = _told(activities)
    wrong = pl.any_horizontal(_wrong(name) for name in LABELS)
    bad, good = table.filter(wrong), table.filter(~wrong)
    found = [
        _rows(good, cause, share, told)
        for cause, share, told in (
            ("overpackaging", _packed(goal["fill"]), pl.col("fill")),
            ("empty", _empty(goal["empty"], goal["empty_burn"]), pl.col("empty_ppm") / MILLION),
            ("detour", _detour(), pl.col("distance_m")),
            ("double_handling", _handled(int(goal["touches"])), pl.col("_touch")),
            ("idle_stock", _stored(goal["storage_days"]), pl.col("storage_days")),
            ("idling", pl.col("idle") - goal["idle"], pl.col("idle")),
            ("returns", _returned(), pl.col("avoidable")),
        )
    ]
    return Evidence(pl.concat(found).sort("activity_id", "cause"), _findings(bad))


def _told(activities: pl.DataFrame) -> pl.DataFrame:
    types = schema("activity").dtypes()
    have = set(activities.columns)
    table = activities.select(
        pl.col(name) if name in have else pl.lit(None, kind).alias(name)
        for name, kind in types.items()
    )
    text = {name: pl.col("labels").str.json_path_match(f"$.{name}") for name in LABELS}
    # a label that is no number is outside of all bounds and not absent
    number = {name: told.cast(pl.Float64, strict=False) for name, told in text.items()}
    table = table.with_columns(
        pl.when(told.is_not_null()).then(number[name].fill_null(float("nan"))).alias(name)
        for name, told in text.items()
    )
    # where no chain is named, a consignment with numbered legs is one
    chain = pl.coalesce("chain", "consignment")
    hub = pl.col("kind").str.starts_with("hub.") & chain.is_not_null()
    order = pl.col("leg_no").rank("ordinal").over(chain, "consignment", hub)
    return table.with_columns(pl.when(hub).then(order).alias("_touch"))


def _wrong(name: str) -> pl.Expr:
    outside = pl.col(name).is_nan() | ~pl.col(name).is_between(*BOUNDS[name])
    return outside.fill_null(value=False)


def _rows(table: pl.DataFrame, cause: str, share: pl.Expr, told: pl.Expr) -> pl.DataFrame:
    ppm = (share * MILLION + 0.5).floor()
    made = table.select(
        "activity_id", pl.lit(cause).alias("cause"), ppm.alias("wasted_ppm"),
        told.cast(pl.Float64).alias("told"),
    )  # fmt: skip
    kept = made.filter(pl.col("wasted_ppm").is_finite() & (pl.col("wasted_ppm") >= 1))
    return kept.with_columns(pl.col("wasted_ppm").clip(0, MILLION).cast(pl.Int64)).select(FOUND)


def _packed(target: float) -> pl.Expr:
    # air is packed and then carried: S0 counts the space that it takes in the vehicle
    packed = pl.col("kind").str.contains(r"^(packaging|transport)\.")
    return pl.when(packed).then(1 - pl.col("fill") / target)


def _empty(target: float, burn: float) -> pl.Expr:
    moved = pl.col("kind").str.starts_with("transport.")
    share = pl.col("empty_ppm") / MILLION
    cost = 1 + burn * share / (1 - share)
    return pl.when(moved).then(1 - (1 + burn * target / (1 - target)) / cost)


def _detour() -> pl.Expr:
    ends = ("origin_lat_e7", "origin_lon_e7", "destination_lat_e7", "destination_lon_e7")
    table = circuities()
    country = pl.coalesce("place", "origin").str.slice(0, 2)
    own = {f"{mode}|{place}": value for (mode, place), value in table.items() if place}
    world = {mode: value for (mode, place), value in table.items() if not place}
    key = pl.concat_str("kind", pl.lit("|"), country)
    ways = pl.coalesce(
        key.replace_strict(own, default=None, return_dtype=pl.Float64),
        pl.col("kind").replace_strict(world, default=None, return_dtype=pl.Float64),
    )
    shortest = pl.coalesce("shortest_m", great_circle_m(*(pl.col(name) for name in ends)) * ways)
    driven = (pl.col("distance_type") == "actual") & pl.col("kind").str.starts_with("transport.")
    return pl.when(driven).then(1 - shortest / pl.col("distance_m"))


def _handled(needed: int) -> pl.Expr:
    return pl.when(pl.col("_touch") > needed).then(1.0)


def _stored(days: float) -> pl.Expr:
    kept = pl.col("kind") == "hub.warehouse"
    return pl.when(kept).then(1 - days / pl.col("storage_days"))


def _returned() -> pl.Expr:
    return pl.when(pl.col("stage") == "returns").then(pl.col("avoidable"))


def _findings(bad: pl.DataFrame) -> pl.DataFrame:
    hint = say("TL555", value="…", why="…").partition("; ")[2]
    first = pl.coalesce(pl.when(_wrong(name)).then(pl.lit(name)) for name in LABELS)
    made = bad.select(
        pl.concat_str(pl.lit("TL555|"), "activity_id").alias("finding_id"),
        pl.lit("TL555").alias("code"), pl.lit("warning").alias("severity"),
        pl.concat_str(pl.lit("activity:"), "activity_id").alias("subject"),
        pl.lit("labels").alias("column"), first.alias("value"), pl.lit(hint).alias("hint"),
        pl.lit(1, pl.Int64).alias("count"), "source_sha256", "source_line",
    )  # fmt: skip
    return schema("finding").fit(made)
