"""Balances of meters by hour or day: what does not add up within what the meters may err."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from tanlu.errors import TanluError
from tanlu.monitor.faults import finding_id
from tanlu.monitor.meters.sums.adding import Share, calculated, roots, shares
from tanlu.terms import schema

if TYPE_CHECKING:
    from tanlu.monitor.meters.definitions import Definitions
    from tanlu.monitor.meters.hourly import Hourly

__all__ = ["UNTOLD_PPM", "Balance", "balance"]

# class 2 of IEC 62053-21, assumed of a meter of which no accuracy is told
UNTOLD_PPM = 20_000
MILLION = 1_000_000
KEPT = 50


class Balance(NamedTuple):
    """What balances were checked, and the findings of schema ``finding``."""

    findings: pl.DataFrame
    checked: pl.DataFrame
    refused: dict[str, TanluError]


class _Check(NamedTuple):
    """One balance: a sum of metering points that lies between two bounds [smallest units]."""

    name: str
    parts: list[Share]
    low: int | None
    high: int | None
    main: str | None = None


def balance(hourly: Hourly, low: int, high: int, *, by: str = "hour") -> Balance:
    """Check main meters against those below them, and calculated streams that have bounds.

    For each metering point that has others below it (``parent``), ``main - Σ below`` is never
    below zero: what is more than the main meter let in cannot be (error). Of a calculated stream
    with ``minimum`` or ``maximum`` the sum keeps to them: with both zero, ``pv + import - use -
    export`` is a closed balance. Each is allowed the sum of what its meters may err,
    ``Σ |amount| · accuracy_ppm / 10^6`` and one unit a meter; where no accuracy is told,
    20 000 ppm are assumed (class 2 of IEC 62053-21, from memory).

    Parameters
    ----------
    hourly
        The hours of a ledger.
    low, high
        Edges of hours, half-open [us UTC].
    by
        ``hour``, or ``day`` of the reporting zone: only days of which every hour is known.

    Returns
    -------
    Balance
        ``findings`` with code TL379; ``checked`` with ``balance, start, end, amount, allowed,
        main`` [smallest units]; ``refused``: balances that cannot be reckoned and why.
    """
    told = hourly.told
    points = hourly.points(low, high)
    found, refused = _checks(hourly, points)
    accuracy = _accuracies(told)
    tables = [_weighed(check, points, accuracy, hourly.workspace.zone, by) for check in found]
    names = ("balance", "start", "end", "amount", "allowed", "main")
    checked = pl.concat([table.select(names) for table in tables]) if tables else _empty(names)
    findings = [_findings(check, table, by) for check, table in zip(found, tables, strict=True)]
    shape = schema("finding").empty()
    return Balance(pl.concat([shape, *findings]), checked, refused)


def _empty(names: tuple[str, ...]) -> pl.DataFrame:
    return pl.DataFrame(
        schema={name: pl.String if name == "balance" else pl.Int64 for name in names}
    )


def _checks(hourly: Hourly, points: pl.DataFrame) -> tuple[list[_Check], dict[str, TanluError]]:
    found, refused = _mains(hourly.told, points), {}
    for name, of in hourly.told.streams.items():
        if not of.formula or (of.minimum is None and of.maximum is None):
            continue
        try:
            parts = shares(of, hourly.told, hourly.channels)
        except TanluError as error:
            refused[name] = error
            continue
        scale = of.scale.numerator / of.scale.denominator
        bounds = [
            None if each is None else round(each * scale) for each in (of.minimum, of.maximum)
        ]
        found.append(_Check(name, parts, bounds[0], bounds[1]))
    return found, refused


def _mains(told: Definitions, points: pl.DataFrame) -> list[_Check]:
    """Give the balance of each metering point that has others of its stream below it."""
    root = roots(told)
    parents = told.current.select("device", "parent").drop_nulls()
    below = parents.select(
        point=pl.col("device").replace(root), parent=pl.col("parent").replace(root)
    ).filter(pl.col("point") != pl.col("parent")).unique()  # fmt: skip
    sent = points.select("stream", "point").unique()
    pairs = below.join(sent, on="point").join(
        sent.rename({"point": "parent"}), on=["stream", "parent"]
    )
    found = []
    for (stream, main), rows in pairs.sort("stream", "parent", "point").group_by(
        "stream", "parent", maintain_order=True
    ):
        parts = [_share(stream, main, 1), *(_share(stream, each, -1) for each in rows["point"])]
        found.append(_Check(f"{stream}:{main}", parts, 0, None, str(main)))
    return found


def _share(stream: object, point: object, factor: int) -> Share:
    from fractions import Fraction

    return Share(str(stream), str(point), Fraction(factor))


def _accuracies(told: Definitions) -> pl.DataFrame:
    """Give the accuracy of each metering point: the worst of its meters [ppm]."""
    lines = told.current.select(point=pl.col("device").replace(roots(told)), ppm="accuracy_ppm")
    return lines.group_by("point").agg(pl.col("ppm").fill_null(UNTOLD_PPM).max())


def _weighed(
    check: _Check, points: pl.DataFrame, accuracy: pl.DataFrame, zone: str, by: str
) -> pl.DataFrame:
    """Give amount and allowance of a balance by hour or day; nothing where a meter is not known."""
    mine = pl.DataFrame(
        [(part.stream, part.point, abs(float(part.factor))) for part in check.parts],
        schema={"stream": pl.String, "point": pl.String, "_weight": pl.Float64},
        orient="row",
    )
    rows = points.join(mine, on=["stream", "point"]).join(accuracy, on="point", how="left")
    weight = pl.col("_weight")
    ppm = pl.col("ppm").fill_null(UNTOLD_PPM)
    err = pl.col("amount").abs().cast(pl.Float64) * ppm / MILLION * weight + 1
    # an estimate may lie anywhere in its interval
    loose = (pl.col("upper") - pl.col("lower")).cast(pl.Float64) * weight
    allowed = rows.group_by("hour").agg((err + loose).sum().ceil().cast(pl.Int64).alias("allowed"))
    summed = calculated(points, check.parts).join(allowed, on="hour", how="left")
    at_main = rows.filter(pl.col("point") == (check.main or "")).select("hour", main="amount")
    summed = summed.join(at_main, on="hour", how="left").filter(pl.col("amount").is_not_null())
    named = summed.select(
        "amount", "allowed", "main", balance=pl.lit(check.name), start="hour", end="end"
    )
    return _by_day(named, zone) if by == "day" else named.sort("start")


def _by_day(rows: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Give the sums of whole days of the zone."""
    local = pl.col("start").cast(pl.Datetime("us", "UTC")).dt.convert_time_zone(zone)
    midnight = local.dt.truncate("1d")
    keyed = rows.with_columns(
        _from=midnight.dt.convert_time_zone("UTC").to_physical(),
        _to=midnight.dt.offset_by("1d").dt.convert_time_zone("UTC").to_physical(),
    )
    days = keyed.group_by("balance", "_from", "_to").agg(
        pl.col("amount").sum(), pl.col("allowed").sum(), pl.col("main").sum(),
        (pl.col("end") - pl.col("start")).sum().alias("_covered"),
    )  # fmt: skip
    whole = days.filter(pl.col("_covered") == pl.col("_to") - pl.col("_from"))
    return whole.rename({"_from": "start", "_to": "end"}).drop("_covered").sort("start")


