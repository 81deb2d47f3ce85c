"""访客链接: a guest reads a few reports of one period at one version, until the link is over."""

from __future__ import annotations

from typing import Any

from tanlu.errors import TanluError
from tanlu.serve import guests
from tanlu.serve.api import PUBLIC
from tanlu.terms import Chart
from tanlu.ui.frame.page import Context, Moved, Shown, View
from tanlu.ui.naming import known_as
from tanlu.ui.views.trust.reports import document, sections

__all__ = ["VIEWS", "end", "guest", "invite", "show"]

OWNERS = ("manager",)
# who has the address is let in: it goes to nobody else, and nobody between keeps the page
HEADERS = {
    "Cache-Control": "no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer",
}  # fmt: skip


def show(context: Context) -> Shown:
    """Give the links that there are, and the form of a new one."""
    return _listed(context, "")


def _listed(context: Context, made: str) -> Shown:
    n, t = context.numbers, context.words
    with context.asked.state() as scoped:
        rows = guests.listed(scoped)
    who = known_as(context)
    model = {
        "rows": [
            {"title": row["title"] or "–", "period": row["period"] or t("share.all"),
             "shows": ", ".join(t(f"reports.kind.{kind}") for kind in row["shows"].split()),
             "until": n.moment(row["until_us"]), "version": row["version"], "by": who(row["by"]),
             "seen": n.count(row["seen"]), "over": row["ended_us"] is not None,
             "end": context.url("share.end", guest=row["guest"])}
            for row in rows
        ],
        "kinds": [(kind, t(f"reports.kind.{kind}")) for kind in guests.KINDS],
        "made": made, "period": context.query("period"),
    }  # fmt: skip
    return Shown("share.html", model, t("share.title"), headers={"Cache-Control": "no-store"})


def invite(context: Context) -> Shown:
    """Make a link and show it, this once; TL935 for a scope or a time that there is not."""
    asked, form = context.asked, context.form
    assert form is not None
    assert asked.principal is not None
    days = str(form.get("days", ""))
    with asked.state() as scoped:
        secret = guests.invited(
            scoped, [str(kind) for kind in form.getlist("kinds")],
            title=str(form.get("title", "")), period=str(form.get("period", "")).strip(),
            days=int(days) if days.isdecimal() and len(days) < 5 else 0,
            version=asked.workspace.version, by=asked.principal.identity,
        )  # fmt: skip
    return _listed(context, guests.address(context.request, secret))


def end(context: Context) -> Moved:
    """End a link and lead to the others."""
    with context.asked.state() as scoped:
        guests.ended(scoped, context.path("guest"))
    return Moved(context.url("share"))


def guest(context: Context) -> Shown:
    """Give what a link shows; 410 when it is over, TL931 when there is none."""
    home = context.asked.home
    try:
        row = guests.found(home.state, context.path("token"), counts=not context.query("chart"))
    except TanluError as error:
        if error.code != "TL933":
            raise
        return Shown("share/over.html", {}, context.words(".over"), status=410, headers=HEADERS)
    workspace = home.workspace(row["tenant"])
    parts: list[dict[str, Any]] = []
    charts: dict[str, Chart] = {}
    for kind in row["shows"].split():
        made = document(context, workspace, kind, row["period"], row["version"])
        found, drawn = sections(context, made)
        for part in found:
            part["chart"] = f"{kind}-{part['chart']}" if part["chart"] else ""
        charts |= {f"{kind}-{name}": chart for name, chart in drawn.items()}
        parts.append({"name": made.title, "sections": found})
    model = {
        "reports": parts, "name": row["title"], "version": row["version"],
        "until": context.numbers.moment(row["until_us"]), "period": row["period"],
    }  # fmt: skip
    return Shown("share/guest.html", model, row["title"] or context.words(".title"),
                 charts=charts, headers=HEADERS)  # fmt: skip


VIEWS = (
    View("share", "/share", show, roles=OWNERS, group="trust", place=60, scope="guests:read"),
    View("share.invite", "/share/invite", invite, roles=OWNERS, methods=("POST",),
         scope="guests:write"),
    View("share.guest", "/share/{token}", guest, roles=(PUBLIC,), layout="public"),
    View("share.end", "/share/{guest}/end", end, roles=OWNERS, methods=("POST",),
         scope="guests:write"),
)  # fmt: skip
