"""因子: thousands of factors by words and by what they are; why one holds for a question."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

from tanlu.errors import TanluError
from tanlu.factors import explain
from tanlu.report import Words as Said
from tanlu.terms import taxonomy, time
from tanlu.ui.frame.page import Context, Shown, View
from tanlu.ui.views.account.amounts import READERS
from tanlu.ui.views.account.factors.index import Held, held, library, name, value

__all__ = ["VIEWS", "show", "why"]

ROWS, CHOICES, LOSERS = 40, 60, 12
FILTERS = ("place", "energy_carrier", "denominator", "source_id", "data_year", "status", "boundary")
ASKED = ("kind", "vehicle_class", "energy_carrier", "temperature_class", "place", "technology",
         "material")  # fmt: skip


def show(context: Context) -> Shown:
    """Give a page of factors that have all words and meet all filters."""
    t, n, said = context.words, context.numbers, Said(context.language)
    kept, every = library(context), held(context)
    found = [each for each in every if _matches(context, each)]
    start = int(after) if (after := context.query("after")).isdecimal() and len(after) < 8 else 0
    some = found[start : start + ROWS]
    model = {
        "rows": [_row(context, said, each) for each in some],
        "said": t(".count", count=n.count(len(found)), all=n.count(len(every)),
                  packs=len(kept.packs)),
        "after": context.here(after=start + ROWS) if start + ROWS < len(found) else "",
        "before": context.here(after=max(0, start - ROWS)) if start else "",
        "query": context.query("q"), "selects": _selects(context, said, every),
        "hash": kept.hash, "diff": context.url("factors.diff"), "why": context.url("factors.why"),
    }  # fmt: skip
    return Shown("factors.html", model, fragment="factors/rows.html")


def _matches(context: Context, each: Held) -> bool:
    row = each.row
    for key in FILTERS:
        if (wanted := context.query(key)) and row.get(key) != wanted:
            return False
    branch = context.query("activity")
    if branch and not taxonomy.within(row["activity"], branch):
        return False
    return all(word in each.text for word in context.query("q").casefold().split())


def _selects(
    context: Context, said: Said, every: tuple[Held, ...]
) -> list[tuple[str, str, list[tuple[str, str]], str]]:
    """Give the menus: each with the values that are there, the most frequent first."""
    words: dict[str, Any] = {
        "place": said.place, "energy_carrier": said.carrier, "activity": said.kind,
        "boundary": lambda code: context.words.maybe("factors.boundary", code),
        "status": lambda code: context.words.maybe("factors.status", code),
    }  # fmt: skip
    made = []
    for key in ("activity", *FILTERS):
        counts = Counter(each.row.get(key) or "" for each in every)
        told = [value for value, _ in counts.most_common(CHOICES) if value]
        now = context.query(key)
        if now and now not in told:
            told.insert(0, now)
        order = sorted(told, reverse=True) if key == "data_year" else told
        word = words.get(key, str)
        label = context.words(f".{key}")
        choices = [("", f"{label}: {context.words('.any')}"), *((v, word(v)) for v in order)]
        made.append((key, label, choices, now))
    return made


def _row(context: Context, said: Said, each: Held) -> dict[str, Any]:
    row = each.row
    amount, unit = value(row)
    return {
        "id": row["factor_id"], "name": name(said, row), "value": amount, "unit": unit,
        "place": said.place(row["place"]), "year": row["data_year"], "status": row["status"],
        "boundary": context.words.maybe("factors.boundary", row["boundary"]),
        "source": row["source_id"],
        "href": context.url("factors.one", id=row["factor_id"]),
    }  # fmt: skip


def why(context: Context) -> Shown:
    """Give which factor holds for a question and why the others lost; the form alone at first."""
    t = context.words
    zone = str(context.asked.workspace.zone)
    day = context.query("day") or dt.datetime.now(ZoneInfo(zone)).date().isoformat()
    key = {name: context.query(name) or None for name in ASKED}
    model: dict[str, Any] = {
        "key": {name: told or "" for name, told in key.items()}, "day": day, "found": None,
        "wrong": "", "fields": [(name, t(f".{name}")) for name in ASKED],
    }  # fmt: skip
    if key["kind"]:
        try:
            kind, facets = taxonomy.asked(key["kind"])
            key = {**key, **{k: v for k, v in facets.items() if not key.get(k)}, "kind": kind}
            at_us = time.period(day, zone)[0]
            model["found"] = _told(context, explain(key, at_us, library=library(context)))
        except TanluError as error:
            model["wrong"] = error.say(context.language)
    return Shown("factors/why.html", model)


def _told(context: Context, found: dict[str, Any]) -> dict[str, Any]:
    tongue, winner = context.language, found["winner"]
    finding = found.get("finding")
    return {
        "status": found["status"], "winner": winner and {
            "value": winner["value"], "unit": winner["unit"], "source": winner["source"],
            "href": context.url("factors.one", id=winner["id"]), "id": winner["id"],
        },
        "finding": finding[tongue] if finding else "",
        "because": [
            (each[tongue], str(each["value"]))
            for step in found["steps"] for each in step.get("because", ())
            if each["component"] not in ("factor_id", "override")
        ],
        "losers": [
            {
                "value": f"{each['value']} {each['unit']}", "title": each["title"],
                "place": each["place"], "year": each["year"], "why": each[tongue],
                "href": context.url("factors.one", id=each["factor_id"]),
            }
            for each in found["losers"][:LOSERS]
        ],
        "rejected": [
            (each["source_id"], each["filter_zh"] if tongue == "zh" else each["filter"])
            for step in found["steps"] for each in step["rejected"][:LOSERS]
        ],
        "assumptions": [each[tongue] for each in found["assumptions"]],
    }  # fmt: skip


VIEWS = (
    View("factors", "/factors", show, roles=READERS, scope="factors:read", group="account",
         place=40),
)  # fmt: skip
