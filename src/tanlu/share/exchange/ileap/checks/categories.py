"""Operation categories done again: shares, emission factors against their unit, intensities."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tanlu.share.exchange.ileap.amounts import amount, number, ulp
from tanlu.share.exchange.ileap.checks.findings import OTHER, Finding, near, off, reach
from tanlu.share.exchange.ileap.tables import Carrier, carriers, operations

if TYPE_CHECKING:
    from tanlu.share.exchange.ileap.checks.findings import Checked

__all__ = ["category", "energy", "grown"]

UPSTREAM = "TL913"
SHARE = "TL914"
FACTOR = "TL915"
ONE = Fraction(1)
# shares are printed with few places: a third three times is 0.999
ROOM = Fraction(5, 1000)
MJ_PER_KWH = Fraction(36, 10)
# an intensity above its fuel's may hold refrigerants; one so far above is another unit
FAR = 9
# of the energy's emissions: heating values and densities differ between tables
LOOSE = Fraction(5, 100)
# CO2e that is below zero on the way to the tank: what grew on the field is taken off there
GROWN = {"Cooking oil"}


def category(found: Checked, body: Mapping[str, Any], where: str) -> None:
    """Do a TOC or HOC again from its own numbers."""
    mixed = _objects(body.get("energyCarriers"))
    _wheel(found, body, "co2eIntensity", where, below=grown(body))
    _ceiling(found, body, where)
    _factors(found, body, where)
    energy(found, mixed, where)
    _intensity(found, body, mixed, where)


def energy(found: Checked, mixed: list[dict[str, Any]], where: str) -> None:
    """Do energy carriers again: shares that are one together, factors that can be."""
    at = f"{where}.energyCarriers"
    _shares(found, mixed, at)
    for place, each in enumerate(mixed):
        here = f"{at}[{place}]"
        _wheel(found, each, "emissionFactor", here, below=_grown(each))
        for part in ("WTW", "TTW"):
            _bounded(found, each, part, here)
        _feedstocks(found, each, here)
        if (each.get("energyConsumption") is None) < (each.get("energyConsumptionUnit") is None):
            found.tell(SHARE, f"{here}.energyConsumptionUnit", "", "a consumption needs its unit")


def _wheel(found: Checked, body: Mapping[str, Any], name: str, where: str, *, below: bool) -> None:
    whole, burnt = number(body.get(f"{name}WTW")), number(body.get(f"{name}TTW"))
    if whole is None or burnt is None:
        return
    if burnt > whole and not below:
        told = (("whole", str(body[f"{name}WTW"])),)
        at = f"{where}.{name}TTW"
        found.findings.append(Finding(UPSTREAM, at, str(body[f"{name}TTW"]), None, told))
    else:
        found.held += 1


def grown(body: Mapping[str, Any]) -> bool:
    """Tell whether what grew on a field moves a category: then the way to the tank may take up."""
    return any(_grown(each) for each in _objects(body.get("energyCarriers")))


def _grown(each: Mapping[str, Any]) -> bool:
    stocks = each.get("feedstocks")
    named = [str(one.get("feedstock")) for one in _objects(stocks)]
    return each.get("energyCarrier") == "HVO" or bool({*named} & GROWN)


def _ceiling(found: Checked, body: Mapping[str, Any], where: str) -> None:
    name = body.get("mode") if "tocId" in body else body.get("hubType")
    highest = max((each.highest for each in operations() if each.word == name), default=None)
    unit = body.get("transportActivityUnit") or body.get("hubActivityUnit")
    if highest is None or unit not in ("tkm", "tonnes"):
        return
    for part in ("WTW", "TTW"):
        rate = number(body.get(f"co2eIntensity{part}"))
        if rate is None:
            continue
        if abs(rate) <= highest:
            found.held += 1
            continue
        at, told = f"{where}.co2eIntensity{part}", str(body[f"co2eIntensity{part}"])
        found.findings.append(_beyond(at, told, rate, highest, f"kg CO2e/{unit}, {name}"))


def _factors(found: Checked, body: Mapping[str, Any], where: str) -> None:
    """Look at the load and empty factors: shares of one, not percent."""
    for name in ("loadFactor", "emptyDistanceFactor"):
        told = number(body.get(name))
        if told is None:
            continue
        # all of a load is possible, nothing but empty running is not
        if (0 < told <= 1) if name == "loadFactor" else (0 <= told < 1):
            found.held += 1
        else:
            meant = amount(told / 100) if 1 < told <= 100 else ""
            at = f"{where}.{name}"
            found.tell(SHARE, at, body[name], "it is a share and lies between 0 and 1", meant)


def _shares(found: Checked, mixed: list[dict[str, Any]], at: str) -> None:
    told = [number(each.get("relativeShare")) for each in mixed]
    if not told or None in told:
        return
    parts = [each for each in told if each is not None]
    for place, each in enumerate(parts):
        if not 0 < each <= 1:
            where = f"{at}[{place}].relativeShare"
            value = mixed[place]["relativeShare"]
            found.tell(SHARE, where, value, "it is a share and lies between 0 and 1")
    room = min(ROOM, sum((reach(each["relativeShare"]) for each in mixed), Fraction(0)))
    total = sum(parts, Fraction(0))
    if abs(total - ONE) <= room:
        found.held += 1
    else:
        why = "the relative shares do not add up to 1"
        found.tell(SHARE, f"{at}.relativeShare", amount(total), why, "1")


def _feedstocks(found: Checked, each: Mapping[str, Any], where: str) -> None:
    stocks = each.get("feedstocks")
    told = [number(one.get("feedstockShare")) for one in _objects(stocks)]
    total = sum((one for one in told if one is not None), Fraction(0))
    if total > ONE + ROOM:
        why = "the shares of feedstocks are more than 1 together"
        found.tell(SHARE, f"{where}.feedstocks", amount(total), why, "1")
    elif told:
        found.held += 1


def _bounded(found: Checked, each: Mapping[str, Any], part: str, where: str) -> None:
    """Look whether an emission factor can be of its carrier in its unit: 97 kg/MJ cannot."""
    carrier = carriers().get(str(each.get("energyCarrier")))
    factor, name = number(each.get(f"emissionFactor{part}")), f"emissionFactor{part}"
    unit = each.get("energyConsumptionUnit")
    if carrier is None or factor is None:
        return
    mj = _mj(carrier, unit)
    if mj is None:
        found.undone.append((f"{where}.{name}", "an emission factor without a unit to judge it by"))
        return
    least = None if part == "TTW" or _renewed(each) else carrier.lowest
    if factor > carrier.highest * mj:
        bound, why = carrier.highest * mj, f"kg CO2e/{unit}, {carrier.word}"
        found.findings.append(_beyond(f"{where}.{name}", str(each[name]), factor, bound, why))
    elif least is not None and factor < least * mj:
        bound, why = least * mj, f"kg CO2e/{unit}, {carrier.word}"
        found.findings.append(_below(f"{where}.{name}", str(each[name]), factor, bound, why))
    else:
        found.held += 1


def _renewed(each: Mapping[str, Any]) -> bool:
    """Tell whether a carrier may be near zero: it says a feedstock that is not fossil."""
    stocks = each.get("feedstocks")
    named = {str(one.get("feedstock")) for one in _objects(stocks)}
    return not named <= {"Fossil", "Natural gas"} or not named


def _mj(carrier: Carrier, unit: object) -> Fraction | None:
    if unit == "MJ":
        return ONE
    if unit == "kWh":
        return MJ_PER_KWH
    return {"kg": carrier.mj_per_kg, "l": carrier.mj_per_l}.get(str(unit))


def _beyond(at: str, told: str, value: Fraction, bound: Fraction, unit: str) -> Finding:
    meant = next((value / 10**power for power in (3, 6) if value / 10**power <= bound), None)
    return _impossible(at, told, meant, f"at most {amount(bound, 3)} {unit}")


def _below(at: str, told: str, value: Fraction, bound: Fraction, unit: str) -> Finding:
    meant = next((value * 10**power for power in (3, 6) if value * 10**power >= bound), None)
    return _impossible(at, told, meant, f"at least {amount(bound, 3)} {unit}")


def _impossible(at: str, told: str, meant: Fraction | None, bound: str) -> Finding:
    shown = None if meant is None else amount(meant)
    why = OTHER if meant is None else off(told, meant)
    return Finding(FACTOR, at, told, shown, (("bound", bound), ("why", why)))


def _intensity(
    found: Checked, body: Mapping[str, Any], mixed: list[dict[str, Any]], where: str
) -> None:
    """Compare the intensity with the energy behind it, where every carrier tells its own.

    An intensity may be higher, by refrigerants or a second way of reading the shares, but not
    lower, and not a thousand times as high.
    """
    for part in ("WTW", "TTW"):
        rate = number(body.get(f"co2eIntensity{part}"))
        parts = [_burnt(each, part) for each in mixed]
        if rate is None or not parts or None in parts:
            continue
        whole = sum((one for one in parts if one is not None), Fraction(0))
        shared = sum(
            (
                min(number(each.get("relativeShare")) or ONE, ONE) * one
                for each, one in zip(mixed, parts, strict=True)
                if one is not None
            ),
            Fraction(0),
        )
        told = str(body[f"co2eIntensity{part}"])
        allowed = ulp(told) + whole * LOOSE + _printed(mixed, part)
        why = off(told, whole)
        if rate >= shared - allowed and not (rate > whole * FAR and why != OTHER):
            found.held += 1
            continue
        fields = (("why", why), ("bound", "energy consumed × its emission factor"))
        at = f"{where}.co2eIntensity{part}"
        found.findings.append(Finding(FACTOR, at, told, near(whole, allowed), fields))


def _objects(held: object) -> list[dict[str, Any]]:
    return [each for each in held if isinstance(each, dict)] if isinstance(held, list) else []


def _burnt(each: Mapping[str, Any], part: str) -> Fraction | None:
    used, factor = number(each.get("energyConsumption")), number(each.get(f"emissionFactor{part}"))
    return None if used is None or factor is None else used * factor


def _printed(mixed: list[dict[str, Any]], part: str) -> Fraction:
    """Give how far rounding of consumption and factor may move their product."""
    total = Fraction(0)
    for each in mixed:
        used, factor = each.get("energyConsumption"), each.get(f"emissionFactor{part}")
        most, rate = number(used) or Fraction(0), number(factor) or Fraction(0)
        total += reach(used) * abs(rate) + reach(factor) * abs(most)
    return total
