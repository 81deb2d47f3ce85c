"""Which hours of which meters must be computed: those not given out yet, and those reopened."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from tanlu.monitor.meters.hours import HOUR_US, edges, floor_hour
from tanlu.monitor.meters.steps import usable

if TYPE_CHECKING:
    from tanlu.monitor.meters.definitions import Definition, Definitions
    from tanlu.monitor.meters.state import State
    from tanlu.store import PartEntry, Workspace

__all__ = [
    "Survey",
    "Window",
    "apart",
    "reopened",
    "retold",
    "survey",
    "taken_back",
    "to_come",
    "with_older",
]

DAY_US = 24 * HOUR_US
MINUTE_US = HOUR_US // 60
# channels of several parts that are kept before they are made one
FOLDED = 1_000_000
# what of a line the hours of a meter hang on
MATTERS = (
    "state", "place", "custodian", "parent", "ratio", "replaces", "first_value", "last_value",
)  # fmt: skip


class Window(NamedTuple):
    """Hours of a stream from one edge to another [us UTC], of all its meters or of some.

    ``sliced`` tells that another slice of the run goes before; ``share`` (i, n) that it is of
    one in n of the meters; ``anew`` that what is told of the
    meters changed, so that nothing given out for them before holds unless it comes out again.
    """

    stream: str
    low: int
    high: int
    devices: pl.Series | None = None
    sliced: bool = False
    share: tuple[int, int] = (0, 1)
    anew: bool = False


class Survey(NamedTuple):
    """What parts that no run took hold: their times, the channels in them, and late hours."""

    spans: dict[str, tuple[int, int]]
    channels: pl.DataFrame
    late: pl.DataFrame
    rows: int

    def newest(self, stream: str) -> int | None:
        """Give the newest instant of a stream [us UTC]."""
        rows = self.channels.filter(pl.col("stream") == stream)
        return int(rows["last"].max()) if rows.height else None  # type: ignore[arg-type]


def survey(workspace: Workspace, parts: list[PartEntry], streams: set[str], known: State) -> Survey:
    """Read which meters and times the parts hold, one part in memory at a time."""
    spans: dict[str, tuple[int, int]] = {}
    channels = [pl.DataFrame(schema={"stream": pl.String, "device": pl.String, "first": pl.Int64,
                                     "last": pl.Int64, "rows": pl.UInt32})]  # fmt: skip
    late = [pl.DataFrame(schema={"stream": pl.String, "device": pl.String, "hour": pl.Int64})]
    until = pl.col("stream").replace_strict(known.until, default=None, return_dtype=pl.Int64)
    for part in parts:
        rows = workspace.scan("reading", only=[part]).filter(
            pl.col("stream").is_in(list(streams)), usable()
        )
        found = rows.select("stream", "device", "at").collect(engine="streaming")
        if not found.height:
            spans[part.file] = (2**62, -(2**62))
            continue
        spans[part.file] = found.select(pl.col("at").min().alias("a"), pl.col("at").max()).row(0)
        first, last = pl.col("at").min().alias("first"), pl.col("at").max().alias("last")
        channels.append(found.group_by("stream", "device").agg(first, last, rows=pl.len()))
        if sum(each.height for each in channels) > FOLDED:
            channels = [_folded(channels)]
        behind = found.filter(pl.col("at") <= until)
        if behind.height:
            marks = edges(int(behind["at"].min()), int(behind["at"].max()), workspace.zone)  # type: ignore[arg-type]
            # what lies on an edge ends the hour before it
            hour = floor_hour(pl.col("at") - 1, marks)
            late.append(behind.select("stream", "device", hour=hour).unique())
    rows_read = sum(part.rows for part in parts)
    return Survey(spans, _folded(channels), pl.concat(late).unique(), rows_read)


def _folded(channels: list[pl.DataFrame]) -> pl.DataFrame:
    """Give what several parts tell of their channels as one."""
    return pl.concat(channels).group_by("stream", "device").agg(
        pl.col("first").min(), pl.col("last").max(), pl.col("rows").sum()
    )  # fmt: skip


def with_older(workspace: Workspace, seen: Survey, streams: set[str], known: State) -> Survey:
    """Add what parts that were taken hold of streams that were not told of when they were."""
    new = streams - known.streams
    parts = [part for part in workspace.parts("reading") if part.file in known.taken]
    if not new or not parts:
        return seen
    older = survey(workspace, parts, new, known)
    spans = dict(seen.spans)
    for file, (low, high) in older.spans.items():
        before = known.spans.get(file, (low, high))
        spans[file] = (min(low, before[0]), max(high, before[1]))
    return Survey(spans, _folded([seen.channels, older.channels]), seen.late, seen.rows)


def apart(window: Window, of: Definition, per_slice: int) -> list[Window]:
    """Give a window of some meters as several of fewer, as many rows in each as asked for."""
    if window.devices is None:
        return [window]
    # an hour before and after is read as well; of streams without a usual step a minute is taken
    hours = (window.high - window.low) // HOUR_US + 2
    rows = hours * max(HOUR_US // (of.step_us or MINUTE_US), 1)
    most = max(1, per_slice // rows)
    return [window._replace(devices=each) for each in _pieces(window.devices, most)]


def _pieces(devices: pl.Series, most: int) -> list[pl.Series]:
    whole = devices.unique().sort()
    return [whole.slice(start, most) for start in range(0, whole.len(), most)]


def reopened(late: pl.DataFrame, stream: str) -> list[Window]:
    """Give the windows that late readings reopen: neighbouring hours together, up to a day."""
    mine = late.filter(pl.col("stream") == stream).sort("hour")
    found: list[Window] = []
    hours: list[int] = mine["hour"].unique().sort().to_list()
    start = 0
    for place, hour in enumerate(hours):
        ends = place + 1 == len(hours) or hours[place + 1] - hour > HOUR_US
        if ends or hours[place + 1] - hours[start] >= DAY_US:
            here = mine.filter(pl.col("hour").is_between(hours[start], hour))
            found.append(Window(stream, hours[start], hour + HOUR_US, here["device"].unique()))
            start = place + 1
    return found


def to_come(of: Definition, seen: Survey, low: int, high: int, per_slice: int) -> list[Window]:
    """Give the slices of the hours that are to be given out, as many rows in each as asked for."""
    mine = seen.channels.filter(pl.col("stream") == of.stream)
    if high <= low:
        # silent meters that sent again: the hours until then end behind the watermark
        some = mine.filter(pl.col("first") <= low + of.gap_us, pl.col("last") > low)["device"]
        return [Window(of.stream, low, low, some)] if some.len() else []
    hours = (high - low) // HOUR_US
    rows = int(mine["rows"].sum() or 0)
    step = max(1, min(hours, hours * per_slice // max(rows, 1))) * HOUR_US
    cuts = [*range(low, high, step), high]
    # where an hour is more than that, the meters are cut as well
    shares = max(1, round(rows * step / max(high - low, 1) / per_slice))
    return [
        Window(of.stream, a, b, sliced=a > low, share=(one, shares))
        for a, b in pairwise(cuts)
        for one in range(shares)
    ]


def changed(told: Definitions, lines: pl.DataFrame) -> pl.DataFrame:
    """Give ``device, low``: from when on new lines make another hour of a meter [us UTC].

    A first line holds for what was read before it, and so may a parent; of a later one only what
    the hours hang on.
    A meter that was taken out changes from then on.
    """
    columns = ["device", "since", *MATTERS]
    order = told.devices.sort("since", maintain_order=True).select(columns)
    before = [pl.col(name).shift(1).over("device").alias(f"_{name}") for name in columns]
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"_{name}")) for name in MATTERS)
    order = order.with_columns(before).with_columns(
        low=pl.when(pl.col("_device").is_null() | pl.col("parent").ne_missing(pl.col("_parent")))
        .then(-(2**62))
        .otherwise("since"),
        _new=differs,
    )
    mine = order.filter("_new").join(lines, on=["device", "since"], how="semi")
    out = mine.filter(pl.col("replaces").is_not_null()).select(device="replaces", low="since")
    both = pl.concat([mine.select("device", "low"), out])
    return both.group_by("device").agg(pl.col("low").min())


def retold(
    told: Definitions,
    lines: pl.DataFrame,
    streams: dict[str, int],
    begins: pl.DataFrame,
    known: State,
    *,
    counted: pl.DataFrame,
) -> list[Window]:
    """Give the windows of meters of which something was told anew, a week each.

    Parameters
    ----------
    lines
        ``device, since`` of the lines that no run has seen.
    streams
        Streams that were defined anew, and since when [us UTC].
    begins
        ``stream, device, first`` of the channels that earlier runs saw.
    counted
        ``stream, device, now``: meters that lie below another one of the stream since now.
    """
    lows = changed(told, lines)
    since = pl.col("stream").replace_strict(streams, default=None, return_dtype=pl.Int64)
    mine = begins.join(lows, on="device", how="left")
    mine = mine.join(counted, on=["stream", "device"], how="left").with_columns(
        low=pl.when(pl.col("now").fill_null(value=False))
        .then(-(2**62))
        .otherwise(pl.min_horizontal("low", since))
    )
    mine = mine.filter(pl.col("low").is_not_null())
    found: list[Window] = []
    for (stream,), rows in mine.group_by("stream", maintain_order=True):
        until = known.of(str(stream))
        if until is None or stream not in told.streams:
            continue
        low = int(rows.select(pl.max_horizontal("low", "first").min()).item())
        start = low // HOUR_US * HOUR_US - HOUR_US
        cuts = [*range(start, until, 7 * DAY_US), until]
        found += [Window(str(stream), a, b, rows["device"], anew=True) for a, b in pairwise(cuts)]
    return found


def taken_back(workspace: Workspace, streams: set[str], known: State) -> list[Window]:
    """Give the windows that readings leave behind which were taken back since the last run.

    They reach from the reading before to the one after: what was interpolated there is computed
    from what still holds, and what no reading bears any more is given out no more.
    """
    since = [
        part.version
        for part in workspace.parts("retraction")
        if part.version > known.looked
        and (workspace.scan("retraction", only=[part], raw=True, columns=["of"]).collect()["of"]
             == "reading").any()
    ]  # fmt: skip
    if not since:
        return []
    key = ["stream", "device", "seq", "at"]
    parts = [part for part in workspace.parts("reading") if part.file in known.taken]
    gone = [pl.DataFrame(schema={"stream": pl.String, "device": pl.String, "seq": pl.Int64,
                                 "at": pl.Int64})]  # fmt: skip
    for part in parts:
        held = workspace.scan("reading", only=[part], columns=key)
        before = workspace.scan("reading", only=[part], columns=key, as_of=min(since) - 1)
        rows = before.join(held, on=key, how="anti", nulls_equal=True)
        gone.append(rows.filter(pl.col("stream").is_in(list(streams))).collect())
    lost = pl.concat(gone)
    channels = lost.select("stream", "device").unique()
    before = workspace.scan("reading", only=parts, as_of=min(since) - 1)
    own = before.filter(usable()).join(channels.lazy(), on=["stream", "device"], how="semi")
    return _left_behind(own.select(key).collect(engine="streaming"), lost, known)


def _left_behind(rows: pl.DataFrame, lost: pl.DataFrame, known: State) -> list[Window]:
    """Give the windows between the neighbours of lost readings: those that overlap are one."""
    own = ["stream", "device"]
    spans = rows.sort(*own, "at").with_columns(
        low=pl.col("at").shift(1).over(own).fill_null(pl.col("at")),
        high=pl.col("at").shift(-1).over(own).fill_null(pl.col("at")),
        until=pl.col("stream").replace_strict(known.until, default=None, return_dtype=pl.Int64),
    )
    spans = spans.join(lost, on=rows.columns, how="semi", nulls_equal=True).with_columns(
        low=pl.col("low") // HOUR_US * HOUR_US - HOUR_US,
        high=pl.min_horizontal(pl.col("high") // HOUR_US * HOUR_US + 2 * HOUR_US, "until"),
    )
    spans = spans.filter(pl.col("low") < pl.col("high")).sort("stream", "low")
    apart_ = pl.col("low") > pl.col("high").cum_max().shift(1).over("stream")
    spans = spans.with_columns(_part=apart_.fill_null(value=True).cum_sum())
    found: list[Window] = []
    for (stream, _), some in spans.group_by("stream", "_part", maintain_order=True):
        low, high = some.select(pl.col("low").min().alias("a"), pl.col("high").max()).row(0)
        cuts = [*range(low, high, 7 * DAY_US), high]
        devices = some["device"].unique()
        found += [Window(str(stream), a, b, devices, anew=True) for a, b in pairwise(cuts)]
    return found
