"""iLEAP: transport and hub operation categories (TOC, HOC) with the energy that they use.

A category gives CO2e per t.km, TEU.km, tonne or TEU, from well and from tank to wheel; what lies
between is kept as well to tank. A chain element (TCE) that names a category of the file is worked
out again: its CO2e is its activity times the intensity.

Source: SFC and SINE, iLEAP technical specifications 1.0, data types TOC, HOC and TCE.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from tanlu.errors import TanluError
from tanlu.factors.importers import decimals, words
from tanlu.factors.importers.exchange.chains import faults, tces
from tanlu.factors.importers.exchange.footprints import (
    Found,
    Row,
    amount,
    found,
    frame,
    refused,
    slug,
    word,
)
from tanlu.factors.importers.imported import Imported, settled

__all__ = ["load"]

MODES = {
    "Road": ("transport.road", "truck.average"), "Rail": ("transport.rail", "train.freight"),
    "Air": ("transport.air", "plane.long_haul"), "Sea": ("transport.sea", "ship.container"),
    "InlandWaterway": ("transport.inland", "barge.average"),
}  # fmt: skip
FLIGHTS = {
    "belly freight": "plane.belly", "freighter": "plane.freighter",
    "short-haul": "plane.short_haul", "long-haul": "plane.long_haul",
}  # fmt: skip
HUBS = {
    "Transshipment": "hub.transshipment", "StorageAndTransshipment": "hub.warehouse",
    "Warehouse": "hub.warehouse", "LiquidBulkTerminal": "hub.liquid",
    "MaritimeContainerTerminal": "hub.container",
}  # fmt: skip
CARRIERS = {
    "Diesel": "diesel", "HVO": "hvo", "Petrol": "petrol", "CNG": "cng", "LNG": "lng",
    "LPG": "lpg", "HFO": "hfo", "MGO": "marine_gas_oil", "Aviation fuel": "jet_kerosene",
    "Hydrogen": "hydrogen", "Methanol": "methanol", "Electric": "electricity",
}  # fmt: skip
WARMTH = {"ambient": "ambient", "refrigerated": "chilled"}
UNITS = {"tkm": "t.km", "TEUkm": "TEU.km", "tonnes": "t", "TEU": "TEU"}
GROWN = ("hvo", "Cooking oil")  # what may be below zero on the way to the tank
OFF = Fraction(1, 1000)  # of a chain element: rounding of the payload


class Category(NamedTuple):
    """A TOC or HOC: its identity, what it says, and who says it."""

    at: Found
    name: str
    body: dict[str, Any]
    company: str | None
    start: str
    end: str | None


def load(path: Path) -> Imported:
    """Give the factors of a payload.

    Raises
    ------
    TanluError
        TL220 for a file without a category or chain element.
    """
    items = found(path)
    categories = list(_categories(items))
    elements = [(at, body) for at, holder in _data(items) for body in tces(holder)]
    if not categories and not elements:
        raise TanluError("TL220", value=path.name, why="it has no TOC, HOC or TCE")
    rows = [row for each in categories for row in _factors(each)]
    wrong, right = _elements(elements, {each.name: each.body for each in categories})
    broken = list(faults(items))
    pack = {
        "pack_id": f"ileap-{slug(path.stem)}", "semver": "1.0.0",
        "title": f"iLEAP operations of {path.name}",
        "title_zh": f"iLEAP 运输与枢纽类别：{path.name}",
        "licence": "private", "attribution": "",
    }  # fmt: skip
    sources = {_source(each): each for each in categories}
    return settled(
        frame([*rows, *wrong, *broken]),
        pack,
        [_document(name, each) for name, each in sources.items()] or [_nobody(path)],
        known=right,
    )


def _data(items: list[Found]) -> Iterator[tuple[Found, dict[str, Any]]]:
    """Give each object that may be a category: the object itself and its extensions."""
    for at in items:
        yield at, at.body
        extensions = at.body.get("extensions")
        for each in extensions if isinstance(extensions, list) else ():
            data = each.get("data") if isinstance(each, dict) else None
            if isinstance(data, dict):
                yield at, data


def _categories(items: list[Found]) -> Iterator[Category]:
    for at, body in _data(items):
        name = word(body, "tocId", "hocId")
        if name and not word(body, "tceId"):
            pcf = at.body.get("pcf")
            held = pcf if isinstance(pcf, dict) else {}
            start = word(held, "referencePeriodStart", "reportingPeriodStart")
            end = word(held, "referencePeriodEnd", "reportingPeriodEnd")
            made = word(at.body, "created") or "1970"
            yield Category(at, name, body, word(at.body, "companyName"), start or made, end)


def _factors(each: Category) -> Iterator[Row]:
    body, year = each.body, each.start[:4]
    unit = word(body, "transportActivityUnit", "hubActivityUnit", "co2eIntensityThroughput")
    grown = any(_grown(carrier) for carrier in _carriers(body))
    common: Row = {
        "_sheet": each.at.file, "_line": each.at.number, "place": "GLO",
        "valid_from": each.start[:10] if each.start[:10].count("-") == 2 else f"{year}-01-01",
        "valid_to": each.end[:10] if each.end else None, "data_year": year,
        "form": "scalar", "numerator": "kg", "gwp_set": "AR6", "status": "peer",
        "source_id": _source(each),
        "clause": f"{'TOC' if 'tocId' in body else 'HOC'} {each.name}",
    }  # fmt: skip
    facets = _facets(body)
    per: Row = {"denominator": UNITS.get(unit or "")}
    if not per["denominator"]:
        per |= refused("TL225", "unit", unit or "", ", ".join(UNITS))
    yield from _pair(body, "co2eIntensity", {**common, **facets, **per}, grown=grown)
    for carrier in _carriers(body):
        yield from _energy(carrier, common)


def _facets(body: dict[str, Any]) -> Row:
    warmth = WARMTH.get(word(body, "temperatureControl") or "")
    if "hocId" in body:
        hub = word(body, "hubType")
        known = HUBS.get(hub or "")
        fault = {} if known else refused("TL234", "hubType", hub, ", ".join(HUBS))
        return {"activity": known, "vehicle_class": known, "temperature_class": warmth, **fault}
    mode = word(body, "mode")
    activity, vehicle = MODES.get(mode or "", (None, None))
    if activity is None:
        return refused("TL234", "mode", mode, ", ".join(MODES))
    flight = FLIGHTS.get(word(body, "airShippingOption", "flightLength") or "")
    carriers = [CARRIERS.get(word(each, "energyCarrier") or "") for each in _carriers(body)]
    return {
        "activity": activity,
        "vehicle_class": flight or vehicle if mode == "Air" else vehicle,
        "energy_carrier": carriers[0] if len(carriers) == 1 else None,
        "temperature_class": warmth,
        "load_default": word(body, "loadFactor"),
        "empty_default": word(body, "emptyDistanceFactor"),
        "note": "a category names no class of vehicle: the average of its mode is taken",
    }


def _carriers(body: dict[str, Any]) -> list[dict[str, Any]]:
    held = body.get("energyCarriers")
    return [each for each in held if isinstance(each, dict)] if isinstance(held, list) else []


def _grown(carrier: dict[str, Any]) -> bool:
    stocks = carrier.get("feedstocks")
    named = (
        [word(each, "feedstock") for each in stocks if isinstance(each, dict)]
        if isinstance(stocks, list)
        else []
    )
    return CARRIERS.get(word(carrier, "energyCarrier") or "") in GROWN or bool({*named} & {*GROWN})


def _energy(carrier: dict[str, Any], common: Row) -> Iterator[Row]:
    if not word(carrier, "emissionFactorWTW", "emissionFactorTTW"):
        return
    name = word(carrier, "energyCarrier")
    known = CARRIERS.get(name or "")
    unit = words.canonical(word(carrier, "energyConsumptionUnit"))
    row: Row = {
        **common,
        "activity": "energy.electricity" if known == "electricity" else "energy.fuel",
        "energy_carrier": known,
        "denominator": unit[0] if unit else None,
        "method": "location" if known == "electricity" else None,
    }
    if known is None:
        row |= refused("TL234", "energyCarrier", name, ", ".join(CARRIERS))
    elif unit is None:
        told = word(carrier, "energyConsumptionUnit") or ""
        row |= refused("TL225", "energyConsumptionUnit", told, "l, kg, kWh, MJ")
    yield from _pair(carrier, "emissionFactor", row, grown=_grown(carrier))


def _pair(body: dict[str, Any], name: str, row: Row, *, grown: bool) -> Iterator[Row]:
    """Give the two parts of a CO2e from well to wheel."""
    whole, burnt = amount(body, f"{name}WTW"), amount(body, f"{name}TTW")
    if whole is None or burnt is None:
        column = f"{name}WTW" if whole is None else f"{name}TTW"
        yield {**refused("TL224", column, word(body, column) or "", column), **row}
        return
    if "_code" not in row and min(whole, burnt) < 0:
        row = {**row, **refused("TL229", name, min(whole, burnt), "avoided")}
    if "_code" not in row and whole < burnt and not grown:
        told = word(body, f"{name}TTW")
        yield {**row, **refused("TL232", f"{name}WTW", word(body, f"{name}WTW"), told)}
        return
    power = row.get("energy_carrier") == "electricity" and name == "emissionFactor"
    said = (word(body, f"{name}WTW"), word(body, f"{name}TTW"))
    upstream = {
        "co2e_published": decimals.text_of(whole - burnt),
        "boundary": "generation" if power else "wtt",
        "derivation": f"{name}WTW {said[0]} - {name}TTW {said[1]}",
    }
    if not power:
        none: Row = {} if burnt else {"note": "no carbon in the carrier"}
        yield {**row, **none, "co2e_published": said[1], "boundary": "ttw"}
    yield {**row, **upstream}


def _elements(
    elements: list[tuple[Found, dict[str, Any]]], known: dict[str, dict[str, Any]]
) -> tuple[list[Row], int]:
    """Give the chain elements whose sums are wrong, and how many are right or beyond the file."""
    wrong: list[Row] = []
    for at, body in elements:
        name = word(body, "tocId", "hocId")
        operation = known.get(name or "")
        work = amount(body, "transportActivity")
        if operation is None or work is None:
            continue
        for column in ("co2eWTW", "co2eTTW"):
            rate, told = (
                amount(operation, column.replace("co2e", "co2eIntensity")),
                amount(body, column),
            )
            if rate is None or told is None or abs(work * rate - told) <= OFF * abs(told):
                continue
            should = decimals.text_of(work * rate)
            fault = refused("TL233", column, f"{word(body, 'tceId')}: {word(body, column)}", should)
            wrong.append({"_sheet": at.file, "_line": at.number, **fault})
            break
    return wrong, len(elements) - len(wrong)


def _source(each: Category) -> str:
    return f"own-ileap-{slug(each.company, each.name)}"


def _document(name: str, each: Category) -> dict[str, str]:
    return {
        "source_id": name,
        "title": f"iLEAP {'TOC' if 'tocId' in each.body else 'HOC'} {each.name}",
        "publisher": each.company or "",
        "doc_no": each.name,
        "published": each.start[:10],
        "licence": "private",
        "redistribution": "private",
        "attribution": each.company or "",
    }


def _nobody(path: Path) -> dict[str, str]:
    names = ("title", "publisher", "doc_no", "published", "licence", "attribution")
    empty = dict.fromkeys(names, "")
    return {**empty, "source_id": f"own-ileap-{slug(path.stem)}", "redistribution": "private"}
