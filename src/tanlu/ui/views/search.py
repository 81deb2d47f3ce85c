"""搜索: shipments, factors and pages by any word; a fragment for ⌘K, and a page."""

from __future__ import annotations

from typing import Any

from tanlu.errors import TanluError
from tanlu.factors.packs import library_of
from tanlu.serve.api import READERS
from tanlu.serve.searching import page
from tanlu.ui.frame.navigation import navigation
from tanlu.ui.frame.page import EVERYBODY, Context, Shown, View

__all__ = ["VIEWS", "show"]

FEW, MANY = 6, 40
SHORTEST = 2
LONGEST = 200
SEARCHED = ("factor_id", "activity", "vehicle_class", "energy_carrier", "technology", "material",
            "place", "source_id", "note")  # fmt: skip


def show(context: Context) -> Shown:
    """Give what was found, in groups; the first few where htmx asks for the dialog."""
    query = context.query("q").strip()[:LONGEST]
    most = FEW if context.partial else MANY
    groups = _groups(context, query, most) if query else []
    model = {
        "query": query, "groups": groups,
        "all": context.url("search", q=query) if context.partial and groups else "",
    }  # fmt: skip
    return Shown("search/page.html", model, fragment="search/found.html")


def _groups(context: Context, query: str, most: int) -> list[tuple[str, list[dict[str, Any]]]]:
    may = context.principal is not None and context.principal.role in READERS
    parts = [("pages", _pages(context, query, most))]
    if may and len(query) >= SHORTEST:
        parts += [
            ("shipments", _shipments(context, query, most)),
            ("factors", _factors(context, query, most)),
        ]
    return [(context.words(f"search.{name}"), rows[:most]) for name, rows in parts if rows]


def _pages(context: Context, query: str, most: int) -> list[dict[str, Any]]:
    """Give entries of the navigation, as this person may open them."""
    # the pages are known when all of them are read
    from tanlu.ui.views import views

    told = query.casefold()
    return [
        {"label": entry.label, "note": group, "href": entry.href}
        for group, entries in navigation(context, views())
        for entry in entries
        if told in entry.label.casefold() or told in entry.href.casefold()
    ][:most]


def _shipments(context: Context, query: str, most: int) -> list[dict[str, Any]]:
    searching = context.request.app.state.searching
    try:
        found = page(searching, context.asked.tenant, q=query, limit=most)
    except TanluError:
        # nothing is built yet: the rest is found all the same
        return []
    n, zh = context.numbers, context.language == "zh"
    rows = []
    for row in found["shipments"]:
        ends = [row[end] for end in ("origin", "destination")]
        way = " → ".join(str(e["name_zh" if zh else "name"]) for e in ends if e)
        rows.append({
            "label": row["name"] or row["subject"],
            "note": f"{way} · {n.moment(row['start_us'], 'day')}".strip(" ·"),
            "href": context.url("shipments.one", subject=row["subject"]),
        })  # fmt: skip
    return rows


def _factors(context: Context, query: str, most: int) -> list[dict[str, Any]]:
    words = query.casefold().split()
    found: list[dict[str, Any]] = []
    for row in library_of(context.asked.workspace).rows:
        text = " ".join(row.get(name) or "" for name in SEARCHED).casefold()
        if not all(word in text for word in words):
            continue
        name = row["factor_id"]
        note = " · ".join(str(row.get(each) or "") for each in ("activity", "place", "data_year"))
        found.append({"label": name, "note": note, "href": context.url("factors.one", id=name)})
        if len(found) == most:
            break
    return found


VIEWS = (View("search", "/search", show, roles=EVERYBODY),)
