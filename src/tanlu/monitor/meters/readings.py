"""Readings of a time, with those before and after it between which its hours are interpolated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tanlu.monitor.meters.hours import HOUR_US, edges, floor_hour
from tanlu.monitor.meters.steps import usable

if TYPE_CHECKING:
    from tanlu.monitor.meters.definitions import Definition, Definitions
    from tanlu.store import PartEntry, Workspace

__all__ = ["COLUMNS", "Readings", "in_service"]

COLUMNS = ("device", "seq", "at", "value", "quality")
KINDS = {"device": pl.String, "seq": pl.Int64, "at": pl.Int64, "value": pl.Float64,
         "quality": pl.Int64}  # fmt: skip
WIDER = 4


class Readings:
    """Reads only the parts that hold a time, and goes further only for meters that need it."""

    def __init__(
        self,
        workspace: Workspace,
        told: Definitions,
        spans: dict[str, tuple[int, int]],
        taken: frozenset[str] = frozenset(),
    ) -> None:
        self.workspace = workspace
        self.told = told
        self.spans = spans
        self.taken = taken
        known = [part for part in workspace.parts("reading") if part.file in spans]
        self.parts: list[PartEntry] = known
        self.fittings = _fittings(told)
        self.closed = _closed(told)
        ends = [*spans.values(), *((at, at) for at in self.fittings["at"].to_list())]
        self.first = min((low for low, _ in ends), default=0)
        self.last = max((high for _, high in ends), default=0)
        self.rows_read = 0

    def between(
        self, of: Definition, low: int, high: int, devices: pl.Series | None = None,
        *, taken: bool = False,
    ) -> pl.DataFrame:  # fmt: skip
        """Give the usable readings of a stream with ``low <= at <= high`` [us UTC].

        With ``taken`` only of parts that an earlier run took.
        """
        there = [
            part
            for part in self.parts
            if self.spans[part.file][0] <= high
            and self.spans[part.file][1] >= low
            and (not taken or part.file in self.taken)
        ]
        rows = pl.DataFrame(schema=KINDS)
        if there:
            self.rows_read += sum(part.rows for part in there)
            kept = self.workspace.scan("reading", only=there, columns=["stream", *COLUMNS]).filter(
                pl.col("at").is_between(low, high), pl.col("stream") == of.stream, usable()
            )
            if devices is not None:
                kept = kept.filter(pl.col("device").is_in(devices.implode()))
            rows = kept.select(COLUMNS).collect(engine="streaming")
        if of.role == "register" and self.fittings.height:
            rows = in_service(rows, self.told.swaps)
            set_ = self.fittings.filter(pl.col("at").is_between(low, high))
            if devices is not None:
                set_ = set_.filter(pl.col("device").is_in(devices.implode()))
            rows = pl.concat([rows, set_.select(COLUMNS)])
        return rows

    def around(
        self, of: Definition, low: int, high: int, begins: pl.DataFrame, *, cap: int,
        devices: pl.Series | None = None, sliced: bool = False,
    ) -> tuple[pl.DataFrame, pl.DataFrame]:  # fmt: skip
        """Give the readings from which the hours of a time follow, of meters that have some in it.

        Parameters
        ----------
        low, high
            Edges of hours [us UTC].
        begins
            ``device, first`` [us UTC]: before it no reading need be looked for.
        cap
            Edge up to which hours are asked for, not before ``high``. Readings later than a gap
            after it are not looked at: an hour waits for the reading that ends its gap.
        devices
            Only these, with what hangs on their readings up to ``cap``.
        sliced
            The time until ``low`` was looked at just before, with all parts.

        Returns
        -------
        tuple[pl.DataFrame, pl.DataFrame]
            The readings; and ``device, until`` (read up to then [us]), ``whole`` (no earlier one
            of the meter is left out).
        """
        limit = cap + of.gap_us
        back = of.gap_us if devices is None else HOUR_US + of.gap_us
        right = limit if devices is None else min(limit, high + of.gap_us + HOUR_US)
        rows = self.between(of, low - back, right, devices)
        if devices is None:
            after = rows.filter(pl.col("at") > low)["device"]
            ended = self.closed.filter(pl.col("closed").is_between(low, right))["device"]
            seen = pl.concat([after, ended]).unique().to_frame("device")
            seen = seen.join(begins, on="device", how="semi")
            settled = self.between(of, low, low + of.gap_us, taken=not sliced)["device"].unique()
        else:
            seen, settled = devices.unique().to_frame("device"), devices.clear()
        rows = rows.join(seen, on="device", how="semi")
        rows, since = self._leftward(of, rows, low, back, seen["device"], begins, settled)
        until = seen.with_columns(until=pl.lit(right))
        if devices is not None:
            rows, until = self._rightward(of, rows, until, high, right, min(limit, self.last), cap)
        loaded = since.join(begins, on="device", how="left").join(until, on="device", how="left")
        whole = pl.col("since") <= pl.col("first").fill_null(2**62)
        return rows, loaded.select("device", "until", whole=whole)

    def _leftward(
        self, of: Definition, rows: pl.DataFrame, low: int, reach: int, devices: pl.Series,
        begins: pl.DataFrame, settled: pl.Series,
    ) -> tuple[pl.DataFrame, pl.DataFrame]:  # fmt: skip
        """Read further back for meters whose last edge before ``low`` no reading brackets."""
        since = devices.to_frame("device").with_columns(since=pl.lit(low - reach))
        edge = low - reach
        while True:
            need = _unbracketed(rows, since, low, begins, settled, self.workspace.zone)
            if not need.len() or edge < self.first:
                return rows, since
            reach = max(reach * WIDER, HOUR_US)
            further = self.between(of, edge - reach, edge - 1, need)
            edge -= reach
            rows = pl.concat([rows, further])
            wider = pl.when(pl.col("device").is_in(need.implode())).then(edge).otherwise("since")
            since = since.with_columns(since=wider)

    def _rightward(
        self, of: Definition, rows: pl.DataFrame, until: pl.DataFrame, high: int, edge: int,
        limit: int, cap: int,
    ) -> tuple[pl.DataFrame, pl.DataFrame]:  # fmt: skip
        """Read further on for meters whose hours after ``high`` hang on what was read late."""
        reach = HOUR_US
        while edge < limit:
            need = _unended(rows, until["device"], high, cap, self.workspace.zone)
            if not need.len():
                break
            reach *= WIDER
            after = min(edge + reach, limit)
            rows = pl.concat([rows, self.between(of, edge + 1, after, need)])
            wider = pl.when(pl.col("device").is_in(need.implode())).then(after).otherwise("until")
            until, edge = until.with_columns(until=wider), after
        return rows, until


def _unbracketed(
    rows: pl.DataFrame, since: pl.DataFrame, low: int, begins: pl.DataFrame, settled: pl.Series,
    zone: str,
) -> pl.Series:  # fmt: skip
    """Give the meters that have no reading at the edge with which their hours begin.

    That is the edge before their last reading up to ``low``, or ``low`` itself of those whose
    hours before it are settled.
    """
    before = rows.filter(pl.col("at") <= low)
    ends = before.group_by("device").agg(
        pl.col("at").max().alias("p"), pl.col("at").min().alias("o")
    )
    if ends.height:
        marks = edges(int(ends["p"].min()), int(ends["p"].max()), zone)  # type: ignore[arg-type]
        ends = ends.with_columns(edge=floor_hour(pl.col("p"), marks))
    else:
        ends = ends.with_columns(edge=pl.lit(None, pl.Int64))
    fixed = pl.col("device").is_in(settled.implode()) & pl.col("edge").is_not_null()
    ends = ends.with_columns(edge=pl.when(fixed).then(low).otherwise("edge"))
    all_ = since.join(ends, on="device", how="left").join(begins, on="device", how="left")
    bare = pl.col("o").is_null() | (pl.col("o") > pl.col("edge"))
    older = pl.col("first").fill_null(2**62) < pl.col("since")
    return all_.filter(bare & older)["device"]


def _unended(rows: pl.DataFrame, devices: pl.Series, high: int, cap: int, zone: str) -> pl.Series:
    """Give the meters without a reading at the end of the hour of their first one from ``high``."""
    after = pl.col("at").filter(pl.col("at") >= high).min()
    ends = rows.group_by("device").agg(after.alias("n"), pl.col("at").max().alias("last"))
    ends = devices.to_frame("device").join(ends, on="device", how="left")
    at = pl.col("n").fill_null(high)
    marks = edges(high, int(ends.select(at.max()).item() or high), zone)
    edge = floor_hour(at, marks)
    # an edge itself ends its hour; else the next one does, as far as hours are asked for
    further = pl.when(edge == at).then(at).otherwise(floor_hour(at + HOUR_US, marks))
    goal = pl.min_horizontal(further, pl.lit(max(cap, high)))
    return ends.filter(pl.col("n").is_null() | (pl.col("last") < goal))["device"]


def in_service(rows: pl.DataFrame, swaps: pl.DataFrame) -> pl.DataFrame:
    """Leave out what a meter read before it was fitted and after it was taken out."""
    fitted = swaps.select("device", pl.col("since").alias("_in"))
    taken = swaps.select(device="replaces", _out="since").unique("device", keep="first")
    kept = rows.join(fitted, on="device", how="left").join(taken, on="device", how="left")
    here = (pl.col("at") >= pl.col("_in").fill_null(-(2**62))) & (
        pl.col("at") <= pl.col("_out").fill_null(2**62)
    )
    return kept.filter(here).drop("_in", "_out")


def _fittings(told: Definitions) -> pl.DataFrame:
    """Give the registers written down when meters were changed, as readings without a number."""
    swaps = told.swaps
    new = swaps.select("device", at="since", value="first_value")
    old = swaps.select(device="replaces", at="since", value="last_value")
    rows = pl.concat([old, new]).filter(pl.col("value").is_not_null())
    none = pl.lit(None, pl.Int64)
    return rows.with_columns(seq=none, quality=none).select(COLUMNS)


def _closed(told: Definitions) -> pl.DataFrame:
    """Give when meters ended: taken out for another, or retired [us UTC]."""
    out = told.swaps.select(device="replaces", closed="since")
    retired = told.current.filter(pl.col("state") == "retired").select("device", closed="since")
    return pl.concat([out, retired]).group_by("device").agg(pl.col("closed").min())