def _findings(check: _Check, table: pl.DataFrame, by: str) -> pl.DataFrame:
    """Give one finding of each balance with the hours or days at which it does not close."""
    under = pl.lit(value=False) if check.low is None else (
        pl.col("amount") + pl.col("allowed") < check.low
    )  # fmt: skip
    over = pl.lit(value=False) if check.high is None else (
        pl.col("amount") - pl.col("allowed") > check.high
    )  # fmt: skip
    bad = table.filter(under | over)
    if not bad.height:
        return schema("finding").empty()
    worst = bad.sort(pl.col("amount").abs(), descending=True).row(0, named=True)
    shown = bad.head(KEPT).select("start", "end", "amount", "allowed", "main").to_dicts()
    evidence = {"by": by, "rows": shown, "meters": [part.point for part in check.parts]}
    row = {
        "finding_id": finding_id("meters", check.name, by, bad["start"].to_list()),
        "code": "TL379",
        "severity": "error",
        "subject": f"meter:{check.main}" if check.main else f"stream:{check.name}",
        "column": check.parts[0].stream,
        "value": f"{worst['amount']} at {_when(worst['start'])}, {worst['allowed']} allowed",
        "count": bad.height,
        "evidence": json.dumps(evidence, sort_keys=True, separators=(",", ":")),
    }
    return schema("finding").fit(
        pl.DataFrame([row], schema_overrides={"count": pl.Int64}, infer_schema_length=None)
    )


def _when(at: int) -> str:
    return datetime.fromtimestamp(at / 1e6, tz=UTC).strftime("%Y-%m-%dT%H:%MZ")
