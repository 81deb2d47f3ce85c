"""From factor rows to grams per unit: exact unit conversion, then CO2e under one GWP set."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.terms import gases, money, units

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Denominators that are no unit of the table, or that have a form of their own → form.
FORMS = {"t": "t", "t.km": "tkm", "TEU.km": "teukm", "TEU": "teu", "p.km": "pkm", "item": "item",
         "m2.a": "m2a", "kg.a": "kga", "GB": "gb", "h": "h"}  # fmt: skip

# Dimension of any other denominator → form of the resolved row and the unit in which it counts.
DIMENSIONS = {"mass": ("kg", "kg"), "energy": ("mj", "MJ"), "volume": ("l", "L"),
              "distance": ("km", "km"), "count": ("item", "1"),
              "transport": ("tkm", "t.km")}  # fmt: skip

# Column of the factor → substance of the GWP set.
GASES = {
    "co2_fossil": "CO2",
    "co2_bio": "",
    "ch4_fossil": "CH4_fossil",
    "ch4_bio": "CH4_bio",
    "n2o": "N2O",
}

# one of these makes a row an emission
TOLD = (*GASES, "co2e_published")

Grams = dict[str, float | None]


def grams(rows: Iterable[Mapping[str, str]], boundary: str, gwp_set: str) -> Grams:
    """Give grams per unit of the rows together: each gas, the unsplit rest and their CO2e.

    CO2e is recomputed from the masses of the gases where a row has them, else it stands as
    published. Biogenic CO2 is kept and counts 0 (ISO 14083:2023, 5.2): a row that tells no other
    gas has the rest in its published CO2e.

    Returns
    -------
    dict
        ``{boundary}_{gas}_g``, ``{boundary}_unsplit_g`` and ``{boundary}_co2e_g`` [g / unit].
    """
    totals = _totals(rows)
    weights = gases.gwp(gwp_set)
    co2e = sum((mass * _weight(gas, weights) for gas, mass in totals.items()), start=Fraction(0))
    made: Grams = {
        f"{boundary}_{gas}_g": float(totals[gas]) if gas in totals else None
        for gas in (*GASES, "unsplit")
    }
    made[f"{boundary}_co2e_g"] = float(co2e)
    return made


def co2e_kg(rows: Iterable[Mapping[str, str]], gwp_set: str) -> list[Fraction]:
    """Give the CO2e of each row per its own denominator [kg / unit], exact."""
    weights = gases.gwp(gwp_set)
    found = []
    for row in rows:
        scale = counted(row["denominator"])[1] / 1000
        masses = _totals([row]).items()
        found.append(
            sum((mass * _weight(gas, weights) for gas, mass in masses), start=Fraction(0)) * scale
        )
    return found


def _totals(rows: Iterable[Mapping[str, str]]) -> dict[str, Fraction]:
    """Give grams of each gas per counted unit of the rows together."""
    totals: dict[str, Fraction] = {}
    for row in rows:
        scale = units.convert(1, row["numerator"], "g") / counted(row["denominator"])[1]
        scale /= dollars(row) or 1
        split = {gas: row[gas] for gas in GASES if row.get(gas)}
        if not split.keys() - {"co2_bio"} and row.get("co2e_published"):
            split["unsplit"] = row["co2e_published"]
        for gas, text in split.items():
            totals[gas] = totals.get(gas, Fraction(0)) + Fraction(text) * scale
    return totals


@cache
def counted(denominator: str) -> tuple[str, Fraction]:
    """Give the form of a denominator and how many units of that form it is.

    Raises
    ------
    TanluError
        TL103 for a unit that is not known.
    """
    if denominator in FORMS:
        return FORMS[denominator], Fraction(1)
    unit = units.unit(denominator)
    if unit.dimension.startswith("money"):
        return "money", Fraction(1)
    form, one = DIMENSIONS[unit.dimension]
    return form, units.convert(1, unit, one)


def dollars(row: Mapping[str, str]) -> Fraction | None:
    """Give the dollars of 2022 in the unit of money that a row counts, nothing for other units.

    Zero where no table tells what the currency was worth in the year of the row.
    """
    unit = units.unit(row["denominator"]) if units.is_unit(row["denominator"]) else None
    if unit is None or not unit.dimension.startswith("money."):
        return None
    currency = unit.dimension.partition(".")[2]
    found = money.worth(currency, int(row["data_year"]))
    return found.usd if found else Fraction(0)


@cache
def counts(unit: str, one: str) -> bool:
    """Tell whether a unit measures what another one does."""
    return units.is_unit(unit) and units.unit(unit).dimension == units.unit(one).dimension


@cache
def form(denominator: str) -> str | None:
    """Give the form of a denominator, nothing where its unit is not known."""
    try:
        return counted(denominator)[0]
    except (TanluError, KeyError):
        return None


def nothing(boundary: str) -> Grams:
    """Give zero grams of a boundary: an electric vehicle emits nothing from tank to wheel."""
    made: Grams = dict.fromkeys((f"{boundary}_{gas}_g" for gas in GASES), 0.0)
    return {**made, f"{boundary}_unsplit_g": 0.0, f"{boundary}_co2e_g": 0.0}


def unknown(boundary: str) -> Grams:
    """Give null grams of a boundary that the source does not cover: null is not zero."""
    return dict.fromkeys(
        [*(f"{boundary}_{gas}_g" for gas in GASES), f"{boundary}_unsplit_g", f"{boundary}_co2e_g"]
    )


def _weight(gas: str, weights: Mapping[str, float]) -> Fraction:
    if gas == "unsplit":
        return Fraction(1)
    substance = GASES[gas]
    return Fraction(str(weights[substance])) if substance else Fraction(0)
