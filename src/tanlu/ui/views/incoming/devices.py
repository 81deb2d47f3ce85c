"""设备: which devices may send, their keys and calibration, when each was heard last."""

from __future__ import annotations

import time
from typing import Any

import polars as pl

from tanlu.errors import TanluError
from tanlu.monitor.devices import Registry
from tanlu.monitor.quality import alerts
from tanlu.monitor.sources import sources
from tanlu.ui.frame.page import Context, Shown, View
from tanlu.ui.frame.remembering import remembered
from tanlu.ui.views.incoming.sources import in_order, judged

__all__ = ["VIEWS"]

ROWS = 30
# what a registry is looked through for
NEEDS = ("silent", "overdue", "no_key")
STATES = {"enrolled": "yes", "revoked": "missing"}
ALERTS = {"error": "no", "warning": "wait", "info": "plain"}
FACTS = ("type", "model", "place", "custodian", "parent", "replaces", "clock", "layout", "meaning")


def show(context: Context) -> Shown:
    """Give a page of the registry: by a part of a name, a type, and what a device needs."""
    t, n, held = context.words, context.numbers, _held(context)
    q, kind, need = context.query("q").strip().lower(), context.query("type"), context.query("need")
    found = sorted(
        (row for row in held if q in f"{row['device']} {row['place'] or ''}".lower()
         and kind in ("", row["type"] or "–") and _needs(row, need)),
        key=lambda row: in_order(row["device"]),
    )  # fmt: skip
    after = context.query("after")
    rest = [row for row in found if in_order(row["device"]) > in_order(after)] if after else found
    rows, start = rest[:ROWS], len(found) - len(rest)
    model = {
        "rows": [_line(context, row) for row in rows], "query": context.query("q"),
        "empty": not held, "selects": _selects(context, held, kind, need),
        "kpis": [(t("devices.kpi.devices"), n.count(len(held)), context.url("devices"))]
        + [(t(f"devices.kpi.{each}"), n.count(sum(_needs(row, each) for row in held)),
            context.url("devices", need=each)) for each in NEEDS],
        "said": t("devices.count", count=n.count(len(found))),
        "before": context.here(after=found[start - ROWS - 1]["device"] if start > ROWS else None)
        if start else "",
        "after": context.here(after=rows[-1]["device"]) if len(rest) > ROWS else "",
    }  # fmt: skip
    return Shown("incoming/devices.html", model, fragment="incoming/devices-rows.html")


def _needs(row: dict[str, Any], need: str) -> bool:
    return need not in NEEDS or need in row["alerts"]


def _selects(context: Context, held: list[dict[str, Any]], kind: str, need: str) -> list[Any]:
    t = context.words
    kinds = sorted({row["type"] or "–" for row in held})
    return [
        ("type", t("devices.type"),
         [("", t("devices.type.any")), *((each, t.maybe("devices.type", each)) for each in kinds)],
         kind),
        ("need", t("devices.watch"),
         [("", t("devices.need.any")), *((each, t(f"devices.alert.{each}")) for each in NEEDS)],
         need),
    ]  # fmt: skip


def _held(context: Context) -> list[dict[str, Any]]:
    """Give each device of the registry, and those that send without standing in it."""
    workspace, now = context.asked.workspace, time.time_ns() // 1000
    # how long a device has been silent changes with the clock, by the minute for who looks
    minute = now // 60_000_000

    def made() -> list[dict[str, Any]]:
        known = Registry(workspace).devices
        heard = {row["name"]: row for row in sources(workspace, judged(workspace, now)).to_dicts()
                 if row["kind"] == "device"}  # fmt: skip
        read = workspace.scan("reading", columns=["device", "at"]).group_by("device").agg(
            pl.max("at"))  # fmt: skip
        told: dict[str, list[str]] = {}
        for row in alerts(known, read, judged(workspace, now)).iter_rows(named=True):
            told.setdefault(row["device"], []).append(row["alert"])
        rows = known.to_dicts()
        rows += [{**dict.fromkeys(known.columns), "device": name, "state": "unknown"}
                 for name in heard if name not in set(known["device"])]  # fmt: skip
        return [{**row, "alerts": told.get(row["device"], []), "heard":
                 heard.get(row["device"], {}).get("heard"),
                 "rows": heard.get(row["device"], {}).get("rows", 0)} for row in rows]  # fmt: skip

    found: list[dict[str, Any]] = remembered(workspace, ("devices", minute), made)
    return found


def _line(context: Context, row: dict[str, Any]) -> dict[str, Any]:
    n, t = context.numbers, context.words
    key = "key" if row["key"] else "token" if row["token_sha256"] else "none"
    grade = f" · {row['key_grade']}" if row["key_grade"] else ""
    return {
        "name": row["device"], "href": context.url("devices.one", id=row["device"]),
        "type": t.maybe("devices.type", row["type"] or "–"), "place": row["place"] or "–",
        "state": t(f"devices.state.{row['state']}"), "paint": STATES.get(row["state"], "wait"),
        "key": t(f"devices.key.{key}") + grade, "key_paint": "no" if key == "none" else "plain",
        "due": n.moment(row["calibration_due"], "day"), "calibrated":
        n.moment(row["calibrated"], "day"), "heard": n.moment(row["heard"]),
        "rows": n.count(row["rows"]),
        "alerts": [(t(f"devices.alert.{name}"), "no" if name == "overdue" else "wait")
                   for name in row["alerts"]],
    }  # fmt: skip


def one(context: Context) -> Shown:
    """Give one device with its line of the registry."""
    name = context.path("id")
    row = next((each for each in _held(context) if each["device"] == name), None)
    if row is None:
        raise TanluError("TL931", value=name[:80])
    t, n = context.words, context.numbers
    facts = [(t(f"devices.fact.{key}"), str(row[key])) for key in FACTS if row[key]]
    if row["accuracy_ppm"] is not None:
        facts.append((t("devices.fact.accuracy"), f"± {n.number(row['accuracy_ppm'] / 10_000)} %"))
    if row["heartbeat_us"]:
        facts.append((t("devices.fact.heartbeat"), f"{n.number(row['heartbeat_us'] / 1e6)} s"))
    if row["key"]:
        facts.append((t("devices.fact.key"), row["key"]))
    source = context.url("sources.one", id=f"device:{name}") if row["rows"] else ""
    model = {"row": _line(context, row), "facts": facts, "source": source}
    return Shown("incoming/device.html", model, name)


VIEWS = (
    View("devices", "/devices", show, group="operate", place=60),
    View("devices.one", "/devices/{id:path}", one),
)
