"""Journeys as tables: what devices told, what was loaded, and the truth of both."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import polars as pl

from tanlu.simulate.journeys.conditions import awake, covered, doppler, jammed, merged
from tanlu.simulate.journeys.earth import Floats, folded, gcj02
from tanlu.simulate.journeys.mapped import mapped
from tanlu.simulate.journeys.noise import Moments, Noise, Seen, intervals, observed, outages
from tanlu.simulate.journeys.travel import Piece, travelled
from tanlu.terms import schema

if TYPE_CHECKING:
    from tanlu.simulate.journeys.plans import Plan

__all__ = ["Told", "told"]

Random = np.random.Generator

_E7 = 1e7
_US = 1_000_000
# 1 January 2026, 00:00 UTC; journeys begin within 300 days of it
BEGIN_S = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
_TOWERS_M = 15_000.0  # a ship so far from its ports has no cell tower
_TOWERS_HIGH_M = 900.0  # nor has an aircraft above this


@dataclass
class Told:
    """The tables of one journey, as lists of frames by name."""

    frames: dict[str, pl.DataFrame] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)


def told(
    number: int, plan: Plan, noise: Noise, rng: Random, *, drawn: Random | None = None
) -> Told:
    """Give the tables of a journey: what its device told, and the truth.

    With ``drawn``, a stream of chance of its own, also the map of its ways.
    """
    device = f"journey/{number:06d}"
    begin = BEGIN_S + int(rng.integers(300 * 86_400))
    pieces = travelled(plan, rng)
    made = Told(facts={"device": device, "template": plan.template})
    _positions(made, begin, pieces, noise, rng)
    _legs(made, device, begin, pieces)
    _nodes(made, device, begin, pieces)
    _events(made, device, number, begin, pieces)
    scale = (
        1 + rng.normal(0, noise.odometer_sigma) if rng.uniform() < noise.odometer_share else None
    )
    _readings(made, device, begin, pieces, odometer=scale)
    if drawn is not None:
        made.frames["network"] = mapped(device, pieces, drawn)
    return made


def _us(begin: int, seconds: float) -> int:
    return begin * _US + round(seconds * _US)


def _positions(made: Told, begin: int, pieces: list[Piece], noise: Noise, rng: Random) -> None:
    """Put the fixes and the truth at each of them."""
    device = made.facts["device"]
    still = [piece.leg is None for piece in pieces]
    steps = intervals([piece.end_s - piece.start_s for piece in pieces], still, noise, rng)
    parts = [
        _truth(piece, step, number)
        for number, (piece, step) in enumerate(zip(pieces, steps, strict=True))
    ]
    at, lat, lon, height, speed, way, towers, place = (
        np.concatenate(each) for each in zip(*parts, strict=True)
    )
    phone = bool(rng.uniform() < noise.phone_share)
    made.facts |= {"interval_s": steps, "phone": phone, "seconds": pieces[-1].end_s}
    dark = outages(pieces[-1].end_s, noise, rng)
    if noise.tunnels:
        dark = merged(dark, covered(pieces, rng))
    jam = jammed(pieces, rng) if noise.jamming else None
    true = Moments(at, lat, lon, height, towers > 0)
    seen = observed(true, dark, noise, rng, phone=phone, jam=jam)
    if noise.sleep and phone:
        kept = awake(at[seen.row], np.array(still)[place[seen.row].astype(np.int64)])
        seen = seen.where(kept)
    rows = seen.row
    moment = {
        "device": pl.Series("device", [device]).new_from_index(0, rows.size),
        "seq": np.arange(1, rows.size + 1, dtype=np.int64),
        "at": begin * _US + np.round(at[rows] * _US).astype(np.int64),
    }
    made.facts["datum"] = "gcj02" if rng.uniform() < noise.gcj02_share else "wgs84"
    made.facts["fixes"] = rows.size
    quick = doppler(lat[rows], lon[rows], speed[rows], rng) if noise.speed else None
    made.frames["positions"] = _seen(moment, seen, made.facts["datum"], quick)
    here = place[rows].astype(np.int64)
    numbers = np.array([_number(place) for place in range(len(pieces))], np.int64)
    made.frames["truth"] = pl.DataFrame(
        {
            **moment,
            "lat_e7": np.round(lat[rows] * _E7).astype(np.int64),
            "lon_e7": np.round(folded(lon[rows]) * _E7).astype(np.int64),
            "mode": pl.Series([piece.mode for piece in pieces]).gather(here),
            "leg_no": numbers[here],
            "speed_mm_s": np.round(speed[rows] * 1e3).astype(np.int64),
            "way_mm": np.round(way[rows] * 1e3).astype(np.int64),
            "altitude_m": np.round(height[rows]).astype(np.int64),
        }
    ).with_columns(leg_no=pl.when(pl.col("leg_no") > 0).then("leg_no"))


def _seen(
    moment: dict[str, Any],
    seen: Seen,
    datum: str,
    quick: tuple[npt.NDArray[np.int64], Floats] | None,
) -> pl.DataFrame:
    """Give the fixes that a device tells; one of GCJ-02 tells places as maps in China show them."""
    lat, lon = seen.lat, folded(seen.lon)
    if datum == "gcj02":
        lat, lon = gcj02(lat, lon)
    altitude = pl.Series("altitude_m", seen.altitude).fill_nan(None).round().cast(pl.Int64)
    told = {
        **moment,
        "lat_e7": np.round(lat * _E7).astype(np.int64),
        "lon_e7": np.round(lon * _E7).astype(np.int64),
        "accuracy_m": seen.accuracy,
        "source": pl.Series(["gnss", "cell"]).gather(seen.cell.astype(np.int64)),
        "stream": pl.Series(["position"]).new_from_index(0, seen.row.size),
        "altitude_m": altitude,
    }
    if quick is not None:
        told["speed_mm_s"] = quick[0]
        told["heading_cdeg"] = pl.Series(quick[1]).fill_nan(None).cast(pl.Int64)
    return schema("position").fit(pl.DataFrame(told))


def _number(place: int) -> int:
    """Give the number of the leg that a piece is, 0 for a node."""
    return (place + 1) // 2 if place % 2 else 0


def _truth(piece: Piece, step: int, number: int) -> tuple[Floats, ...]:
    """Give of each moment of a piece: time, place, height, speed, way, towers, piece."""
    at = np.arange(0.0, piece.end_s - piece.start_s, step)
    way, speed = piece.course.at(at)
    lat, lon, height = piece.course.place(way)
    towers = np.ones(at.size)
    if piece.mode == "sea":
        towers = (np.minimum(way, piece.course.distance_m - way) < _TOWERS_M).astype(np.float64)
    if piece.mode == "air":
        towers = (height < _TOWERS_HIGH_M).astype(np.float64)
    return at + piece.start_s, lat, lon, height, speed, way, towers, np.full(at.size, number)


def _e7(degrees: float) -> int:
    return round(((degrees + 180) % 360 - 180) * _E7)


def _legs(made: Told, device: str, begin: int, pieces: list[Piece]) -> None:
    legs, sections = [], []
    for place, piece in enumerate(pieces):
        if piece.leg is None or piece.vehicle is None:
            continue
        number, course = _number(place), piece.course
        legs.append(
            {
                "device": device, "leg_no": number, "mode": piece.mode,
                "vehicle_class": piece.vehicle.vehicle_class or None,
                "start": _us(begin, piece.start_s), "end": _us(begin, piece.end_s),
                "distance_m": round(course.distance_m),
                "origin": piece.leg.origin.code, "destination": piece.leg.destination.code,
                "origin_lat_e7": round(course.lat[0] * _E7), "origin_lon_e7": _e7(course.lon[0]),
                "destination_lat_e7": round(course.lat[-1] * _E7),
                "destination_lon_e7": _e7(course.lon[-1]),
                "mass_mg": round(piece.vehicle.own_kg * 1e6),
                "load_mg": round(piece.vehicle.load_kg * 1e6),
            }
        )  # fmt: skip
        sections += _sections(device, number, begin, piece)
    made.frames["legs"] = pl.DataFrame(legs, schema_overrides={"vehicle_class": pl.String})
    made.frames["sections"] = pl.DataFrame(
        sections, schema_overrides={"country": pl.String, "gauge_mm": pl.Int64}
    )


def _sections(device: str, number: int, begin: int, piece: Piece) -> list[dict[str, Any]]:
    """Give the sections of a leg: whole numbers that sum to those of the leg."""
    whole = round(piece.course.distance_m)
    cuts = [round(float(piece.course.s[section.last])) for section in piece.sections[:-1]]
    ends = [0, *cuts, whole]
    return [
        {
            "device": device, "leg_no": number, "section_no": place + 1,
            "country": section.country, "gauge_mm": section.gauge_mm,
            "energy_carrier": section.carrier, "energy_j": round(section.energy_j),
            "distance_m": ends[place + 1] - ends[place],
            "start": _us(begin, piece.start_s + section.start_s),
            "end": _us(begin, piece.start_s + section.end_s), "co2e_ug_per_j": section.co2e,
        }
        for place, section in enumerate(piece.sections)
    ]  # fmt: skip


def _nodes(made: Told, device: str, begin: int, pieces: list[Piece]) -> None:
    """Put the nodes: between legs, at the ends, and where a leg stands at a border or rests."""
    found: list[dict[str, Any]] = []
    for place, piece in enumerate(pieces):
        if piece.leg is None:
            found.append(_hub(device, begin, pieces, place))
            continue
        found += _standing(device, begin, piece, _number(place))
    rows = [
        {**row, "number": number + 1, "node_id": f"{device}/{number + 1}"}
        for number, row in enumerate(found)
    ]
    texts = dict.fromkeys(("place", "terminal", "mode_before", "mode_after"), pl.String)
    frame = pl.DataFrame(rows, schema_overrides={**texts, "leg_no": pl.Int64})
    first = [name for name in schema("node").names if name in frame.columns]
    made.frames["nodes"] = frame.select(*first, "leg_no")


def _hub(device: str, begin: int, pieces: list[Piece], place: int) -> dict[str, Any]:
    piece = pieces[place]
    before = pieces[place - 1] if place else None
    after = pieces[place + 1] if place + 1 < len(pieces) else None
    at = before.leg.destination if before and before.leg else pieces[1].leg.origin  # type: ignore[union-attr]
    kind = "end"
    if before and after:
        same = before.mode == after.mode
        breaks = same and before.mode == "train" and at.terminal in ("rail", "road")
        kind = "gauge" if breaks else "stop" if same else "transfer"
    lat, lon = piece.course.lat.mean(), piece.course.lon.mean()
    return {
        "device": device, "arrival": _us(begin, piece.start_s),
        "departure": _us(begin, piece.end_s), "arrival_sigma_us": 0, "departure_sigma_us": 0,
        "lat_e7": round(lat * _E7), "lon_e7": _e7(lon), "sigma_mm": 0, "kind": kind,
        "place": at.code, "terminal": at.terminal,
        "mode_before": before.mode if before else None, "mode_after": after.mode if after else None,
        "leg_no": None,
    }  # fmt: skip


def _standing(device: str, begin: int, piece: Piece, number: int) -> list[dict[str, Any]]:
    """Give the borders of a leg, and its stops of 20 min or longer."""
    stops, course, found = piece.course.stops, piece.course, []
    borders = iter([each.place for each in piece.leg.way[1:-1] if hasattr(each, "breaks")])  # type: ignore[union-attr]
    for vertex, seconds, why in zip(stops.vertex, stops.seconds, stops.why, strict=True):
        here = next(borders, None) if why == "border" else None
        if why != "border" and seconds < 1_200:
            continue
        arrival = piece.start_s + float(course.arrives[vertex])
        found.append(
            {
                "device": device, "arrival": _us(begin, arrival),
                "departure": _us(begin, arrival + float(seconds)), "arrival_sigma_us": 0,
                "departure_sigma_us": 0, "lat_e7": round(course.lat[vertex] * _E7),
                "lon_e7": _e7(course.lon[vertex]), "sigma_mm": 0,
                "kind": "border" if why == "border" else "stop",
                "place": here.code if here else None, "terminal": here.terminal if here else None,
                "mode_before": piece.mode, "mode_after": piece.mode, "leg_no": number,
            }
        )  # fmt: skip
    return found


def _events(made: Told, device: str, number: int, begin: int, pieces: list[Piece]) -> None:
    """Put the loading and unloading of the waybill and of the other freight of its vehicles."""
    rows: list[dict[str, Any]] = []
    for place, piece in enumerate(pieces):
        if piece.leg is None or piece.vehicle is None:
            continue
        leg, vehicle = _number(place), piece.vehicle
        parent = f"vehicle:{number:06d}-{leg}"
        goods = [(f"waybill:J{number:06d}", vehicle.own_kg, 1)]
        rest = vehicle.load_kg - vehicle.own_kg
        if rest > 0:
            goods.append((f"waybill:J{number:06d}-{leg}-rest", rest, max(1, round(rest / 120))))
        marks = (
            ("loading", "add", piece.leg.origin, piece.start_s - 240, "in_transit"),
            ("unloading", "delete", piece.leg.destination, piece.end_s + 180, "in_progress"),
        )
        for step, action, at, seconds, disposition in marks:
            for subject, mass, count in goods:
                rows.append(
                    {
                        "event_id": f"{device}/{leg}/{step}/{subject}",
                        "event": f"{device}/{leg}/{step}", "at": _us(begin, seconds),
                        "recorded": _us(begin, seconds), "zone": "UTC", "type": "aggregation",
                        "action": action, "subject": subject, "parent": parent, "role": "child",
                        "step": step, "disposition": disposition, "place": at.code,
                        "device": device, "count": count, "mass_mg": round(mass * 1e6),
                        "labels": _labels(piece),
                    }
                )  # fmt: skip
    made.frames["events"] = schema("event").fit(pl.DataFrame(rows))


def _labels(piece: Piece) -> str | None:
    if piece.vehicle is None or not piece.vehicle.vehicle_class:
        return None
    # canonical JSON: keys sorted, no space
    kind = piece.vehicle.vehicle_class
    return f'{{"mode":"{piece.mode}","vehicle_class":"{kind}"}}'


def _readings(
    made: Told, device: str, begin: int, pieces: list[Piece], *, odometer: float | None
) -> None:
    """Put the counters: energy of the vehicles since the start, and the way where it is told.

    ``odometer`` is how many metres a device counts for one, None where it counts none.
    """
    frames = []
    joules = metres = 0.0
    for piece in pieces:
        if piece.leg is None or piece.energy is None:
            continue
        long = piece.end_s - piece.start_s
        at = np.append(np.arange(0.0, long, 60.0 if long < 6 * 3600 else 300.0), long)
        way, _ = piece.course.at(at)
        when = begin * _US + np.round((at + piece.start_s) * _US).astype(np.int64)
        used = np.interp(way, piece.course.s, piece.energy) + joules
        told = [("energy_j", used)] if piece.energy[-1] > 0 else []
        if odometer is not None:
            told.append(("odometer_m", (way + metres) * odometer))
        frames += [
            pl.DataFrame({"stream": [stream] * at.size, "at": when, "value": value.round(1)})
            for stream, value in told
        ]
        joules, metres = joules + float(piece.energy[-1]), metres + piece.course.distance_m
    empty = pl.DataFrame(schema={"stream": pl.String, "at": pl.Int64, "value": pl.Float64})
    made.frames["readings"] = (
        pl.concat([empty, *frames])
        .sort("stream", "at", maintain_order=True)
        .select("stream", pl.lit(device).alias("device"), "at", "value")
    )
