"""What one run of a process emits: the factors of the library, the potentials of gases."""

from __future__ import annotations

import pytest
from tests.account.lifecycle.systems import LIFE, TRUCK

from tanlu.account import quantify
from tanlu.account.lifecycle import read_system
from tanlu.account.lifecycle.intensities import enlarged, intensities
from tanlu.errors import TanluError
from tanlu.terms import gases

POWER = '[[process.activity]]\nkind = "energy.electricity"\namount = "{}"\n'


def of(text: str, kind: str) -> float:
    found = intensities(read_system(text), profile="iso14067", gwp_set="AR6").rows
    return float(found.filter(kind=kind)["co2e"].sum())


def test_electricity_is_counted_by_the_footprint_factor_of_the_nation() -> None:
    # 0.5777 kg/kWh, 2024, 2025 notice of MEE, NBS and NEA
    assert of(LIFE + POWER.format("10 kWh"), "energy.electricity") == pytest.approx(5.777e9)


def test_a_tiny_amount_has_the_intensity_of_a_large_one() -> None:
    small = of(LIFE + POWER.format("0.00000123 kWh"), "energy.electricity")
    large = of(LIFE + POWER.format("1230000 kWh"), "energy.electricity")

    assert small * 1e12 == pytest.approx(large, rel=1e-9)


def test_a_line_is_quantified_as_an_activity_of_the_ledger_is() -> None:
    truck = (
        '[[process.activity]]\nkind = "transport.road"\nvehicle_class = "truck.artic.44t"\n'
        'energy_carrier = "diesel"\namount = "12 t"\ndistance = "350 km"\n'
    )
    import polars as pl

    start = read_system(LIFE).about["start"]
    batch = pl.DataFrame(
        [{"activity_id": "a", "kind": "transport.road", "vehicle_class": "truck.artic.44t",
          "energy_carrier": "diesel", "mass_mg": 12 * 10**9, "distance_m": 350_000,
          "start": start, "end": start + 1, "zone": "Asia/Shanghai", "precision": "day",
          "place": "CN"}]
    )  # fmt: skip
    expected = quantify(batch, profile="iso14067").emissions["co2e_ug"].sum()

    assert of(LIFE + truck, "transport.road") == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize(
    ("gas", "origin", "weight"),
    [
        ("CO2", "fossil", 1.0),
        ("CO2", "biogenic", 0.0),
        ("CO2", "luc", 1.0),
        ("CH4", "fossil", float(gases.potential("CH4_fossil"))),
        ("CH4", "biogenic", float(gases.potential("CH4_bio"))),
        ("SF6", "fossil", float(gases.potential("SF6"))),
    ],
)
def test_a_gas_weighs_its_potential(gas: str, origin: str, weight: float) -> None:
    text = LIFE.replace('gas = "CO2"', f'gas = "{gas}"\norigin = "{origin}"')

    assert of(text, f"flow.{gas}") == pytest.approx(2e9 * weight)


def test_biogenic_and_land_use_co2_stand_in_columns_of_their_own() -> None:
    for origin, column in (("biogenic", "co2_bio"), ("luc", "luc"), ("fossil", "co2_fossil")):
        text = LIFE.replace('gas = "CO2"', f'gas = "CO2"\norigin = "{origin}"')
        row = intensities(read_system(text), profile="iso14067", gwp_set="AR6").rows.row(
            0, named=True
        )

        assert row[column] == pytest.approx(2e9)


def test_an_unknown_gas_is_refused() -> None:
    with pytest.raises(TanluError) as told:
        of(LIFE.replace('gas = "CO2"', 'gas = "phlogiston"'), "flow.phlogiston")

    assert told.value.code == "TL111"


def test_a_line_without_a_factor_is_a_finding() -> None:
    text = LIFE + '[[process.activity]]\nkind = "product.use"\namount = "1 kWh"\n'
    found = intensities(read_system(text), profile="iso14067", gwp_set="AR6")

    assert found.findings["code"].to_list() == ["TL201"]


@pytest.mark.parametrize("amount", [1e-9, 0.3, 7.0, 1e10])
def test_an_enlarged_amount_stays_within_its_bound(amount: float) -> None:
    assert 1e10 < amount * enlarged(amount) <= 1e11 * (1 + 1e-9)


def test_what_is_large_or_nothing_stays() -> None:
    assert [enlarged(0.0), enlarged(1e12), enlarged(5e15)] == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("told", "mg"),
    [('amount = "1 item"\nmass = "10 t"\n', 10**10), ('amount = "1 TEU"\nmass = "10 t"\n', 10**10),
     ('amount = "10 t"\n', 10**10), ('amount = "1 TEU"\n', 10**10)],
)  # fmt: skip
def test_a_truck_of_ten_tonnes_emits_the_same_however_it_is_told(told: str, mg: int) -> None:
    truck = TRUCK + told
    found = intensities(read_system(LIFE + truck), profile="iso14067", gwp_set="AR6")
    alone = intensities(read_system(LIFE + TRUCK + f'amount = "{mg} mg"\n'), profile="iso14067",
                        gwp_set="AR6")  # fmt: skip

    assert found.findings.height == 0
    assert found.rows["co2e"].sum() == pytest.approx(alone.rows["co2e"].sum(), rel=1e-9)
