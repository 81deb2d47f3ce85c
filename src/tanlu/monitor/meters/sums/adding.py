"""Sums of meters by the hour: metering points whose meter changed, and calculated streams."""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from tanlu.errors import TanluError
from tanlu.monitor.meters.hours import HOUR_US, edges, place_of
from tanlu.monitor.meters.sums.formula import parsed
from tanlu.monitor.meters.whole import divided

if TYPE_CHECKING:
    from tanlu.monitor.meters.definitions import Definition, Definitions

__all__ = [
    "Share",
    "below_another",
    "calculated",
    "not_below",
    "of_points",
    "roots",
    "shares",
]


class Share(NamedTuple):
    """A metering point of a formula: the meter that was there first, its stream, coefficient."""

    stream: str
    point: str
    factor: Fraction


def roots(told: Definitions) -> dict[str, str]:
    """Give the metering point of each meter: the one that stood there first."""
    before = dict(told.swaps.select("device", "replaces").iter_rows())
    found: dict[str, str] = {}
    for device in {*before, *before.values()}:
        point, seen = device, {device}
        while point in before and before[point] not in seen:
            point = before[point]
            seen.add(point)
        found[device] = point
    return found


def below_another(of: Definition, told: Definitions, channels: pl.DataFrame) -> pl.DataFrame:
    """Give ``device, since, until`` [us UTC]: which hours of meters another one above counts.

    Streams of one kind, quantity and carrier count the same: a charging point is in the electricity
    of the main meter above it, whatever their streams are called and whatever stands between. The
    hours before the meter above sent anything are those of the meter below. The parent that is
    told first holds for what was read before it, too; meters above each other count both.

    Parameters
    ----------
    channels
        ``stream, device, first`` [us UTC].
    """
    point = roots(told)
    alike = [name for name, each in told.streams.items() if name == of.stream or _same(each, of)]
    sent = channels.filter(pl.col("stream").is_in(alike))
    sends = sent.group_by(above=pl.col("device").replace(point)).agg(pl.col("first").min())
    lines = _parents(told, point)
    latest = lines.unique("own", keep="last", maintain_order=True).select("own", "above")
    up = dict(latest.drop_nulls().iter_rows())
    tops = lines["above"].drop_nulls().unique()
    chains = pl.DataFrame(
        [(top, above) for top in tops for above in _chain(top, up)],
        schema={"top": pl.String, "above": pl.String},
        orient="row",
    )
    rows = lines.rename({"above": "top"}).join(chains, on="top")
    rows = rows.filter(~(pl.col("above") == pl.col("own")).any().over("own", "since"))
    mine = channels.filter(stream=of.stream)
    own = mine.select("device", own=pl.col("device").replace(point)).unique()
    under = rows.join(sends, on="above").join(own, on="own")
    # an hour within which the meter above begins is its own
    since = pl.max_horizontal("since", "first") - HOUR_US + 1
    return under.select("device", since=since, until="until").unique().sort("device", "since")


def not_below(hours: pl.DataFrame, below: pl.DataFrame) -> pl.DataFrame:
    """Give the hours that no meter above counts."""
    if not below.height:
        return hours
    rows = hours.with_row_index("_row")
    inside = pl.col("hour").is_between(pl.col("since"), pl.col("until"), closed="left")
    counted = rows.select("_row", "device", "hour").join(below, on="device").filter(inside)
    return rows.join(counted, on="_row", how="anti", maintain_order="left").drop("_row")


def _same(one: Definition, other: Definition) -> bool:
    what = (one.kind, one.quantity, one.carrier)
    return one.kind is not None and what == (other.kind, other.quantity, other.carrier)


def _parents(told: Definitions, point: dict[str, str]) -> pl.DataFrame:
    """Give ``own, above, since, until``: below which metering point each one lay, and when."""
    lines = told.devices.sort("since", maintain_order=True).with_columns(
        own=pl.col("device").replace(point)
    )
    lines = lines.unique(["own", "since"], keep="last", maintain_order=True)
    parent = pl.col("parent")
    before = parent.forward_fill().over("own")
    # a meter is fitted where the one before it was
    fitted = pl.when(pl.col("replaces").is_null()).then(parent).otherwise(before)
    held = pl.when(before.is_null()).then(parent.backward_fill().over("own")).otherwise(fitted)
    lines = lines.with_columns(
        above=held.replace(point), _next=pl.col("since").shift(-1).over("own")
    )
    first = pl.col("since") == pl.col("since").min().over("own")
    return lines.select(
        "own", "above",
        since=pl.when(first).then(-(2**62)).otherwise("since"),
        until=pl.col("_next").fill_null(2**62),
    )  # fmt: skip


def _chain(point: str, up: dict[str, str]) -> list[str]:
    """Give a metering point and all above it."""
    found = [point]
    while (above := up.get(found[-1])) is not None and above not in found:
        found.append(above)
    return found


