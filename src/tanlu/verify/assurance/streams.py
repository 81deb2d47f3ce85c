"""Strategic analysis: what the statement is made of, and the units from which samples come.

A unit is an activity: that is what a person can hold a document against. A stream is what its
kind, its tier and its source have in common (ISO 14064-3:2019, 6.1.1).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.terms import time

if TYPE_CHECKING:
    import polars as pl

    from tanlu.verify.assurance.engagement import Engagement

__all__ = ["Population", "doubt_ug", "in_unit", "population", "strategic"]

READ = (
    "emission_id", "activity_id", "share_of", "kind", "tier", "boundary", "start", "factor_hash",
    "assumptions", "co2e_ug", "lower_ug", "upper_ug",
)  # fmt: skip
LOOKED_AT = (
    "activity_id", "subject", "shipment", "consignment", "source_sha256", "source_sheet",
    "source_line", "source_device", "mass_mg", "distance_m", "energy_j", "volume_ml", "count",
    "amount_fen", "currency",
)  # fmt: skip
# what a person compares with a document, the first that the activity has: column, unit, divisor
AMOUNTS = (
    ("energy_j", "MJ", 1_000_000),
    ("volume_ml", "L", 1_000),
    ("transport_mgm", "t·km", 1_000_000_000_000),
    ("mass_mg", "kg", 1_000_000),
    ("count", "1", 1),
    ("amount_fen", "¥", 100),
)
UG_PER_KG = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Population:
    """What was reported, unit by unit, at one version of the ledger.

    ``units``: ``id, size`` (amount without sign), ``co2e_ug, kind, tier, source`` and what to look
    at: ``subject, shipment, consignment, start, sheet, line, reported`` (decimal text) of ``unit``.
    ``rows`` are the emissions behind them and ``activities`` all rows of the period, also those
    that nothing was quantified of: ``id, source, subject, shipment, consignment, reported, unit``,
    where they stand, and their amounts in stored units. ``silent`` counts the activities of the
    period that no emission speaks of.
    """

    units: pl.DataFrame
    rows: pl.DataFrame
    activities: pl.DataFrame
    total_ug: int
    version: int
    silent: int


def population(
    workspace: Any,
    engagement: Engagement,
    *,
    as_of: int | str | None = None,
    counted: pl.DataFrame | None = None,
) -> Population:
    """Give what the ledger reports of the period, under the engagement's rules.

    Parameters
    ----------
    counted
        Lines of an organisation's inventory (``tanlu.report.organisation.lines``) at that version:
        then an emission enters with the amount that the inventory counts of it.

    Raises
    ------
    TanluError
        TL756 when it reports nothing.
    """
    import polars as pl

    version = workspace.at(as_of)
    span = time.period(engagement.period, workspace.zone)
    bases = {"none", engagement.basis}
    rows = (
        workspace.scan("emission", as_of=version, between=span)
        .filter(pl.col("profile") == engagement.profile, pl.col("basis").is_in(bases))
        .select(READ)
        .collect(engine="streaming")
    )
    said = pl.concat([rows["activity_id"], rows["share_of"].drop_nulls()]).unique()
    if counted is not None:
        rows = _counted(rows, counted)
    if not rows.height:
        why = f"{engagement.profile}, {engagement.basis}, {engagement.period}"
        raise TanluError("TL756", value=why)
    activities = (
        workspace.scan("activity", as_of=version, between=span)
        .select(LOOKED_AT)
        .collect(engine="streaming")
        .with_columns(source=_named(workspace))
        .pipe(_told)
    )
    units = _units(rows, activities)
    silent = activities.filter(~pl.col("id").is_in(said.implode())).height
    sources = activities.select(pl.col("id").alias("activity_id"), "source")
    rows = rows.join(sources, on="activity_id", how="left")
    total = int(units["co2e_ug"].cast(pl.Int128).sum())
    return Population(units, rows, activities, total, version, silent)


def _counted(rows: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Let each emission stand for what an inventory counts of it, its interval in proportion."""
    import polars as pl

    kept = lines.group_by("emission_id").agg(pl.col("counted_ug").sum())
    amount, part = pl.col("co2e_ug"), pl.col("counted_ug")

    def scaled(name: str) -> pl.Expr:
        share = pl.when(amount != 0).then(part / amount).otherwise(0.0)
        return (pl.col(name) * share).round().cast(pl.Int64)

    return (
        rows.join(kept.filter(part != 0), on="emission_id", how="inner")
        .with_columns(scaled("lower_ug"), scaled("upper_ug"), co2e_ug=part)
        .drop("counted_ug")
    )


def _named(workspace: Any) -> pl.Expr:
    """Give the name of the file or device from which an activity came."""
    import polars as pl

    names = {
        source["file"]: str(source.get("name") or source["file"][:8])
        for line in workspace.log("append")
        if isinstance(source := line.get("source"), dict) and source.get("file")
    }
    sha = pl.col("source_sha256")
    named = sha.replace_strict(names, default=sha.str.head(8), return_dtype=pl.String)
    return pl.coalesce("source_device", named, pl.lit("–"))


