"""大屏链接: which displays show parks without a login, and until when."""

from __future__ import annotations

import time
from typing import Any

from tanlu.serve import walls
from tanlu.serve.live import known_parks
from tanlu.ui.frame.page import Context, Moved, Shown, View
from tanlu.ui.frame.settings import THEMES
from tanlu.ui.naming import known_as
from tanlu.ui.views.operate.parks import named

__all__ = ["VIEWS", "end", "invite", "show"]

OWNERS = ("manager",)
HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


def show(context: Context) -> Shown:
    """Give the links that there are, and the form of a new one."""
    return _listed(context, "")


def _listed(context: Context, made: str) -> Shown:
    n, t = context.numbers, context.words
    parks = {str(park["id"]): named(context, park) for park in known_parks(context.asked)}
    with context.asked.state() as scoped:
        rows = walls.listed(scoped)
    who = known_as(context)
    model = {
        "rows": [
            {"title": row["title"] or "–", "shows": _shows(context, row, parks),
             "until": n.moment(row["until_us"]), "by": who(row["by"]),
             "opened": n.count(row["opened"]),
             "seen": n.moment(row["seen_us"]) if row["seen_us"] else t("walls.never"),
             "over": t("walls.ended") if row["ended_us"] else
                     t("walls.over") if row["until_us"] <= time.time_ns() // 1000 else "",
             "end": context.url("walls.end", wall=row["wall"])}
            for row in rows
        ],
        "parks": list(parks.items()), "made": made, "tongue": context.language,
        "most": walls.MOST_DAYS,
        "lights": [(each, t(f"frame.theme.{each}")) for each in (walls.DARK, "light", "auto")],
    }  # fmt: skip
    return Shown("walls.html", model, t("walls.title"), headers=HEADERS)


def _shows(context: Context, row: dict[str, Any], parks: dict[str, str]) -> str:
    said = [context.words("walls.network")] if row["network"] else []
    return ", ".join(said + [parks.get(park, park) for park in row["parks"]])


def invite(context: Context) -> Shown:
    """Make a link and show it, this once; TL936 for what cannot be shown."""
    asked, form = context.asked, context.form
    assert form is not None
    assert asked.principal is not None
    days, tongue = str(form.get("days", "")), str(form.get("language", context.language))
    with asked.state() as scoped:
        name, secret = walls.invited(
            scoped, [str(park) for park in form.getlist("parks")],
            known=[str(park["id"]) for park in known_parks(asked)],
            title=str(form.get("title", "")), network=form.get("network") == "1",
            days=int(days) if days.isdecimal() and len(days) < 5 else 0,
            language=tongue, by=asked.principal.identity,
        )  # fmt: skip
    context.request.state.object = name
    light = str(form.get("theme", ""))
    link = walls.address(
        context.request, tongue, secret, light if light in THEMES else walls.DARK
    )  # fmt: skip
    return _listed(context, link)


def end(context: Context) -> Moved:
    """End a link and lead to the others."""
    with context.asked.state() as scoped:
        walls.ended(scoped, context.path("wall"))
    return Moved(context.url("walls"))


VIEWS = (
    View("walls", "/walls", show, roles=OWNERS, group="operate", place=91, scope="walls:read"),
    View("walls.invite", "/walls/invite", invite, roles=OWNERS, methods=("POST",),
         scope="walls:write"),
    View("walls.end", "/walls/{wall}/end", end, roles=OWNERS, methods=("POST",),
         scope="walls:write"),
)  # fmt: skip
