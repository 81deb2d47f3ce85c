"""All facts of a trace as plain values: what JSON carries and everything else is made from."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tanlu.report.numbers import exact, plain
from tanlu.report.tracing.places import Places
from tanlu.report.tracing.sums import summed
from tanlu.terms import VERSION

if TYPE_CHECKING:
    import polars as pl

    from tanlu.report.words import Words
    from tanlu.track.trace import Traced

__all__ = ["facts"]

CODED = ("reasons", "assumptions")
# 95 % of a normal error lie within so many sigmas of a time, and of a place in both directions
SIGMAS_95, RADIUS_95 = 1.959964, 2.447747
KEPT = (
    "activity_id", "thing", "relation", "kind", "stage", "leg_no", "zone", "vehicle",
    "vehicle_class", "energy_carrier", "temperature_class", "operator", "shipment", "consignment",
    "chain", "round", "mass_mg", "distance_m", "distance_type", "energy_j", "load_ppm", "empty_ppm",
    "quality", "quantified",
)  # fmt: skip
SHOWN = (
    "stage", "method", "tier", "share_of", "share_key", "gas", "gwp_set", "factor_id",
    "factor_hash", "reasons", "assumptions", "energy_j", "transport_kgm", "co2_bio_ug",
)  # fmt: skip


def facts(traced: Traced, words: Words) -> dict[str, Any]:
    """Give everything that is known; kept integers are texts, what is not known is null."""
    legs, rows = traced.legs, traced.emissions
    codes = [*(legs[name] for name in ("origin", "destination", "place")), traced.nodes["place"]]
    places = Places(words, (code for column in codes for code in column))
    own = rows.filter(relation="self") if rows.height else rows
    by_leg, by_boundary = summed(rows, ["number"]), summed(rows, ["number", "boundary"])
    proofs = {(row["table"], row["id"]): _told(row) for row in traced.proofs.iter_rows(named=True)}
    parts: dict[int, list[dict[str, Any]]] = {}
    for row in rows.iter_rows(named=True):
        parts.setdefault(row["number"], []).append(row)
    shown = [
        _leg(row, places, parts.get(row["number"], []), proofs)
        | _amounts(row["number"], by_leg, by_boundary)
        for row in legs.iter_rows(named=True)
    ]
    return {
        "trace": 1,
        "subject": traced.subject,
        "direction": traced.direction,
        "language": words.language,
        "profile": traced.profile,
        "basis": traced.basis,
        "ledger": {"version": traced.version},
        "code_version": VERSION,
        "total": summed(own).get(None),
        "boundaries": summed(own, ["boundary"]),
        "others": {k: v for k, v in summed(rows, ["relation"]).items() if k != "self"},
        "quantified": _quantified(legs),
        "legs": shown,
        "nodes": [_node(row, places, proofs) for row in traced.nodes.iter_rows(named=True)],
        "boxes": [_timed(row) for row in traced.boxes.iter_rows(named=True)],
        "things": [_thing(row) for row in traced.things.iter_rows(named=True)],
        "links": [_timed(row) for row in traced.links.iter_rows(named=True)],
        "stages": [_told(row) for row in traced.stages.iter_rows(named=True)],
        "available": [_told(row) for row in traced.available.iter_rows(named=True)],
        "findings": [
            {name: row[name] for name in ("code", "severity", "subject", "value")}
            for row in traced.findings.iter_rows(named=True)
        ],
    }


def _amounts(
    number: int, by_leg: dict[Any, dict[str, str]], by_boundary: dict[Any, dict[str, str]]
) -> dict[str, Any]:
    told = sorted(key[1] for key in by_boundary if key[0] == number)
    return {
        "emission": by_leg.get(number),
        "boundaries": {boundary: by_boundary[number, boundary] for boundary in told},
    }


def _leg(
    row: dict[str, Any],
    places: Places,
    parts: list[dict[str, Any]],
    proofs: dict[tuple[str, str], dict[str, Any]],
) -> dict[str, Any]:
    ends = {
        name: places.of(row[name], row[f"{name}_lat_e7"], row[f"{name}_lon_e7"])
        for name in ("origin", "destination", "place")
    }
    tiers = sorted({part["tier"] for part in parts})
    stages = sorted({part["stage"] for part in parts if part["stage"]})
    return {
        "number": row["number"],
        **{name: _plain(row[name], name) for name in KEPT},
        "stage": (stages[0] if stages else row["stage"]),
        "start": moment(row["start"], row["zone"]), "end": moment(row["end"], row["zone"]),
        "start_us": row["start"], "end_us": row["end"],
        **ends,
        "carriers": (row["carriers"] or "").split(";") if row["carriers"] else [],
        "tier": ";".join(tiers) or None,
        "rows": [
            {
                "boundary": part["boundary"], "basis": part["basis"],
                **{name: _plain(part[name], name) for name in SHOWN},
                **{name: (part[name] or "").split(";") if part[name] else [] for name in CODED},
                **{name: str(part[name]) for name in ("co2e_ug", "lower_ug", "upper_ug")},
                "proof": proofs.get(("emission", part["emission_id"])),
            }
            for part in parts
        ],
        "proof": proofs.get(("activity", row["activity_id"])),
    }  # fmt: skip


def _quantified(legs: pl.DataFrame) -> dict[str, Any]:
    """Give how many of the subject's own legs have an emission, and which part of the mass."""
    import polars as pl

    own = legs.filter(pl.col("relation") == "self", pl.col("quantified") != "shared")
    done = own.filter(pl.col("quantified") == "yes")
    work = pl.col("mass_mg").cast(pl.Int128) * pl.col("distance_m")
    whole, part = (each.select(work.sum()).item() or 0 for each in (own, done))
    return {
        "legs": own.height, "quantified": done.height,
        "transport_mg_m": str(whole), "quantified_mg_m": str(part),
    }  # fmt: skip