def _told(activities: pl.DataFrame) -> pl.DataFrame:
    """Give of each activity the amount that a document would show, null where it has none."""
    import polars as pl

    amount, unit = _reported()
    # milligrams by metres go beyond 64 bits
    moved = pl.col("mass_mg").cast(pl.Int128) * pl.col("distance_m")
    return activities.with_columns(transport_mgm=moved).select(
        pl.col("activity_id").alias("id"), "source", "subject", "shipment", "consignment",
        pl.col("source_sheet").alias("sheet"), pl.col("source_line").alias("line"),
        amount.alias("reported"), unit.alias("unit"), *(column for column, _, _ in AMOUNTS),
    )  # fmt: skip


def _units(rows: pl.DataFrame, activities: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    largest = pl.col("co2e_ug").abs()
    units = rows.group_by(pl.col("activity_id").alias("id")).agg(
        pl.col("co2e_ug").sum(),
        pl.col("kind", "tier", "start").sort_by(largest, "kind", descending=[True, False]).first(),
        pl.col("share_of").first(),
    )
    told = units.join(activities, on="id", how="left")
    return told.select(
        "id", pl.col("co2e_ug").abs().alias("size"), "co2e_ug", "kind", "tier",
        pl.col("source").fill_null("–"), "subject", "shipment", "consignment", "share_of", "start",
        "sheet", "line", pl.col("reported").fill_null(_decimal(pl.col("co2e_ug"), UG_PER_KG)),
        pl.col("unit").fill_null("kg CO2e"),
    ).sort("id")  # fmt: skip


def in_unit(unit: str) -> pl.Expr:
    """Give the amount of an activity in a unit, as decimal text; null where it has none."""
    import polars as pl

    for column, said, divisor in AMOUNTS:
        if said == unit:
            return _decimal(pl.col(column), divisor)
    return pl.lit(None, pl.String)


def _reported() -> tuple[pl.Expr, pl.Expr]:
    import polars as pl

    amounts, units = [], []
    for column, unit, divisor in AMOUNTS:
        there = pl.col(column).is_not_null() & (pl.col(column) != 0)
        amounts.append(pl.when(there).then(_decimal(pl.col(column), divisor)))
        named = pl.col("currency").fill_null(unit) if column == "amount_fen" else pl.lit(unit)
        units.append(pl.when(there).then(named))
    return pl.coalesce(amounts), pl.coalesce(units)


def _decimal(amount: pl.Expr, divisor: int) -> pl.Expr:
    """Give whole numbers over a power of ten as exact decimal texts."""
    import polars as pl

    places = len(str(divisor)) - 1
    whole = amount.cast(pl.Int128)
    sign = pl.when(whole < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    digits = whole.abs().cast(pl.String).str.zfill(places + 1)
    if not places:
        return sign + digits
    kept = digits.str.head(-places) + "." + digits.str.tail(places)
    return sign + kept.str.strip_chars_end("0").str.strip_chars_end(".")


def doubt_ug(found: Population) -> int:
    """Give half the 95 % interval of the total [ug]: linear within a factor, else quadratic."""
    import polars as pl

    wide = (pl.col("upper_ug") - pl.col("lower_ug")).cast(pl.Int128)
    by_factor = found.rows.group_by("factor_hash").agg(wide.sum())["upper_ug"]
    return math.isqrt(sum(int(each) ** 2 for each in by_factor)) // 2


def strategic(found: Population) -> pl.DataFrame:
    """Give the streams of a statement, the largest first.

    Returns
    -------
    DataFrame
        ``kind, tier, source, units, co2e_ug, share_ppm`` (of the total without signs),
        ``half_ug`` (half the 95 % interval: linear within a factor, since its error is shared,
        quadratic between factors; IPCC 2006 vol. 1 ch. 3 eq. 3.2), ``doubt_ppm`` (``half_ug`` of
        the amount) and ``assumed_ppm`` (share of the amount with an assumption).
    """
    import polars as pl

    keys: list[Any] = ["kind", "tier", pl.col("source").fill_null("–")]
    half = (pl.col("upper_ug") - pl.col("lower_ug")).cast(pl.Float64) / 2
    size = pl.col("co2e_ug").abs().cast(pl.Float64)
    named = ["kind", "tier", "source"]
    by_factor = found.rows.group_by(*keys, "factor_hash").agg(
        half.sum().alias("half"),
        pl.col("co2e_ug").cast(pl.Int128).sum(),
        size.sum().alias("size"),
        size.filter(pl.col("assumptions").fill_null("") != "").sum().alias("assumed"),
    )
    units = found.rows.group_by(keys).agg(pl.col("activity_id").n_unique().alias("units"))
    streams = by_factor.group_by(named).agg(
        pl.col("co2e_ug").sum(),
        pl.col("half").pow(2).sum().sqrt(),
        pl.col("size", "assumed").sum(),
    )
    every = pl.col("size").sum()

    def ppm(part: pl.Expr, of: pl.Expr) -> pl.Expr:
        return pl.when(of > 0).then(part / of * 1_000_000).round().cast(pl.Int64).fill_null(0)

    return (
        streams.join(units, on=named)
        .select(
            *named, "units", "co2e_ug",
            ppm(pl.col("size"), every).alias("share_ppm"),
            pl.col("half").round().cast(pl.Int64).alias("half_ug"),
            ppm(pl.col("half"), pl.col("size")).alias("doubt_ppm"),
            ppm(pl.col("assumed"), pl.col("size")).alias("assumed_ppm"),
        )
        .sort("share_ppm", *named, descending=[True, False, False, False])
    )  # fmt: skip
