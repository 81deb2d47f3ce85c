"""Heat as charts and rows: the network of lanes, the tiles of regions, the ranking beside them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from tanlu.report import numbers
from tanlu.report.svg import GRID
from tanlu.report.words import Words
from tanlu.terms import Chart

if TYPE_CHECKING:
    from collections.abc import Callable

    from tanlu.report.heat.facts import Heat

__all__ = ["modes", "ranking", "regions", "web"]

LANES, PLACES, ROWS = 40, 60, 12
E7 = 10_000_000
MODES = ("road", "rail", "sea", "inland", "air", "hub", "parcel", "pipeline", "ropeway")


def _names(heat: Heat, language: str) -> dict[str, str]:
    """Give the name of each code in a tongue; two places of one name keep their codes."""
    column = "name_zh" if language == "zh" else "name"
    told = {
        code: name or code for code, name in heat.places.select("code", column).iter_rows()
    }  # fmt: skip
    held: dict[str, int] = {}
    for name in told.values():
        held[name] = held.get(name, 0) + 1
    return {code: f"{name} {code}" if held[name] > 1 else name for code, name in told.items()}


def _unit(heat: Heat, by: str) -> tuple[numbers.Scale, float]:
    """Give unit and largest value of a cut over all steps, so that pictures of steps compare."""
    import polars as pl

    keys = ["origin", "destination"] if by == "lane" else [by]
    rows = heat.cells
    if by == "region":
        rows = rows.join(heat.places.select(where="code", region="region"), on="where")
    sums = rows.drop_nulls(keys).group_by("step", *keys).agg(pl.col("co2e_ug").sum())
    top = max(sums["co2e_ug"].to_list(), default=0)
    unit = numbers.scale(top)
    return unit, float(unit.of(top) or 0)


def web(
    heat: Heat,
    step: str | None = None,
    *,
    language: str = "en",
    href: Callable[[str, str], str] | None = None,
) -> Chart:
    """Give the network of the largest lanes, each in the colour of the mode that emits most of it.

    ``href(origin, destination)`` gives the address of a lane's records.
    """
    w, names = Words(language), _names(heat, language)
    known = heat.places.select("code", "lat_e7", "lon_e7").drop_nulls()
    at = {code: (lon / E7, lat / E7) for code, lat, lon in known.iter_rows()}
    lanes = [
        row
        for row in heat.cut("lane", step).iter_rows(named=True)
        if row["origin"] in at and row["destination"] in at
        and row["origin"] != row["destination"] and row["co2e_ug"] > 0
    ][:LANES]  # fmt: skip
    sums = dict(heat.cut("where", step).select("where", "co2e_ug").iter_rows())
    ends = dict.fromkeys(row[end] for row in lanes for end in ("origin", "destination"))
    largest = [code for code in sums if code in at and sums[code] > 0][:PLACES]
    shown = list(dict.fromkeys([*largest, *ends]))
    unit, top = _unit(heat, "where")
    if step is None:
        top = float(unit.of(max((sums.get(code, 0) for code in shown), default=0)) or 0)
    links, roles, hrefs = [], [], []
    for row in lanes:
        ends_ = names[row["origin"]], names[row["destination"]]
        label = "→".join(ends_)
        links.append((*ends_, float(unit.of(row["co2e_ug"]) or 0)))
        roles.append((label, mode(row["kind"])))
        if href is not None:
            hrefs.append((label, href(row["origin"], row["destination"])))
    return Chart(
        "network", w("heat.web"), f"{unit.unit} CO₂e", links=tuple(links), roles=tuple(roles),
        hrefs=tuple(hrefs), top=top,
        points=tuple(
            (names[code], *at[code], float(unit.of(max(0, sums.get(code, 0))) or 0))
            for code in shown
        ),
    )  # fmt: skip


def regions(heat: Heat, step: str | None = None, *, language: str = "en") -> Chart:
    """Give China's regions as equal tiles; what lies elsewhere is in the ranking alone."""
    from tanlu.terms.place import provinces

    w = Words(language)
    unit, top = _unit(heat, "region")
    known = provinces()
    column = "name_zh" if language == "zh" else "name"
    told = dict(known.select("code", column).iter_rows())
    sums = {
        region: amount
        for region, amount in heat.cut("region", step).select("region", "co2e_ug").iter_rows()
        if region in GRID
    }
    if step is None:
        top = float(unit.of(max(sums.values(), default=0)) or 0)
    values = tuple(
        float(unit.of(sums[code]) or 0) if code in sums else math.nan for code in GRID
    )  # fmt: skip
    return Chart(
        "tiles", w("heat.regions"), f"{unit.unit} CO₂e",
        tuple(f"{code} {told.get(code, code)}" for code in GRID),
        ((w("heat.regions"), values),), top=top,
    )  # fmt: skip


def modes(heat: Heat, step: str | None = None, *, language: str = "en") -> Chart:
    """Give what each mode emits; the modes of the whole period, so that steps compare."""
    w = Words(language)
    kinds = heat.cut("kind")["kind"].to_list()
    sums = dict(heat.cut("kind", step).select("kind", "co2e_ug").iter_rows())
    unit = numbers.scale(max(sums.values(), default=0))
    named: dict[str, float] = {}
    roles: dict[str, str] = {}
    for kind in kinds:
        name = w.kind(kind)
        roles[name] = mode(kind)
        named[name] = named.get(name, 0.0) + float(unit.of(sums.get(kind, 0)) or 0)
    return Chart(
        "bar", w("heat.modes"), f"{unit.unit} CO₂e", tuple(named),
        ((w("heat.modes"), tuple(named.values())),), roles=tuple(roles.items()),
    )  # fmt: skip


def ranking(
    heat: Heat, step: str | None = None, *, language: str = "en", by: str = "lane"
) -> list[dict[str, Any]]:
    """Give the largest lanes or places, then the rest as one row: they sum to the total."""
    names, w = _names(heat, language), Words(language)
    found = heat.cut(by, step)
    total = int(found["co2e_ug"].sum() or 0)
    rows = []
    for row in found.head(ROWS).iter_rows(named=True):
        codes = (row["origin"], row["destination"]) if by == "lane" else (row["where"],)
        told = [names.get(code, code) if code else w("unknown") for code in codes]
        rows.append({
            "name": " → ".join(told), "codes": codes, "co2e_ug": int(row["co2e_ug"]),
            "kind": row.get("kind"), "mode": mode(row.get("kind")), "legs": int(row["legs"]),
            "share": numbers.share(int(row["co2e_ug"]), total),
        })  # fmt: skip
    rest = found.slice(ROWS)
    if rest.height:
        left = int(rest["co2e_ug"].sum() or 0)
        rows.append({
            "name": w("heat.rest", count=rest.height), "codes": (), "co2e_ug": left, "kind": None,
            "mode": "rest", "legs": int(rest["legs"].sum()), "share": numbers.share(left, total),
        })  # fmt: skip
    return rows


def mode(kind: str | None) -> str:
    """Give the colour role of a kind: its mode, hub, or rest."""
    if kind is None:
        return "rest"
    name = kind.split(".")[1] if kind.startswith("transport.") else kind.split(".")[0]
    return name if name in MODES else "rest"
