"""All rules over readings, device by device in chunks, and what came since the last time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypedDict, Unpack

import polars as pl

from tanlu.monitor.quality.found import tell
from tanlu.monitor.quality.learned import Learned, learn
from tanlu.monitor.quality.limits import Limits, limits
from tanlu.monitor.quality.rules import levels, peers, runs, times, twins, values
from tanlu.monitor.quality.scores import scores, tally
from tanlu.monitor.quality.series import about, numbered, rows
from tanlu.terms import Progress, schema

__all__ = ["Judged", "judge", "judging"]

INVALID = ("null", "range")
# rules whose spans tell of a whole device, or of no reading: none of its readings is doubted alone
OF_DEVICE = ("drift", "balance", "clock", "silence")
SHOWN = {
    "rule": pl.String, "stream": pl.String, "device": pl.String, "since": pl.Int64,
    "until": pl.Int64, "rows": pl.Int64, "value": pl.Float64, "lower": pl.Float64,
    "upper": pl.Float64, "statistic": pl.Float64, "note": pl.String,
}  # fmt: skip


class Judged(NamedTuple):
    """What the rules found in readings.

    ``findings`` has schema ``finding``, ``scores`` schema ``quality``; ``spans`` are the findings
    as figures: rule, stream, device, since, until, rows, value, lower, upper, statistic, note.
    ``usual`` is what was learned, schema ``usual``.
    """

    findings: pl.DataFrame
    scores: pl.DataFrame
    spans: pl.DataFrame
    usual: pl.DataFrame
    rows: int


class _Chunk(NamedTuple):
    spans: pl.DataFrame
    tally: pl.DataFrame
    usual: pl.DataFrame
    daily: pl.DataFrame
    delays: pl.DataFrame
    told: pl.DataFrame
    leaps: pl.DataFrame
    rows: int


class How(TypedDict, total=False):
    """What `judge` and `judging` may be told beside the readings."""

    zone: str
    now: int | None
    limit: Limits | None
    kept: pl.DataFrame | None
    since: int | None


def judge(
    readings: pl.DataFrame | pl.LazyFrame,
    streams: pl.DataFrame | None = None,
    devices: pl.DataFrame | None = None,
    **how: Unpack[How],
) -> Judged:
    """Give what all rules find in readings.

    Parameters
    ----------
    readings
        Schema ``reading``, in any order.
    streams, devices
        Tables stream and device; without them every stream is a gauge of a known device.
    zone
        IANA zone in which days are cut.
    now
        Until when silence is looked for [us UTC].
    limit
        Thresholds in place of those of ``limits.csv``.
    kept
        What was learned before, schema ``usual``.
    since
        Tell only what lasts until then or longer [us UTC].
    """
    *_, last = judging(readings, streams, devices, **how)
    assert isinstance(last.result, Judged)
    return last.result


def judging(
    readings: pl.DataFrame | pl.LazyFrame,
    streams: pl.DataFrame | None = None,
    devices: pl.DataFrame | None = None,
    *,
    zone: str = "UTC",
    now: int | None = None,
    limit: Limits | None = None,
    kept: pl.DataFrame | None = None,
    since: int | None = None,
) -> Iterator[Progress]:
    """Judge readings as `judge` does, with progress; the result of the last one is `Judged`."""
    at = limit or limits()
    read = readings.lazy()
    keys = read.group_by("stream", "device").agg(pl.len().alias("n")).collect(engine="streaming")
    known = about(
        keys,
        schema("stream").empty() if streams is None else streams,
        schema("device").empty() if devices is None else devices,
    )
    total = int(keys["n"].sum())
    parts = _parts(keys, known, int(at["learn"]["chunk_rows"]))
    every = 1 if len(parts) == 1 else int(at["twin"]["every"])
    asked = _Asked(at, zone, now, kept, every)
    chunks: list[_Chunk] = []
    done = 0
    # what fits is read once; of more, each chunk reads what is its own
    held = (
        numbered(read.collect(engine="streaming"), known)
        if total <= at["learn"]["hold_rows"]
        else None
    )
    for part in parts:
        if held is None:
            names = part.lazy().select("stream", "device")
            own = read.join(names, on=["stream", "device"], how="semi").collect(engine="streaming")
        else:
            own = held if len(parts) == 1 else held.filter(
                pl.col("g").is_between(part["g"][0], part["g"][-1])
            )  # fmt: skip
        chunks.append(_judge(own, part, asked))
        done += chunks[-1].rows
        yield Progress("judge", done, total)
    yield Progress("judge", total, total, result=_together(chunks, known, asked, since))


def _parts(keys: pl.DataFrame, known: pl.DataFrame, most: int) -> list[pl.DataFrame]:
    """Cut the series into chunks of at most so many readings; a series is never cut."""
    counted = known.join(keys, on=["stream", "device"], maintain_order="left")
    chunk = (pl.col("n").cum_sum() - 1) // most
    return counted.with_columns(chunk=chunk).drop("n").partition_by(
        "chunk", maintain_order=True, include_key=False
    )  # fmt: skip


class _Asked(NamedTuple):
    """How is judged: thresholds, zone of the days, until when, and what was learned before."""

    limits: Limits
    zone: str
    now: int | None
    kept: pl.DataFrame | None
    every: int


def _judge(readings: pl.DataFrame, known: pl.DataFrame, asked: _Asked) -> _Chunk:
    """Apply all rules that look at one device, and keep little for those between devices."""
    at = asked.limits
    learned = learn(rows(readings, known, at), known, at, asked.kept)
    slip = levels.slips(learned, at)
    flags = _unexplained(values.flags(learned, known, at), slip)
    found = pl.concat(
        [runs.spans(flags), runs.stuck(learned, at), slip,
         runs.silent(learned, known, at, asked.now), times.set_back(learned.rows, at)]
    )  # fmt: skip
    doubted = _doubted(found, flags)
    none = pl.Series([False]).new_from_index(0, learned.rows.height)
    doubt = none.scatter(doubted["row"], values=True)
    invalid = none.scatter(doubted.filter("invalid")["row"], values=True)
    return _Chunk(
        _whole(found, learned),
        tally(learned.rows, known, (doubt, invalid), at, asked.zone),
        learned.usual,
        peers.daily(learned.rows, doubt),
        times.delays(learned.rows, at),
        twins.telling(learned, known, asked.every),
        flags.filter(pl.col("rule").is_in(["rate", "backward", "range"])).select("g", "at"),
        learned.rows.height,
    )


def _unexplained(flags: pl.DataFrame, slip: pl.DataFrame) -> pl.DataFrame:
    """Leave out what a slip of units explains: its readings, and the way back from it."""
    if slip.is_empty() or flags.is_empty():
        return flags
    inside = slip.select(
        pl.int_ranges("first", pl.col("last").cast(pl.Int64) + 2, dtype=pl.UInt32).explode()
    ).to_series()
    return flags.filter(~pl.col("row").is_in(inside.implode()) | (pl.col("rule") == "null"))


def _doubted(found: pl.DataFrame, flags: pl.DataFrame) -> pl.DataFrame:
    """Give the readings that some rule does not believe, each once: row, invalid."""
    alone = flags.select("row", invalid=pl.col("rule").is_in(INVALID))
    long = found.filter(pl.col("rule").is_in(["stuck", "slip"]))
    within = long.select(
        row=pl.int_ranges("first", pl.col("last").cast(pl.Int64) + 1, dtype=pl.UInt32)
    ).explode("row", empty_as_null=False)
    both = pl.concat([alone, within.with_columns(invalid=pl.lit(value=False))])
    return both.group_by("row").agg(pl.col("invalid").any())


def _whole(found: pl.DataFrame, learned: Learned) -> pl.DataFrame:
    """Mark the spans that do not reach the first reading that was looked at."""
    begin = learned.rows.group_by("g").agg(pl.col("row").min().alias("begin"))
    return found.join(begin, on="g", how="left").with_columns(
        whole=(pl.col("first") > pl.col("begin")) | (pl.col("rule") != "stuck")
    ).drop("begin")  # fmt: skip


def _together(
    chunks: list[_Chunk], known: pl.DataFrame, asked: _Asked, since: int | None
) -> Judged:
    """Apply the rules between devices and tell all that was found."""
    at = asked.limits
    if not chunks:
        return Judged(
            schema("finding").empty(), schema("quality").empty(), pl.DataFrame(schema=SHOWN),
            schema("usual").empty(), 0,
        )  # fmt: skip
    days = pl.concat(each.daily for each in chunks)
    told = pl.concat(each.told for each in chunks)
    between = pl.concat(
        [
            peers.balances(days, known, at),
            peers.drifts(days, known, at),
            peers.strangers(days, known, at),
            times.clocks(pl.concat(each.delays for each in chunks), known, at),
            twins.twins(told, pl.concat(each.leaps for each in chunks), at),
        ]
    )
    # a trend grows with every day: it is told once a day, by the day on which it ends
    between = between.with_columns(whole=~pl.col("rule").is_in(["drift", "slip"]))
    spans = pl.concat([*(each.spans for each in chunks), between]).sort("g", "since", "rule")
    if since is not None:
        spans = spans.filter(pl.col("until") >= since)
    usual = pl.concat(each.usual for each in chunks)
    tallied = pl.concat(each.tally for each in chunks)
    graded = scores(tallied, known, usual, at, asked.zone)
    shown = spans.join(known.select("g", "stream", "device"), on="g", maintain_order="left").select(
        *SHOWN
    )
    last = tallied.group_by("g").agg(pl.col("last").max().alias("at"))
    learnt = usual.join(last, on="g").join(known.select("g", "stream", "device"), on="g")
    return Judged(
        tell(spans, known, at),
        graded,
        shown,
        schema("usual").fit(learnt.select(schema("usual").names)),
        sum(each.rows for each in chunks),
    )
