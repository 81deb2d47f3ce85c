"""一单到底: one shipment from its first leg to its last, on the map, in time, with its proof."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl

from tanlu.report import Words as Said
from tanlu.report.trail import story
from tanlu.serve.proofs import Shelf
from tanlu.terms import Chart
from tanlu.terms.place import locate
from tanlu.ui.frame.page import Context, Shown, View
from tanlu.ui.frame.remembering import remembered
from tanlu.ui.frame.ruling import ruled
from tanlu.ui.views.account.amounts import READERS

__all__ = ["VIEWS", "show"]

# places by their codes, of tables that never change while this runs; None for what is no place
_AT: dict[str, tuple[float, float] | None] = {}
MOST_PLACES = 20_000


def show(context: Context) -> Shown:
    """Give the page of a shipment; TL806 when nothing is recorded of it."""
    workspace, subject = context.asked.workspace, context.path("subject")
    # formulas and factors take far longer: each leg fetches its own when somebody asks
    profile = ruled(context).profile
    facts: Any = remembered(
        workspace, ("story", subject, profile),
        lambda: story(workspace, subject, profile=profile), books=True,
    )  # fmt: skip
    said, n = Said(context.language), context.numbers
    legs = sorted(facts["legs"], key=lambda leg: (leg["start"], leg["leg_no"] or 0, leg["leg"]))
    codes = [leg[end] for leg in legs for end in ("origin", "destination", "place") if leg[end]]
    said.learn(pl.Series(codes, dtype=pl.String))
    # what nobody could quantify is not nothing
    total_ug = int(facts["total"]["co2e_ug"]) if legs else None
    largest = max((int(leg["co2e_ug"]) for leg in legs), default=0)
    charts = {"way": chart} if (chart := _way(context, said, legs)).links else {}
    first = legs[0]["activity"] if legs else {}
    model = {
        "subject": subject, "name": subject.partition(":")[2] or subject, "facts": facts,
        "total": n.carbon(total_ug),
        "ends": "" if total_ug is None else " – ".join(
            n.carbon(_ug(facts["total"][end]), like=total_ug).value
            for end in ("lower_kg", "upper_kg")
        ),
        "stops": [_stop(context, said, leg, largest) for leg in legs],
        "mass": n.mass(max((leg["mass_mg"] or 0 for leg in legs), default=None) or None),
        "distance": n.distance(_moved(facts, "distance_m")), "count": len(_once(legs)),
        "span": (n.moment(legs[0]["start"]), n.moment(max(leg["end"] for leg in legs)))
        if legs else None,
        "intensity": _intensity(n, total_ug, _moved(facts, "transport_kgm")),
        "tiers": _tiers(context, legs), "parties": _parties(context, first),
        "proof": _proof(context, legs), "public": _public(context, subject),
    }  # fmt: skip
    return Shown("shipment.html", model, context.words(".of", name=model["name"]), charts=charts)


def _ug(kilograms: str) -> int:
    return int(Decimal(kilograms).scaleb(9))


def _stop(context: Context, said: Said, leg: dict[str, Any], largest: int) -> dict[str, Any]:
    n, kept_ug = context.numbers, int(leg["co2e_ug"])
    amount = n.carbon(kept_ug)
    ends = [said.place(leg[end]) for end in ("origin", "destination") if leg[end]]
    one = len(set(ends)) == 1 and leg["kind"].startswith("hub.")
    carrier = said.carrier(leg["energy_carrier"]) if leg["energy_carrier"] else ""
    how = " · ".join(filter(None, [carrier, leg["vehicle_class"]]))
    return {
        "name": said.kind(leg["kind"]), "role": leg["kind"].rpartition(".")[2],
        "where": ends[0] if one else " → ".join(ends) or said.place(leg["place"]),
        "value": amount.value, "unit": amount.unit,
        "detail": str(n.distance(leg["distance_m"])) if leg["distance_m"] else "",
        "share": kept_ug / largest if largest > 0 else 0, "tier": leg["tier"], "how": how,
        "href": context.url("calculation", subject=f"activity_id:{leg['activity_id']}"),
        "part": True,
    }  # fmt: skip


def _once(legs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give each activity once: a leg stands here for each receipt that it has a share of."""
    return list({leg["activity_id"]: leg for leg in legs}.values())


def _moved(facts: Any, name: str) -> int | None:
    """Give the sum of an amount of the legs; None where not all of them are there."""
    if facts["activities"]["count"] > facts["activities"]["shown"]:
        return None
    return sum(leg[name] or 0 for leg in _once(facts["legs"])) or None


