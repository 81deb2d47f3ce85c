"""数据质量: how well it is known, what is missing, what is odd; each with the records behind it."""

from __future__ import annotations

from typing import Any

import polars as pl

from tanlu.errors import TanluError, say
from tanlu.monitor.quality import rules
from tanlu.report import Words as Said
from tanlu.report.overview import tiers
from tanlu.terms import Chart
from tanlu.ui.frame.page import Context, Shown, View
from tanlu.ui.frame.remembering import remembered
from tanlu.ui.frame.ruling import ruled, tabs
from tanlu.ui.views.incoming.sources import listed
from tanlu.verify.plausibility import check_ledger, explain

__all__ = ["VIEWS"]

TIERS = ("measured", "learned", "modelled", "default")
ROWS = 100
# findings of a rule that are listed
MOST = 500
PAINT = {"error": "no", "warning": "wait", "info": "plain"}


def show(context: Context) -> Shown:
    """Give shares by month and mode, gaps, anomalies by rule, and what is not plausible."""
    workspace, t = context.asked.workspace, context.words
    by = ruled(context)
    table, profile, basis = remembered(
        workspace, ("tiers", by), lambda: tiers(workspace, **by.sums), books=True
    )
    charts: dict[str, Chart] = {}
    if table.height:
        charts = {
            "months": _chart(context, table, "month"),
            "modes": _chart(context, table, "mode"),
        }
    checked = _checked(context) if context.query("check") else None
    findings = remembered(workspace, ("found",), lambda: _found(workspace), books=True)
    gaps = [each for each in listed(context) if each["gaps"]]
    model = {
        "kpis": _kpis(context, table), "ground": t("quality.ground", profile=profile, basis=basis),
        "findings": [_finding(context, each) for each in findings],
        "rules": len(rules()), "empty": not table.height,
        "gaps": [(each["name"], context.url("sources.one", id=each["id"]),
                  t(f"quality.gap.{_unit(each)}", count=each["gaps"]))
                 for each in gaps],
        "checked": checked, "profiles": tabs(context, by),
    }  # fmt: skip
    return Shown("incoming/quality.html", model, charts=charts)


def _unit(source: dict[str, Any]) -> str:
    """Give in what the gaps of a source are counted."""
    return "months" if source["kind"] == "file" else "days"


def _kpis(context: Context, table: pl.DataFrame) -> list[dict[str, Any]]:
    """Give the share of each tier in the emissions, with its rows."""
    n, t = context.numbers, context.words
    total = int(table["co2e_ug"].sum() or 0)
    made = []
    for tier in TIERS:
        rows = table.filter(pl.col("tier") == tier)
        part = int(rows["co2e_ug"].sum() or 0)
        made.append({
            "label": t(f"kit.tier.{tier}"), "tier": tier,
            "value": n.number(_share(part, total), 1) if total else "–", "unit": "%",
            "note": t("quality.of", co2e=n.carbon(part), rows=n.count(int(rows["rows"].sum()))),
        })  # fmt: skip
    return made


def _share(part: int, total: int) -> float:
    return 100 * part / total if total else 0.0


def _chart(context: Context, table: pl.DataFrame, by: str) -> Chart:
    """Give the shares of the tiers in the emissions of each month or mode [%]."""
    t, said = context.words, Said(context.language)
    sums = {(row[0], row[1]): int(row[2]) for row in table.group_by(by, "tier")
            .agg(pl.col("co2e_ug").sum()).iter_rows()}  # fmt: skip
    names = sorted({name for name, _ in sums})
    totals = {name: sum(sums.get((name, tier), 0) for tier in TIERS) for name in names}
    if by == "mode":
        names.sort(key=lambda name: -totals[name])
    series = tuple(
        (t(f"kit.tier.{tier}"),
         tuple(_share(sums.get((name, tier), 0), totals[name]) for name in names))
        for tier in TIERS
    )  # fmt: skip
    labels = tuple(names) if by == "month" else tuple(said.kind(name) for name in names)
    roles = tuple((t(f"kit.tier.{tier}"), tier) for tier in TIERS)
    return Chart("bar", t(f"quality.by.{by}"), t("quality.unit"), labels, series, roles=roles)


