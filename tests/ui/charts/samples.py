"""One chart of each kind, with the things that are easily drawn wrong."""

from __future__ import annotations

import math

from tanlu.terms import Chart

MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04")

SAMPLES = {
    "bar": Chart(
        "bar", "By mode", "tCO₂e", ("Road", "Rail", "Nobody knows"),
        (("Emissions", (512.44, 86.1, math.nan)),),
        bounds=(("Emissions", ((480.0, 551.0), (70.0, 104.0), (math.nan, math.nan))),),
        hrefs=(("Road", "/en/shipments?mode=road"),),
    ),
    "stack": Chart(
        "stack", "By data", "tCO₂e", ("Trunk", "Last mile"),
        (("Measured", (498.0, 120.5)), ("Default", (80.25, 19.5))), roles=(("Trunk", "road"),),
    ),
    "line": Chart(
        "line", "Power", "kW", ("00:00", "01:00", "02:00"),
        (("Solar", (0.0, 12.5, 30.0)), ("Grid", (390.0, 377.5, 360.0)),
         ("Load", (390.0, 390.0, 390.0)), ("Intensity", (560.0, 551.0, 540.0))),
        right=("Intensity",), right_unit="g/kWh", over=("Load",),
    ),
    "curve": Chart(
        "curve", "Months", "tCO₂e", MONTHS, (("Emissions", (410.0, math.nan, 398.0, 377.0)),),
        bounds=(("Emissions", ((400.0, 420.0), (math.nan, math.nan), (380.0, 410.0),
                               (350.0, 400.0))),),
        forecast=3,
    ),
    "sankey": Chart(
        "sankey", "Where from", "tCO₂e",
        links=(("Diesel {b|x}", "Trunk", 402.0), ("Grid", "Trunk", 156.0),
               ("Trunk", "Scope 1", 402.0), ("Trunk", "Scope 2", 156.0), ("Grid", "None", 0.0)),
        hrefs=(("Trunk", "/en/inventory?stage=trunk"), ("Grid→Trunk", "/en/x")),
    ),
    "tiles": Chart(
        "tiles", "Regions", "tCO₂e", ("CN-SN Shaanxi", "CN-GD Guangdong", "CN-XZ Tibet"),
        (("Emissions", (310.0, 1250.0, math.nan)),),
    ),
    "heat": Chart(
        "heat", "Hours", "kW", ("06:00", "07:00"),
        (("Mon", (42.0, 118.0)), ("Tue", (math.nan, 148.0))),
    ),
    "scatter": Chart(
        "scatter", "What speed costs", "gCO₂e", points=(("Air", 8.0, 1930.0, 2.0),
                                                        ("Rail", 34.0, 171.0, 9.0)),
        links=(("Air", "Rail", 1.0),), right_unit="h",
    ),
    "network": Chart(
        "network", "Lanes", "tCO₂e",
        points=(("Xi'an", 108.94, 34.34, 210.0), ("Shanghai", 121.47, 31.23, 412.0)),
        links=(("Xi'an", "Shanghai", 310.0), ("Xi'an", "Nowhere", 1.0)),
        roles=(("Xi'an→Shanghai", "air"),),
    ),
}  # fmt: skip
