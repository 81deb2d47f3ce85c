"""A period's total cut by any key, within any other cuts: each row with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.factors.packs import library_of
from tanlu.report.items.totals import KEYS, LABEL, cut_by, of_transport, once, one_sum, within
from tanlu.terms import time

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

__all__ = ["CUTS", "Cut", "cut", "subjects"]

# `boundary` parts a total as the pages' flow does
CUTS = (*KEYS, "boundary")
GROUPS = ("kind", "tier", "factor_id", "assumptions")
# so many rows are told; what is smaller is one sum, but of time every step is told
MOST = 200
OF_TIME = ("day", "month")


@dataclass(frozen=True, slots=True)
class Cut:
    """Rows of a cut: key, co2e_ug with its interval, transport_kgm, legs; the largest first.

    ``more`` smaller rows are not among them: ``rest_ug`` and ``rest_legs`` are their sums.
    """

    profile: str
    basis: str
    rows: pl.DataFrame
    total_ug: int
    more: int
    rest_ug: int = 0
    rest_legs: int = 0


def cut(
    workspace: Any,
    period: str | None,
    by: str,
    where: Mapping[str, str | None],
    *,
    profile: str | None = None,
    basis: str | None = None,
) -> Cut:
    """Give the transport emissions of a period by a key.

    Parameters
    ----------
    workspace
        What `tanlu.store.open_workspace` gives.
    period
        As `tanlu.report.transport`; all time without one.
    by
        One of `CUTS`, or ``label:`` and the name of a label.
    where
        The value that each of some keys must have; None where it must have none.
    profile, basis
        Which to sum where the ledger holds several.

    Raises
    ------
    TanluError
        TL803 for a key that there is not, TL801 for a sum across profiles or bases, TL112 for what
        is no period.
    """
    import polars as pl

    from tanlu.account.doubt import approach_1, causes

    rows, chosen, ground = _rows(workspace, period, where, profile, basis)
    rows, single = once(rows)
    amount = pl.col("co2e_ug").cast(pl.Int128)
    groups = (
        rows.group_by(_key(by).alias("key"), *GROUPS)
        .agg(
            amount.sum(), (amount * pl.col("sigma_ln_ppm")).sum().alias("weighed_ug"),
            pl.when(single).then(pl.col("transport_kgm").cast(pl.Int128)).sum()
            .alias("transport_kgm"), single.sum().cast(pl.Int64).alias("legs"),
        )
        .collect(engine="streaming")
    )  # fmt: skip
    sums = groups.group_by("key").agg(pl.col("co2e_ug", "transport_kgm", "legs").sum())
    sums = sums.sort("co2e_ug", "key", descending=[True, False], nulls_last=True)
    total, told = int(sums["co2e_ug"].sum() or 0), sums.head(MOST)
    if by in OF_TIME:
        told = sums
    rest = sums.slice(told.height)
    sized = groups.filter(pl.col("co2e_ug") != 0)
    if sized.height:
        sigma = (pl.col("weighed_ug") / pl.col("co2e_ug")).cast(pl.Float64)
        sized = sized.with_columns(sigma.round().cast(pl.Int64).alias("sigma_ln_ppm"))
        library = library_of(workspace, profile=chosen)
        wide = approach_1(causes(sized, ["key"], library=library), ["key"])
        ends = wide.select("key", "lower_ug", "upper_ug")
        told = told.join(ends, on="key", how="left", nulls_equal=True, maintain_order="left")
    else:
        told = told.with_columns(pl.col("co2e_ug").alias(name) for name in ("lower_ug", "upper_ug"))
    left = (int(rest[name].sum() or 0) for name in ("co2e_ug", "legs"))
    return Cut(chosen, ground, told, total, rest.height, *left)


def subjects(
    workspace: Any,
    period: str | None,
    where: Mapping[str, str | None],
    *,
    profile: str | None = None,
    basis: str | None = None,
) -> pl.DataFrame:
    """Give what each shipment adds to a cut: subject, co2e_ug, legs, start; the largest first.

    Raises
    ------
    TanluError
        As `cut`.
    """
    import polars as pl

    rows, _, _ = _rows(workspace, period, where, profile, basis)
    rows, single = once(rows)
    return (
        rows.group_by("subject")
        .agg(pl.col("co2e_ug").cast(pl.Int128).sum(), single.sum().cast(pl.Int64).alias("legs"),
             pl.col("start").min())
        .collect(engine="streaming")
        .sort("co2e_ug", "subject", descending=[True, False], nulls_last=True)
    )  # fmt: skip


def _rows(
    workspace: Any,
    period: str | None,
    where: Mapping[str, str | None],
    profile: str | None,
    basis: str | None,
) -> tuple[pl.LazyFrame, str, str]:
    import polars as pl

    zone = str(workspace.zone)
    span = time.period(period, zone) if period else None
    rows, chosen, ground = one_sum(within(workspace.scan("emission"), span), profile, basis)
    rows = rows.filter(of_transport(rows))
    day = (
        pl.from_epoch("start", time_unit="us").dt.replace_time_zone("UTC")
        .dt.convert_time_zone(zone)
    )  # fmt: skip
    rows = rows.with_columns(
        day=day.dt.strftime("%Y-%m-%d"), month=day.dt.strftime("%Y-%m"),
        lane=pl.col("origin") + " → " + pl.col("destination"),
    )  # fmt: skip
    for name, value in where.items():
        found = _key(name)
        rows = rows.filter(found.is_null() if value is None else found == value)
    return rows, chosen, ground


def _key(name: str) -> pl.Expr:
    if name not in CUTS and (name == LABEL or not name.startswith(LABEL)):
        raise TanluError("TL803", value=name[:80], known=", ".join([*CUTS, f"{LABEL}…"]))
    return cut_by(name)
