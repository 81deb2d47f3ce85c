"""Findings as the house tells them: schema ``finding``, evidence with the figures that show why."""

from __future__ import annotations

import polars as pl

from tanlu.errors import say
from tanlu.monitor.quality.limits import Limits, rules
from tanlu.monitor.quality.series import DAY
from tanlu.terms import schema

__all__ = ["explain", "tell"]


def tell(spans: pl.DataFrame, known: pl.DataFrame, limits: Limits) -> pl.DataFrame:
    """Give the findings of spans.

    Parameters
    ----------
    spans
        Columns of ``SPAN`` and whole: false where the span reaches the first reading that was
        looked at, and may have begun before.
    known
        Stream and device of each g.

    Returns
    -------
    DataFrame
        Schema ``finding``: subject ``device:name``, column the stream, value the figures in words,
        evidence canonical JSON with rule, device, stream, since, until, value, lower, upper,
        statistic, note and the limits of the rule. The identity comes of rule, stream, device and
        since, so the same span is found once; of one that began before it is the day.
    """
    shape = schema("finding")
    if spans.is_empty():
        return shape.empty()
    named = spans.join(known.select("g", "stream", "device"), on="g").with_columns(
        begin=pl.when("whole").then("since").otherwise(pl.col("since") // DAY * DAY)
    )
    parts = [
        _findings(named.filter(pl.col("rule") == rule), rule, limits)
        for rule in rules()
        if rule in spans["rule"]
    ]
    return shape.fit(pl.concat(parts).unique("finding_id", keep="first", maintain_order=True))


def _findings(rows: pl.DataFrame, rule: str, limits: Limits) -> pl.DataFrame:
    about = rules()[rule]
    names = ("device", "lower", "note", "since", "statistic", "stream", "until", "value")
    parts: dict[str, pl.Expr] = {name: pl.col(name) for name in names}
    parts |= {"rule": pl.lit(rule), "upper": pl.col("upper")}
    if rule in limits:
        at = sorted(limits[rule].items())
        parts["limit"] = pl.struct(pl.lit(value).alias(name) for name, value in at)
    when = pl.from_epoch("since", time_unit="us").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    shown = [_short(name) for name in ("value", "lower", "upper")]
    note = pl.col("note").fill_null("")
    told = pl.format("{} [{} … {}] {} {}", *shown, when, note)
    key = (pl.lit(about.code), pl.lit(rule), "stream", "device", "begin")
    hint = say(about.code, value="…").partition("; ")[2] or None
    return rows.select(
        finding_id=pl.concat_str(*key, separator="|"),
        code=pl.lit(about.code),
        severity=pl.lit(about.severity),
        subject="device:" + pl.col("device"),
        column="stream",
        value=told.str.strip_chars(),
        hint=pl.lit(hint, pl.String),
        count=pl.col("rows"),
        evidence=pl.struct(parts[key].alias(key) for key in sorted(parts)).struct.json_encode(),
    )  # fmt: skip


def _short(name: str) -> pl.Expr:
    """Give a figure with six digits, a dash where there is none."""
    return pl.col(name).round_sig_figs(6).cast(pl.String).fill_null("–")


def explain(finding: dict[str, object], language: str = "en") -> str:
    """Give the sentence of a finding: device, stream, what is wrong, and what to do."""
    said = say(str(finding["code"]), language=language, value=finding["value"])
    return f"{finding['subject']} {finding['column']}: {said}"
