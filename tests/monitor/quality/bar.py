"""How many of the simulator's labelled faults the rules find, and how often they cry wolf.

    python tools/docs/quality_bar.py --seeds 201 202 203 --devices 96 --days 7

Seeds 1 to 9 served to choose the thresholds, 101 to 109 to measure what the docs tell; any other
seed is as good. A fault is an episode of the simulator's truth; it is found when a finding of its
stream and device overlaps it, with one step of room. False alarms are the share of sound readings
that lie in some finding. The delay is from the first faulty reading to the first that was doubted.
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from tanlu.monitor.quality import judge
from tanlu.simulate.devices import definitions, labelled, registry

CHOSEN_ON = tuple(range(1, 10))
MEASURED_ON = tuple(range(101, 110))
GROSS = ("unit_up", "unit_down", "stuck", "spike", "range", "jump", "back", "missing", "swapped",
         "doubled")  # fmt: skip


# which findings can mean which fault
READING = ("range", "rate", "spike", "backward", "slip")
MEANS = {
    "unit_up": READING, "unit_down": READING, "spike": READING, "range": READING,
    "jump": READING, "back": READING, "stuck": ("stuck", *READING),
    "swapped": (*READING, "twin", "balance"), "doubled": (*READING, "twin", "balance"),
    "missing": ("silence",), "skew": ("clock",), "drift": ("drift", "balance"),
}  # fmt: skip
OF_DEVICE = ("drift", "balance", "clock", "silence")
DAY = 86_400_000_000


class Measured(NamedTuple):
    """What one park gave: a line for each episode, and the sound readings by the rules that hit."""

    episodes: pl.DataFrame
    alarms: pl.DataFrame
    sound: int
    days: pl.DataFrame
    sound_days: int


def measure(devices: int, seed: int, *, days: int = 7, step_s: int = 60) -> Measured:
    """Judge one simulated park and hold the findings against its truth."""
    readings, truth = labelled(devices, seed, days=days, step_s=step_s)
    known = registry(devices)
    judged = judge(readings, definitions(step_s=step_s), known)
    return Measured(
        episodes(truth, told_of(judged.spans, known), step_s * 1_000_000),
        alarms(truth, judged.spans),
        truth["fault"].null_count(),
        *series_days(truth, judged.spans, known),
    )


def told_of(spans: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Give the findings with those of a family told of each meter below as well."""
    below = known.filter(pl.col("parent").is_not_null()).select("device", above="parent")
    shared = (
        spans.filter(pl.col("rule").is_in(["balance", "drift"]))
        .join(below, left_on="device", right_on="above", suffix="_below")
        .with_columns(device="device_below")
        .select(spans.columns)
    )
    return pl.concat([spans, shared])


def episodes(truth: pl.DataFrame, spans: pl.DataFrame, step: int) -> pl.DataFrame:
    """Give each episode with the rules that found it and the delay of the first [s].

    Only rules that can mean the fault count: a trend of a week overlaps everything in it.
    """
    keys = ["stream", "device", "fault", "episode"]
    struck = (
        truth.filter(pl.col("fault").is_not_null())
        .group_by(keys)
        .agg(pl.col("at").min().alias("begin"), pl.col("at").max().alias("stop"), pl.len())
    )
    means = pl.DataFrame(
        [(fault, rule) for fault, of in MEANS.items() for rule in of],
        schema=["fault", "rule"], orient="row",
    )  # fmt: skip
    near = (pl.col("since") <= pl.col("stop") + step) & (pl.col("until") >= pl.col("begin") - step)
    hits = (
        struck.join(spans, on=["stream", "device"])
        .join(means, on=["fault", "rule"], how="semi")
        .filter(near)
        .group_by(keys)
        .agg(
            pl.col("rule").unique().sort().str.join(" ").alias("by"),
            (pl.col("since") - pl.col("begin")).clip(0).min().alias("delay"),
        )
    )
    return struck.join(hits, on=keys, how="left").with_columns(
        found=pl.col("by").is_not_null(), delay=pl.col("delay") / 1_000_000
    )


