"""What is wrong with a footprint that somebody sends: its shape, and what recomputing finds.

Every published claim that follows from others in the same footprint is computed again. A partner's
footprint is kept as it came; what was found stands beside it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tanlu.share.exchange.pact import moments
from tanlu.share.exchange.pact.amounts import EXACT, read, tolerance, written
from tanlu.share.exchange.pact.model import Finding, misfits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["check", "check_all"]

# with uptake counted in, its last term; without, all but that
TERMS = {
    3: (
        "fossilGhgEmissions", "landUseChangeGhgEmissions", "landManagementBiogenicCO2Emissions",
        "landManagementBiogenicCO2Removals", "biogenicNonCO2Emissions", "technologicalCO2Removals",
        "ccsTechnologicalCO2Capture", "biogenicCO2Uptake",
    ),
    2: (
        "fossilGhgEmissions", "dLucGhgEmissions", "landManagementGhgEmissions",
        "otherBiogenicGhgEmissions", "biogenicCarbonWithdrawal",
    ),
}  # fmt: skip
TOTALS = {
    3: ("pcfExcludingBiogenicUptake", "pcfIncludingBiogenicUptake"),
    2: ("pCfExcludingBiogenic", "pCfIncludingBiogenic"),
}
UNITS = {2: "declaredUnit", 3: "declaredUnitOfMeasurement"}
# units of what weighs nothing
WEIGHTLESS = ("ton kilometer", "kilowatt hour", "megajoule", "hour", "megabit second")
# PACT Methodology: until 2025 either told how good the data is, since then both are wanted
BOTH_SINCE = datetime(2025, 1, 1, tzinfo=UTC)
RATINGS = ("technologicalDQR", "geographicalDQR", "temporalDQR")


def check(content: Any, form: int) -> list[Finding]:
    """Give all that is wrong with one footprint in form 2 or 3; empty when nothing is."""
    found = misfits(content, form)
    if not isinstance(content, dict):
        return found
    pcf = content.get("pcf")
    found += _identity(content)
    found += _validity(content)
    if isinstance(pcf, dict):
        found += [*_sums(pcf, form), *_parts(pcf, form), *_unit(pcf, form)]
        found += [*_periods(pcf), *_quality(pcf, form), *_companions(pcf)]
    return found


def check_all(contents: list[Any], form: int) -> dict[str, list[Finding]]:
    """Give the findings of footprints that came together, by identity; also of their sequence."""
    found: dict[str, list[Finding]] = {}
    status: dict[str, Any] = {}
    for place, content in enumerate(contents):
        told = content if isinstance(content, dict) else {}
        name = str(told.get("id", f"[{place}]"))
        mine = found.setdefault(name, [])
        if name in status:
            mine.append(Finding("TL878", "id", name, "it stands twice in one answer"))
        status[name] = told.get("status")
        mine += check(content, form)
    for content in contents:
        for old in content.get("precedingPfIds", []) if isinstance(content, dict) else []:
            if status.get(str(old)) == "Active":
                why = f"it is active though {content.get('id')} replaces it"
                found[str(old)].append(Finding("TL878", "status", "Active", why))
    return found


def _number(pcf: Mapping[str, Any], name: str) -> Decimal | None:
    return read(pcf.get(name))


def _identity(content: Mapping[str, Any]) -> Iterator[Finding]:
    preceding = content.get("precedingPfIds")
    if isinstance(preceding, list) and content.get("id") in preceding:
        yield Finding("TL878", "precedingPfIds", str(content.get("id")), "it replaces itself")
    created, updated = (moments.moment(content.get(name)) for name in ("created", "updated"))
    if created and updated and updated < created:
        yield Finding("TL875", "updated", str(content["updated"]), "it is before created")


def _validity(content: Mapping[str, Any]) -> Iterator[Finding]:
    span = moments.validity(content)
    if span is None:
        return
    start, end = span
    if end < start:
        why = "the period of validity ends before it begins"
        yield Finding("TL875", "validityPeriodEnd", moments.written(end), why)


def _sums(pcf: Mapping[str, Any], form: int) -> Iterator[Finding]:
    """Compute both totals again; where a form leaves parts untold, no more than it can know."""
    without, whole = TOTALS[form]
    *terms, uptake = TERMS[form]
    for total, names in ((without, terms), (whole, [*terms, uptake])):
        told = _number(pcf, total)
        known = {name: number for name in names if (number := _number(pcf, name)) is not None}
        if told is None or names[0] not in known:
            continue
        # form 2 has no rule for what is told by nobody: a rest is no fault there
        if form == 2 and len(known) < len(names):
            known = {names[0]: known[names[0]]} if total == without else {}
            if known and told < known[names[0]] - tolerance(str(pcf[total]), ()):
                why = f"it is below {names[0]} {written(known[names[0]])}"
                yield Finding("TL872", f"pcf.{total}", str(pcf[total]), why)
            continue
        summed = Decimal(0)
        for number in known.values():
            summed = EXACT.add(summed, number)
        slack = tolerance(str(pcf[total]), [str(pcf[name]) for name in known])
        if abs(EXACT.subtract(told, summed)) > slack:
            why = f"its parts sum to {written(summed)}"
            yield Finding("TL872", f"pcf.{total}", str(pcf[total]), why)


def _parts(pcf: Mapping[str, Any], form: int) -> Iterator[Finding]:
    """Find parts that are more than what they are part of."""
    whole = _number(pcf, "fossilGhgEmissions")
    if form == 3:
        part = _number(pcf, "landManagementFossilGhgEmissions")
        if whole is not None and part is not None and part > whole:
            why = f"it is part of fossilGhgEmissions {written(whole)}"
            yield Finding("TL872", "pcf.landManagementFossilGhgEmissions", written(part), why)
    carbon = [_number(pcf, name) for name in ("fossilCarbonContent", "biogenicCarbonContent")]
    mass = _number(pcf, "productMassPerDeclaredUnit")
    held = sum((each for each in carbon if each is not None), Decimal(0))
    if mass is not None and mass > 0 and held > mass:
        why = f"a product of {written(mass)} kg cannot hold it"
        yield Finding("TL874", "pcf.fossilCarbonContent", written(held), why)
    uptake = _number(pcf, "biogenicCO2Uptake" if form == 3 else "biogenicCarbonWithdrawal")
    if uptake is not None and uptake < 0 and carbon[1] == 0:
        why = "CO2 was taken up, and the product holds no biogenic carbon"
        yield Finding("TL872", "pcf.biogenicCarbonContent", "0", why)


def _unit(pcf: Mapping[str, Any], form: int) -> Iterator[Finding]:
    unit = pcf.get(UNITS[form])
    mass = _number(pcf, "productMassPerDeclaredUnit")
    if mass is None:
        return
    where = "pcf.productMassPerDeclaredUnit"
    if unit in WEIGHTLESS and mass != 0:
        yield Finding("TL874", where, written(mass), f"it is 0 for the unit {unit}")
    if form == 3 and unit in ("piece", "liter", "cubic meter", "square meter") and mass == 0:
        yield Finding("TL874", where, "0", f"the mass of a {unit} is wanted")
    amount = _number(pcf, "declaredUnitAmount")
    if form == 3 and unit == "kilogram" and amount is not None and mass != amount:
        yield Finding("TL874", where, written(mass), f"it is {written(amount)} kg that is declared")


def _periods(pcf: Mapping[str, Any]) -> Iterator[Finding]:
    start, end = (moments.moment(pcf.get(f"referencePeriod{name}")) for name in ("Start", "End"))
    if start is None or end is None:
        return
    if end <= start:
        why = "the period of reference ends before it begins"
        yield Finding("TL875", "pcf.referencePeriodEnd", moments.written(end), why)


def _quality(pcf: Mapping[str, Any], form: int) -> Iterator[Finding]:
    share, dqi = pcf.get("primaryDataShare"), pcf.get("dqi")
    end = moments.moment(pcf.get("referencePeriodEnd"))
    if end is not None and share is None and dqi is None:
        why = "neither the share of primary data nor ratings of the data are told"
        yield Finding("TL876", "pcf.primaryDataShare", "", why)
    elif end is not None and form == 2 and end >= BOTH_SINCE and (share is None or dqi is None):
        why = "of a period that ends in 2025 or later both are wanted"
        yield Finding("TL876", "pcf.primaryDataShare" if share is None else "pcf.dqi", "", why)
    elif end is not None and form == 3 and end >= BOTH_SINCE and share is None:
        why = "of a period that ends in 2025 or later the share of primary data is wanted"
        yield Finding("TL876", "pcf.primaryDataShare", "", why)
    for name in ("primaryDataShare", "exemptedEmissionsPercent"):
        number = read(pcf.get(name))
        if number is not None and not 0 <= number <= 100:
            yield Finding("TL876", f"pcf.{name}", str(pcf[name]), "it must be from 0 to 100")
    marks: dict[str, Any] = dqi if form == 3 and isinstance(dqi, dict) else {}
    for name in RATINGS:
        number = read(marks.get(name))
        if number is not None and not 1 <= number <= 5:
            yield Finding("TL876", f"pcf.dqi.{name}", str(marks[name]), "it must be from 1 to 5")


def _companions(pcf: Mapping[str, Any]) -> Iterator[Finding]:
    """Find what may only be told together with something else."""
    pairs = (
        ("packagingEmissionsIncluded", ("packagingGhgEmissions",)),
        ("ccsTechnologicalCO2CaptureIncluded",
         ("ccsTechnologicalCO2Capture", "technologicalCO2Removals")),
    )  # fmt: skip
    for flag, names in pairs:
        for name in names:
            if pcf.get(flag) is False and name in pcf:
                why = f"it is told though {flag} is false"
                yield Finding("TL870", f"pcf.{name}", str(pcf[name]), why)
    exempted = read(pcf.get("exemptedEmissionsPercent"))
    if exempted is not None and exempted > 0 and not pcf.get("exemptedEmissionsDescription"):
        why = "why emissions are left out is not told"
        yield Finding("TL870", "pcf.exemptedEmissionsDescription", "", why)
    rules = pcf.get("productOrSectorSpecificRules")
    for rule in rules if isinstance(rules, list) else ():
        other = isinstance(rule, dict) and rule.get("operator") == "Other"
        if other and not rule.get("otherOperatorName"):
            why = "who wrote the rules is not told"
            yield Finding("TL870", "pcf.productOrSectorSpecificRules", "Other", why)
