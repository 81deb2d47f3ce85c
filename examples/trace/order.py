"""A small ledger to trace in: ore, a coil made of it, and an order made of the coil.

``python examples/trace/order.py DIR`` makes it. The amounts are made up; the places are real.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Any

import polars as pl

from tanlu.store import open_workspace
from tanlu.terms import schema

ORDER, COIL, ORE, SCRAP = "waybill:JD7001", "product:coil-9", "material:ore-1", "material:scrap-3"
DAY = 86_400_000_000
BEGIN = 1_767_225_600_000_000  # 2026-01-01 00:00 UTC
# each place: what it is called in the ledger and where it is
PLACES = {
    "mine": ("mine-newman", -23.36, 119.73), "port": ("AUPHE", -20.31, 118.58),
    "quay": ("CNQDG", 36.07, 120.32), "mill": ("mill-jinan", 36.70, 117.00),
    "plant": ("plant-suzhou", 31.30, 120.62), "pvg": ("PVG", 31.14, 121.81),
    "ctu": ("CTU", 30.58, 103.95), "hub": ("hub-chengdu", 30.66, 104.06),
    "door": ("door", 30.70, 104.10),
}  # fmt: skip
# subject, number, kind, from, to, day, hours, km, g CO2e (none: not quantified), sigma, tier, stage
LEGS = (
    (ORE, 1, "transport.rail", "mine", "port", 0.0, 9, 426, 120, 0.15, "modelled", "production"),
    (ORE, 2, "transport.sea", "port", "quay", 1.5, 312, 6500, 550, 0.20, "modelled", "production"),
    (ORE, 3, "transport.rail", "quay", "mill", 16.0, 8, 390, 90, 0.15, "modelled", "production"),
    (COIL, 1, "transport.road", "mill", "plant", 18.0, 14, 700, 800, 0.15, "learned", "production"),
    (ORDER, 1, "transport.road", "plant", "pvg", 22.0, 3, 130, 310, 0.10, "measured", "trunk"),
    (
        ORDER,
        2,
        "hub.transshipment",
        "pvg",
        "pvg",
        22.3,
        5,
        None,
        20,
        0.50,
        "default",
        "warehousing",
    ),
    (ORDER, 3, "transport.air", "pvg", "ctu", 22.7, 3, 1690, 10_200, 0.17, "modelled", "trunk"),
    (ORDER, 4, "transport.road", "ctu", "hub", 23.0, 1, 16, 50, 0.15, "measured", "trunk"),
    (ORDER, 5, "hub.parcel", "hub", "hub", 23.1, 6, None, 60, 0.58, "default", "warehousing"),
    (ORDER, 6, "transport.road", "hub", "door", 23.6, 2, 9, None, 0.0, "", "delivery"),
)
# event, day, type, action, role, subject, parent, step
EVENTS = (
    ("melt", 17.0, "transformation", None, "input", ORE, None, "commissioning"),
    ("melt", 17.0, "transformation", None, "output", COIL, None, "commissioning"),
    ("press", 20.0, "transformation", None, "input", COIL, None, "commissioning"),
    ("press", 20.0, "transformation", None, "output", ORDER, None, "commissioning"),
    ("pack", 21.9, "aggregation", "add", "parent", "box:B1", None, "packing"),
    ("pack", 21.9, "aggregation", "add", "child", ORDER, "box:B1", "packing"),
    ("load", 22.1, "aggregation", "add", "parent", "pallet:P1", None, "loading"),
    ("load", 22.1, "aggregation", "add", "child", "box:B1", "pallet:P1", "loading"),
    ("unload", 23.05, "aggregation", "delete", "parent", "pallet:P1", None, "unloading"),
    ("unload", 23.05, "aggregation", "delete", "child", "box:B1", "pallet:P1", "unloading"),
    # a delete that names no child: all comes out
    ("unpack", 23.7, "aggregation", "delete", "parent", "box:B1", None, "unpacking"),
    ("recycle", 60.0, "transformation", None, "input", ORDER, None, "recycling"),
    ("recycle", 60.0, "transformation", None, "output", SCRAP, None, "recycling"),
)  # fmt: skip


def activities() -> pl.DataFrame:
    """Give the legs, schema ``activity``."""
    return schema("activity").fit(pl.DataFrame([_activity(*leg[:8]) for leg in LEGS]))


def _activity(subject: str, number: int, kind: str, *way: Any) -> dict[str, Any]:
    start, end, day, hours, km = way
    (origin, lat, lon), (destination, to_lat, to_lon) = PLACES[start], PLACES[end]
    begun = BEGIN + round(day * DAY)
    return {
        "activity_id": f"{subject}/{number}", "subject": subject, "leg_no": number, "kind": kind,
        "chain": f"chain of {subject}", "start": begun, "end": begun + hours * DAY // 24,
        "zone": "Asia/Shanghai", "precision": "instant", "mass_mg": 12_000_000,
        "distance_m": None if km is None else km * 1000,
        "distance_type": None if km is None else "actual",
        "origin": origin, "origin_lat_e7": round(lat * 1e7), "origin_lon_e7": round(lon * 1e7),
        "destination": destination, "destination_lat_e7": round(to_lat * 1e7),
        "destination_lon_e7": round(to_lon * 1e7),
        "source_device": f"gnss-{number}", "source_seq": number,
    }  # fmt: skip


def emissions() -> pl.DataFrame:
    """Give two rows a leg, of fuel burnt and fuel made, schema ``emission``."""
    rows = []
    for subject, number, kind, *_, grams, sigma, tier, stage in LEGS:
        for boundary, share in (("ttw", 0.8), ("wtt", 0.2)) if grams is not None else ():
            amount, factor = round(grams * 1e6 * share), math.exp(1.96 * sigma)
            begun = BEGIN
            rows.append({
                "emission_id": f"{subject}/{number}|iso14083|{boundary}|none",
                "activity_id": f"{subject}/{number}", "profile": "iso14083", "basis": "none",
                "boundary": boundary, "stage": stage, "method": "intensity", "tier": tier,
                "kind": kind, "start": begun, "end": begun + 1, "zone": "Asia/Shanghai",
                "co2e_ug": amount, "lower_ug": round(amount / factor),
                "upper_ug": round(amount * factor), "sigma_ln_ppm": round(sigma * 1e6),
                "gwp_set": "AR6", "factor_id": f"{kind}/fuel", "factor_hash": f"hash of {kind}",
                "subject": subject, "leg_no": number,
            })  # fmt: skip
    return schema("emission").fit(pl.DataFrame(rows))


def events(rows: tuple[tuple[Any, ...], ...] = EVENTS) -> pl.DataFrame:
    """Give rows of events, schema ``event``."""
    found = [
        {
            "event_id": f"{event}:{at}", "event": event, "at": BEGIN + round(day * DAY),
            "zone": "Asia/Shanghai", "type": kind, "action": action, "role": role,
            "subject": subject, "parent": parent, "step": step,
        }
        for at, (event, day, kind, action, role, subject, parent, step) in enumerate(rows)
    ]  # fmt: skip
    return schema("event").fit(pl.DataFrame(found, infer_schema_length=None))


def build(folder: Path) -> None:
    """Make the ledger."""
    workspace = open_workspace(folder, create=True)
    workspace.commit({"activity": activities(), "emission": emissions()})
    workspace.append("event", events())


if __name__ == "__main__":
    build(Path(sys.argv[1]))
