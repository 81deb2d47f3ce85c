"""Figures of the founding texts (S0 to S4) that concern transport, through ``quantify``.

Those beyond transport are in ``test_claims``.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path

import pytest

from tanlu.account import quantify
from tanlu.account.hidden import price
from tanlu.account.shares import allocate
from tanlu.errors import TanluError
from tanlu.terms import units
from tests.golden.packs import NO_LEG, book, by_activity, grid, pair, shelf

# a dated factor of S4, kg/kWh: never today's
THEN = Fraction("0.581")
POWER = {**NO_LEG, "kind": "energy.electricity", "energy_carrier": "electricity"}


def test_s0_a_fifth_of_a_yuan_is_parted_and_points_have_no_rate() -> None:
    # 0.2 yuan an order = 0.1 points + 0.1 fund, to the fen; what a point is worth is in no source
    assert allocate(20, [1, 1]) == [10, 10]
    with pytest.raises(TanluError, match="TL502"):
        price("points", dt.date(2026, 1, 1))


def test_s4_a_truck_year_and_a_fleet_of_a_hundred_cities(tmp_path: Path) -> None:
    # 6 t x 20,000 km x 42 g = 5.04 t; x 30 = 151.2 t (printed 150); x 100 = 15,120 (≈ 15,000)
    kept = shelf(tmp_path, pair("transport.road", "truck", 42))
    year = {"t": 6, "km": 20_000}
    rows = quantify(book(*[year] * 30, {"t": 6 * 3000, "km": 20_000}), library=kept).emissions
    found = by_activity(rows)
    cities = found.pop("a30")

    assert set(found.values()) == {5040 * 10**9}
    assert sum(found.values()) == 151_200 * 10**9
    assert cities == 15_120_000 * 10**9


def test_s4_a_truck_year_is_far_below_what_the_library_gives() -> None:
    # 42 g/t.km are 3.6 times below the 150 of CPCD for a medium truck: the library does not follow
    truck = {"vehicle_class": None, "energy_carrier": "diesel", "place": "CN"}
    rows = quantify(book({**truck, "t": 6, "km": 20_000})).emissions
    ttw = rows.filter(boundary="ttw")["co2e_ug"].item() / 10**6 / 120_000

    assert 42 * 1.5 < ttw < 261


@pytest.mark.parametrize(
    ("kwh", "factor", "tonnes", "printed"),
    [
        # 18.5 kW x 2,400 h / 0.893 and / 0.942: 49,720 and 47,134 kWh
        (Fraction(18_500 * 2400, 893), THEN, Fraction("28.887"), None),
        (Fraction(18_500 * 2400, 942), THEN, Fraction("27.385"), None),
        (2_000_000, Fraction("0.58"), 1160, 1160),
        (4_800_000, THEN, Fraction("2788.8"), 2800),
        (10 * 260, THEN, Fraction("1.5106"), Fraction("1.5")),  # dry ice: 10 t x 260 kWh/t
    ],
)
def test_s4_electricity_at_its_own_dated_factor(
    tmp_path: Path, kwh: Fraction, factor: Fraction, tonnes: Fraction, printed: Fraction | None
) -> None:
    kept = shelf(tmp_path, grid(factor * 1000))
    rows = quantify(book({**POWER, "energy_j": round(kwh * 3_600_000)}), library=kept).emissions
    found = rows["co2e_ug"].sum() / 10**12

    assert found == pytest.approx(float(tonnes), rel=2e-5)
    assert printed is None or found == pytest.approx(float(printed), rel=0.01)


def test_s4_a_better_motor_saves_2586_kwh(tmp_path: Path) -> None:
    # 18.5 kW x 2,400 h at 89.3 and 94.2 %, quantified: what is saved over the rate is 2,586 kWh
    kept = shelf(tmp_path, grid(THEN * 1000))
    used = [Fraction(18_500 * 2400, part) for part in (893, 942)]
    rows = [{**POWER, "energy_j": round(units.convert(kwh, "kWh", "J"))} for kwh in used]
    old, new = by_activity(quantify(book(*rows), library=kept).emissions).values()

    assert round((old - new) / 10**9 / THEN) == 2586
    assert [round(each / 10**9 / THEN) for each in (old, new)] == [49_720, 47_134]


def test_s4_a_million_million_sheets_still_fit(tmp_path: Path) -> None:
    # 10^12 sheets x 4 g x 1.87 = 7.48 Mt on one row; 10 Mt are refused with a hint to split
    kept = shelf(
        tmp_path, pair("transport.parcel", "sheet", "7.48", denominator="item", gsd="1.05")
    )
    sheets = {**NO_LEG, "kind": "transport.parcel", "vehicle_class": "sheet"}
    made = quantify(
        book({**sheets, "count": 10**12}, {**sheets, "count": 4 * 10**12}), library=kept
    )

    assert made.emissions.filter(boundary="ttw", activity_id="a0")["co2e_ug"].item() == 748 * 10**16
    assert made.findings["subject"].to_list() == ["activity:a1"]
    assert made.findings["code"].to_list() == ["TL508"]


def test_s2_a_hundred_million_parcels_at_300_g(tmp_path: Path) -> None:
    # 30,000 t / 10^8 parcels = 300 g
    kept = shelf(tmp_path, pair("transport.parcel", "van", 300, denominator="item"))
    parcels = {**NO_LEG, "kind": "transport.parcel", "vehicle_class": "van", "count": 10**8}
    rows = quantify(book(parcels), library=kept).emissions

    assert rows["co2e_ug"].sum() == 30_000 * 10**12
