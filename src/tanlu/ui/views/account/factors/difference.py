"""What newer packs would change, before anybody adopts them."""

from __future__ import annotations

from typing import Any

import polars as pl

from tanlu.factors import Library
from tanlu.factors import library as built_in
from tanlu.factors.importers import diff, summary
from tanlu.factors.packs import Pack, made_of
from tanlu.report import Words as Said
from tanlu.ui.frame.page import Context, Shown, View
from tanlu.ui.frame.remembering import remembered
from tanlu.ui.views.account.amounts import READERS
from tanlu.ui.views.account.factors.index import library, name

__all__ = ["VIEWS", "show"]

ROWS = 60
CHANGES = ("changed", "added", "removed")


def show(context: Context) -> Shown:
    """Give the factors that the built-in packs would add, change or remove."""
    t, n, said = context.words, context.numbers, Said(context.language)
    now, new = library(context), _offered(library(context))
    table = remembered(
        context.asked.workspace, ("factors.diff", now.hash, new.hash),
        lambda: diff(now.factors, new.factors), books=True,
    )  # fmt: skip
    told = summary(table)
    only = context.query("change")
    rows = table.filter(pl.col("change") == only) if only in CHANGES else table
    start = int(after) if (after := context.query("after")).isdecimal() and len(after) < 8 else 0
    some = rows.slice(start, ROWS)
    model = {
        "counts": [
            (t(f".diff.{change}"), context.here(change=change, after=None), change == only,
             n.count(told[change]))
            for change in CHANGES
        ],
        "same": not table.height, "packs": _packs(now, new),
        "rows": [_row(context, said, row) for row in some.iter_rows(named=True)],
        "said": t(".diff.count", count=n.count(rows.height)),
        "after": context.here(after=start + ROWS) if start + ROWS < rows.height else "",
        "before": context.here(after=max(0, start - ROWS)) if start else "",
    }  # fmt: skip
    return Shown("factors/diff.html", model)


def _offered(now: Library) -> Library:
    """Give the library with the built-in packs; own and imported packs stay beside them."""
    packs: dict[str, Pack] = {pack.pack_id: pack for pack in now.packs}
    newer = {pack.pack_id: pack for pack in built_in().packs}
    if all(packs.get(key) == pack for key, pack in newer.items()):
        return now
    return made_of((packs | newer).values())


def _packs(now: Library, new: Library) -> list[tuple[str, str, str]]:
    before = {pack.pack_id: pack for pack in now.packs}
    return [
        (pack.title, before[pack.pack_id].semver if pack.pack_id in before else "–", pack.semver)
        for pack in new.packs
        if pack.pack_id not in before or before[pack.pack_id].hash != pack.hash
    ]


def _row(context: Context, said: Said, row: dict[str, Any]) -> dict[str, Any]:
    moved = row["relative_change"]
    return {
        "change": row["change"], "name": name(said, row), "place": said.place(row["place"]),
        "year": row["data_year"], "column": row["column"], "unit": row["denominator"],
        "old": row["old"] or "–", "new": row["new"] or "–",
        "moved": "–" if moved is None else context.numbers.percent(moved),
    }  # fmt: skip


VIEWS = (View("factors.diff", "/factors/diff", show, roles=READERS, scope="factors:read"),)
