"""tanlu quality: how good the readings are, by stream and day, and what is wrong with them."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from tanlu.cli.console import Console, aligned
from tanlu.cli.declaring import Add

if TYPE_CHECKING:
    import polars as pl

    from tanlu.monitor.quality import Checked, Judged

WITH_FINDINGS = 3
# findings of one rule that people are shown, and of all that a program is
SHOWN, TOLD = 3, 1000
# days before the one that was asked for, from which is learned what is usual
LEARNT_US = 7 * 86_400_000_000
LEVELS = "▁▂▃▄▅▆▇█"
# a picture has one sign a day, the last ones where there are more
WIDE = 31


def declare(add: Add, console: Console) -> None:
    """Declare the verb."""
    parser = add("quality", "quality")
    parser.add_argument("--stream", metavar="NAME", help=console.word("quality_stream"))
    parser.add_argument("--day", metavar="DAY", help=console.word("quality_day"))
    parser.add_argument("--keep", action="store_true", help=console.word("quality_keep"))
    parser.add_argument("--strict", action="store_true", help=console.word("strict"))
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Judge the readings of a ledger; with --keep those that came since, and keep the findings."""
    from tanlu.monitor.quality import check_new
    from tanlu.store import open_workspace

    workspace = open_workspace(asked.ledger)
    if asked.keep:
        checked: Checked = console.follow(check_new(workspace))
        console.say("quality_kept", rows=f"{checked.rows:,}", parts=checked.parts)
        facts: dict[str, Any] = {"rows": checked.rows, "parts": checked.parts}
        findings = checked.findings
    else:
        judged = _judged(asked, console)
        findings = judged.findings
        facts = _scores(judged, console)
    facts |= _findings(findings, console)
    if not facts["rows"]:
        console.say("quality_none")
    console.result(facts)
    return WITH_FINDINGS if asked.strict and findings.height else 0


def _judged(asked: argparse.Namespace, console: Console) -> Judged:
    """Judge what was asked for; of a day with the days before it, from which is learned."""
    import polars as pl

    from tanlu.monitor.devices import Registry
    from tanlu.monitor.quality import judging
    from tanlu.store import open_workspace
    from tanlu.terms import time

    workspace = open_workspace(asked.ledger)
    registry = Registry.of(workspace)
    readings = workspace.scan("reading")
    span = time.period(asked.day, workspace.zone) if asked.day else None
    if asked.stream:
        readings = readings.filter(pl.col("stream") == asked.stream)
    if span:
        readings = readings.filter(pl.col("at").is_between(span[0] - LEARNT_US, span[1] - 1))
    judged: Judged = console.follow(
        judging(
            readings, registry.streams, registry.devices,
            zone=workspace.zone, since=span[0] if span else None,
        )
    )  # fmt: skip
    if span is None:
        return judged
    begin = pl.lit(span[0], pl.Int64).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    day = begin.dt.convert_time_zone(workspace.zone).dt.date()
    return judged._replace(scores=judged.scores.filter(pl.col("day") >= day))


def _scores(judged: Judged, console: Console) -> dict[str, Any]:
    """Tell the scores of each stream with a picture of its days; give them as facts."""
    from tanlu.monitor.quality import figures

    streams = figures(judged.scores)
    days = figures(judged.scores, ("stream", "day")).sort("stream", "day")
    if streams.height:
        console.tell(_table(streams, days, console))
    return {"rows": judged.rows, "streams": streams.to_dicts(), "days": days.to_dicts()}


def _table(streams: pl.DataFrame, days: pl.DataFrame, console: Console) -> str:
    names = ("came", "missing", "doubtful")
    parts = ("completeness", "validity", "timeliness", "plausibility", "score")
    heads = [console.word(f"quality_{name}") for name in ("name", *names, *parts, "days")]
    lines = [heads]
    for row in streams.iter_rows(named=True):
        of = days.filter(days["stream"] == row["stream"])["score_ppm"].to_list()
        lines.append(
            [
                row["stream"],
                *(f"{row[name]:,}" for name in names),
                *(_percent(row[f"{name}_ppm"]) for name in parts),
                picture(of[-WIDE:]),
            ]
        )
    return "\n".join(aligned(lines, (0, len(heads) - 1)))


def _percent(ppm: int | None) -> str:
    return "–" if ppm is None else f"{ppm / 10_000:.2f} %"


def picture(scores: list[int]) -> str:
    """Give one sign a score [ppm]: the full block is 100 %, the lowest one half of it and less."""
    places = (int((score - 500_000) / 500_000 * len(LEVELS)) for score in scores)
    return "".join(LEVELS[min(max(place, 0), len(LEVELS) - 1)] for place in places)


def _findings(findings: pl.DataFrame, console: Console) -> dict[str, Any]:
    """Tell the findings rule by rule, and give them as facts."""
    import polars as pl

    from tanlu.monitor.quality import explain, rules

    rule = pl.col("finding_id").str.split("|").list.get(1)
    named = findings.with_columns(rule=rule)
    for part in named.partition_by("rule", maintain_order=True):
        about = rules()[part["rule"][0]]
        name = about.zh if console.language == "zh" else about.en
        console.say("check_found", code=about.code, name=name, count=part.height)
        for row in part.head(SHOWN).iter_rows(named=True):
            console.tell(f"  {explain(row, console.language)}")
    console.say("quality_sum", count=findings.height)
    by_rule = named["rule"].value_counts().sort("rule")
    return {
        "findings": findings.height,
        "by_rule": dict(by_rule.iter_rows()),
        "shown": findings.head(TOLD).to_dicts(),
    }
