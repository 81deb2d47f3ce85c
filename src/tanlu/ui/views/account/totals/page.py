"""分项: the total of a period by any key, each row with its interval, each leading further down."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl

from tanlu.report import Words as Said
from tanlu.report import scale
from tanlu.report.overview import cut
from tanlu.terms import Chart
from tanlu.ui.frame.page import Context, Shown, View
from tanlu.ui.frame.remembering import remembered
from tanlu.ui.frame.ruling import ruled, tabs
from tanlu.ui.views.account.amounts import READERS
from tanlu.ui.views.account.totals.asked import NONE, SHOWN, Question, asked, label, word

__all__ = ["VIEWS", "cut_of", "show"]

BARS = 12
ROLES = ("kind", "tier", "boundary")


def cut_of(context: Context, question: Question) -> Any:
    """Give the rows of a cut, computed once for a state of the ledger."""
    workspace, by = context.asked.workspace, ruled(context)
    return remembered(
        workspace, ("cut", question, by),
        lambda: cut(workspace, question.period, question.by, dict(question.where),
                    **by.sums),
        books=True,
    )  # fmt: skip


def show(context: Context) -> Shown:
    """Give the cut; TL803 for a key that there is not."""
    question, t, n = asked(context), context.words, context.numbers
    found, said = cut_of(context, question), Said(context.language)
    _learn(said, question.by, found.rows)
    names = [word(said, context, question.by, key) for key in found.rows["key"]]
    rows = [
        _row(context, question, name, row, found.total_ug)
        for name, row in zip(names, found.rows.iter_rows(named=True), strict=True)
    ]
    chart = _chart(context, question, names, found)
    model = {
        "rows": rows, "total": n.carbon(found.total_ug), "by": label(context, said, question.by),
        "period": question.period or t(".ever"), "profile": said.profile(found.profile),
        "rest": _rest(context, found), "empty": not rows,
        "tabs": _tabs(context, said, question), "unit": n.carbon(found.total_ug).unit,
        "told": [
            (label(context, said, key), word(said, context, key, value),
             context.here(**{key: None}))
            for key, value in question.where
        ],
        "shipments": context.url("totals.shipments", **question.query()),
        "profiles": tabs(context, ruled(context)),
    }  # fmt: skip
    charts = {"cut": chart} if len(chart.categories) > 1 else {}
    title = t(".of", by=model["by"], period=model["period"])
    return Shown("totals.html", model, title, charts=charts)


def _learn(said: Said, by: str, rows: pl.DataFrame) -> None:
    keys = rows["key"].drop_nulls()
    if by == "lane":
        said.learn(keys.str.split(" → ").explode().drop_nulls())
    elif by in ("place", "origin", "destination"):
        said.learn(keys)


def _tabs(context: Context, said: Said, question: Question) -> list[tuple[str, str, bool]]:
    held = {name for name, _ in question.where}
    return [
        (label(context, said, key), context.here(by=key), key == question.by)
        for key in SHOWN if key not in held
    ]  # fmt: skip


def _row(
    context: Context, question: Question, name: str, row: dict[str, Any], total_ug: int
) -> dict[str, Any]:
    n, kept = context.numbers, int(row["co2e_ug"])
    carried = int(row["transport_kgm"] or 0)
    filters = {**question.query(), question.by: row["key"] if row["key"] is not None else NONE}
    held = {name for name, _ in question.where} | {question.by}
    following = next((key for key in SHOWN if key not in held), None)
    ends = (
        ""
        if row["lower_ug"] is None
        else " – ".join(
            n.carbon(int(row[end]), like=total_ug).value for end in ("lower_ug", "upper_ug")
        )
    )
    return {
        "name": name, "amount": n.carbon(kept, like=total_ug), "ends": ends,
        "share": n.percent(kept / total_ug if total_ug else None),
        "part": max(0.0, min(1.0, kept / total_ug)) if total_ug else 0.0,
        "intensity": n.number(Decimal(kept) / carried) if carried else "–",
        "legs": n.count(row["legs"]),
        "href": context.url("totals", by=following, **filters) if following else "",
        "shipments": context.url("totals.shipments", **filters),
    }  # fmt: skip


def _rest(context: Context, found: Any) -> dict[str, Any] | None:
    """Give what is not listed as one row, so that the rows sum to the total."""
    if not found.more:
        return None
    n, total_ug = context.numbers, found.total_ug
    return {
        "name": context.words(".rest", count=n.count(found.more)),
        "amount": n.carbon(found.rest_ug, like=total_ug),
        "legs": n.count(found.rest_legs),
        "share": n.percent(found.rest_ug / total_ug if total_ug else None),
    }


def _chart(context: Context, question: Question, names: list[str], found: Any) -> Chart:
    unit, rows = scale(found.total_ug), found.rows.head(BARS)
    by_time = question.by in ("day", "month")
    if by_time:
        rows = found.rows.sort("key").drop_nulls("key")
        names = rows["key"].to_list()
    amounts = tuple(float(unit.of(int(value)) or 0) for value in rows["co2e_ug"])
    ends = tuple(
        (float(unit.of(int(low if low is not None else kept)) or 0),
         float(unit.of(int(high if high is not None else kept)) or 0))
        for low, high, kept in rows.select("lower_ug", "upper_ug", "co2e_ug").iter_rows()
    )  # fmt: skip
    name, shown = context.words(".emissions"), tuple(names[: rows.height])
    return Chart(
        "curve" if by_time else "bar", context.words(".question"), f"{unit.unit}CO₂e", shown,
        ((name, amounts),), bounds=((name, ends),),
        roles=tuple(
            (said, str(key).rpartition(".")[2])
            for said, key in zip(shown, rows["key"], strict=True)
            if key and question.by in ROLES
        ),
        hrefs=tuple(
            (said, context.url("totals.shipments", **{
                **question.query(), question.by: NONE if key is None else key}))
            for said, key in zip(shown, rows["key"], strict=True)
        ),
    )  # fmt: skip


VIEWS = (
    View("totals", "/totals", show, roles=READERS, scope="totals:read", group="account", place=5,
         of_ledger=True),
)  # fmt: skip
