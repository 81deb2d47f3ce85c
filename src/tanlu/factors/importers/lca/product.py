"""One product of a life-cycle database as a factor: what it is made of, where, by which model."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from tanlu.factors.importers import decimals, words
from tanlu.factors.importers.exchange.footprints import Row, frame, refused, slug
from tanlu.factors.importers.imported import Imported, settled

__all__ = ["GASES", "Product", "imported", "warming"]

# elementary flows whose masses are asked for, as the databases name them
GASES = {
    "co2_fossil": r"^carbon dioxide(, fossil| \(fossil\)|, land transformation)?$",
    "co2_bio": r"^carbon dioxide(, biogenic| \(biogenic\)|, non-fossil)$",
    "ch4_fossil": r"^methane(, fossil| \(fossil\))?$",
    "ch4_bio": r"^methane(, biogenic| \(biogenic\)|, non-fossil)$",
    "n2o": r"^(nitrous oxide|dinitrogen monoxide)$",
}
WARM = re.compile(
    r"global warming|climate change|\bgwp|treibhauspotential|全球变暖|气候变化", re.IGNORECASE
)
PART = re.compile(r"fossil|biogen|land use|luluc|uptake|化石|生物", re.IGNORECASE)
HORIZON = re.compile(r"(?:gwp|a|\D)(20|500|1000)\b", re.IGNORECASE)
WIDE = {"GLO": "GLO", "RoW": "GLO", "ROW": "GLO", "": "GLO"}


class Product(NamedTuple):
    """What a data set says of its product, numbers in decimal text."""

    file: str
    number: int
    uuid: str
    name: str
    classes: str
    place: str
    year: str
    until: str
    kind: str
    model: str
    owner: str
    unit: str
    amount: str
    co2e: str
    method: str
    gases: dict[str, str]


def warming(results: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """Give the value and the name of the one result that is the whole potential over 100 years."""
    found = [
        (name, value) for name, value in results if WARM.search(name) and not HORIZON.search(name)
    ]
    whole = [each for each in found if "total" in each[0].casefold()]
    plain = [each for each in found if not PART.search(each[0])]
    name, value = next(iter([*whole, *plain]), ("", ""))
    return value, name


def imported(products: list[Product], path: Path, source: str) -> Imported:
    """Give the pack that products make, each with its own source."""
    pack = {
        "pack_id": f"{source}-{slug(path.stem)}", "semver": "1.0.0",
        "title": f"Products of {path.name}", "title_zh": f"生命周期数据集：{path.name}",
        "licence": "see each source", "attribution": "",
    }  # fmt: skip
    documents = {_source(each, source): each for each in products}
    rows = [_factor(each, source) for each in products]
    return settled(frame(rows), pack, [_document(name, each) for name, each in documents.items()])


@cache
def _kinds() -> tuple[tuple[re.Pattern[str], dict[str, str]], ...]:
    file = resources.files("tanlu.factors.importers.lca").joinpath("words.csv")
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return tuple((re.compile(row["pattern"], re.IGNORECASE), row) for row in rows)


def _factor(each: Product, source: str) -> Row:
    row: Row = {
        "_sheet": each.file, "_line": each.number, "form": "scalar", "numerator": "kg",
        "status": "peer", "source_id": _source(each, source), "data_year": each.year or None,
        "valid_from": f"{each.year}-01-01" if each.year else None,
        "clause": f"process {each.uuid}: {each.name[:160]}",
        "note": f"{each.kind or 'data set'}; system model: {each.model or 'not told'}"
        f"{f'; {each.method}' if each.method else ''}",
    }  # fmt: skip
    for part in (_meant(each), _placed(each), _dated(each), _valued(each)):
        row = {**row, **part} if "_code" not in row else {**part, **row}
    return row


def _meant(each: Product) -> Row:
    for text in (each.name, each.classes):
        for pattern, kind in _kinds():
            if pattern.search(text):
                recycled = re.search(r"recycl|secondary|再生", each.name, re.IGNORECASE)
                return {
                    "activity": kind["activity"], "material": kind["material"] or None,
                    "energy_carrier": kind["energy_carrier"] or None,
                    "boundary": kind["boundary"], "method": kind["method"] or None,
                    "technology": "recycled" if recycled and kind["material"] else None,
                }  # fmt: skip
    near = words.nearest(each.name, [kind["material"] for _, kind in _kinds()])
    return refused("TL223", "name", each.name[:160], near)


def _placed(each: Product) -> Row:
    place = WIDE.get(each.place) or words.region_of(each.place)
    return {"place": place} if place else refused("TL231", "location", each.place, "CN, DE, GLO")


def _dated(each: Product) -> Row:
    if not re.match(r"^(19|20)\d\d$", each.year):
        return refused("TL237", "referenceYear", each.year, "2024")
    valid = re.match(r"^(19|20)\d\d$", each.until)
    return {"valid_to": f"{int(each.until) + 1}-01-01"} if valid else {}


def _valued(each: Product) -> Row:
    unit = words.canonical(each.unit)
    if unit is None:
        return refused("TL225", "unit", each.unit, words.near_unit(each.unit))
    if not re.match(decimals.DECIMAL, each.amount) or Fraction(each.amount) <= 0:
        return refused("TL224", "amount", each.amount, "amount")
    per = Fraction(each.amount) * unit[1]
    made: Row = {"denominator": unit[0]}
    if re.match(decimals.DECIMAL, each.co2e):
        whole = Fraction(each.co2e)
        if whole < 0:
            return refused("TL229", each.method, each.co2e, "avoided")
        if whole == 0:
            return refused("TL228", each.method, "0", "note")
        weights = re.search(r"AR[456]", each.method)
        made |= {
            "co2e_published": decimals.text_of(whole / per),
            "gwp_set": weights.group() if weights else None,
        }
        said = each.co2e
    elif each.gases and "unit" not in each.kind.casefold():
        made |= {name: decimals.text_of(Fraction(mass) / per) for name, mass in each.gases.items()}
        said = ", ".join(f"{name} {mass}" for name, mass in each.gases.items())
    else:
        return refused("TL230", "LCIAResults", "", "a result for climate change, or an LCI result")
    return made if per == 1 else {**made, "derivation": f"{said} per {each.amount} {each.unit}"}


def _source(each: Product, source: str) -> str:
    return f"{source}-{slug(each.uuid or each.name)}"


def _document(name: str, each: Product) -> dict[str, str]:
    return {
        "source_id": name,
        "title": each.name[:200],
        "publisher": each.owner,
        "doc_no": each.uuid,
        "published": f"{each.year}-01-01" if each.year else "",
        "licence": "see its owner",
        "redistribution": "private",
        "attribution": each.owner,
    }