def _node(
    row: dict[str, Any], places: Places, proofs: dict[tuple[str, str], dict[str, Any]]
) -> dict[str, Any]:
    """Give a node; of a track with its probability and where and when it is to 95 %."""
    at = places.of(row["place"], row["lat_e7"], row["lon_e7"])
    kept = {name: row[name] for name in ("number", "kind", "step", "told_by")}
    table = {"event": "event", "track": "node"}.get(row["told_by"], "")
    chance, error = row["probability_ppm"], row["sigma_mm"]
    return {
        **kept, "place": at,
        **{name: moment(row[name], "UTC") for name in ("arrival", "departure")},
        "probability": None if chance is None else plain(exact(chance, 6)),
        **{f"{name}_95": _between(row[name], row[f"{name}_sigma_us"])
           for name in ("arrival", "departure")},
        "radius_95_m": None if error is None else plain(exact(round(error * RADIUS_95), 3)),
        "proof": proofs.get((table, row["id"])),
    }  # fmt: skip


def _between(at_us: int | None, sigma_us: int | None) -> list[str | None] | None:
    """Give the ends of the 95 % interval of a time."""
    if at_us is None or sigma_us is None:
        return None
    reach = round(sigma_us * SIGMAS_95)
    return [moment(at_us - reach, "UTC"), moment(at_us + reach, "UTC")]


def _thing(row: dict[str, Any]) -> dict[str, Any]:
    return _timed(row) | {"path": row["path"].split("\n")}


def _timed(row: dict[str, Any]) -> dict[str, Any]:
    times = {name: moment(row[name], "UTC") for name in ("since", "until", "at") if name in row}
    return _told(row) | times


def _told(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _plain(value, name) for name, value in row.items()}


def _plain(value: object, name: str = "") -> object:
    """Give a kept amount as text, for it may be larger than a number of JSON holds exactly."""
    return (
        str(value)
        if isinstance(value, int) and name.endswith(("_ug", "_mg", "_ml", "_j"))
        else value
    )


def moment(at_us: int | None, zone: str) -> str | None:
    """Give a time as ISO 8601 with its offset."""
    if at_us is None:
        return None
    whole = dt.datetime.fromtimestamp(at_us // 1_000_000, ZoneInfo(zone))
    return whole.replace(microsecond=at_us % 1_000_000).isoformat()
