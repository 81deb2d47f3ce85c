"""The US EPA hub as factors: fuels, vehicles, electricity, waste, refrigerants, freight, travel.

``epa.csv`` says what the names of the tables mean. Gases are masses; amounts per million Btu of
gross heat, short ton, gallon, cubic foot and mile are converted exactly.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from importlib import resources
from pathlib import Path

import polars as pl

from tanlu.errors import TanluError
from tanlu.factors.importers import decimals, words
from tanlu.factors.importers.imported import FAULT, Imported, settled
from tanlu.factors.importers.official.hub import Line, hub
from tanlu.terms import gases

__all__ = ["load"]

Row = dict[str, str | int | None]
UNITS = {
    "mmbtu": "MMBtu", "short ton": "short ton", "scf": "ft3", "gallon": "US gal",
    "mile": "mi", "vehicle-mile": "mi", "mwh": "MWh", "short ton-mile": "short ton-mile",
}  # fmt: skip
PASSENGER_MILE = Fraction("1.609344")  # p.km
GASES = (("co2_fossil", "kg"), ("ch4_fossil", "g"), ("n2o", "g"))
TREATED = (
    ("waste.recycling", None), ("waste.landfill", None), ("waste.incineration", None),
    ("waste.composting", None), ("waste.composting", "anaerobic_dry"),
    ("waste.composting", "anaerobic_wet"),
)  # fmt: skip
OFF = Fraction(1, 100)  # a GWP that its set or composition moves by more is another one


def load(path: Path) -> Imported:
    """Give the factors of one edition.

    Raises
    ------
    TanluError
        TL220 for a file that is not the hub, TL221 for one that asks for too much.
    """
    read = hub(path)
    source = f"us-epa-hub-{read.year}"
    methane = [
        line.numbers[-1] for line in read.lines if line.table == "11" and "CH4" in line.names
    ]
    weights = "AR4" if methane == ["25"] else "AR5"
    common: Row = {
        "place": "US", "valid_from": f"{read.year}-01-01", "data_year": str(read.year),
        "form": "scalar", "numerator": "kg", "status": "official", "source_id": source,
        "gwp_set": weights,
    }  # fmt: skip
    rows = [
        {**common, **row, "_line": line.line, "_sheet": "Emission Factors Hub"}
        for line in read.lines
        for row in TABLES.get(line.table, _unmeant)(line)
    ]
    kinds = {name: pl.Int64 if name == "_line" else pl.String for row in rows for name in row}
    frame = pl.DataFrame(rows, schema={**dict.fromkeys(FAULT, pl.String), **kinds})
    return settled(frame, _pack(source, read.year), [_source(source, path)])


@cache
def _words() -> dict[tuple[str, str, str], dict[str, str]]:
    folder = resources.files("tanlu.factors.importers.official")
    text = folder.joinpath("epa.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {(row["table"], row["text"], row["more"]): row for row in rows}


def _meant(table: str, name: str, more: str = "") -> Row:
    """Give the facets of a name, or the reason why it has none."""
    plain = " ".join(name.casefold().split())
    bare = re.sub(r"(?<=[a-z)])\s?[a-e]$", "", plain)  # a letter that refers to a footnote
    for text in (plain, bare):
        row = _words().get((table, text, " ".join(more.casefold().split())))
        if row:
            names = ("activity", "vehicle_class", "energy_carrier", "technology", "material")
            return {each: row[each] or None for each in (*names, "bio")}
    known = [text for each, text, _ in _words() if each == table]
    return {
        "_code": "TL223", "_column": f"Table {table}", "_value": f"{name} {more}".strip(),
        "_told": words.nearest(plain, known),
    }  # fmt: skip


def _masses(numbers: tuple[str | None, ...], unit: str, meant: Row, clause: str) -> Row:
    """Give the masses of gases per unit of the house; ``numbers`` are kg CO2, g CH4 and g N2O."""
    found = words.canonical(UNITS.get(unit.casefold(), unit))
    if unit.casefold() == "passenger-mile":
        found = ("p.km", PASSENGER_MILE)
    if found is None:
        fault = {"_code": "TL225", "_column": "unit", "_value": unit, "_told": "kg, t, km, L"}
        return {**meant, **fault, "bio": None}
    name, per = found
    bio = meant.pop("bio", None)
    made: Row = {"denominator": name, "boundary": "ttw", "clause": clause}
    for (column, mass), number in zip(GASES, numbers, strict=False):
        if number is None:
            continue
        other = column.replace("_fossil", "_bio") if bio else column
        made[other] = decimals.text_of(Fraction(number) / per / (1 if mass == "kg" else 1000))
    if per != 1:
        said = ", ".join(number or "-" for number in numbers)
        made["derivation"] = f"published {said} (kg CO2, g CH4, g N2O) per {unit}"
    if unit.casefold() == "mmbtu":
        made["heat_basis"] = "gross"
    return {**meant, **made}


def _stationary(line: Line) -> Iterator[Row]:
    meant = _meant("1", line.names[0])
    clause = f"table 1: {line.names[0]}"
    heated = len(line.numbers) in {4, 7}
    by_heat = line.numbers[1:4] if heated else line.numbers[:3]
    yield _masses(by_heat, "mmBtu", dict(meant), clause)
    if len(line.numbers) == 7:
        yield _masses(line.numbers[4:], line.unit, dict(meant), clause)


def _mobile(line: Line) -> Iterator[Row]:
    yield _masses(
        line.numbers[:1], line.unit, _meant("2", line.names[0]), f"table 2: {line.names[0]}"
    )


def _by_year(line: Line) -> Iterator[Row]:
    said = " ".join(line.names)
    yield {
        "_code": "TL223", "_column": f"Table {line.table}", "_value": said,
        "_told": "transport.road, travel.road: CH4 and N2O alone by model year",
    }  # fmt: skip


def _machines(line: Line) -> Iterator[Row]:
    meant = _meant("5", line.names[0], line.names[1] if len(line.names) > 1 else "")
    row = _masses((None, *line.numbers), "gallon", meant, f"table 5: {', '.join(line.names)}")
    yield {**row, "note": "CH4 and N2O alone: CO2 is told by table 2"}


def _grid(line: Line) -> Iterator[Row]:
    name = " ".join(line.names)
    code = re.match(r"([A-Z]{4})\b(?! [A-Z][a-z])", name)
    told = re.sub(r"^[A-Z]{4} \((.*)\)$", r"\1", name).casefold()
    row = _words().get(("6", told, ""))
    place = row["place"] if row else f"US-GRID-{code.group(1)}" if code else None
    for method, numbers in (("location", line.numbers[:3]), ("marginal", line.numbers[3:6])):
        rates = [each for each in numbers if each]
        if len(rates) == 3:
            masses = [Fraction(each) * Fraction("0.45359237") / 1000 for each in rates]
            clause = (
                f"table 6: {name}, {'total output' if method == 'location' else 'non-baseload'}"
            )
            yield {
                "activity": "energy.electricity", "energy_carrier": "electricity", "place": place,
                "boundary": "generation", "method": method, "denominator": "kWh", "clause": clause,
                **dict(zip(("co2_fossil", "ch4_fossil", "n2o"),
                           map(decimals.text_of, masses), strict=True)),
                "derivation": f"published {', '.join(rates)} lb per MWh",
                **({} if place else {"_code": "TL231", "_column": "Table 6", "_value": name,
                                     "_told": "US, US-GRID-CAMX"}),
            }  # fmt: skip


def _heat(line: Line) -> Iterator[Row]:
    meant: Row = {"activity": "energy.heat"}
    row = _masses(line.numbers[:3], "mmBtu", meant, f"table 7: {line.names[0]}")
    yield {**row, "boundary": "generation", "heat_basis": None}


def _trips(line: Line) -> Iterator[Row]:
    meant = _meant(line.table, line.names[0], line.unit)
    clause = f"table {line.table}: {line.names[0]}"
    yield _masses(line.numbers[:3], line.unit, meant, clause)


def _waste(line: Line) -> Iterator[Row]:
    meant = _meant("9", line.names[0])
    for (activity, technology), number in zip(TREATED, line.numbers, strict=False):
        if number is None:
            continue
        per_tonne = Fraction(number) * 1000 / Fraction("0.90718474")
        yield {
            **meant, "bio": None, "activity": activity, "technology": technology,
            "boundary": "disposal", "denominator": "t",
            "co2e_published": decimals.text_of(per_tonne),
            "derivation": f"published {number} t CO2e per short ton",
            "clause": f"table 9: {line.names[0]}, {activity.removeprefix('waste.')}",
        }  # fmt: skip


def _warming(line: Line) -> Iterator[Row]:
    """Give the CO2e of a gas that leaks; a blend whose parts make another number is refused."""
    name, number = line.names[0], line.numbers[-1]
    substance = words.substance_of(line.names[-1] if line.table == "11" else name)
    row: Row = {
        "activity": "refrigerant.leak", "substance": substance, "co2e_published": number,
        "boundary": "ttw", "denominator": "kg", "clause": f"table {line.table}: {name}",
    }  # fmt: skip
    parts = _made_of(substance or "") if line.table == "12" and number else None
    if parts is not None and abs(parts - Fraction(number or 0)) > OFF * parts:
        row |= {
            "_code": "TL235", "_column": "Table 12", "_value": f"{name} {number}",
            "_told": decimals.text_of(parts),
        }  # fmt: skip
    yield row


def _made_of(substance: str) -> Fraction | None:
    try:
        return gases.potential(substance, "AR5")
    except TanluError:
        return None


def _unmeant(line: Line) -> Iterator[Row]:
    yield {
        "_code": "TL223", "_column": f"Table {line.table}", "_value": line.names[0],
        "_told": "energy.fuel, waste.landfill",
    }  # fmt: skip


TABLES: dict[str, Callable[[Line], Iterator[Row]]] = {
    "1": _stationary, "2": _mobile, "3": _by_year, "4": _by_year, "5": _machines, "6": _grid,
    "7": _heat, "8": _trips, "9": _waste, "10": _trips, "11": _warming, "12": _warming,
}  # fmt: skip


def _pack(source: str, year: int) -> dict[str, str]:
    return {
        "pack_id": source,
        "semver": "1.0.0",
        "title": f"US EPA GHG Emission Factors Hub {year}",
        "title_zh": f"美国环保署温室气体排放因子中心 {year}",
        "licence": "US public domain",
        "attribution": "US EPA Center for Corporate Climate Leadership",
    }


def _source(source: str, path: Path) -> dict[str, str]:
    return {
        "source_id": source,
        "title": "GHG Emission Factors Hub",
        "publisher": "US EPA",
        "doc_no": path.name,
        "published": "",
        "licence": "US public domain",
        "redistribution": "yes",
        "attribution": "US EPA Center for Corporate Climate Leadership",
    }
