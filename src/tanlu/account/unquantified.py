"""Name what could not be quantified, each activity with the first reason that holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tanlu.errors import say
from tanlu.terms import schema

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["BESIDE", "COVERED", "finding", "findings", "no_findings", "outside"]

# what other rules of accounting take in
OUTSIDE = "TL566"
# what is said of an activity that has its emission, or needs none: a meter that is not believed
BESIDE = (OUTSIDE, "TL540", "TL541")

# reason -> condition, in the order in which they are tried
FORM = pl.col("form")
REASONS: tuple[tuple[str, pl.Expr], ...] = (
    ("TL507", pl.col("kind").is_null() | (pl.col("kind") == "transport")),
    ("TL204", pl.col("match_code") == "TL204"),
    ("TL201", pl.col("form").is_null()),
    ("TL505", (FORM == "item") & pl.col("count").is_null()),
    ("TL506", FORM.is_in(["mj", "l"]) & pl.col("quantity").is_null()),
    (
        "TL503",
        FORM.is_in(["tkm", "t", "kg", "teukm"])
        & pl.col("mass_mg").is_null()
        & pl.col("teu_milli").is_null(),
    ),
    ("TL565", FORM == "money"),
    ("TL504", FORM.is_in(["tkm", "teukm", "km", "pkm"]) & pl.col("distance_m").is_null()),
    ("TL508", pl.col("x").is_not_null()),
    ("TL501", pl.lit(value=True)),
)
KEPT = (
    *("kind", "vehicle_class", "_nearest", "_value", "_hint"),
    *("source_sha256", "source_line"),
)
COVERED = pl.col("ttw_upper_ug").is_not_null() | pl.col("wtt_upper_ug").is_not_null()


def no_findings() -> pl.DataFrame:
    """Give an empty table of findings."""
    return schema("finding").empty()


def findings(computed: pl.DataFrame, profile: str) -> pl.DataFrame:
    """Give a finding for each activity that has no emission, or not of every leg.

    Parameters
    ----------
    computed
        Legs with the kept columns of the specification, ``match_code`` and ``match_nearest``.
    profile
        A kind that lies outside of it is no fault (TL566, info).

    Returns
    -------
    DataFrame
        Schema ``finding``: one row for each activity and reason, ``count`` legs concerned.
    """
    left = computed.filter(~COVERED)
    if not left.height:
        return no_findings()
    reason = pl.coalesce(pl.when(condition).then(pl.lit(code)) for code, condition in REASONS)
    beyond = outside(left["kind"].unique().drop_nulls(), profile)
    other = pl.when(pl.col("kind").is_in(beyond)).then(pl.lit(OUTSIDE)).otherwise(reason)
    return finding(left.with_columns(other.alias("code")))


def outside(kinds: Iterable[str], profile: str) -> list[str]:
    """Give the kinds of activity that a profile does not account for."""
    from tanlu.factors import profile as ruled

    rules = ruled(profile)
    return [kind for kind in kinds if "." in kind and rules.covered(kind) is None]


def finding(rows: pl.DataFrame) -> pl.DataFrame:
    """Give findings of rows with activity_id, code, source_sha256 and source_line.

    ``_value`` and ``_hint`` are taken where the rows have them.
    """
    rows = rows.with_columns(
        pl.lit(None, pl.String).alias(name)
        for name in ("_value", "_hint")
        if name not in rows.columns
    )
    hints = {code: say(code, value="…", why="…").partition("; ")[2] for code in set(rows["code"])}
    value = pl.col("match_nearest") if "match_nearest" in rows.columns else pl.lit(None, pl.String)
    grouped = (
        rows.with_columns(value.cast(pl.String).alias("_nearest"))
        .group_by("activity_id", "code")
        .agg(
            pl.col(*KEPT).sort_by("leg_no", nulls_last=True).first(),
            pl.len().cast(pl.Int64).alias("count"),
        )
    )
    no_factor = pl.col("code") == "TL201"
    found = grouped.select(
        pl.concat_str("code", pl.lit("|"), "activity_id").alias("finding_id"),
        "code",
        pl.when(pl.col("code").is_in(BESIDE))
        .then(pl.lit("info"))
        .otherwise(pl.lit("warning"))
        .alias("severity"),
        pl.concat_str(pl.lit("activity:"), "activity_id").alias("subject"),
        pl.when(no_factor).then(pl.lit("vehicle_class")).alias("column"),
        pl.when(no_factor)
        .then(pl.concat_str("kind", "vehicle_class", separator=" ", ignore_nulls=True))
        .otherwise("_value")
        .alias("value"),
        pl.when(no_factor & pl.col("_nearest").is_not_null())
        .then("_nearest")
        .otherwise(
            pl.coalesce("_hint", pl.col("code").replace_strict(hints, return_dtype=pl.String))
        )
        .alias("hint"),
        "count",
        "source_sha256",
        "source_line",
    )
    return schema("finding").fit(found).sort("finding_id")


def unanswered(answers: pl.Series, code: str, subject: str) -> pl.DataFrame:
    """Give a finding for each row of a table that has no answer; its number is its name."""
    if not answers.null_count():
        return no_findings()
    hint = say(code, value="…", why="…").partition("; ")[2]
    row = pl.col("_row").cast(pl.String)
    wrong = answers.is_null().arg_true().alias("_row").to_frame()
    return schema("finding").fit(
        wrong.select(
            pl.concat_str(pl.lit(f"{code}|"), row).alias("finding_id"),
            pl.lit(code).alias("code"), pl.lit("error").alias("severity"),
            pl.concat_str(pl.lit(f"{subject}:"), row).alias("subject"),
            pl.lit(hint).alias("hint"), pl.lit(1, pl.Int64).alias("count"),
        )
    )  # fmt: skip
