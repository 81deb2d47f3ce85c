"""数据源: every source with rows, period, last heard, gaps, refused rows; and each one."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.errors import TanluError
from tanlu.monitor.quarantine import counted
from tanlu.monitor.sources import commits, months, sources
from tanlu.serve.exchange import shelf
from tanlu.terms import Chart
from tanlu.ui.frame.page import Context, Shown, View
from tanlu.ui.frame.remembering import remembered

if TYPE_CHECKING:
    from tanlu.store import Workspace

__all__ = ["VIEWS", "in_order", "judged", "listed"]

KINDS = ("file", "device", "events", "partner")
STATES = {"whole": "yes", "refused": "no", "gaps": "wait", "silent": "no", "revoked": "missing"}
ROWS = 40
# what was sent stands in the ledger so much later at most; streams are not written together
BEHIND_US, BESIDE_US = 300_000_000, 10_000_000
SAMPLE = 30
DIGITS = re.compile(r"([0-9]{1,9})")


def show(context: Context) -> Shown:
    """Give all sources, of one kind where it is asked."""
    t, kind = context.words, context.query("kind")
    rows = listed(context)
    q = context.query("q").strip().lower()
    chosen = [row for row in rows if (kind not in KINDS or row["kind"] == kind)
              and q in row["name"].lower()]  # fmt: skip
    # files first; of devices there may be many, and each moment another is the last that was heard
    chosen.sort(key=lambda row: (
        KINDS.index(row["kind"]), in_order(row["id"] if row["kind"] == "device" else "")
    ))  # fmt: skip
    names = [row["id"] for row in chosen]
    after = context.query("after")
    at = names.index(after) + 1 if after in names else 0
    some = chosen[at : at + ROWS]
    n = context.numbers
    kinds = [("", t("sources.kind.any")), *((k, t(f"sources.kind.{k}")) for k in KINDS)]
    model = {
        "rows": [_line(context, row) for row in some], "query": context.query("q"),
        "kinds": kinds, "kind": kind, "empty": not rows,
        "said": t("sources.count", count=n.count(len(chosen))),
        "before": context.here(after=names[at - ROWS - 1] if at > ROWS else None) if at else "",
        "after": context.here(after=some[-1]["id"]) if at + ROWS < len(chosen) else "",
        "kpis": [
            (t("sources.kpi.sources"), n.count(len(rows)), ""),
            (t("sources.kpi.rows"), n.count(sum(row["rows"] for row in rows)), ""),
            (t("sources.kpi.refused"), n.count(sum(row["refused"] for row in rows)),
             context.url("quarantine")),
            (t("sources.kpi.watch"), n.count(sum(row["state"] != "whole" for row in rows)), ""),
        ],
    }  # fmt: skip
    return Shown("incoming/sources.html", model, fragment="incoming/sources-rows.html")


def listed(context: Context) -> list[dict[str, Any]]:
    """Give the sources of the ledger and the partners of the exchange."""
    workspace = context.asked.workspace
    now = time.time_ns() // 1000
    found: list[dict[str, Any]] = list(remembered(
        workspace, ("sources", now // BEHIND_US),
        lambda: sources(workspace, judged(workspace, now)).to_dicts(),
    ))  # fmt: skip
    partners: dict[str, list[int]] = {}
    with context.asked.state() as state:
        for each in shelf.received(state):
            partners.setdefault(each.base, []).append(each.received_us)
    found += [
        {"id": f"partner:{base}", "kind": "partner", "name": base, "rows": len(times),
         "refused": 0, "first": None, "last": None, "heard": max(times), "gaps": 0,
         "state": "whole"}
        for base, times in partners.items()
    ]  # fmt: skip
    return found


def in_order(device: str) -> tuple[tuple[int, int | str], ...]:
    """Give the place of a device in a list: dock-2 comes before dock-10."""
    parts = DIGITS.split(device)
    return tuple((0, int(part)) if part.isdecimal() else (1, part) for part in parts if part)


def judged(workspace: Workspace, now_us: int) -> int:
    """Give when silence is judged: the ledger is some way behind the log, and devices with it.

    Where the newest reading of all is old, nothing is heard at all, and that is told.
    """
    newest = workspace.scan("reading", columns=["at"]).select(pl.col("at").max()).collect().item()
    heard = newest is not None and now_us - newest < BEHIND_US
    return newest - BESIDE_US if heard else now_us


def _line(context: Context, row: dict[str, Any]) -> dict[str, Any]:
    n, t = context.numbers, context.words
    span = "–"
    if row["first"] is not None:
        ends = [n.moment(row[end], "day") for end in ("first", "last")]
        span = ends[0] if ends[0] == ends[1] else " – ".join(ends)
    return {
        "name": row["name"], "href": context.url("sources.one", id=row["id"]),
        "kind": t(f"sources.kind.{row['kind']}"), "rows": n.count(row["rows"]), "span": span,
        "heard": n.moment(row["heard"]), "gaps": row["gaps"] or 0,
        "gap_unit": t(f"sources.gap.{'months' if row['kind'] == 'file' else 'days'}",
                      count=row["gaps"] or 0),
        "refused": n.count(row["refused"]), "has_refused": bool(row["refused"]),
        "refused_href": context.url("quarantine", source=row["id"].partition(":")[2]),
        "state": t(f"sources.state.{row['state']}"), "paint": STATES[row["state"]],
    }  # fmt: skip


def one(context: Context) -> Shown:
    """Give one source: what it brought month by month, its commits, its refused rows, its rows."""
    told = context.path("id")
    kind, _, name = told.partition(":")
    row = next((each for each in listed(context) if each["id"] == told), None)
    if row is None or kind == "partner":
        if row is None:
            raise TanluError("TL931", value=told[:80])
        return Shown("incoming/source.html", _partner(context, row), row["name"])
    workspace, t = context.asked.workspace, context.words
    held = remembered(workspace, ("source", told), lambda: months(workspace, kind, name))
    charts = {}
    if held:
        charts["months"] = Chart(
            "bar", t("sources.months"), t("sources.unit.rows"), tuple(each for each, _ in held),
            ((t("sources.rows"), tuple(float(count) for _, count in held)),),
        )  # fmt: skip
    refused = [each for each in counted(workspace).iter_rows(named=True)
               if kind == "file" and each["source_sha256"] == name]  # fmt: skip
    model = {
        "row": _line(context, row), "sha256": name if kind == "file" else "", "kind": kind,
        "commits": [_commit(context, each) for each in commits(workspace, name)]
        if kind == "file" else [],
        "refused": [(each["code"], each["column"] or "–", context.numbers.count(each["rows"]))
                    for each in refused],
        "sample": _sample(context, kind, name),
    }  # fmt: skip
    return Shown("incoming/source.html", model, row["name"], charts=charts)


def _partner(context: Context, row: dict[str, Any]) -> dict[str, Any]:
    return {"row": _line(context, row), "sha256": "", "kind": "partner", "commits": [],
            "refused": [], "sample": []}  # fmt: skip


def _commit(context: Context, each: dict[str, Any]) -> dict[str, Any]:
    n, lines = context.numbers, each["lines"]
    return {
        "version": f"v{each['version']}", "when": n.moment(each["at"]),
        "rows": " · ".join(f"{table} {n.count(count)}" for table, count in each["rows"].items()),
        "lines": f"{lines[0]:,} – {lines[1]:,}" if lines and lines[0] is not None else "–",
        "mapping": each["mapping"][:16] or "–",
    }  # fmt: skip


def _sample(context: Context, kind: str, name: str) -> list[dict[str, Any]]:
    """Give some of the records behind a file or device, each with its calculation."""
    import polars as pl

    n, workspace = context.numbers, context.asked.workspace
    if kind == "file":
        rows = (
            workspace.scan("activity", columns=["activity_id", "start", "kind", "source_line",
                                                "source_sha256"])
            .filter(pl.col("source_sha256") == name).head(SAMPLE).collect(engine="streaming")
        )  # fmt: skip
        return [
            {"line": line, "when": n.moment(start), "what": kind_,
             "name": activity, "href": context.url("calculation", subject=activity)}
            for activity, start, kind_, line, _ in rows.iter_rows()
        ]  # fmt: skip
    if kind == "device" and workspace.parts("reading"):
        rows = (
            workspace.scan("reading", columns=["at", "stream", "value", "seq", "device"])
            .filter(pl.col("device") == name)
            .tail(SAMPLE)
            .collect(engine="streaming")
        )
        return [{"line": seq, "when": n.moment(at, "second"), "what": stream,
                 "name": n.number(value), "href": ""}
                for at, stream, value, seq, _ in rows.iter_rows()]  # fmt: skip
    return []


VIEWS = (
    View("sources", "/data/sources", show, group="account", place=61),
    View("sources.one", "/data/sources/{id:path}", one),
)
