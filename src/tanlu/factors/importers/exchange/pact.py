"""PACT product footprints: one cradle-to-gate factor a product, by its classification.

The footprint is told per declared unit; biogenic uptake is never netted: the value without it is
taken. The division of the Central Product Classification decides the material.

Source: WBCSD, PACT technical specifications 2.0 to 3.0, ProductFootprint and CarbonFootprint.
"""

from __future__ import annotations

import csv
import re
from fractions import Fraction
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from tanlu.errors import TanluError
from tanlu.factors.importers import decimals, words
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

VALUES = ("pcfExcludingBiogenicUptake", "pCfExcludingBiogenic", "fossilGhgEmissions")
UNITS = {
    "liter": "L", "kilogram": "kg", "cubic meter": "m3", "kilowatt hour": "kWh",
    "megajoule": "MJ", "ton kilometer": "t.km", "piece": "item", "hour": "h",
    "megabit second": "",
}  # fmt: skip
AREA = "square meter"  # by the mass of the declared unit: a factor has no area
OFF = Fraction(1, 1_000_000)


def load(path: Path) -> Imported:
    """Give the factors of a payload.

    Raises
    ------
    TanluError
        TL220 for a file without a product footprint.
    """
    items = [each for each in found(path) if isinstance(each.body.get("pcf"), dict)]
    if not items:
        raise TanluError("TL220", value=path.name, why="it has no product footprint")
    pack = {
        "pack_id": f"pact-{slug(path.stem)}", "semver": "1.0.0",
        "title": f"Product footprints of {path.name}", "title_zh": f"产品碳足迹：{path.name}",
        "licence": "private", "attribution": "",
    }  # fmt: skip
    sources = {_source(each): _document(each) for each in items}
    return settled(frame([_factor(each) for each in items]), pack, list(sources.values()))


@cache
def _materials() -> tuple[tuple[str, str], ...]:
    file = resources.files("tanlu.factors.importers.exchange").joinpath("cpc.csv")
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    told = [(row["cpc"], row["material"]) for row in rows]
    return tuple(sorted(told, key=lambda each: -len(each[0])))


def _factor(at: Found) -> Row:
    body, pcf = at.body, at.body["pcf"]
    start = word(pcf, "referencePeriodStart", "reportingPeriodStart") or word(body, "created") or ""
    end = word(pcf, "referencePeriodEnd", "reportingPeriodEnd")
    row: Row = {
        "_sheet": at.file, "_line": at.number, "activity": "goods.material",
        "boundary": "cradle_gate", "form": "scalar", "numerator": "kg",
        "valid_from": start[:10] or None, "valid_to": end[:10] if end else None,
        "data_year": start[:4] or None, "source_id": _source(at),
        "gwp_set": word(pcf, "ipccCharacterizationFactors", "characterizationFactors") or "AR6",
        "status": "deprecated" if word(body, "status") == "Deprecated" else "peer",
        "clause": f"ProductFootprint {word(body, 'id') or at.number}",
        "note": _note(body, pcf),
    }  # fmt: skip
    for part in (_material(body), _place(pcf), _value(pcf)):
        row = {**row, **part} if "_code" not in row else {**part, **row}
    if not re.match(r"^\d{4}-\d\d-\d\d", start) and "_code" not in row:
        row |= refused("TL237", "referencePeriodStart", start, "2025-01-01T00:00:00Z")
    return row


def _note(body: dict[str, Any], pcf: dict[str, Any]) -> str:
    name = word(body, "productNameCompany", "productDescription") or ""
    share = word(pcf, "primaryDataShare")
    return f"{name[:200]}; primary data {share} %" if share else name[:200]


def _material(body: dict[str, Any]) -> Row:
    held = body.get("productClassifications")
    told = held if isinstance(held, list) else [body.get("productCategoryCpc")]
    codes = [re.search(r"(?:cpc:)?(\d{2,5})$", str(each)) for each in told if each]
    code = next((each.group(1) for each in codes if each), "")
    material = next((name for cpc, name in _materials() if code.startswith(cpc)), None)
    if not code or material is None:
        said = code or str(word(body, "productNameCompany"))
        return refused("TL223", "productClassifications", f"CPC {said}", "goods.material.metal")
    return {"material": material}


def _place(pcf: dict[str, Any]) -> Row:
    told = word(pcf, "geographyCountrySubdivision", "geographyCountry")
    if told is None:
        region = word(pcf, "geographyRegionOrSubregion")
        return (
            {"place": "GLO"}
            if region in {None, "Global"}
            else refused("TL231", "geographyRegionOrSubregion", region, "CN, DE, Global")
        )
    place = words.region_of(told)
    return {"place": place} if place else refused("TL231", "geographyCountry", told, "CN, DE")


def _value(pcf: dict[str, Any]) -> Row:
    column = next((name for name in VALUES if name in pcf), VALUES[0])
    whole, count = amount(pcf, column), amount(pcf, "declaredUnitAmount", "unitaryProductAmount")
    if whole is None or count is None or count <= 0:
        wrong = column if whole is None else "declaredUnitAmount"
        return refused("TL224", wrong, word(pcf, wrong) or "", wrong)
    said = word(pcf, "declaredUnitOfMeasurement", "declaredUnit") or ""
    unit = UNITS.get(said)
    if said == AREA:
        mass = amount(pcf, "productMassPerDeclaredUnit")
        unit, count = ("kg", mass) if mass else (None, count)
    if not unit:
        return refused("TL225", "declaredUnitOfMeasurement", said, ", ".join(UNITS))
    made: Row = {"denominator": unit, "co2e_published": decimals.text_of(whole / count)}
    if count != 1:
        made["derivation"] = f"{column} {word(pcf, column)} / {decimals.text_of(count)} {unit}"
    return {**made, **_checked(pcf, whole)}


def _checked(pcf: dict[str, Any], whole: Fraction) -> Row:
    """Refuse a footprint whose parts cannot make it."""
    if whole < 0:
        return refused("TL229", VALUES[0], decimals.text_of(whole), "avoided")
    if whole == 0:
        return refused("TL228", VALUES[0], "0", "no product has a footprint of zero")
    fossil = amount(pcf, "fossilGhgEmissions")
    if fossil is not None and fossil > whole * (1 + OFF):
        return refused(
            "TL235", "fossilGhgEmissions", decimals.text_of(whole), decimals.text_of(fossil)
        )
    uptake = amount(pcf, "biogenicCO2Uptake", "biogenicCarbonWithdrawal")
    with_uptake = amount(pcf, "pcfIncludingBiogenicUptake", "pCfIncludingBiogenic")
    if uptake is not None and with_uptake is not None:
        should = whole + min(uptake, -uptake)
        if abs(should - with_uptake) > OFF * max(abs(should), abs(whole)):
            shown = decimals.text_of(with_uptake)
            return refused("TL235", "pcfIncludingBiogenicUptake", shown, decimals.text_of(should))
    return {}


def _source(at: Found) -> str:
    product = word(at.body, "productIds", "id") or str(at.number)
    return f"own-pact-{slug(word(at.body, 'companyName'), product)}"


def _document(at: Found) -> dict[str, str]:
    body = at.body
    return {
        "source_id": _source(at),
        "title": (word(body, "productNameCompany") or "product footprint")[:200],
        "publisher": word(body, "companyName") or "",
        "doc_no": word(body, "id") or "",
        "published": (word(body, "created") or "")[:10],
        "licence": "private",
        "redistribution": "private",
        "attribution": word(body, "companyName") or "",
    }
