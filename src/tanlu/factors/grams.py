"""From factor rows to grams per unit: exact unit conversion, then CO2e under one GWP set."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from tanlu.terms import gases

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Unit of the denominator → (form of the resolved row, its units per denominator).
FORMS: dict[str, tuple[str, Fraction]] = {
    "MJ": ("mj", Fraction(1)),
    "kWh": ("mj", Fraction(36, 10)),
    "GJ": ("mj", Fraction(1000)),
    "t.km": ("tkm", Fraction(1)),
    "TEU.km": ("teukm", Fraction(1)),
    "t": ("t", Fraction(1)),
    "item": ("item", Fraction(1)),
    "km": ("km", Fraction(1)),
    "kg": ("kg", Fraction(1)),
}

GRAMS = {"kg": 1000, "g": 1}

# Column of the factor → substance of the GWP set.
GASES = {
    "co2_fossil": "CO2",
    "co2_bio": "",
    "ch4_fossil": "CH4_fossil",
    "ch4_bio": "CH4_bio",
    "n2o": "N2O",
}

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
    totals: dict[str, Fraction] = {}
    for row in rows:
        scale = Fraction(GRAMS[row["numerator"]]) / FORMS[row["denominator"]][1]
        split = {gas: row[gas] for gas in GASES if row.get(gas)}
        if not split.keys() - {"co2_bio"} and row.get("co2e_published"):
            split["unsplit"] = row["co2e_published"]
        for gas, text in split.items():
            totals[gas] = totals.get(gas, Fraction(0)) + Fraction(text) * scale
    weights = gases.gwp(gwp_set)
    co2e = sum((mass * _weight(gas, weights) for gas, mass in totals.items()), start=Fraction(0))
    made: Grams = {
        f"{boundary}_{gas}_g": float(totals[gas]) if gas in totals else None
        for gas in (*GASES, "unsplit")
    }
    made[f"{boundary}_co2e_g"] = float(co2e)
    return made


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
