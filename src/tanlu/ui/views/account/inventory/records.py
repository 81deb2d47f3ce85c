"""The activities behind a figure of the inventory, the largest first; each leads to its reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from tanlu.errors import TanluError
from tanlu.report import Words as Said
from tanlu.ui.frame.page import Context, Shown, View
from tanlu.ui.views.account.amounts import READERS
from tanlu.ui.views.account.inventory.drawn import activities, drawn

__all__ = ["VIEWS", "show"]

ROWS = 40
SCOPES = ("1", "2", "3")
STANDINGS = ("outside", "unassigned", "excluded", "avoided")
NONE = "-"


def show(context: Context) -> Shown:
    """Give a page of activities of a scope, or of what stands outside; TL931 for neither."""
    scope, period = context.path("scope"), context.query("period") or context.path("year")
    if scope not in (*SCOPES, *STANDINGS):
        raise TanluError("TL931", value=scope[:80])
    of = drawn(context, period)
    if of.boundary is None:
        raise of.wrong or TanluError("TL931", value=period)
    basis = "market" if context.query("basis") == "market" else "location"
    rows = _asked(context, activities(context, of, basis), scope)
    total = int(rows["co2e_ug"].sum() or 0)
    some, after = _from(rows, context.query("after"))
    said, t, n = Said(context.language), context.words, context.numbers
    said.learn(some["site"].drop_nulls())
    entities = {each.id: each.name_zh if context.language == "zh" else each.name
                for each in of.boundary.entities}  # fmt: skip
    model = {
        "name": _name(context, said, scope, basis), "period": period, "total": n.carbon(total),
        "rows": [_row(context, said, row, entities) for row in some.iter_rows(named=True)],
        "said": t(".records.count", count=n.count(rows["activity_id"].n_unique()),
                  version=context.asked.workspace.version),
        "after": context.here(after=after) if after else "",
        "back": context.url("inventory.year", year=period), "told": _told(context, said),
    }  # fmt: skip
    return Shown("inventory/records.html", model, f"{model['name']} · {period}",
                 fragment="inventory/rows.html")  # fmt: skip


def _asked(context: Context, rows: pl.DataFrame, scope: str) -> pl.DataFrame:
    if scope in STANDINGS:
        rows = rows.filter(pl.col("standing") == scope)
    else:
        rows = rows.filter((pl.col("standing") == "counted") & (pl.col("scope") == int(scope)))
    for name in ("entity", "kind", "site", "tier"):
        value = context.query(name)
        if value == NONE:
            rows = rows.filter(pl.col(name).is_null())
        elif value:
            rows = rows.filter(pl.col(name) == value)
    category = context.query("category")
    return rows.filter(pl.col("category") == int(category)) if category.isdecimal() else rows


def _from(rows: pl.DataFrame, after: str) -> tuple[pl.DataFrame, str]:
    """Give the rows after a place, and the place of the last where more follow."""
    amount, _, name = after.partition(":")
    if name and amount.removeprefix("-").isdecimal() and len(amount) < 30:
        kept = pl.lit(int(amount), pl.Int128)
        same = (pl.col("co2e_ug") == kept) & (pl.col("line") > name)
        rows = rows.filter((pl.col("co2e_ug") < kept) | same)
    some = rows.head(ROWS)
    if rows.height <= ROWS:
        return some, ""
    last = some.row(-1, named=True)
    return some, f"{last['co2e_ug']}:{last['line']}"


def _name(context: Context, said: Said, scope: str, basis: str) -> str:
    if scope in STANDINGS:
        return context.words(f".outside.{scope}")
    return said(f"scope.2.{basis}") if scope == "2" else said(f"scope.{scope}")


def _told(context: Context, said: Said) -> list[tuple[str, str]]:
    """Give the filters that hold, each with the address without it."""
    shown: dict[str, Callable[[str], str]] = {
        "category": lambda v: said.maybe("category", v), "kind": said.kind, "site": said.place,
        "entity": str, "tier": lambda v: said.maybe("tier", v),
    }  # fmt: skip
    return [
        (word(value) if value != NONE else context.words(".site.none"),
         context.here(**{name: None, "after": None}))
        for name, word in shown.items() if (value := context.query(name))
    ]  # fmt: skip


def _row(
    context: Context, said: Said, row: dict[str, Any], names: dict[str, str]
) -> dict[str, Any]:
    n = context.numbers
    return {
        "id": row["activity_id"], "kind": said.kind(row["kind"]), "tier": row["tier"],
        "when": n.moment(row["start"]), "stamp": n.stamp(row["start"]),
        "entity": names.get(row["entity"], row["entity"] or "–"),
        "site": said.place(row["site"]) if row["site"] else "–",
        "category": said.maybe("category", str(row["category"])) if row["category"] else "–",
        "amount": n.carbon(int(row["co2e_ug"])),
        "href": context.url("calculation", subject=f"activity_id:{row['activity_id']}"),
    }  # fmt: skip


VIEWS = (
    View("inventory.records", "/inventory/{year}/{scope}", show, roles=READERS,
         scope="inventory:read"),
)  # fmt: skip
