"""A trace as GeoJSON: legs as lines along great circles, nodes as points."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any

from tanlu.report.tracing.arcs import arc, parts

__all__ = ["geojson"]

PLACES = 7
OF_LEG = (
    "number", "activity_id", "thing", "relation", "kind", "stage", "leg_no", "start", "end",
    "vehicle", "vehicle_class", "energy_carrier", "carriers", "distance_m", "distance_type",
    "mass_mg", "tier", "quantified",
)  # fmt: skip


def geojson(facts: dict[str, Any]) -> dict[str, Any]:
    """Give the FeatureCollection of a trace, from its facts.

    A leg whose ends are one place or not known has a Point or null geometry: it is there all the
    same, with its kilograms and their interval as decimal text. A line that crosses the
    antimeridian is cut into a MultiLineString.

    References
    ----------
    RFC 7946, sections 3.1.9 (antimeridian), 3.2 (unlocated features), 4 (WGS 84, lon before lat).
    """
    features = [_leg(leg) for leg in facts["legs"]] + [_node(node) for node in facts["nodes"]]
    found: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    box = _bbox(features)
    if box is not None:
        found["bbox"] = box
    return found | {
        name: facts[name] for name in ("subject", "profile", "basis", "ledger", "total")
    }


def _leg(leg: dict[str, Any]) -> dict[str, Any]:
    emission = leg["emission"] or dict.fromkeys(("co2e_kg", "lower_kg", "upper_kg"))
    told = {name: emission[name] for name in ("co2e_kg", "lower_kg", "upper_kg")}
    ends = {
        end: (leg[end] or {}).get("name") or (leg[end] or {}).get("code")
        for end in ("origin", "destination")
    }
    return {
        "type": "Feature",
        "id": f"leg/{leg['number']}",
        "geometry": _line(leg),
        "properties": {"feature": "leg", **{name: leg[name] for name in OF_LEG}, **ends, **told},
    }


def _line(leg: dict[str, Any]) -> dict[str, Any] | None:
    ends = [point(leg[name]) for name in ("origin", "destination")]
    known = [each for each in [*ends, point(leg["place"])] if each is not None]
    if ends[0] is None or ends[1] is None or ends[0] == ends[1]:
        return {"type": "Point", "coordinates": _rounded(known[0])} if known else None
    lines = [[_rounded(each) for each in line] for line in parts(arc(ends[0], ends[1]))]
    if len(lines) == 1:
        return {"type": "LineString", "coordinates": lines[0]}
    return {"type": "MultiLineString", "coordinates": lines}


def _node(node: dict[str, Any]) -> dict[str, Any]:
    at = point(node["place"])
    told = {
        name: node[name]
        for name in ("number", "kind", "step", "told_by", "arrival", "departure", "probability",
                     "arrival_95", "departure_95", "radius_95_m")
    }  # fmt: skip
    place = node["place"] or {}
    return {
        "type": "Feature",
        "id": f"node/{node['number']}",
        "geometry": None if at is None else {"type": "Point", "coordinates": _rounded(at)},
        "properties": {"feature": "node", **told, "code": place.get("code"),
                       "name": place.get("name")},
    }  # fmt: skip


def point(place: dict[str, Any] | None) -> tuple[float, float] | None:
    """Give longitude and latitude [deg] of a place of the facts, None where they are not known."""
    if place is None or place["lat"] is None:
        return None
    return float(Decimal(place["lon"])), float(Decimal(place["lat"]))


def _rounded(at: tuple[float, float]) -> list[float]:
    return [round(each, PLACES) for each in at]


def _bbox(features: list[dict[str, Any]]) -> list[float] | None:
    """Give west, south, east, north; west is the greater where the antimeridian lies between."""
    points = [each for feature in features for each in _points(feature["geometry"])]
    if not points:
        return None
    lats, lons = [lat for _, lat in points], sorted({lon for lon, _ in points})
    south, north = min(lats), max(lats)
    crossed = any((f["geometry"] or {}).get("type") == "MultiLineString" for f in features)
    if not crossed:
        return [lons[0], south, lons[-1], north]
    gaps = [(b - a, b, a) for a, b in pairwise(lons) if (a, b) != (-180.0, 180.0)]
    _, west, east = max(gaps, default=(0.0, lons[0], lons[-1]))
    return [west, south, east, north]


def _points(geometry: dict[str, Any] | None) -> list[list[float]]:
    if geometry is None:
        return []
    held = geometry["coordinates"]
    if geometry["type"] == "Point":
        return [held]
    return held if geometry["type"] == "LineString" else [each for line in held for each in line]
