"""报告: made from the ledger as it stands, read here and loaded down in the form that is wanted."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tanlu.errors import TanluError
from tanlu.report import transport
from tanlu.report.indicators import indicators
from tanlu.report.organisation import organisation, read
from tanlu.report.overview import months
from tanlu.serve.guests import KINDS
from tanlu.terms import Chart, Document
from tanlu.ui.frame.page import Context, Shown, View
from tanlu.ui.frame.remembering import remembered

__all__ = ["VIEWS", "document", "one", "sections", "show"]

READERS = ("manager", "operator", "verifier", "viewer", "developer")
FORMS = ("html", "pdf", "xlsx", "json")
MOST_ROWS = 200


def show(context: Context) -> Shown:
    """Give the kinds of reports with the files of each for the period that is chosen."""
    period, n = _period(context), context.numbers
    model = {
        "kinds": [
            {"name": context.words(f".kind.{kind}"), "why": context.words(f".kind.{kind}.why"),
             "href": context.url("reports.one", kind=kind, period=period),
             "files": _files(context, kind, period)}
            for kind in KINDS
        ],
        "period": period, "periods": _periods(context),
        "editions": [
            {"name": row["edition"], "href": context.url("verify.one", claim=row["edition"]),
             "total": n.carbon(int(row["co2e_ug"])), "when": n.moment(row["at"]),
             "period": row["period"] or "–"}
            for row in reversed(context.asked.workspace.editions().to_dicts())
        ][:10],
    }  # fmt: skip
    return Shown("reports.html", model)


def one(context: Context) -> Shown:
    """Give a report on the page; TL931 for a kind that there is not."""
    kind, period = context.path("kind"), _period(context)
    made = document(context, context.asked.workspace, kind, period)
    parts, charts = sections(context, made)
    model = {
        "sections": parts, "name": made.title, "period": period, "periods": _periods(context),
        "files": _files(context, kind, period), "kind": kind,
    }  # fmt: skip
    return Shown("reports/one.html", model, made.title, charts=charts)


def document(
    context: Context, workspace: Any, kind: str, period: str, as_of: int | None = None
) -> Document:
    """Give a report of a ledger, at a version if said; made once for a state of the ledger."""
    language, wanted = context.language, period or None

    def made() -> Document:
        if kind == "transport":
            return transport(workspace, wanted, language=language, as_of=as_of)
        if kind == "indicators":
            return indicators(workspace, wanted, language=language, as_of=as_of)
        boundary = read(workspace.path)
        return organisation(workspace, wanted, boundary, language=language, as_of=as_of)

    if kind not in KINDS:
        raise TanluError("TL931", value=kind[:80])
    # the boundary of an organisation is a file that changes beside the ledger
    if kind == "organisation":
        return made()
    key = ("report", kind, period, language, as_of)
    found: Document = remembered(workspace, key, made)
    return found


def sections(context: Context, made: Document) -> tuple[list[dict[str, Any]], dict[str, Chart]]:
    """Give the sections of a report as a page lays them out, and their charts by name."""
    parts: list[dict[str, Any]] = []
    charts: dict[str, Chart] = {}
    for number, section in enumerate(made.sections):
        if section.chart is not None:
            charts[f"c{number}"] = section.chart
        kinds = [_kind(section.rows, column) for column in range(len(section.columns))]
        parts.append({
            "title": section.title, "text": section.text,
            "figures": [(label, _cell(context, value), unit)
                        for label, value, unit in section.figures],
            "columns": list(zip(section.columns, kinds, strict=True)),
            "rows": [[_cell(context, cell) for cell in row] for row in section.rows[:MOST_ROWS]],
            "more": max(0, len(section.rows) - MOST_ROWS),
            "chart": f"c{number}" if section.chart is not None else "",
        })  # fmt: skip
    return parts, charts


def _kind(rows: Any, column: int) -> str:
    cells = [row[column] for row in rows if row[column] is not None]
    return "n" if cells and all(isinstance(cell, int | float | Decimal) for cell in cells) else ""


def _cell(context: Context, value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return str(value)
    return context.numbers.count(value) if isinstance(value, int) else context.numbers.number(value)


def _period(context: Context) -> str:
    """Give the period that is asked for, else the newest month of the ledger."""
    workspace = context.asked.workspace
    held = remembered(workspace, ("months",), lambda: months(workspace))
    return context.query("period") or (held[0][0] if held else "")


def _periods(context: Context) -> list[tuple[str, str]]:
    workspace = context.asked.workspace
    held = remembered(workspace, ("months",), lambda: months(workspace))
    names = list(dict.fromkeys(name for month, _ in held for name in (month, month[:4])))
    now = _period(context)
    return [(name, name) for name in ([now] if now and now not in names else []) + names]


def _files(context: Context, kind: str, period: str) -> list[tuple[str, str]]:
    """Give the address of each form of a report."""
    query = f"lang={context.language}" + (f"&period={period}" if period else "")
    return [(form, f"/v1/reports/{kind}?form={form}&{query}") for form in FORMS]


VIEWS = (
    View("reports", "/reports", show, roles=READERS, group="trust", place=50,
         scope="reports:read"),
    View("reports.one", "/reports/{kind}", one, roles=READERS, scope="reports:read"),
)  # fmt: skip
