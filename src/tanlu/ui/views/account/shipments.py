"""运单: shipments searched, sorted and paged by the index; each leads to its own page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tanlu.serve.searching import page
from tanlu.ui.frame.page import Context, Shown, View
from tanlu.ui.views.account.amounts import READERS

__all__ = ["VIEWS", "found", "show"]

ROWS = 40
SORTS = ("-date", "date", "-co2e", "co2e", "-intensity", "intensity", "name")
MODES = ("road", "rail", "sea", "inland", "air", "hub", "parcel")
TIERS = ("measured", "learned", "modelled", "default")


def show(context: Context) -> Shown:
    """Give a page of shipments that match; as a fragment where htmx asks for the rows."""
    t = context.words
    told = _page(context)
    sort = context.query("sort", "-date")
    model = {
        "rows": [found(context, row) for row in told["shipments"]],
        "said": _said(context, told),
        "after": context.here(after=told["next"]) if told["next"] else "",
        "columns": _columns(context, sort), "query": context.query("q"),
        "selects": [
            ("mode", t(".mode"), _choices(context, "mode", MODES), context.query("mode")),
            ("tier", t(".tier"), _choices(context, "tier", TIERS), context.query("tier")),
            ("findings", t(".findings"),
             [("", t(".findings.any")), ("yes", t(".findings.yes")), ("no", t(".findings.no"))],
             context.query("findings")),
        ],
    }  # fmt: skip
    return Shown("shipments.html", model, fragment="shipments/rows.html")


def _page(context: Context) -> dict[str, Any]:
    findings = {"yes": True, "no": False}.get(context.query("findings"))
    mode = context.query("mode")
    sort = context.query("sort", "-date")
    return page(
        context.request.app.state.searching, context.asked.tenant,
        q=context.query("q"), sort=sort if sort in SORTS else "-date",
        after=context.query("after") or None, limit=ROWS,
        mode=(mode,) if mode in MODES else (), period=context.query("period") or None,
        payer=context.query("payer") or None,
        tier=tier if (tier := context.query("tier")) in TIERS else None, findings=findings,
    )  # fmt: skip


def _said(context: Context, told: dict[str, Any]) -> str:
    t, n = context.words, context.numbers
    count = n.count(told["count"]) + ("" if told["exact"] else "+")
    behind = told["ledger_version"] - told["version"]
    return t(".behind" if behind else ".count", count=count, version=told["version"])


def _choices(context: Context, name: str, values: tuple[str, ...]) -> list[tuple[str, str]]:
    t = context.words
    return [("", t(f".{name}.any")), *((value, t(f".{name}.{value}")) for value in values)]


def _columns(context: Context, sort: str) -> list[dict[str, str]]:
    """Give the heads: what can be sorted leads to itself the other way round."""
    t = context.words
    made = []
    for name, by, kind in (
        ("name", "name", ""), ("when", "date", ""), ("lane", "", ""), ("mode", "", ""),
        ("payer", "", ""), ("activity", "", "n"), ("co2e", "co2e", "n"), ("interval", "", "n"),
        ("intensity", "intensity", "n"), ("tier", "", ""), ("findings", "", "n"),
    ):  # fmt: skip
        way = {f"-{by}": "descending", by: "ascending"}.get(sort, "") if by else ""
        turned = by if sort == f"-{by}" or by == "name" else f"-{by}"
        made.append({
            "label": t(f".column.{name}"), "kind": kind, "way": way,
            "href": context.here(sort=turned, after=None) if by else "",
        })  # fmt: skip
    return made


def found(context: Context, row: dict[str, Any]) -> dict[str, Any]:
    """Give a shipment of the index as a line shows it."""
    n, t = context.numbers, context.words
    name = "name_zh" if context.language == "zh" else "name"
    ends = [row[end][name] for end in ("origin", "destination") if row[end]]
    kept_ug = _ug(row["co2e_kg"])
    return {
        "subject": row["subject"], "name": row["name"],
        "href": context.url("shipments.one", subject=row["subject"]),
        "when": n.moment(row["start_us"]), "stamp": n.stamp(row["start_us"]),
        "lane": " → ".join(ends), "modes": [(mode, t(f"shipments.mode.{mode}"))
                                            for mode in row["modes"] if mode in MODES],
        "payer": row["payers"][0] if row["payers"] else "",
        "activity": _number(n, row["transport_tkm"]), "co2e": n.carbon(kept_ug),
        "ends": "" if kept_ug is None else " – ".join(
            n.carbon(_ug(row[end]), like=kept_ug).value for end in ("lower_kg", "upper_kg")),
        "intensity": _number(n, row["intensity_g_per_tkm"]), "tier": row["tier"] or "missing",
        "findings": row["findings"], "unquantified": row["unquantified"],
    }  # fmt: skip


def _ug(kilograms: str | None) -> int | None:
    return None if kilograms is None else int(Decimal(kilograms).scaleb(9))


def _number(n: Any, text: str | None) -> str:
    return "–" if text is None else str(n.number(Decimal(text)))


VIEWS = (View("shipments", "/shipments", show, roles=READERS, group="account", place=10),)
