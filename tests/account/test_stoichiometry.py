"""No fuel emits less than its carbon, whatever heating value and factor meet."""

from __future__ import annotations

import pytest
from tests.golden.packs import NO_LEG, book

from tanlu.account import quantify

# kg CO2 per kg of pure fuel when all carbon burns: CH4 16.04 -> 44.01; C3H8 44.10 -> 3 x 44.01;
# CnH2n 14.03 -> 44.01; less the hydrogen-rich and the oxygenated tail of each
LEAST = {"lng": 2.6, "natural_gas": 2.4, "lpg": 2.9, "petrol": 2.8, "diesel": 3.0,
         "jet_kerosene": 3.0, "fuel_oil": 3.0}  # fmt: skip
MOST = {"lng": 3.4, "natural_gas": 3.0, "lpg": 3.2, "petrol": 3.3, "diesel": 3.4,
        "jet_kerosene": 3.3, "fuel_oil": 3.4}  # fmt: skip


@pytest.mark.parametrize("carrier", list(LEAST))
@pytest.mark.parametrize("place", ["CN", "CN-GD", "GB", "DE", None])
def test_a_kilogram_emits_what_its_carbon_can(carrier: str, place: str | None) -> None:
    burnt = {**NO_LEG, "kind": "energy.fuel", "energy_carrier": carrier, "place": place}
    rows = quantify(book({**burnt, "t": "0.001"})).emissions.filter(boundary="ttw")

    # without a heating value nothing is guessed: natural gas is sold by volume or energy
    assert rows.height == 1 or carrier == "natural_gas"
    for ug in rows["co2e_ug"]:
        assert LEAST[carrier] < ug / 10**9 < MOST[carrier]
