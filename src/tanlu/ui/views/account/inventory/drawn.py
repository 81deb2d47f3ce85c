"""An inventory drawn up once for a state of the ledger and a boundary, and its lines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from tanlu.errors import TanluError
from tanlu.report.organisation import Boundary, lines, organisation, read
from tanlu.report.overview import months
from tanlu.terms import time
from tanlu.ui.frame.page import Context
from tanlu.ui.frame.remembering import remembered
from tanlu.ui.views.account.amounts import profile_of

__all__ = ["Drawn", "activities", "drawn", "inventory", "years"]

NEEDED = ("emission_id", "activity_id", "tier", "start", "end")
KEYS = ("activity_id", "standing", "scope", "category", "entity", "site", "kind", "tier")


@dataclass(frozen=True, slots=True)
class Drawn:
    """What an inventory is of: its boundary (None where none is drawn), rules and period."""

    boundary: Boundary | None
    profile: str
    period: str
    wrong: TanluError | None = None


def years(context: Context) -> list[str]:
    """Give the years in which the ledger holds something, newest first."""
    workspace = context.asked.workspace
    held = remembered(workspace, ("months",), lambda: months(workspace), books=True)
    return list(dict.fromkeys(name[:4] for name, _ in held))


def drawn(context: Context, period: str) -> Drawn:
    """Give what the inventory of a period is drawn up by; TL112 for what is no period.

    A boundary that cannot be read is told as such: a page without one says how to draw it up.
    """
    workspace = context.asked.workspace
    time.period(period, str(workspace.zone))
    profile = profile_of(context)
    try:
        return Drawn(read(Path(workspace.path)), profile, period)
    except TanluError as error:
        return Drawn(None, profile, period, error)


def inventory(context: Context, of: Drawn) -> Any:
    """Give the facts of the inventory."""
    assert of.boundary is not None
    workspace, boundary = context.asked.workspace, of.boundary
    key = ("inventory", of.profile, of.period, boundary.sha256, context.language)
    return remembered(
        workspace, key,
        lambda: organisation(
            workspace, of.period, boundary, language=context.language, profile=of.profile
        ).facts,
        books=True,
    )  # fmt: skip


def activities(context: Context, of: Drawn, basis: str) -> pl.DataFrame:
    """Give what each activity adds to each figure, the largest first."""
    assert of.boundary is not None
    workspace, boundary = context.asked.workspace, of.boundary
    span = time.period(of.period, boundary.zone)
    key = ("inventory.lines", of.profile, of.period, boundary.sha256, basis)

    def made() -> pl.DataFrame:
        rows = lines(
            workspace, boundary, profile=of.profile, span=span, columns=(*NEEDED, "kind"),
            basis="market" if basis == "market" else "location",
        )  # fmt: skip
        amount = pl.when(pl.col("standing") == "counted").then("counted_ug").otherwise("outside_ug")
        return (
            rows.filter(pl.col("standing") != "eliminated")
            .group_by(KEYS)
            .agg(amount.cast(pl.Int128).sum().alias("co2e_ug"), pl.col("start").min())
            .with_columns(pl.concat_str(KEYS, separator="|", ignore_nulls=True).alias("line"))
            .sort("co2e_ug", "line", descending=[True, False])
        )

    return remembered(workspace, key, made, books=True)
