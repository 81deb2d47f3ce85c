"""The gallery of the kit: every part once, with the figures of an example."""

from __future__ import annotations

from tanlu.serve.api import PUBLIC
from tanlu.terms import Chart
from tanlu.ui.frame.page import Context, Shown, View
from tanlu.ui.frame.words import Words

__all__ = ["VIEWS", "show"]

MONTHS = tuple(f"2026-{month:02d}" for month in range(1, 12))
HOURS = tuple(f"{hour:02d}:00" for hour in range(24))
DAY = (8, 42, 118, 214, 305, 372, 410, 421, 402, 351, 270, 168, 74, 12)
CITIES = (
    ("urumqi", 87.62, 43.83, 40.0),
    ("xian", 108.94, 34.34, 210.0),
    ("zhengzhou", 113.63, 34.75, 390.0),
    ("beijing", 116.41, 39.9, 260.0),
    ("harbin", 126.53, 45.8, 71.0),
    ("shanghai", 121.47, 31.23, 412.0),
    ("wuhan", 114.3, 30.59, 205.0),
    ("guangzhou", 113.26, 23.13, 500.0),
    ("kunming", 102.83, 24.88, 96.0),
    ("haikou", 110.2, 20.04, 30.0),
)
SUN = (0,) * 5 + DAY + (0,) * 5


def show(context: Context) -> Shown:
    """Give the gallery."""
    t = context.words
    if context.partial:
        return Shown("dev/kit.html", fragment="dev/drawer.html")
    return Shown("dev/kit.html", {"stops": _stops(t), "rows": _rows(t)}, charts=_charts(t))


def _charts(t: Words) -> dict[str, Chart]:
    def said(name: str) -> str:
        return t(f"kit.example.{name}")

    flows = (
        ("diesel", "trunk", 402.0), ("diesel", "lastmile", 61.0), ("lng", "trunk", 61.0),
        ("grid", "warehouse", 156.0), ("grid", "lastmile", 78.0), ("cartons", "packaging", 84.0),
        ("trunk", "scope1", 402.0), ("trunk", "scope3", 61.0), ("lastmile", "scope1", 61.0),
        ("lastmile", "scope2", 78.0), ("warehouse", "scope2", 156.0), ("packaging", "scope3", 84.0),
    )  # fmt: skip
    modes = tuple(said(mode) for mode in ("road", "rail", "sea", "air"))
    tiers = tuple(
        (t(f"kit.tier.{tier}"), tuple(share * scale for scale in (803.0, 195.0, 156.0)))
        for tier, share in (("measured", 0.62), ("modelled", 0.28), ("default", 0.10))
    )
    stages = (said("trunk"), said("lastmile"), said("warehouse"))
    return {
        "where": Chart("sankey", said("where"), "tCO₂e",
                       links=tuple((said(a), said(b), v) for a, b, v in flows)),
        "modes": Chart("bar", said("modes"), "tCO₂e", modes,
                       ((said("emissions"), (512.4, 86.1, 34.2, 171.0)),),
                       bounds=((said("emissions"),
                                ((480.0, 551.0), (70.0, 104.0), (30.0, 40.0), (140.0, 209.0))),)),
        "tiers": Chart("stack", said("tiers"), "tCO₂e", stages, tiers),
        **_times(t), **_places(t),
    }  # fmt: skip


def _times(t: Words) -> dict[str, Chart]:
    def said(name: str) -> str:
        return t(f"kit.example.{name}")

    wave = tuple(410.0 + 55 * ((i * 7) % 5) - 9 * i for i in range(len(MONTHS)))
    power = (
        (said("pv"), tuple(map(float, SUN))),
        (said("storage"), tuple(60.0 if 17 < i < 23 else 0.0 for i in range(24))),
        (said("bought"), tuple(max(0.0, 390.0 - v) for v in SUN)),
        (said("intensity"), tuple(560.0 - v / 3 for v in SUN)),
    )
    hours = tuple((said(f"day{d}"), tuple(v * (1 + d / 4) for v in SUN[6:18])) for d in range(4))
    roles = (("pv", "parcel"), ("storage", "rail"), ("bought", "hub"), ("intensity", "scope1"))
    return {
        "months": Chart(
            "curve", said("months"), "tCO₂e", MONTHS,
            ((said("emissions"), wave), (said("avoided"), tuple(v / 4 for v in wave))),
            bounds=((said("emissions"), tuple((v * 0.93, v * 1.08) for v in wave)),),
            roles=((said("avoided"), "c2"),), forecast=9,
        ),
        "power": Chart(
            "line", said("power"), "kW", HOURS, power, right=(said("intensity"),),
            right_unit="g/kWh", roles=tuple((said(name), role) for name, role in roles),
        ),
        "hours": Chart("heat", said("hours"), "kW", HOURS[6:18], hours),
    }  # fmt: skip


