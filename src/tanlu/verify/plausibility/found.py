"""Findings with their evidence: which rows show it, and which threshold they crossed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import polars as pl

from tanlu.errors import catalogue, say
from tanlu.terms import schema
from tanlu.verify.plausibility.limits import Limits, named

__all__ = ["Found", "Given", "explain", "nothing", "seen", "tell"]

# rows of evidence that a finding carries; ``count`` tells how many there are
SHOWN = 20
OPTIONAL = ("reading", "position", "transfer")


class Given(NamedTuple):
    """What a rule may look at: tables with all columns of their schemas, and the thresholds."""

    activity: pl.LazyFrame
    emission: pl.LazyFrame | None
    reading: pl.LazyFrame | None
    position: pl.LazyFrame | None
    transfer: pl.LazyFrame | None
    zone: str
    limits: Limits


class Found(NamedTuple):
    """Findings of a rule, and what it could not look at: rows, key of the reason, what."""

    findings: pl.DataFrame
    skipped: tuple[tuple[int, str, str], ...] = ()
    looked: int | None = None


def nothing() -> pl.DataFrame:
    """Give no findings."""
    return schema("finding").empty()


def tell(
    rule: str,
    rows: pl.DataFrame,
    limits: Limits,
    *,
    subject: pl.Expr,
    value: pl.Expr,
    evidence: Sequence[pl.Expr] = (),
    count: pl.Expr | None = None,
    column: str | None = None,
) -> pl.DataFrame:
    """Give a finding for each row, with the evidence of its column ``_rows`` (a list of structs).

    Parameters
    ----------
    rows
        What was found; ``_rows`` are the rows that show it.
    subject, value
        What it is about (``type:value``), and the figures that say it without words.
    evidence
        Further figures, each named.

    Returns
    -------
    DataFrame
        Schema ``finding``; ``evidence`` is canonical JSON with ``limit``, ``rows`` and the figures.
    """
    shape = schema("finding")
    if not rows.height:
        return shape.empty()
    about = named()[rule]
    limit = pl.struct(pl.lit(each).alias(key) for key, each in sorted(limits[rule].items()))
    parts: dict[str, pl.Expr] = {each.meta.output_name(): each for each in evidence}
    parts |= {"limit": limit, "rows": _sorted(rows), "rule": pl.lit(rule)}
    hint = say(about.code, value="…").partition("; ")[2] or None
    made = rows.select(
        pl.lit(about.code).alias("code"),
        pl.lit(about.severity).alias("severity"),
        subject.alias("subject"),
        pl.lit(column, pl.String).alias("column"),
        value.alias("value"),
        pl.lit(hint, pl.String).alias("hint"),
        (pl.lit(1) if count is None else count).cast(pl.Int64).alias("count"),
        pl.struct(parts[key].alias(key) for key in sorted(parts)).struct.json_encode()
        .alias("evidence"),
    )  # fmt: skip
    name = pl.concat_str(
        pl.lit(f"{about.code}|{rule}"), "subject", "column", "value", separator="|",
        ignore_nulls=True,
    )  # fmt: skip
    named_rows = made.select(name.alias("finding_id"), pl.all()).sort("finding_id", "evidence")
    return shape.fit(named_rows.unique("finding_id", keep="first", maintain_order=True))


def _sorted(rows: pl.DataFrame) -> pl.Expr:
    """Give the rows of evidence with their names in order, as canonical JSON has them."""
    shown = rows.schema["_rows"]
    assert isinstance(shown, pl.List)
    assert isinstance(shown.inner, pl.Struct)
    names = sorted(each.name for each in shown.inner.fields)
    row = pl.element().struct
    return pl.col("_rows").list.eval(
        pl.struct(row.field(name).alias(name.strip("_")) for name in names)
    )


def seen(
    rows: pl.LazyFrame, keys: Sequence[str], flagged: pl.DataFrame, columns: Sequence[str]
) -> pl.DataFrame:
    """Give the flagged groups with ``_rows``: the first of their rows, and ``_count`` of all."""
    none = pl.lit(None, pl.List(pl.Struct({"activity_id": pl.String})))
    if not flagged.height:
        return flagged.with_columns(none.alias("_rows"), pl.lit(None, pl.Int64).alias("_count"))
    shown = (
        rows.join(flagged.lazy().select(keys), on=list(keys), how="semi", nulls_equal=True)
        .sort("activity_id")
        .group_by(keys)
        .agg(
            pl.struct(*columns).head(SHOWN).alias("_rows"),
            pl.len().cast(pl.Int64).alias("_count"),
        )
        .collect(engine="streaming")
    )
    return flagged.join(shown, on=list(keys), how="left", nulls_equal=True)


def explain(finding: dict[str, Any], language: str = "en") -> str:
    """Give the sentence of a finding: what it is about, what is wrong, and what to do."""
    code = str(finding["code"])
    if code not in catalogue():
        return str(finding["value"])
    return f"{finding['subject']}: {say(code, language=language, value=finding['value'])}"