def of_points(hours: pl.DataFrame, told: Definitions, zone: str) -> pl.DataFrame:
    """Give the hours of metering points from those of meters: whole hours only.

    An hour in which a meter was changed is the sum of both; one of which a part is not covered,
    or not known, has no amount.

    Parameters
    ----------
    hours
        ``stream`` and the columns of `resample`.

    Returns
    -------
    pl.DataFrame
        ``stream, point, hour, end, amount, lower, upper, estimated``.
    """
    columns = ("amount", "lower", "upper")
    if not hours.height:
        kinds = {"stream": pl.String, "point": pl.String, "hour": pl.Int64, "end": pl.Int64}
        kinds |= dict.fromkeys(columns, pl.Int64) | {"estimated": pl.Boolean}
        return pl.DataFrame(schema=kinds)
    marks = edges(int(hours["hour"].min()), int(hours["end"].max()), zone)  # type: ignore[arg-type]
    ends = marks.gather(place_of(hours["hour"], marks) + 1)
    point = pl.col("device").replace(roots(told))
    grouped = hours.with_columns(point=point, _end=ends).group_by("stream", "point", "hour", "_end")
    unknown = pl.col("amount").is_null().any()
    summed = grouped.agg(
        (pl.col("end") - pl.col("start")).sum().alias("_covered"),
        *(
            pl.when(unknown).then(None).otherwise(pl.col(name).sum()).alias(name)
            for name in columns
        ),
        estimated=(pl.col("quality") != "measured").any(),
    )
    whole = pl.col("_covered") == pl.col("_end") - pl.col("hour")
    blank = (pl.when(whole).then(pl.col(name)).alias(name) for name in columns)
    return summed.with_columns(*blank).select(
        "stream", "point", "hour", pl.col("_end").alias("end"), *columns, "estimated"
    )


def shares(of: Definition, told: Definitions, channels: pl.DataFrame) -> list[Share]:
    """Give the metering points that a formula adds up.

    Raises
    ------
    TanluError
        TL377 for a formula that cannot be read, a meter without readings, one that sends several
        streams of the quantity, and a stream of another quantity.
    """
    point = roots(told)
    found: dict[tuple[str, str], Fraction] = {}
    parents = told.current.select("device", "parent").drop_nulls()
    for term in parsed(of.formula or ""):
        mine = point.get(term.device, term.device)
        names = [mine]
        if term.below:
            above = [name for name in (mine, *point) if point.get(name, name) == mine]
            below = parents.filter(pl.col("parent").is_in([*above, term.device]))["device"]
            names = sorted({point.get(name, name) for name in below} - {mine})
            if not names:
                raise TanluError("TL377", value=of.formula, why=f"no meter below {term.device}")
        for name in names:
            stream = term.stream or _only_stream(name, of, told, channels, point)
            held = told.streams.get(stream)
            if held is None or held.quantity != of.quantity or held.formula:
                why = f"{stream} is no measured stream of {of.quantity}"
                raise TanluError("TL377", value=of.formula, why=why)
            members = [name, *(each for each, own in point.items() if own == name)]
            if channels.filter(stream=stream).filter(pl.col("device").is_in(members)).is_empty():
                raise TanluError("TL377", value=of.formula, why=f"{name} sends no {stream}")
            found[(stream, name)] = found.get((stream, name), Fraction(0)) + term.factor
    return [Share(stream, name, factor) for (stream, name), factor in found.items() if factor]


def _only_stream(
    name: str, of: Definition, told: Definitions, channels: pl.DataFrame, point: dict[str, str]
) -> str:
    """Give the one stream of the quantity that a metering point sends."""
    members = [each for each in point if point[each] == name] or [name]
    sent = channels.filter(pl.col("device").is_in([name, *members]))["stream"].unique().sort()
    fits = [
        stream
        for stream in sent
        if stream in told.streams and told.streams[stream].quantity == of.quantity
    ]
    if len(fits) != 1:
        why = f"{name} sends {' and '.join(fits) or 'nothing'}: write {name}@STREAM"
        raise TanluError("TL377", value=of.formula, why=why)
    return str(fits[0])


def calculated(points: pl.DataFrame, parts: list[Share]) -> pl.DataFrame:
    """Give the sum of metering points by the hour; where one is not known, the sum is not.

    Returns
    -------
    pl.DataFrame
        ``hour, end, amount, lower, upper, estimated`` [smallest units of the quantity].
    """
    under = lcm(*(part.factor.denominator for part in parts)) if parts else 1
    table = pl.DataFrame(
        {
            "stream": [part.stream for part in parts],
            "point": [part.point for part in parts],
            "_top": [int(part.factor * under) for part in parts],
        },
        schema={"stream": pl.String, "point": pl.String, "_top": pl.Int64},
    )
    known = points.join(table, on=["stream", "point"], how="inner")
    top = pl.col("_top").cast(pl.Int128)
    negative = pl.col("_top") < 0
    low = pl.when(negative).then("upper").otherwise("lower")
    high = pl.when(negative).then("lower").otherwise("upper")
    each = known.with_columns(amount=top * pl.col("amount"), lower=top * low, upper=top * high)
    there = pl.col("amount").count() == len(parts)
    summed = each.group_by("hour", "end").agg(
        *(
            pl.when(there).then(pl.col(name).sum()).otherwise(None).alias(name)
            for name in ("amount", "lower", "upper")
        ),
        pl.col("estimated").any(),
    )
    one, den = pl.lit(1), pl.lit(under)
    return summed.with_columns(
        divided(pl.col(name), one, den).alias(name) for name in ("amount", "lower", "upper")
    ).sort("hour")
