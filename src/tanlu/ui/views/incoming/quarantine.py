"""隔离区: refused rows with what stood in them, mended in place and fed in again."""

from __future__ import annotations

from typing import Any

from tanlu.errors import TanluError, say
from tanlu.monitor.quarantine import Refused, counted, mend, page
from tanlu.monitor.quarantine import one as one_row
from tanlu.ui.frame.page import Context, Moved, Shown, View

__all__ = ["VIEWS"]

# what refused rows held may be of persons; who only looks on does not see it
SEE = ("manager", "operator", "verifier")
OWNERS = ("manager", "operator")
ROWS = 50
CELL = "cell:"
LONGEST = 10_000


def show(context: Context) -> Shown:
    """Give the open rows, chosen by code and file, page by page."""
    workspace = context.asked.workspace
    code, source = context.query("code"), context.query("source")
    told = context.query("start", "0")
    start = int(told) if told.isdecimal() and len(told) < 10 else 0
    counts = list(counted(workspace).iter_rows(named=True))
    rows = page(workspace, code=code, source=source, start=start, limit=ROWS)
    total = sum(each["rows"] for each in counts
                if (not code or each["code"] == code)
                and (not source or each["source_sha256"] == source))  # fmt: skip
    t, n = context.words, context.numbers
    codes = dict.fromkeys(each["code"] for each in counts)
    model = {
        "rows": [_line(context, row) for row in rows], "total": total,
        "codes": [
            {"code": name, "said": _said(context, name),
             "href": context.here(code=name, start=None),
             "count": n.count(sum(each["rows"] for each in counts if each["code"] == name)),
             "chosen": name == code} for name in codes
        ],
        "said": t("quarantine.count", count=n.count(total)), "code": code, "source": source,
        "all": context.url("quarantine"),
        "before": context.here(start=max(0, start - ROWS)) if start else "",
        "after": context.here(start=start + ROWS) if start + ROWS < total else "",
    }  # fmt: skip
    return Shown("incoming/quarantine.html", model)


def _said(context: Context, code: str, value: str = "…", column: str = "…") -> str:
    return say(code, language=context.language, value=value, columns=column, why="…", near="…")


def _line(context: Context, row: Refused) -> dict[str, Any]:
    return {
        "line": row.line, "column": row.column or "–", "value": row.value or "–", "code": row.code,
        "said": _said(context, row.code, row.value, row.column), "source": row.source_sha256[:12],
        "href": context.url("quarantine.one", id=row.quarantine_id),
    }  # fmt: skip


def one(context: Context) -> Shown | Moved:
    """Give one refused row with its cells to mend; feed in what was mended."""
    workspace, name = context.asked.workspace, context.path("id")
    row = one_row(workspace, name)
    assert context.principal is not None
    wrong, status, cells = "", 200, dict(row.cells)
    if context.request.method == "POST":
        if context.principal.role not in OWNERS:
            raise TanluError("TL473", value=context.principal.role)
        cells = _cells(context, row)
        try:
            done = mend(workspace, name, cells)
            if done["rows_accepted"]:
                return Moved(context.url("quarantine", mended=done["rows_accepted"]))
            row = one_row(workspace, name)
            wrong, status = _said(context, row.code, row.value, row.column), 422
        except TanluError as error:
            wrong, status = error.say(context.language), 422
    model = {
        "row": row, "said": _said(context, row.code, row.value, row.column), "wrong": wrong,
        "cells": [(f"{CELL}{place}", key or "–", value, key == row.column)
                  for place, (key, value) in enumerate(cells.items())],
        "raw": [(key or "–", value) for key, value in cells.items()],
        "whole": "" not in row.cells, "may": context.principal.role in OWNERS,
        "file": context.url("sources.one", id=f"file:{row.source_sha256}"),
    }  # fmt: skip
    return Shown("incoming/refused.html", model, status=status)


def _cells(context: Context, row: Refused) -> dict[str, str]:
    found = {}
    for place, (key, old) in enumerate(row.cells.items()):
        given = context.form.get(f"{CELL}{place}", old) if context.form is not None else old
        found[key] = given[:LONGEST] if isinstance(given, str) else old
    return found


VIEWS = (
    View("quarantine", "/data/quarantine", show, roles=SEE, group="account", place=63),
    View("quarantine.one", "/data/quarantine/{id:path}", one, roles=SEE, methods=("GET", "POST")),
)
