"""A footprint in the other form: V3.0 as V2.x for partners who know no more, and the way back.

What a form cannot say is not made up: a footprint whose unit or sign V2 does not know is not told
in V2 at all. What V2 demands and V3 does not tell is filled with the least that may be said.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tanlu.share.exchange.pact.amounts import EXACT, read, written
from tanlu.share.exchange.pact.footprint import Footprint
from tanlu.share.exchange.pact.model import SPECS, fields

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["in_form"]

CPC = "urn:pact:productclassification:un-cpc:"
UNKNOWN_CPC = "unspecified"
SAME = {
    "landUseChangeGhgEmissions": "dLucGhgEmissions", "landCarbonLeakage": "iLucGhgEmissions",
    "landManagementBiogenicCO2Emissions": "landManagementGhgEmissions",
    "biogenicNonCO2Emissions": "otherBiogenicGhgEmissions",
    "biogenicCO2Uptake": "biogenicCarbonWithdrawal",
    "pcfExcludingBiogenicUptake": "pCfExcludingBiogenic",
    "pcfIncludingBiogenicUptake": "pCfIncludingBiogenic",
    "declaredUnitOfMeasurement": "declaredUnit", "declaredUnitAmount": "unitaryProductAmount",
    "ipccCharacterizationFactors": "ipccCharacterizationFactorsSources",
}  # fmt: skip
NUMBERS = ("exemptedEmissionsPercent", "primaryDataShare")
# the three names of V2.0; a standard that it does not know is one that builds on them
EARLIER = {
    "ISO14067": "ISO Standard 14067", "ISO14040-44": "ISO Standard 14044",
    "GHGP-Product": "GHG Protocol Product standard",
}  # fmt: skip
USUAL = "GHG Protocol Product standard"
LATER = {name: code for code, name in EARLIER.items()}
OF_V2 = ("ISO14067", "ISO14083", "ISO14040-44", "GHGP-Product", "PEF", "PACT-1.0", "PACT-2.0",
         "PACT-3.0")  # fmt: skip
COUNTED = ("piece",)


def in_form(told: Footprint, form: int) -> Footprint | None:
    """Give a footprint in form 2 or 3; None when it cannot be said there."""
    if told.form == form:
        return told
    return _second(told.content) if form == 2 else _third(told.content)


def _kept(content: Mapping[str, Any], name: str, form: int) -> dict[str, Any]:
    return {
        each.name: content[each.name] for each in fields(name, form) if each.name in content
    }  # fmt: skip


def _second(content: Mapping[str, Any]) -> Footprint | None:
    pcf = _pcf_of_second(content["pcf"])
    if pcf is None:
        return None
    groups = content.get("productClassifications", ())
    cpc = next((each[len(CPC) :] for each in groups if each.lower().startswith(CPC)), UNKNOWN_CPC)
    made = _kept(content, "ProductFootprint", 2) | {
        "specVersion": SPECS[2], "version": 0, "pcf": pcf, "productCategoryCpc": cpc or UNKNOWN_CPC,
        "comment": content.get("comment", ""),
    }  # fmt: skip
    return Footprint(2, made)


def _pcf_of_second(pcf: Mapping[str, Any]) -> dict[str, Any] | None:
    made = _kept(pcf, "CarbonFootprint", 2)
    for name in ("dqi", *NUMBERS):
        # the ratings of V2 have five dimensions from 1 to 3: nothing can be said of two of them
        made.pop(name, None)
    made |= {SAME[name]: value for name, value in pcf.items() if name in SAME}
    made |= {name: _number(pcf[name]) for name in NUMBERS if name in pcf}
    if made["declaredUnit"] in COUNTED:
        made["declaredUnit"] = "kilogram"
        made["unitaryProductAmount"] = pcf["productMassPerDeclaredUnit"]
    removed = read(pcf.get("landManagementBiogenicCO2Removals"))
    if removed:
        kept = EXACT.add(read(made.get("landManagementGhgEmissions")) or Decimal(0), removed)
        made["landManagementGhgEmissions"] = written(kept)
    standards = pcf["crossSectoralStandards"]
    earlier = [EARLIER[each] for each in standards if each in EARLIER] or [USUAL]
    known = [each for each in standards if each in OF_V2]
    reports = pcf["ipccCharacterizationFactors"]
    made |= {
        "crossSectoralStandardsUsed": earlier,
        "characterizationFactors": "AR6" if "AR6" in reports else "AR5",
        "biogenicCarbonContent": pcf.get("biogenicCarbonContent", "0"),
        "boundaryProcessesDescription": pcf.get("boundaryProcessesDescription", ""),
        "exemptedEmissionsDescription": pcf.get("exemptedEmissionsDescription", ""),
        "packagingEmissionsIncluded": pcf.get("packagingEmissionsIncluded", False),
    }
    made.pop("crossSectoralStandards", None)
    if known:
        made["crossSectoralStandards"] = known
    checked = pcf.get("verification")
    if checked is not None:
        made["assurance"] = _assured(checked)
    return made if _sayable(made) else None


def _sayable(made: Mapping[str, Any]) -> bool:
    """Whether V2 knows the unit, and its signs hold."""
    for field in fields("CarbonFootprint", 2):
        value = made.get(field.name)
        listed = field.kind.startswith("enum:") and isinstance(value, str)
        if listed and value not in field.kind.removeprefix("enum:").split("|"):
            return False
        number = read(value)
        if number is not None and (
            (field.sign == "+" and number < 0) or (field.sign == ">" and number <= 0)
        ):
            return False
    return True


def _assured(checked: Mapping[str, Any]) -> dict[str, Any]:
    kept = {k: v for k, v in checked.items() if k in ("completedAt", "standardName", "comments")}
    coverage = {"product level": "product level", "PCF program": "PCF system"}
    if checked.get("coverage") in coverage:
        kept["coverage"] = coverage[checked["coverage"]]
    return {**kept, "assurance": True, "providerName": checked.get("providerName", "")}


def _third(content: Mapping[str, Any]) -> Footprint:
    pcf = content["pcf"]
    made = _kept(pcf, "CarbonFootprint", 3)
    for name in ("dqi", *NUMBERS):
        made.pop(name, None)
    made |= {name: pcf[old] for name, old in SAME.items() if old in pcf}
    made |= {name: written(Decimal(str(pcf[name]))) for name in NUMBERS if name in pcf}
    standards = pcf.get("crossSectoralStandards") or [
        LATER[each] for each in pcf["crossSectoralStandardsUsed"] if each in LATER
    ]
    uptake = read(pcf.get("biogenicCarbonWithdrawal")) or Decimal(0)
    without = read(pcf["pCfExcludingBiogenic"]) or Decimal(0)
    made.setdefault("pcfIncludingBiogenicUptake", written(EXACT.add(without, uptake)))
    made.setdefault("productMassPerDeclaredUnit", _mass(pcf))
    made["crossSectoralStandards"] = standards
    cpc = str(content.get("productCategoryCpc", ""))
    groups = list(content.get("productClassifications", ()))
    if cpc and cpc != UNKNOWN_CPC and CPC + cpc not in groups:
        groups.append(CPC + cpc)
    whole = _kept(content, "ProductFootprint", 3) | {"specVersion": SPECS[3], "pcf": made}
    return Footprint(3, whole | ({"productClassifications": groups} if groups else {}))


def _mass(pcf: Mapping[str, Any]) -> str:
    return str(pcf["unitaryProductAmount"]) if pcf["declaredUnit"] == "kilogram" else "0"


def _number(text: str) -> float | int:
    number = float(text)
    return int(number) if number.is_integer() else number