def _intensity(n: Any, total_ug: int | None, carried: int | None) -> str:
    """Give the intensity of the chain: Σ emissions over Σ transport activity."""
    return str(n.number(Decimal(total_ug) / carried)) if carried and total_ug is not None else "–"


def _tiers(context: Context, legs: list[dict[str, Any]]) -> list[tuple[str, str]]:
    total_ug = sum(int(leg["co2e_ug"]) for leg in legs)
    sums: dict[str, int] = {}
    for leg in legs:
        sums[leg["tier"]] = sums.get(leg["tier"], 0) + int(leg["co2e_ug"])
    order = sorted(sums.items(), key=lambda each: -each[1])
    return [
        (tier, context.numbers.percent(Decimal(kept_ug) / total_ug if total_ug else None, 0))
        for tier, kept_ug in order
    ]


def _parties(context: Context, activity: dict[str, Any]) -> list[tuple[str, str]]:
    t = context.words
    return [
        (t(f".{name}"), str(activity[name]))
        for name in ("consignor", "consignee", "payer", "operator")
        if activity.get(name)
    ]


def _proof(context: Context, legs: list[dict[str, Any]]) -> dict[str, Any]:
    """Give whether the parts that hold the rows are sealed, and under which root."""
    files = {
        at["part"]
        for leg in legs
        for name in ("activity", "emission")
        if (at := leg["ledger"][name])
    }
    workspace = context.asked.workspace
    seals = remembered(workspace, ("seals",), lambda: {
        line["part"]: line.get("root") or line["sha256"]
        for entry in workspace.log("seal") for line in entry["seals"]
    }, books=True)  # fmt: skip
    roots = [seals[file] for file in sorted(files) if file in seals]
    state = "whole" if files and len(roots) == len(files) else "open"
    return {"state": state, "hash": roots[-1] if roots else "", "parts": len(files)}


def _public(context: Context, subject: str) -> tuple[str, str]:
    """Give where the shipment is shown to everybody, else where that can be done by whom it may."""
    principal, t = context.principal, context.words
    code = Shelf(context.asked.home.state).of(context.asked.tenant, subject)
    if code is not None:
        return context.url("proof", code=code), t(".public")
    may = principal is not None and principal.role == "manager"
    return (context.url("proofs", subject=subject), t(".publish")) if may else ("", "")


def _way(context: Context, said: Said, legs: list[dict[str, Any]]) -> Chart:
    """Give the way as a network: places with coordinates, lanes between them by mode."""
    at = _places(legs)
    points: dict[str, tuple[float, float, float]] = {}
    links, roles = [], []
    for leg in legs:
        ends = [_where(leg, end, at) for end in ("origin", "destination")]
        names = [said.place(leg[end]) for end in ("origin", "destination")]
        known = [(name, end) for name, end in zip(names, ends, strict=True) if end]
        points |= {name: (*end, 1.0) for name, end in known}
        if len(known) == 2 and names[0] != names[1]:
            grams = int(leg["co2e_ug"]) / 1e6
            links.append((names[0], names[1], grams))
            roles.append((f"{names[0]}→{names[1]}", leg["kind"].rpartition(".")[2]))
    return Chart(
        "network", context.words(".way"), "gCO₂e", links=tuple(links),
        points=tuple((name, *end) for name, end in points.items()), roles=tuple(roles),
    )  # fmt: skip


def _places(legs: list[dict[str, Any]]) -> dict[str, tuple[float, float] | None]:
    """Give where places are; a place that was looked up once is not looked up again."""
    codes = {leg[end] for leg in legs for end in ("origin", "destination") if leg[end]}
    unknown = sorted(codes - _AT.keys())
    if unknown:
        given = pl.Series(unknown)
        found = (
            locate(given).with_columns(given.alias("given")).filter(pl.col("code").is_not_null())
        )
        rows = found.select("given", "lon_e7", "lat_e7").drop_nulls().iter_rows()
        looked = {code: (lon / 1e7, lat / 1e7) for code, lon, lat in rows}
        if len(_AT) > MOST_PLACES:
            _AT.clear()
        _AT.update({code: looked.get(code) for code in unknown})
    return {code: _AT.get(code) for code in codes}


def _where(
    leg: dict[str, Any], end: str, at: dict[str, tuple[float, float] | None]
) -> tuple[float, float] | None:
    told = leg["activity"]
    lat, lon = told.get(f"{end}_lat_e7"), told.get(f"{end}_lon_e7")
    if lat is not None and lon is not None:
        return int(lon) / 1e7, int(lat) / 1e7
    return at.get(leg[end])


VIEWS = (View("shipments.one", "/shipments/{subject:path}", show, roles=READERS),)