def _places(t: Words) -> dict[str, Chart]:
    def said(name: str) -> str:
        return t(f"kit.example.{name}")

    lanes = (("xian", "zhengzhou", 310.0, "rail"), ("urumqi", "xian", 120.0, "rail"),
             ("shanghai", "wuhan", 260.0, "inland"), ("guangzhou", "zhengzhou", 410.0, "road"),
             ("haikou", "guangzhou", 60.0, "sea"), ("harbin", "beijing", 150.0, "road"),
             ("shanghai", "beijing", 95.0, "air"), ("kunming", "wuhan", 180.0, "road"),
             ("beijing", "zhengzhou", 220.0, "rail"))  # fmt: skip
    units = {"CN-SN": 310.0, "CN-GD": 803.0, "CN-ZJ": 520.0, "CN-SH": 412.0, "CN-HB": 205.0,
             "CN-XJ": 84.0, "CN-BJ": 260.0, "CN-SC": 143.0, "CN-YN": 96.0}  # fmt: skip
    front = ((said("road"), 21.0, 512.0, 5.0), (said("rail"), 34.0, 171.0, 9.0),
             (said("sea"), 70.0, 92.0, 4.0), (said("air"), 8.0, 1930.0, 2.0))  # fmt: skip
    return {
        "network": Chart(
            "network", said("network"), "tCO₂e",
            points=tuple((said(name), x, y, size) for name, x, y, size in CITIES),
            links=tuple((said(a), said(b), value) for a, b, value, _ in lanes),
            roles=tuple((f"{said(a)}→{said(b)}", role) for a, b, _, role in lanes),
        ),
        "units": Chart(
            "tiles", said("units"), "tCO₂e", tuple(f"{code} {code[3:]}" for code in units),
            ((said("emissions"), tuple(units.values())),),
        ),
        "front": Chart(
            "scatter", said("front"), "gCO₂e", points=front, right_unit="h",
            links=((said("air"), said("road"), 1.0), (said("road"), said("rail"), 1.0),
                   (said("rail"), said("sea"), 1.0)),
        ),
    }  # fmt: skip


def _stops(t: Words) -> list[dict[str, object]]:
    rows = (
        ("pickup", "from", "parcel", "4.1", "18.4 km", 0.06, "measured", "meter"),
        ("hub", "at", "hub", "11.9", "", 0.18, "measured", "clamp"),
        ("line", "to", "rail", "51.2", "1,612 km", 0.76, "modelled", "train"),
    )
    return [
        {
            "name": t(f"kit.example.{name}"), "where": t(f"kit.example.{where}"), "role": role,
            "value": value, "unit": "g", "detail": detail, "share": share, "tier": tier,
            "how": t(f"kit.example.{how}"), "href": "#formula",
        }
        for name, where, role, value, detail, share, tier, how in rows
    ]  # fmt: skip


def _rows(t: Words) -> list[dict[str, object]]:
    modes = ("air", "road", "rail", "road", "sea")
    tiers = ("measured", "measured", "modelled", "default", "learned")
    return [
        {
            "id": f"TL2611200{7919 * i:06d}", "mode": t(f"kit.example.{mode}"), "role": mode,
            "mass": f"{2.71 + 3.9 * i:.2f}", "distance": f"{764 + 631 * i:,}",
            "carbon": f"{1.857 - 0.31 * i:.3f}", "tier": tier, "quality": 0.97 - 0.06 * i,
        }
        for i, (mode, tier) in enumerate(zip(modes, tiers, strict=True))
    ]  # fmt: skip


VIEWS = (View("kit", "/dev/kit", show, roles=(PUBLIC,)),)
