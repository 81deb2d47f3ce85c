"""What a reader of a comparison must know, each as a finding with a code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.account.shift.gather import SIX, UNSTAGED
from tanlu.errors import say
from tanlu.terms import schema

if TYPE_CHECKING:
    from tanlu.account.shift.compare import Summary

__all__ = ["notes"]


def notes(stages: pl.DataFrame, summary: Summary, left: pl.DataFrame) -> pl.DataFrame:
    """Give the findings of a comparison.

    Parameters
    ----------
    stages, summary
        As ``compare`` gives them.
    left
        Rows that were left out because they are no emission.

    Returns
    -------
    DataFrame
        Schema ``finding``: TL557 a stage that is no longer there, TL558 a burden that moved, TL559
        a rebound that eats the saving, TL560 rows that are no emission, TL561 rows without stage.
    """
    found: list[dict[str, Any]] = []
    had, has = pl.col("rows_before") > 0, pl.col("rows_after") > 0
    staged = stages.filter(pl.col("stage") != UNSTAGED)
    for stage, amount, count in staged.filter(had & ~has).select(
        "stage", "before_ug", "rows_before"
    ).iter_rows():  # fmt: skip
        found.append(_one("TL557", f"stage:{stage}", f"{amount} µg", count))
    if (stages["saving_ug"] > 0).any():
        for stage, amount, count in stages.filter(pl.col("saving_ug") < 0).select(
            "stage", "saving_ug", "rows_after"
        ).iter_rows():  # fmt: skip
            found.append(_one("TL558", f"stage:{stage}", f"+{-amount} µg", count))
    if summary.gross_ug > 0 and summary.net_ug <= 0:
        found.append(_one("TL559", "comparison", f"{summary.rebound_ppm} ppm", 1))
    if left.height:
        found.append(_one("TL560", "comparison", str(left["boundary"][0]), left.height))
    # the use of a product is a stage of ISO 14067 beside the six
    other = stages.filter(~pl.col("stage").is_in([*SIX, "use"]))
    for stage, was, now in other.select("stage", "rows_before", "rows_after").iter_rows():
        found.append(_one("TL561", f"stage:{stage}", stage, was + now))
    return schema("finding").fit(pl.DataFrame(found)) if found else schema("finding").empty()


def _one(code: str, subject: str, value: str, count: int) -> dict[str, Any]:
    hint = say(code, value=value, why="…").partition("; ")[2]
    return {
        "finding_id": f"{code}|{subject}", "code": code, "severity": "warning",
        "subject": subject, "column": "stage", "value": value, "hint": hint, "count": count,
    }  # fmt: skip
