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
ALL = (0, 1)


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
        *, taken: bool = False, share: tuple[int, int] = ALL,
    ) -> pl.DataFrame:  # fmt: skip
        """Give the usable readings of a stream with ``low <= at <= high`` [us UTC].

        With ``taken`` only of parts that an earlier run took; with ``share`` (i, n) of one in n
        of the meters.
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
            kept = kept.filter(_of(share)) if share != ALL else kept
            if devices is not None:
                kept = kept.filter(pl.col("device").is_in(devices.implode()))
            rows = kept.select(COLUMNS).collect(engine="streaming")
        if self.closed.height or self.fittings.height:
            rows = in_service(rows, self.told.swaps, self.closed)
        if of.role == "register" and self.fittings.height:
            set_ = self.fittings.filter(pl.col("at").is_between(low, high), _of(share))
            if devices is not None:
                set_ = set_.filter(pl.col("device").is_in(devices.implode()))
            rows = pl.concat([rows, set_.select(COLUMNS)])
        return rows

    def around(
        self, of: Definition, low: int, high: int, begins: pl.DataFrame, *, cap: int,
        devices: pl.Series | None = None, sliced: bool = False, share: tuple[int, int] = ALL,
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
        share
            (i, n): only one in n of the meters, when there are many.

        Returns
        -------
        tuple[pl.DataFrame, pl.DataFrame]
            The readings; and ``device, until`` (read up to then [us]), ``whole`` (no earlier one
            of the meter is left out).
        """
        limit = cap + of.gap_us
        back = of.gap_us if devices is None else HOUR_US + of.gap_us
        right = limit if devices is None else min(limit, high + of.gap_us + HOUR_US)
        rows = self.between(of, low - back, right, devices, share=share)
        if devices is None:
            after = rows.filter(pl.col("at") > low)["device"]
            ended = self.closed.filter(pl.col("closed").is_between(low, right), _of(share))[
                "device"
            ]
            seen = pl.concat([after, ended]).unique().to_frame("device")
            seen = seen.join(begins, on="device", how="semi")
            near = self.between(of, low, low + of.gap_us, taken=not sliced, share=share)
            settled = near["device"].unique()
        else:
            seen, settled = devices.unique().to_frame("device"), devices.clear()
        rows = rows.join(seen, on="device", how="semi")
        seen = seen.join(begins, on="device", how="left").with_columns(
            pl.col("first").fill_null(2**62),
            since=pl.lit(low - back),
            until=pl.lit(right),
            settled=pl.col("device").is_in(settled.implode()),
        )
        rows, seen = self._leftward(of, rows, seen, low, back)
        if devices is not None:
            goal = (high, cap)
            rows, seen = self._rightward(of, rows, seen, goal, min(limit, self.last))
        return rows, seen.select("device", "until", whole=pl.col("since") <= pl.col("first"))

    def _leftward(
        self, of: Definition, rows: pl.DataFrame, seen: pl.DataFrame, low: int, reach: int
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Read further back for meters whose last edge before ``low`` no reading brackets."""
        edge = low - reach
        while edge >= self.first:
            need = _unbracketed(rows, seen, low, self.workspace.zone)
            if not need.len():
                break
            reach = max(reach * WIDER, HOUR_US)
            rows = pl.concat([rows, self.between(of, edge - reach, edge - 1, need)])
            edge -= reach
            wider = pl.when(pl.col("device").is_in(need.implode())).then(edge).otherwise("since")
            seen = seen.with_columns(since=wider)
        return rows, seen

    def _rightward(
        self,
        of: Definition,
        rows: pl.DataFrame,
        seen: pl.DataFrame,
        goal: tuple[int, int],
        limit: int,
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Read further on for meters whose hours after a time hang on what was read late."""
        reach, edge = HOUR_US, int(seen["until"].max() or limit) if seen.height else limit  # type: ignore[arg-type]
        while edge < limit:
            need = _unended(rows, seen["device"], goal, self.workspace.zone)
            if not need.len():
                break
            reach *= WIDER
            after = min(edge + reach, limit)
            rows = pl.concat([rows, self.between(of, edge + 1, after, need)])
            wider = pl.when(pl.col("device").is_in(need.implode())).then(after).otherwise("until")
            seen, edge = seen.with_columns(until=wider), after
        return rows, seen


def _of(share: tuple[int, int]) -> pl.Expr:
    """Tell which meters belong to a share of them."""
    return pl.col("device").hash(0) % share[1] == share[0]


def _unbracketed(rows: pl.DataFrame, seen: pl.DataFrame, low: int, zone: str) -> pl.Series:
    """Give the meters that have no reading at the edge with which their hours begin.

    That is the edge before their last reading up to ``low``, or ``low`` itself of those whose
    hours before it are settled.
    """
    before = rows.filter(pl.col("at") <= low)
    ends = before.group_by("device").agg(
        pl.col("at").max().alias("p"), pl.col("at").min().alias("o")
    )
    span = ends.select(pl.col("p").min().fill_null(low).alias("a"), pl.col("p").max()).row(0)
    marks = edges(span[0], span[1] or low, zone)
    ends = ends.with_columns(edge=floor_hour(pl.col("p"), marks))
    all_ = seen.join(ends, on="device", how="left")
    edge = pl.when("settled").then(low).otherwise("edge")
    bare = pl.col("o").is_null() | (pl.col("o") > edge)
    return all_.filter(bare, pl.col("first") < pl.col("since"))["device"]


def _unended(rows: pl.DataFrame, devices: pl.Series, goal: tuple[int, int], zone: str) -> pl.Series:
    """Give the meters without a reading at the end of the hour of their first one from ``high``."""
    high, cap = goal
    after = pl.col("at").filter(pl.col("at") >= high).min()
    ends = rows.group_by("device").agg(after.alias("n"), pl.col("at").max().alias("last"))
    ends = devices.to_frame("device").join(ends, on="device", how="left")
    at = pl.col("n").fill_null(high)
    marks = edges(high, int(ends.select(at.max()).item() or high), zone)
    edge = floor_hour(at, marks)
    # an edge itself ends its hour; else the next one does, as far as hours are asked for
    further = pl.when(edge == at).then(at).otherwise(floor_hour(at + HOUR_US, marks))
    wanted = pl.min_horizontal(further, pl.lit(max(cap, high)))
    return ends.filter(pl.col("n").is_null() | (pl.col("last") < wanted))["device"]


def in_service(rows: pl.DataFrame, swaps: pl.DataFrame, closed: pl.DataFrame) -> pl.DataFrame:
    """Leave out what a meter read before it was fitted, and after it was taken out or retired."""
    fitted = swaps.select("device", _in="since")
    kept = rows.join(fitted, on="device", how="left").join(closed, on="device", how="left")
    here = (pl.col("at") >= pl.col("_in").fill_null(-(2**62))) & (
        pl.col("at") <= pl.col("closed").fill_null(2**62)
    )
    return kept.filter(here).drop("_in", "closed")


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
