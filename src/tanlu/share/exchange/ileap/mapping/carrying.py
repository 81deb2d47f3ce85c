"""The energy behind a category: carrier, consumption per activity, emission factors.

Emissions carry the energy that they were computed with, so factors are their quotient. Where a
published intensity told no energy, the factor of the carrier is taken from the library, and no
consumption is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tanlu.share.exchange.ileap.amounts import amount
from tanlu.share.exchange.ileap.tables import Carrier, carrier_of

if TYPE_CHECKING:
    from tanlu.share.exchange.ileap.mapping.legs import Leg

__all__ = ["energy_of", "used"]

# what moves most of a mode where the ledger tells no carrier
USUAL = {
    "Road": "diesel", "Rail": "diesel", "Air": "jet_kerosene", "Sea": "hfo",
    "InlandWaterway": "diesel",
}  # fmt: skip
HUB = "electricity"
PLACES = 9
J_PER_KWH = 3_600_000
J_PER_MJ = 1_000_000
UG_PER_KG = 10**9
PER_TKM = 10**12  # mg·m
PER_T = 10**9  # mg


def energy_of(legs: Sequence[Leg], library: Any) -> tuple[dict[str, Any] | None, str]:
    """Give the energy carrier of legs of one category, and words on what was assumed of it.

    Parameters
    ----------
    legs
        Of one category, so of one carrier.
    library
        Factors, for legs whose emissions tell no energy.

    Returns
    -------
    tuple
        An iLEAP EnergyCarrier, None for a carrier that iLEAP has no word for; the words may be
        empty.
    """
    first = legs[0]
    told = first.row["energy_carrier"]
    code = told or (USUAL.get(first.mode or "", HUB) if first.mode else HUB)
    carrier = carrier_of(code)
    if carrier is None:
        return None, ""
    joules = [each.row["energy_j"] for each in legs]
    said = "" if told else f"energy carrier assumed: {code}"
    if all(joules):
        return _measured(carrier, legs), said
    factors = _library(code, first, library)
    if factors is None:
        return None, ""
    return {**_named(carrier, first), **factors}, f"{said}; energy not told".strip("; ")


def used(leg: Leg, energy: dict[str, Any]) -> dict[str, Any]:
    """Give the carrier of a category with what one leg used of it, if that is known."""
    bare = {name: value for name, value in energy.items() if name != "energyConsumption"}
    joules = leg.row["energy_j"]
    if not joules:
        return bare
    per = J_PER_KWH if bare["energyConsumptionUnit"] == "kWh" else J_PER_MJ
    return {**bare, "energyConsumption": amount(Fraction(joules, per), PLACES)}


def _named(carrier: Carrier, leg: Leg) -> dict[str, Any]:
    unit = "kWh" if carrier.word == "Electric" else "MJ"
    grown = leg.row["bio_ppm"] or "bio" in str(leg.row["energy_carrier"])
    stocks = [] if grown or carrier.feedstock is None else [{"feedstock": carrier.feedstock}]
    named: dict[str, Any] = {"energyCarrier": carrier.word, "relativeShare": "1"}
    if stocks:
        named["feedstocks"] = stocks
    named["energyConsumptionUnit"] = unit
    return named


def _measured(carrier: Carrier, legs: Sequence[Leg]) -> dict[str, Any]:
    first = legs[0]
    named = _named(carrier, first)
    per = J_PER_KWH if named["energyConsumptionUnit"] == "kWh" else J_PER_MJ
    energy = Fraction(sum(each.row["energy_j"] for each in legs), per)
    base = Fraction(sum(each.base for each in legs), PER_TKM if first.mode else PER_T)
    factors = {
        f"emissionFactor{part}": amount(
            Fraction(sum(each.row[f"burnt_{part.lower()}_ug"] for each in legs), UG_PER_KG)
            / energy,
            PLACES,
        )
        for part in ("WTW", "TTW")
    }
    used = {"energyConsumption": amount(energy / base, PLACES)} if base else {}
    return {**named, **used, **factors}


def _library(code: str, leg: Leg, library: Any) -> dict[str, str] | None:
    """Give the factors of a carrier from the library, kg per MJ or kWh."""
    from tanlu.factors import match_one

    kind = "energy.electricity" if code == HUB else "energy.fuel"
    place = leg.row["place"] or leg.row["origin"]
    asked = {"kind": kind, "energy_carrier": code, "place": place, "start": leg.row["start"]}
    found = match_one(asked, library=library)
    if found.get("form") != "mj" or found.get("ttw_co2e_g") is None:
        return None
    burnt, before = Fraction(found["ttw_co2e_g"]), Fraction(found.get("wtt_co2e_g") or 0)
    scale = Fraction(36, 10) / 1000 if code == HUB else Fraction(1, 1000)
    return {
        "emissionFactorWTW": amount((burnt + before) * scale, PLACES),
        "emissionFactorTTW": amount(burnt * scale, PLACES),
    }