def alarms(truth: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    """Give the sound readings that a finding of readings doubts: stream, device, at, rule."""
    sound = truth.filter(pl.col("fault").is_null()).select("stream", "device", "at")
    return (
        spans.lazy()
        .filter(~pl.col("rule").is_in(OF_DEVICE))
        .select("rule", "stream", "device", "since", "until")
        .join(sound.lazy(), on=["stream", "device"])
        .filter(pl.col("at").is_between("since", "until"))
        .collect()
    )


def series_days(
    truth: pl.DataFrame, spans: pl.DataFrame, known: pl.DataFrame
) -> tuple[pl.DataFrame, int]:
    """Give the findings, of any rule, on days of series that had no fault, and how many such days.

    A meter above others and those below it are one family: whose fault a balance is, it cannot say.
    A fault counts for the day after too, when its end is seen.
    """
    family = pl.coalesce("parent", "device").alias("family")
    of = known.select("device", family)
    begin = truth["at"].min()
    day = (pl.col("at") - begin) // DAY
    days = truth.group_by("stream", "device", day.alias("day")).agg(
        pl.col("fault").is_not_null().any().alias("struck")
    )
    families = days.join(of, on="device").group_by("stream", "family", "day").agg(
        pl.col("struck").any()
    )  # fmt: skip
    struck = families.filter("struck")
    both = pl.concat([struck, struck.with_columns(pl.col("day") + 1)])
    sound = days.join(of, on="device").join(both, on=["stream", "family", "day"], how="anti")
    hit = (
        spans.join(sound, on=["stream", "device"])
        .filter(
            (pl.col("since") < begin + (pl.col("day") + 1) * DAY)
            & (pl.col("until") >= begin + pl.col("day") * DAY)
        )
        .select("rule", "stream", "device", "day")
        .unique()
    )
    # a trend of days names no single one of them
    wide = both.select("stream", "family").unique()
    trend = hit.join(of, on="device").join(wide, on=["stream", "family"], how="semi")
    drifted = trend.filter(pl.col("rule") == "drift").drop("family")
    return hit.join(drifted, on=hit.columns, how="anti"), sound.height


def table(found: list[Measured]) -> pl.DataFrame:
    """Give one line each kind of fault: episodes, found, missed, share, delay, rules."""
    every = pl.concat(each.episodes for each in found)
    return (
        every.group_by("fault")
        .agg(
            pl.len().alias("faults"),
            pl.col("found").sum(),
            (~pl.col("found")).sum().alias("missed"),
            (pl.col("found").mean() * 100).round(1).alias("percent"),
            pl.col("delay").median().alias("delay_s"),
            pl.col("by").drop_nulls().str.split(" ").explode().unique().sort().str.join(" "),
        )
        .sort("fault")
    )


def false_alarms(found: list[Measured]) -> pl.DataFrame:
    """Give for each rule the sound readings it doubted, of 100,000 too, and days with a finding."""
    sound = sum(each.sound for each in found)
    readings = pl.concat(each.alarms for each in found).group_by("rule").agg(pl.len().alias("n"))
    days = pl.concat(each.days for each in found).group_by("rule").agg(pl.len().alias("days"))
    return (
        readings.join(days, on="rule", how="full", coalesce=True)
        .fill_null(0)
        .select("rule", "n", of=(pl.col("n") * 1e5 / sound).round(2), days="days")
        .sort("rule")
    )


class Rates(NamedTuple):
    """Shares: of gross faults found, of sound readings doubted, of sound days with a finding."""

    found: float
    readings: float
    days: float


def rates(found: list[Measured]) -> Rates:
    """Give the three rates of the bar over some parks."""
    gross = pl.concat(each.episodes for each in found).filter(pl.col("fault").is_in(GROSS))
    hit = sum(each.alarms.select("stream", "device", "at").n_unique() for each in found)
    days = sum(each.days.select("stream", "device", "day").n_unique() for each in found)
    return Rates(
        gross["found"].mean(),
        hit / sum(each.sound for each in found),
        days / sum(each.sound_days for each in found),
    )
