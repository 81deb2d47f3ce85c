"""Hand-made tables of devices: a straight way at even speed, and what was scanned on it."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import polars as pl

from tanlu.terms import schema

START = 1_790_000_000_000_000
MINUTE = 60_000_000
HOUR = 60 * MINUTE


class Moved(NamedTuple):
    segments: pl.DataFrame
    nodes: pl.DataFrame


def cast(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Give rows as a table of a schema."""
    kinds = schema(name).dtypes()
    frame = pl.DataFrame(rows, schema_overrides=dict(kinds.items()) if rows else None)
    kept = frame.select(each for each in frame.columns if each in kinds)
    return schema(name).fit(kept.cast({k: kinds[k] for k in kept.columns}))


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Give the great circle between two places in degrees [m]."""
    p, q, r, s = (math.radians(x) for x in (a[0], a[1], b[0], b[1]))
    h = math.sin((r - p) / 2) ** 2 + math.cos(p) * math.cos(r) * math.sin((s - q) / 2) ** 2
    return 2 * 6_371_008.8 * math.asin(math.sqrt(h))


def leg(
    device: str,
    number: int,
    mode: str,
    ends: tuple[tuple[float, float], tuple[float, float]],
    span: tuple[int, int],
    *,
    winding: float = 1.2,
    fixes: int = 200,
    **more: Any,
) -> tuple[dict[str, Any], pl.DataFrame]:
    """Give a segment and its fixes on a straight line between two places, ``winding`` longer."""
    (lat, lon), (to_lat, to_lon) = ends
    way = metres(*ends) * winding
    start, end = span
    segment = {
        "segment_id": f"{device}-{number}", "device": device, "number": number, "mode": mode,
        "start": start, "end": end, "mode_ppm": 990_000, "fixes": fixes,
        "distance_m": round(way), "lower_m": round(way * 0.99), "upper_m": round(way * 1.01),
        "bridged_m": 0, "idle_us": 0, "stops": 0, "ascent_m": 10, "descent_m": 5,
        "origin_lat_e7": round(lat * 1e7), "origin_lon_e7": round(lon * 1e7),
        "destination_lat_e7": round(to_lat * 1e7), "destination_lon_e7": round(to_lon * 1e7),
        **more,
    }  # fmt: skip
    step = way * 1000 / (fixes - 1)
    rows = [
        {
            "device": device, "at": start + (end - start) * k // (fixes - 1),
            "lat_e7": round((lat + (to_lat - lat) * k / (fixes - 1)) * 1e7),
            "lon_e7": round((lon + (to_lon - lon) * k / (fixes - 1)) * 1e7),
            "sigma_mm": 5_000, "way_mm": round(step) if k else None, "still_ppm": 0, "bridged": 0,
        }
        for k in range(fixes)
    ]  # fmt: skip
    return segment, cast("fix", rows)


def node(
    device: str, number: int, span: tuple[int, int], at: tuple[float, float], **more: Any
) -> dict[str, Any]:
    """Give a node, a transfer unless something else is said."""
    return {
        "node_id": f"{device}-n{number}", "device": device, "number": number,
        "arrival": span[0], "departure": span[1], "arrival_sigma_us": 0, "departure_sigma_us": 0,
        "lat_e7": round(at[0] * 1e7), "lon_e7": round(at[1] * 1e7), "sigma_mm": 5_000,
        "kind": "transfer", "probability_ppm": 990_000, **more,
    }  # fmt: skip


def moves(
    parts: list[tuple[dict[str, Any], pl.DataFrame]], nodes: list[dict[str, Any]] | None = None
) -> tuple[Moved, pl.DataFrame]:
    """Give segments with nodes, and all fixes."""
    return (
        Moved(cast("segment", [one for one, _ in parts]), cast("node", nodes or [])),
        pl.concat([fixes for _, fixes in parts]),
    )


def scan(
    subject: str, parent: str, at: int, action: str, device: str | None = None, **more: Any
) -> dict[str, Any]:
    """Give an event row: something into or out of something."""
    return {
        "event_id": f"{subject}>{parent}@{at}{action}", "at": at, "zone": "UTC",
        "type": "aggregation", "action": action, "subject": subject, "parent": parent,
        "device": device, **more,
    }  # fmt: skip


def events(*rows: dict[str, Any]) -> pl.DataFrame:
    """Give event rows as the table."""
    return cast("event", list(rows))
