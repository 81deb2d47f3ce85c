"""清单: scopes 1 to 3 by location and by market side by side, never netted; what is left open."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from tanlu.report import Words as Said
from tanlu.report import scale
from tanlu.terms import Chart
from tanlu.ui.frame.page import Context, Shown, View
from tanlu.ui.views.account.amounts import READERS, decimal, ends, figure, ug
from tanlu.ui.views.account.inventory import tables
from tanlu.ui.views.account.inventory.drawn import Drawn, drawn, inventory, years

__all__ = ["VIEWS", "show", "year"]

PARTIES = 30


def show(context: Context) -> Shown:
    """Give the inventory of the newest year that holds something."""
    held = years(context)
    if not held:
        return Shown("inventory.html", {"empty": True})
    return _page(context, context.query("period") or held[0])


def year(context: Context) -> Shown:
    """Give the inventory of a year or of another period; TL112 for what is none."""
    if not years(context):
        return Shown("inventory.html", {"empty": True})
    return _page(context, context.query("period") or context.path("year"))


def _page(context: Context, period: str) -> Shown:
    of, t = drawn(context, period), context.words
    held = years(context)
    tabs = [(each, context.url("inventory.year", year=each), each == period) for each in held]
    periods = tuple(
        replace(choice, chosen=choice.label == period) for choice in context.scene.periods
    )
    model: dict[str, Any] = {
        "scene": replace(context.scene, periods=periods),
        "empty": False,
        "period": period,
        "tabs": tabs,
        "profile": of.profile,
    }
    title = t(".of", period=period)
    if of.boundary is None:
        return Shown("inventory/without.html", {**model, **_without(context, of)}, title)
    facts, said = inventory(context, of), Said(context.language)
    chart = _scopes(context, said, facts, period)
    model |= {
        "facts": facts, "kpis": _kpis(context, facts, period), "said": said,
        "lead": t(".lead", name=facts["name"], approach=said(f"approach.{facts['approach']}"),
                  profile=said.profile(of.profile), version=facts["ledger_version"],
                  gwp=", ".join(facts["gwp_sets"]) or "–"),
        **tables.of(context, said, facts, period),
    }  # fmt: skip
    charts = {"scopes": chart} if chart.categories else {}
    months = _months(context, said, facts)
    if len(months.categories) > 1:
        charts["months"] = months
    return Shown("inventory.html", model, title, charts=charts)


def _kpis(context: Context, facts: Any, period: str) -> list[dict[str, Any]]:
    """Give the totals and the scopes; scope 2 stands twice because it is told twice."""
    t, n = context.words, context.numbers
    like = ug(facts["co2e_location_kg"])
    held = {(row["scope"], row["basis"]): row for row in facts["scopes"]}
    total = n.carbon(like)
    made = [{
        "label": t(".kpi.location"), "value": total.value, "unit": total.unit,
        "exact": total.whole, "interval": ends(n, facts, like),
        "note": t(".primary", percent=decimal(n, facts["primary_percent"], 1)),
    }]  # fmt: skip
    market = figure(n, facts["co2e_market_kg"], like)
    made.append({
        "label": t(".kpi.market"), "value": market.value, "unit": market.unit,
        "exact": market.whole, "note": "" if facts["has_market"] else t(".market.none"),
    })  # fmt: skip
    for scope, basis, name in ((1, "none", "1"), (2, "location", "2.location"),
                               (2, "market", "2.market"), (3, "none", "3")):  # fmt: skip
        row = held.get((scope, basis)) or {}
        found = figure(n, row.get("co2e_kg"), like)
        asked = {"basis": "market"} if basis == "market" else {}
        href = context.url("inventory.records", year=period, scope=scope, **asked)
        made.append({
            "label": Said(context.language)(f"scope.{name}"), "value": found.value,
            "unit": found.unit, "exact": found.whole, "interval": ends(n, row, like),
            "href": href if row else "",
            "note": "" if row else t(".market.none") if basis == "market" else t(".nothing"),
        })  # fmt: skip
    return made


def _scopes(context: Context, said: Said, facts: Any, period: str) -> Chart:
    rows = [row for row in facts["scopes"] if row["co2e_kg"] is not None]
    unit = scale(ug(facts["co2e_location_kg"]) or 0)

    def named(row: Any) -> str:
        return said(f"scope.2.{row['basis']}" if row["scope"] == 2 else f"scope.{row['scope']}")

    def values(name: str) -> tuple[float, ...]:
        return tuple(float(unit.of(ug(row[name]) or 0) or 0) for row in rows)

    title = context.words(".scopes")
    return Chart(
        "bar", title, f"{unit.unit}CO₂e", tuple(named(row) for row in rows),
        ((context.words(".emissions"), values("co2e_kg")),),
        bounds=((context.words(".emissions"),
                 tuple(zip(values("lower_kg"), values("upper_kg"), strict=True))),),
        roles=tuple((named(row), f"scope{row['scope']}") for row in rows),
        hrefs=tuple(
            (named(row), context.url("inventory.records", year=period, scope=row["scope"],
                                     basis="market" if row["basis"] == "market" else ""))
            for row in rows
        ),
    )  # fmt: skip


def _months(context: Context, said: Said, facts: Any) -> Chart:
    names = sorted({row["month"] for row in facts["by_month"]})
    unit = scale(ug(facts["co2e_location_kg"]) or 0)
    held = {(row["month"], row["scope"]): row["co2e_kg"] for row in facts["by_month"]}
    series = tuple(
        (said(f"scope.{scope}"), tuple(
            float(unit.of(ug(held.get((name, scope), "0")) or 0) or 0) for name in names))
        for scope in (1, 2, 3)
    )  # fmt: skip
    return Chart(
        "line",
        context.words(".months"),
        f"{unit.unit}CO₂e",
        tuple(names),
        series,
        roles=tuple((said(f"scope.{scope}"), f"scope{scope}") for scope in (1, 2, 3)),
    )


def _without(context: Context, of: Drawn) -> dict[str, Any]:
    """Give what can be said without a boundary: who emitted and who paid, and a draft of one."""
    n, workspace = context.numbers, context.asked.workspace
    rows = workspace.scan("emission").filter(pl.col("profile") == of.profile)
    amount = pl.col("co2e_ug").cast(pl.Int128).sum()
    parties = (
        rows.filter(pl.col("basis") != "market").group_by("operator")
        .agg(amount, pl.col("activity_id").n_unique().alias("activities"))
        .collect(engine="streaming").sort("co2e_ug", descending=True)
    )  # fmt: skip
    total = int(parties["co2e_ug"].sum() or 0)
    table = [
        (row["operator"] or context.words(".nobody"),
         str(n.carbon(int(row["co2e_ug"]), like=total)), n.count(int(row["activities"])))
        for row in parties.head(PARTIES).iter_rows(named=True)
    ]  # fmt: skip
    names = [name for name in parties["operator"].to_list() if name][:PARTIES]
    missing = not (Path(workspace.path) / "organisation.toml").is_file()
    return {
        "wrong": "" if of.wrong is None else of.wrong.say(context.language), "missing": missing,
        "parties": table, "total": n.carbon(total), "draft": _draft(names),
        "transport": context.url("totals", period=of.period),
    }  # fmt: skip


def _draft(names: list[str]) -> str:
    """Give a boundary to begin with: the root, and the parties that the ledger names."""
    quoted = ", ".join('"' + name.replace("\\", "").replace('"', "") + '"' for name in names)
    return (
        'name = "…"\nname_zh = "…"\napproach = "operational_control"\nzone = "Asia/Shanghai"\n\n'
        f'[[entity]]\nid = "root"\nname = "…"\nname_zh = "…"\n# {quoted}\n'
        "operators = []\nsites = []\n"
    )


VIEWS = (
    View("inventory", "/inventory", show, roles=READERS, scope="inventory:read", group="account",
         place=20),
    View("inventory.year", "/inventory/{year}", year, roles=READERS, scope="inventory:read"),
)  # fmt: skip