def _found(workspace: Any) -> list[dict[str, Any]]:
    rows = workspace.scan("finding").group_by("code", "severity").agg(
        pl.len().alias("findings"), pl.col("count").sum().alias("rows"), pl.first("value"),
        pl.first("column"),
    ).sort("severity", "findings", "code", descending=[False, True, False])  # fmt: skip
    return list(rows.collect(engine="streaming").iter_rows(named=True))


def _finding(context: Context, row: dict[str, Any]) -> dict[str, Any]:
    n = context.numbers
    return {
        "code": row["code"], "said": _said(context, row["code"], "…", row["column"] or "…"),
        "count": n.count(row["findings"]), "rows": n.count(row["rows"]),
        "severity": context.words(f"quality.severity.{row['severity']}"),
        "paint": PAINT.get(row["severity"], "plain"),
        "href": context.url("quality.found", code=row["code"]),
    }  # fmt: skip


def _said(context: Context, code: str, value: str, column: str) -> str:
    return say(code, language=context.language, value=value, columns=column, why="…", near="…")


def _checked(context: Context) -> dict[str, Any]:
    """Give what the rules of plausibility find; the whole ledger, once for a version."""
    workspace = context.asked.workspace

    def made() -> Any:
        last = None
        for step in check_ledger(workspace):
            last = step.result
        return last

    found = remembered(workspace, ("plausible",), made)
    n = context.numbers
    rows = found.findings.head(ROWS).iter_rows(named=True)
    return {
        "rules": [(each["rule"], each["code"], n.count(each["rows"]), n.count(each["findings"]))
                  for each in found.checked],
        "missed": [(each["rule"], each["zh" if context.language == "zh" else "en"])
                   for each in found.not_checked],
        "count": n.count(found.findings.height),
        "found": [(explain(row, context.language), *_behind(context, row)) for row in rows],
    }  # fmt: skip


def _behind(context: Context, row: dict[str, Any]) -> tuple[str, str]:
    """Give what a finding is about and where its record is."""
    kind, _, name = str(row["subject"] or "").partition(":")
    if kind == "activity":
        return name, context.url("calculation", subject=name)
    if kind == "device":
        return name, context.url("sources.one", id=f"device:{name}")
    if kind in ("shipment", "consignment", "waybill"):
        return name, context.url("calculation", subject=row["subject"])
    return (str(row["subject"] or "–"), "")


def found(context: Context) -> Shown:
    """Give the findings of one rule, each with the record behind it."""
    code = context.path("code")
    workspace, n = context.asked.workspace, context.numbers
    every = workspace.scan("finding").filter(pl.col("code") == code)
    counted = every.select(pl.len()).collect(engine="streaming").item()
    rows = every.head(MOST).collect(engine="streaming")
    if rows.is_empty():
        raise TanluError("TL931", value=code[:20])
    made = []
    for row in rows.iter_rows(named=True):
        name, href = _behind(context, row)
        source = row["source_sha256"]
        made.append({
            "about": name, "href": href, "value": row["value"] or "–",
            "column": row["column"] or "–", "count": n.count(row["count"]),
            "said": _said(context, code, row["value"] or "…", row["column"] or "…"),
            "source": (source or "")[:12],
            "source_href": context.url("sources.one", id=f"file:{source}") if source else "",
            "line": row["source_line"],
        })  # fmt: skip
    title = f"{code} · {_said(context, code, '…', '…')}"
    count = n.count(counted)
    key = "quality.records.note" if counted == rows.height else "quality.records.some"
    said = context.words(key, count=count, shown=n.count(rows.height))
    return Shown("incoming/found.html", {"rows": made, "said": said}, title)


VIEWS = (
    View("quality", "/data/quality", show, group="account", place=62),
    View("quality.found", "/data/quality/{code}", found),
)
