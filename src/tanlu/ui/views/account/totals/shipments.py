"""The shipments behind a row of a cut, the largest first; each leads to its own page."""

from __future__ import annotations

from typing import Any

import polars as pl

from tanlu.report import Words as Said
from tanlu.report.overview import subjects
from tanlu.ui.frame.page import Context, Shown, View
from tanlu.ui.frame.remembering import remembered
from tanlu.ui.frame.ruling import ruled
from tanlu.ui.views.account.amounts import READERS
from tanlu.ui.views.account.totals.asked import asked, label, word

__all__ = ["VIEWS", "show"]

ROWS = 40


def show(context: Context) -> Shown:
    """Give a page of shipments that have a part in a cut, with that part."""
    question, t, n = asked(context), context.words, context.numbers
    workspace, by = context.asked.workspace, ruled(context)
    found: pl.DataFrame = remembered(
        workspace, ("cut.subjects", question.where, question.period, by),
        lambda: subjects(workspace, question.period, dict(question.where), **by.sums), books=True,
    )  # fmt: skip
    total, said = int(found["co2e_ug"].sum() or 0), Said(context.language)
    some, after = _from(found, context.query("after"))
    model = {
        "rows": [_row(context, row, total) for row in some.iter_rows(named=True)],
        "total": n.carbon(total), "period": question.period or t(".ever"),
        "told": [
            (label(context, said, key), word(said, context, key, value),
             context.here(**{key: None, "after": None}))
            for key, value in question.where
        ],
        "said": t(".shipments.count", count=n.count(found.height), version=workspace.version),
        "after": context.here(after=after) if after else "",
        "back": context.url("totals", **question.query()),
    }  # fmt: skip
    return Shown("totals/shipments.html", model, fragment="totals/rows.html")


def _from(rows: pl.DataFrame, after: str) -> tuple[pl.DataFrame, str]:
    amount, told, name = after.partition(":")
    if told and amount.removeprefix("-").isdecimal() and len(amount) < 30:
        kept = pl.lit(int(amount), pl.Int128)
        # what has no name comes last of those of one amount: nothing of it follows
        none = pl.lit(value=False)
        later = pl.col("subject").is_null() | (pl.col("subject") > name) if name else none
        same = (pl.col("co2e_ug") == kept) & later
        rows = rows.filter((pl.col("co2e_ug") < kept) | same)
    some = rows.head(ROWS)
    if rows.height <= ROWS:
        return some, ""
    last = some.row(-1, named=True)
    return some, f"{last['co2e_ug']}:{last['subject'] or ''}"


def _row(context: Context, row: dict[str, Any], total_ug: int) -> dict[str, Any]:
    n, kept, subject = context.numbers, int(row["co2e_ug"]), row["subject"]
    return {
        "name": (subject or "").partition(":")[2] or subject or context.words(".none"),
        "amount": n.carbon(kept), "legs": n.count(row["legs"]),
        "share": n.percent(kept / total_ug if total_ug else None, 2),
        "when": n.moment(row["start"]), "stamp": n.stamp(row["start"]),
        "href": context.url("shipments.one", subject=subject) if subject else "",
        "why": context.url("calculation", subject=subject) if subject else "",
    }  # fmt: skip


VIEWS = (
    View("totals.shipments", "/totals/shipments", show, roles=READERS, scope="totals:read",
         of_ledger=True),
)  # fmt: skip
