"""From new readings to activities, once each: what is known is not computed again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.errors import TanluError
from tanlu.monitor.meters import activities, windows
from tanlu.monitor.meters.definitions import definitions
from tanlu.monitor.meters.hourly import Hourly, as_hours
from tanlu.monitor.meters.hours import HOUR_US, edges
from tanlu.monitor.meters.readings import Readings
from tanlu.monitor.meters.resample import resample
from tanlu.monitor.meters.state import BY, first_readings, fresh, state
from tanlu.monitor.meters.steps import points
from tanlu.monitor.meters.sums.adding import below_another, not_below, shares
from tanlu.monitor.meters.sums.doubts import below_zero, twice
from tanlu.terms import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tanlu.monitor.meters.definitions import Definition
    from tanlu.monitor.meters.windows import Window
    from tanlu.store import Workspace

__all__ = ["pass_on"]

SLICE = 2_000_000
WEEK_US = 7 * 24 * HOUR_US
# rows to write that are kept in memory before they are committed ahead of the last commit
HELD = 500_000


def pass_on(
    workspace: Workspace, *, until: int | None = None, per_slice: int = SLICE, patient: bool = False
) -> Iterator[Progress]:
    """Write the activities of the hours that are over, and new revisions of those reopened.

    Hours behind the watermark of a stream, ``max(at) - lateness_us``, are given out once. What is
    read later reopens the hours around it; where an amount comes out otherwise, a new activity
    supersedes the old one. One commit says which parts were taken and how far the hours are: a
    killed run leaves nothing that the next one would write twice.

    Parameters
    ----------
    workspace
        Opened by ``tanlu.store.open_workspace``.
    until
        Give out all hours that end by then [us UTC], however late readings may still be.
    per_slice
        Readings in memory at one time, about.
    patient
        Leave parts for a later run while they end no hour and reopen none: for who calls often.

    Yields
    ------
    Progress
        Rows done; the last one's ``result`` has ``activities``, ``revisions``, ``retracted``,
        ``readings``, ``meters``, ``missing``, ``estimated`` (hours), ``refused`` (streams),
        ``findings`` (new ones, TL398 and TL399), and ``until`` of each stream [us UTC] and
        ``waits_us``, its tolerance of late readings.

    Raises
    ------
    TanluError
        TL378 when another process passed readings on at the same time.
    """
    work = _Work(workspace, per_slice)
    yield from work.run(until, patient=patient)


class _Work:
    """One run."""

    def __init__(self, workspace: Workspace, per_slice: int) -> None:
        self.workspace = workspace
        self.per_slice = per_slice
        # what is taken back while this run lasts, the next one finds
        self.looked = workspace.version
        self.told = definitions(workspace)
        self.known = state(workspace)
        self.parts = fresh(workspace, self.known, "reading")
        self.lines = {name: fresh(workspace, self.known, name) for name in ("device", "stream")}
        streams = set(self.told.streams)
        seen = windows.survey(workspace, self.parts, streams, self.known)
        self.seen = windows.with_older(workspace, seen, streams, self.known)
        spans = self.known.spans | self.seen.spans
        self.readings = Readings(workspace, self.told, spans, self.known.taken)
        self.before = first_readings(workspace)
        firsts = self.seen.channels.select("stream", "device", "first")
        both = pl.concat([self.before, firsts])
        self.begins = both.group_by("stream", "device").agg(pl.col("first").min())
        self.below = {
            name: below_another(of, self.told, self.begins)
            for name, of in self.told.streams.items()
        }
        self.count = dict.fromkeys(
            ("activities", "revisions", "retracted", "missing", "estimated"), 0
        )
        self.version = self.known.version
        self.touched: dict[str, tuple[int, int]] = {}
        self.doubts = [twice(self.seen.channels, self.told)]

    def run(self, until: int | None, *, patient: bool) -> Iterator[Progress]:
        """Go through the windows; the last commit carries the parts that were taken."""
        reached = {name: self._reach(of, until) for name, of in self.told.streams.items()}
        todo = [
            piece
            for window in self._windows(reached)
            for piece in windows.apart(window, self.told.streams[window.stream], self.per_slice)
        ]
        if patient and all(window.low >= window.high for window in todo):
            yield Progress("meters", 0, 0, unit="windows", result=self._result(reached))
            return
        done = 0
        held: dict[str, pl.DataFrame] = {}
        for number, window in enumerate(todo):
            yield Progress("meters", number, len(todo), unit="windows")
            tables = self._window(window, reached[window.stream] or window.high)
            held = _with(held, tables)
            done += 1
            if number + 1 < len(todo) and sum(rows.height for rows in held.values()) > HELD:
                self._commit(held, {}, ())
                held = {}
        for tables in self._calculated(reached):
            held = _with(held, tables)
        found = self._new_doubts()
        held = _with(held, {"finding": found}) if found.height else held
        self._finish(held, {name: at for name, at in reached.items() if at is not None})
        result = self._result(reached) | {"findings": found.to_dicts()}
        yield Progress("meters", done, done, unit="windows", result=result)

    def _new_doubts(self) -> pl.DataFrame:
        """Give the findings that the ledger has not."""
        found = pl.concat(self.doubts).unique("finding_id", keep="first", maintain_order=True)
        known = self.workspace.known_ids("finding", found["finding_id"])
        return found.filter(~pl.col("finding_id").is_in(known.implode()))

    def _result(self, reached: dict[str, int | None]) -> dict[str, Any]:
        return self.count | {
            "readings": self.seen.rows,
            "read": self.readings.rows_read,
            "meters": self.begins.height,
            "below": sum(each["device"].n_unique() for each in self.below.values()),
            "refused": self.told.refused,
            "findings": [],
            "until": {name: at for name, at in reached.items() if at is not None},
            "waits_us": {
                name: of.lateness_us
                for name, of in self.told.streams.items()
                if reached[name] is not None
            },
        }

    # ── what is to be done ──

    def _reach(self, of: Definition, until: int | None) -> int | None:
        """Give the edge up to which the hours of a stream are given out."""
        newest, before = self.seen.newest(of.stream), self.known.of(of.stream)
        mark = None if newest is None else newest - of.lateness_us
        ends = [each for each in (mark, until) if each is not None]
        if not ends or (newest is None and before is None):
            return before
        limit = max(ends)
        marks = edges(limit, limit, self.workspace.zone)
        edge = int(marks.filter(marks <= limit).max())  # type: ignore[arg-type]
        return max(edge, before) if before is not None else edge

    def _windows(self, reached: dict[str, int | None]) -> Iterator[Window]:
        lines = self._told("device", ["device", "since"])
        defined = self._told("stream", ["stream", "since"]).group_by("stream")
        streams = dict(defined.agg(pl.col("since").min()).iter_rows())
        yield from windows.retold(
            self.told, lines, streams, self.before, self.known, counted=self._newly_below()
        )
        yield from windows.taken_back(self.workspace, set(self.told.streams), self.known)
        for name, of in self.told.streams.items():
            high = reached[name]
            if high is None or of.formula:
                continue
            yield from windows.reopened(self.seen.late, name)
            low = self.known.of(name)
            if low is None:
                mine = self.seen.channels.filter(pl.col("stream") == name)
                if not mine.height:
                    continue
                first = int(mine["first"].min())  # type: ignore[arg-type]
                marks = edges(first, first, self.workspace.zone)
                low = int(marks.filter(marks <= first).max())  # type: ignore[arg-type]
            yield from windows.to_come(of, self.seen, min(low, high), high, self.per_slice)

    def _newly_below(self) -> pl.DataFrame:
        """Give the meters over which another one of their stream sends for the first time."""
        rows = [
            (name, device)
            for name, of in self.told.streams.items()
            for device in self.below[name]
            .join(
                below_another(of, self.told, self.before), on=self.below[name].columns, how="anti"
            )["device"]
            .unique()
        ]
        shape = {"stream": pl.String, "device": pl.String}
        return pl.DataFrame(rows, schema=shape, orient="row").with_columns(now=pl.lit(value=True))

    def _told(self, table: str, columns: list[str]) -> pl.DataFrame:
        """Give what was told that no run has seen."""
        return self.workspace.scan(table, only=self.lines[table], columns=columns).collect()

    # ── one window ──

    def _window(self, window: Window, cap: int) -> dict[str, pl.DataFrame]:
        """Give the rows that the hours of a window make."""
        of = self.told.streams[window.stream]
        hours = self._hours(of, window, cap)
        if hours.height:
            ends = hours.select(pl.col("hour").min().alias("a"), pl.col("end").max()).row(0)
            self._touch(of.stream, *ends)
        if window.anew:
            self._touch(of.stream, window.low, window.high)
        anew = (window.devices, window.low, window.high) if window.anew else None
        return self._tables(of, hours, anew)

    def _touch(self, stream: str, low: int, high: int) -> None:
        """Keep between which hours a stream was looked at, for the sums that hang on it."""
        before = self.touched.get(stream, (low, high))
        self.touched[stream] = (min(low, before[0]), max(high, before[1]))

    def _calculated(self, reached: dict[str, int | None]) -> Iterator[dict[str, pl.DataFrame]]:
        """Give the rows of calculated streams in the hours of which a meter was looked at."""
        hourly = Hourly(self.workspace, self.told, self.readings, self.begins)
        for name, of in self.told.streams.items():
            if not of.formula or of.kind is None:
                continue
            try:
                parts = shares(of, self.told, self.begins)
            except TanluError as error:
                self.told.refused[name] = error
                continue
            spans = [self.touched[part.stream] for part in parts if part.stream in self.touched]
            ends = [reached.get(part.stream) for part in parts]
            if not spans or None in ends:
                continue
            high = min(max(high for _, high in spans), *(end for end in ends if end is not None))
            for low in range(min(low for low, _ in spans), high, WEEK_US):
                end = min(low + WEEK_US, high)
                found = as_hours(hourly.calculated(name, low, end), name)
                all_of = (pl.Series([name]), low, end)
                yield self._tables(of, found, all_of, at=parts[0].point)

    def _hours(self, of: Definition, window: Window, cap: int) -> pl.DataFrame:
        begins = self.begins.filter(pl.col("stream") == of.stream).drop("stream")
        cap = max(cap, window.high) if window.devices is not None else window.high
        rows, loaded = self.readings.around(
            of, window.low, window.high, begins, cap=cap, devices=window.devices,
            sliced=window.sliced,
            share=window.share,
        )  # fmt: skip
        self.doubts.append(below_zero(rows, of))
        found = resample(points(rows, of, self.told.devices), self.workspace.zone, of.gap_us)
        found = found.join(loaded, on="device", how="left")
        found = found.join(self.readings.closed, on="device", how="left")
        over = pl.col("closed") <= pl.max_horizontal("until", "end")
        return found.filter(
            pl.col("hour") < cap,
            ~pl.col("head") | pl.col("whole"),
            ~pl.col("tail") | over.fill_null(value=False),
        ).drop("until", "whole", "closed")

    def _tables(
        self, of: Definition, hours: pl.DataFrame, all_of: Any = None, at: str | None = None
    ) -> dict[str, pl.DataFrame]:
        if of.kind is None:
            return {}
        top = not_below(hours, self.below[of.stream])
        kept = activities.given(top, of, self.told, self.workspace.zone, at)
        new, gone = activities.revised(self.workspace, kept, hours, of, all_of=all_of)
        self.count["missing"] += top.height - kept.height
        self.count["estimated"] += kept.filter(quality=activities.ESTIMATED).height
        tables = {}
        if new.height:
            tables["activity"] = activities.rows(new, of)
        if gone.len():
            tables["retraction"] = activities.retractions(gone)
        return tables

    # ── writing ──

    def _commit(self, tables: dict[str, pl.DataFrame], source: Any, inputs: Any) -> None:
        with self.workspace.writer():
            if state(self.workspace).version != self.version:
                raise TanluError("TL378", value=self.workspace.path.name)
            commit = self.workspace.commit(
                {"activity": _none(), **tables}, source={"by": BY, **source}, inputs=inputs
            )
        self.version = commit.version
        self.count["activities"] += tables.get("activity", _none()).height
        self.count["revisions"] += tables.get("activity", _none())["supersedes"].count()
        self.count["retracted"] += tables["retraction"].height if "retraction" in tables else 0

    def _finish(self, tables: dict[str, pl.DataFrame], reached: dict[str, int]) -> None:
        """Write the last rows with what says that all of it is done."""
        files = [part.file for part in (*self.parts, *self.lines["device"], *self.lines["stream"])]
        moved = {name: at for name, at in reached.items() if self.known.of(name) != at}
        if not files and not moved and not tables:
            return
        known = self.before.select("stream", "device", pl.col("first").alias("_known"))
        new = self.begins.join(known, on=["stream", "device"], how="left").filter(
            (pl.col("first") < pl.col("_known")).fill_null(value=True)
        )
        if new.height:
            tables = {**tables, "channel": new.select("stream", "device", "first")}
        names = frozenset(self.told.streams)
        source = {
            **({"streams": sorted(names)} if names != self.known.streams else {}),
            "until": moved,
            "looked": self.looked,
            "spans": {name: list(span) for name, span in self.seen.spans.items()},
        }
        self._commit(tables, source, files)


def _with(held: dict[str, pl.DataFrame], more: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Add rows to those that are held; an hour of two windows comes out of both as the same."""
    both = dict(held)
    for table, rows in more.items():
        key = {"activity": "activity_id", "retraction": "id", "finding": "finding_id"}[table]
        there = [held[table]] if table in held else []
        both[table] = pl.concat([*there, rows]).unique(key, keep="first", maintain_order=True)
    return both


def _none() -> pl.DataFrame:
    from tanlu.terms import schema

    return schema("activity").empty()
