"""How many of the simulator's labelled faults the rules find, and how often they cry wolf.

    python -m tests.monitor.quality.bar --seeds 201 202 203 --devices 96 --days 7

Seeds 1 to 9 served to choose the thresholds, 101 to 109 to measure what the docs tell; any other
seed is as good. A fault is an episode of the simulator's truth; it is found when a finding of its
stream and device overlaps it, with one step of room. False alarms are the share of sound readings
that lie in some finding. The delay is from the first faulty reading to the first that was doubted.
"""

from __future__ import annotations

import argparse
from typing import NamedTuple

import polars as pl

from tanlu.monitor.quality import judge
from tanlu.simulate.devices import definitions, labelled, registry

CHOSEN_ON = tuple(range(1, 10))
MEASURED_ON = tuple(range(101, 110))
GROSS = ("unit_up", "unit_down", "stuck", "spike", "range", "jump", "back", "missing", "swapped",
         "doubled")  # fmt: skip


class Measured(NamedTuple):
    """What one park gave: a line for each episode, and the sound readings by the rules that hit."""

    episodes: pl.DataFrame
    alarms: pl.DataFrame
    sound: int


def measure(devices: int, seed: int, *, days: int = 7, step_s: int = 60) -> Measured:
    """Judge one simulated park and hold the findings against its truth."""
    readings, truth = labelled(devices, seed, days=days, step_s=step_s)
    judged = judge(readings, definitions(step_s=step_s), registry(devices))
    spans = judged.spans.filter(pl.col("rule") != "null")
    return Measured(
        episodes(truth, spans, step_s * 1_000_000),
        alarms(truth, spans),
        truth["fault"].null_count(),
    )


def episodes(truth: pl.DataFrame, spans: pl.DataFrame, step: int) -> pl.DataFrame:
    """Give each episode with the rules that found it and the delay of the first [s]."""
    struck = (
        truth.filter(pl.col("fault").is_not_null())
        .group_by("stream", "device", "fault", "episode")
        .agg(pl.col("at").min().alias("begin"), pl.col("at").max().alias("stop"), pl.len())
    )
    hits = (
        struck.join(spans, on=["stream", "device"], how="left")
        .filter((pl.col("since") <= pl.col("stop") + step) & (pl.col("until") >= pl.col("begin") - step))
        .group_by("stream", "device", "fault", "episode")
        .agg(
            pl.col("rule").unique().sort().str.join(" ").alias("by"),
            (pl.col("since") - pl.col("begin")).clip(0).min().alias("delay"),
        )
    )
    keys = ["stream", "device", "fault", "episode"]
    return struck.join(hits, on=keys, how="left").with_columns(
        found=pl.col("by").is_not_null(), delay=pl.col("delay") / 1_000_000
    )


def alarms(truth: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    """Give the sound readings inside a finding: stream, device, at, rule."""
    sound = truth.filter(pl.col("fault").is_null()).select("stream", "device", "at")
    return (
        spans.lazy()
        .filter(pl.col("rule") != "silence")
        .select("rule", "stream", "device", "since", "until")
        .join(sound.lazy(), on=["stream", "device"])
        .filter(pl.col("at").is_between("since", "until"))
        .collect()
    )


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


def rates(found: list[Measured]) -> tuple[float, float]:
    """Give the share of gross faults found, and of sound readings in a finding."""
    gross = pl.concat(each.episodes for each in found).filter(pl.col("fault").is_in(GROSS))
    hit = sum(each.alarms.select("stream", "device", "at").n_unique() for each in found)
    return gross["found"].mean(), hit / sum(each.sound for each in found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=MEASURED_ON)
    parser.add_argument("--devices", type=int, default=96)
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--step", type=int, default=60)
    asked = parser.parse_args()
    found = [
        measure(asked.devices, seed, days=asked.days, step_s=asked.step) for seed in asked.seeds
    ]
    recall, false = rates(found)
    with pl.Config(tbl_rows=40, tbl_cols=20, fmt_str_lengths=60, tbl_width_chars=160):
        print(table(found))
        print(pl.concat(each.alarms for each in found).group_by("rule", "stream").len().sort("len"))
    print(f"gross faults found {recall:.4f}, sound readings doubted {false:.6f}")


if __name__ == "__main__":
    main()
