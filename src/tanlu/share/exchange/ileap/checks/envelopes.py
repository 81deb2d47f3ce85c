"""The ProductFootprint around an iLEAP object done again: what it must repeat, and its totals."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tanlu.share.exchange.ileap.amounts import number, ulp
from tanlu.share.exchange.ileap.checks.elements import HIDDEN, activity_of
from tanlu.share.exchange.ileap.checks.findings import reach
from tanlu.share.exchange.ileap.checks.forms import form
from tanlu.share.exchange.ileap.tables import SCHEMAS

if TYPE_CHECKING:
    from tanlu.share.exchange.ileap.checks.findings import Checked

__all__ = ["CPC", "OBJECTS", "URN", "data_of", "envelope", "kind_of"]

FORM = "TL910"
TOTAL = "TL916"
MAPPED = "TL918"
CPC = "83117"
URN = "urn:pathfinder:product:customcode"
# how each type is named in productIds, its unit and the amount of a unit
OBJECTS = {
    "ShipmentFootprint": ("shipment", "shipmentId", "ton kilometer", None),
    "TOC": ("toc", "tocId", "ton kilometer", "1"),
    "HOC": ("hoc", "hocId", "kilogram", "1000"),
}
TEXTS = ("id", "specVersion", "created", "status", "companyName", "productDescription",
         "productCategoryCpc", "productNameCompany", "comment")  # fmt: skip
AMOUNTS = ("unitaryProductAmount", "pCfExcludingBiogenic", "fossilGhgEmissions",
           "fossilCarbonContent", "biogenicCarbonContent")  # fmt: skip
TOLD = ("declaredUnit", "characterizationFactors", "ipccCharacterizationFactorsSources",
        "crossSectoralStandardsUsed", "boundaryProcessesDescription", "referencePeriodStart",
        "referencePeriodEnd", "exemptedEmissionsPercent", "exemptedEmissionsDescription",
        "packagingEmissionsIncluded")  # fmt: skip


def kind_of(extension: object) -> str | None:
    """Give the iLEAP type of an extension: by its schema, else by what its data holds."""
    if not isinstance(extension, Mapping):
        return None
    for kind, url in SCHEMAS.items():
        if extension.get("dataSchema") == url:
            return kind
    return data_of(extension.get("data"))


def data_of(body: object) -> str | None:
    """Give the iLEAP type of an object by the fields that it has."""
    if not isinstance(body, Mapping):
        return None
    if "tceId" in body:
        return "TCE"
    if "tces" in body:
        return "ShipmentFootprint"
    for name, kind in (("tocId", "TOC"), ("hocId", "HOC"), ("activityId", "TAD")):
        if name in body:
            return kind
    return None


def envelope(
    found: Checked,
    footprint: Mapping[str, Any],
    operations: Mapping[str, Mapping[str, Any]],
    where: str,
) -> None:
    """Do the ProductFootprint around one iLEAP object again."""
    held = footprint.get("extensions")
    kinds = [(kind_of(one), one) for one in held] if isinstance(held, list) else []
    ours = [(kind, one) for kind, one in kinds if kind in SCHEMAS]
    if not ours:
        return
    why = "a footprint holds one iLEAP object"
    found.hold(len(ours) == 1, MAPPED, f"{where}.extensions", len(ours), why)
    kind, extension = ours[0]
    body, pcf = extension.get("data"), footprint.get("pcf")
    if kind not in SCHEMAS or not isinstance(body, Mapping):
        return
    _extension(found, extension, kind, f"{where}.extensions[0]")
    _told(found, footprint, pcf, where)
    if isinstance(pcf, Mapping):
        _mapped(found, footprint, pcf, (kind, body), where)
        _totals(found, pcf, (kind, body), operations, where)


def _extension(found: Checked, extension: Mapping[str, Any], kind: str, at: str) -> None:
    url = SCHEMAS[kind]
    for name, should in (("specVersion", "2.0.0"), ("dataSchema", url)):
        _same(found, extension.get(name), should, f"{at}.{name}")


def _told(found: Checked, footprint: Mapping[str, Any], pcf: object, where: str) -> None:
    """Look at what PACT 2 demands of every footprint, as far as iLEAP rests on it."""
    for name in TEXTS:
        good = isinstance(footprint.get(name), str)
        found.hold(good, FORM, f"{where}.{name}", footprint.get(name, ""), "the field is not told")
    for name in ("companyIds", "productIds"):
        told = footprint.get(name)
        good = isinstance(told, list) and bool(told)
        found.hold(good, FORM, f"{where}.{name}", told or "", "the field is not told")
    if not isinstance(pcf, Mapping):
        found.tell(FORM, f"{where}.pcf", "", "the field is not told")
        return
    for name in (*TOLD, *AMOUNTS):
        found.hold(
            pcf.get(name) is not None, FORM, f"{where}.pcf.{name}", "", "the field is not told"
        )
    for name in AMOUNTS:
        if pcf.get(name) is not None:
            form(found, "Amounts", {name: pcf[name]}, f"{where}.pcf")


def _same(found: Checked, told: object, should: str, at: str) -> None:
    if told == should:
        found.held += 1
    else:
        why = "the mapping of iLEAP to PACT fixes it"
        found.tell(MAPPED, at, "" if told is None else told, why, should)


def _mapped(
    found: Checked,
    footprint: Mapping[str, Any],
    pcf: Mapping[str, Any],
    held: tuple[str, Mapping[str, Any]],
    where: str,
) -> None:
    kind, body = held
    word, name, unit, _ = OBJECTS[kind]
    told = footprint.get("productIds")
    ids = [str(one) for one in told] if isinstance(told, list) else []
    ends = [f"{URN}:{by}-assigned:{word}:{body.get(name)}" for by in ("vendor", "buyer")]
    if {*ids} & {*ends}:
        found.held += 1
    else:
        why = "no productId names the object"
        found.tell(MAPPED, f"{where}.productIds", ", ".join(ids), why, ends[0])
    _same(found, footprint.get("productCategoryCpc"), CPC, f"{where}.productCategoryCpc")
    _same(found, pcf.get("declaredUnit"), unit, f"{where}.pcf.declaredUnit")
    at = f"{where}.pcf.packagingEmissionsIncluded"
    if pcf.get("packagingEmissionsIncluded") is False:
        found.held += 1
    elif pcf.get("packagingEmissionsIncluded") is not None:
        why = "the mapping of iLEAP to PACT fixes it"
        found.tell(MAPPED, at, pcf["packagingEmissionsIncluded"], why, "false")


def _totals(
    found: Checked,
    pcf: Mapping[str, Any],
    held: tuple[str, Mapping[str, Any]],
    operations: Mapping[str, Mapping[str, Any]],
    where: str,
) -> None:
    kind, body = held
    if kind == "ShipmentFootprint":
        emitted, activity = _sums(body, operations)
    else:
        rate, unit = number(body.get("co2eIntensityWTW")), OBJECTS[kind][3]
        shown = str(body.get("co2eIntensityWTW"))
        emitted = None if rate is None else (rate, ulp(shown), "co2eIntensityWTW")
        activity = None if unit is None else (Fraction(unit), Fraction(0), "iLEAP")
        if body.get("hubActivityUnit") == "TEU" or body.get("transportActivityUnit") == "TEUkm":
            emitted = None  # a footprint per tonne or t·km of what is counted in containers
    for name, total in (
        ("pCfExcludingBiogenic", emitted),
        ("fossilGhgEmissions", emitted),
        ("unitaryProductAmount", activity),
    ):
        told = pcf.get(name)
        if total is None or number(told) is None:
            continue
        value, room, formula = total
        at = f"{where}.pcf.{name}"
        # PACT 2 wants more than nothing of goods that never moved
        allowed = room + (reach(told) if value else ulp(str(told)))
        found.compare(TOTAL, at, str(told), value, allowed, formula=formula)


Sum = tuple[Fraction, Fraction, str]


def _sums(
    body: Mapping[str, Any], operations: Mapping[str, Mapping[str, Any]]
) -> tuple[Sum | None, Sum | None]:
    """Give Σ co2eWTW and Σ t·km of a chain, each as it should be and with its rounding."""
    held = body.get("tces")
    tces = [each for each in held if isinstance(each, dict)] if isinstance(held, list) else []
    co2e: list[tuple[Fraction, Fraction]] = []
    tkm: list[tuple[Fraction, Fraction]] = []
    for each in tces:
        made, told = activity_of(each), number(each.get("transportActivity"))
        printed = str(each.get("transportActivity"))
        if made is None or told is None:
            return None, None
        right = abs(made - told) <= max(reach(printed) * 2, made / 100)
        tkm.append((told, reach(printed)) if right else (made, made / 1000))
        emitted = _emitted(each, operations, told if right else made)
        if emitted is None:
            return None, None
        co2e.append(emitted)
    if not tces:
        return None, None
    return _added(co2e, "Σ co2eWTW"), _added(tkm, "Σ transportActivity")


def _emitted(
    tce: Mapping[str, Any], operations: Mapping[str, Mapping[str, Any]], activity: Fraction
) -> tuple[Fraction, Fraction] | None:
    """Give the emissions of an element: as printed if they hold, else from the intensity."""
    told, printed = number(tce.get("co2eWTW")), str(tce.get("co2eWTW"))
    if told is None:
        return None
    name = f"toc:{tce['tocId']}" if tce.get("tocId") else f"hoc:{tce.get('hocId')}"
    operation = operations.get(name, {})
    rate, mass = number(operation.get("co2eIntensityWTW")), number(tce.get("mass"))
    unit = operation.get("transportActivityUnit") or operation.get("hubActivityUnit")
    if rate is None or mass is None or unit not in ("tkm", "tonnes"):
        return told, reach(printed)
    base = activity if unit == "tkm" else mass / 1000
    made = base * rate
    slack = ulp(printed) + min(reach(operation["co2eIntensityWTW"]) * base, made * HIDDEN)
    return (told, reach(printed)) if abs(made - told) <= slack else (made, slack)


def _added(parts: list[tuple[Fraction, Fraction]], name: str) -> Sum:
    value = sum((one for one, _ in parts), Fraction(0))
    return value, sum((room for _, room in parts), Fraction(0)), name
