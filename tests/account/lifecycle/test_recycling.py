"""The circular footprint formula: its terms by hand, its limits as laws, its table."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.account.lifecycle import circular
from tanlu.account.lifecycle.recycling import INTENSITIES, circular_factor, coefficients
from tanlu.errors import TanluError

share = st.floats(0, 1)
size = st.floats(0, 1e4)
BASE = {"virgin": 3000.0, "recycled": 800.0, "recycling": 700.0, "buried": 50.0,
        "recovery": 2500.0, "heat": 60.0, "power": 160.0}  # fmt: skip


def of(**told: float) -> float:
    return float(circular(pl.DataFrame([{**BASE, **told}])).rows["co2e_g"][0])


def test_every_term_is_as_the_recommendation_writes_it() -> None:
    told = {"r1": 0.3, "r2": 0.4, "r3": 0.5, "a": 0.2, "b": 0.1, "q_in": 0.9, "q_out": 0.8,
            "lhv": 40.0, "x_heat": 0.5, "x_elec": 0.2, "avoided": 2900.0}  # fmt: skip
    row = circular(pl.DataFrame([{**BASE, **told}])).rows.row(0, named=True)

    assert row["material_g"] == pytest.approx(
        0.7 * 3000 + 0.3 * (0.2 * 800 + 0.8 * 3000 * 0.9) + 0.8 * 0.4 * (700 - 2900 * 0.8)
    )
    assert row["energy_g"] == pytest.approx(0.9 * 0.5 * (2500 - 40 * 0.5 * 60 - 40 * 0.2 * 160))
    assert row["disposal_g"] == pytest.approx(0.1 * 50)
    assert row["co2e_g"] == pytest.approx(row["material_g"] + row["energy_g"] + row["disposal_g"])


@given(share, share, size, size, size)
def test_with_equal_rates_and_quality_a_does_not_matter(
    r: float, a: float, virgin: float, recycled: float, buried: float
) -> None:
    told = {"r1": r, "r2": r, "virgin": virgin, "recycled": recycled, "recycling": recycled,
            "buried": buried}  # fmt: skip
    expected = (1 - r) * virgin + r * recycled + (1 - r) * buried

    assert of(**told, a=a) == pytest.approx(expected, abs=1e-6)


@given(share, share, size, size)
def test_without_recycling_it_is_virgin_and_disposal(
    a: float, b: float, virgin: float, buried: float
) -> None:
    assert of(a=a, b=b, virgin=virgin, buried=buried) == pytest.approx(virgin + buried)


@given(st.tuples(*[share] * 5), st.floats(0, 2), st.floats(0, 2))
def test_the_lines_of_a_system_add_up_to_the_formula(
    shares: tuple[float, ...], q_in: float, q_out: float
) -> None:
    r1, r2, r3, a, b = shares
    told = {"r1": r1, "r2": r2 * (1 - r3), "r3": r3, "a": a, "b": b, "q_in": q_in, "q_out": q_out,
            "lhv": 40.0, "x_heat": 0.3, "x_elec": 0.2}  # fmt: skip
    of_lines = coefficients(told)
    each = {**BASE, "avoided": BASE["virgin"]}

    assert sum(of_lines[name] * each[name] for name in INTENSITIES) == pytest.approx(
        of(**told), abs=1e-6
    )


@pytest.mark.parametrize(
    "wrong", [{"r1": 1.2}, {"r2": -0.1}, {"a": 2.0}, {"r2": 0.6, "r3": 0.6}, {"q_in": -1.0}]
)
def test_shares_outside_their_range_are_a_finding_and_no_number(wrong: dict[str, float]) -> None:
    found = circular(pl.DataFrame([{**BASE, **wrong}]))

    assert found.rows["co2e_g"].to_list() == [None]
    assert found.findings["code"].to_list() == ["TL533"]
    with pytest.raises(TanluError):
        coefficients(wrong)


def test_a_good_row_is_not_lost_beside_a_bad_one() -> None:
    found = circular(pl.DataFrame([{**BASE, "r1": 0.0}, {**BASE, "r1": 7.0}]))

    assert found.rows["co2e_g"].to_list() == [pytest.approx(3050.0), None]
    assert found.findings.height == 1


@pytest.mark.parametrize(
    ("material", "a", "source"),
    [
        ("metal.aluminium", 0.2, "not seen"),
        ("paper", 0.2, "not seen"),
        ("plastic.pp", 0.5, "not seen"),
        ("plastic.pet", 0.5, "PEFCR"),
        ("textile", 0.8, "PEFCR"),
        ("unobtainium", 0.5, "in balance"),
    ],
)
def test_a_material_has_the_factor_of_its_family_with_its_source(
    material: str, a: float, source: str
) -> None:
    found = circular_factor(material)

    assert (found.a, found.b) == (a, 0.0)
    assert source in found.source


def test_what_nobody_could_check_is_called_an_assumption() -> None:
    assert circular_factor("glass").status == "assumption"


def test_a_day_before_the_first_table_takes_the_first() -> None:
    assert circular_factor("glass", dt.date(2000, 1, 1)).a == 0.2


def test_the_worked_example_of_recycled_wool_is_reproduced() -> None:
    # Ecobalyse (MTES-MCT), PEFCR draft A&F: 0.207 kg of yarn, R1 = 1, A = 0.8, Qsin/Qp = 0.5,
    # Ev 80.3, Erec 0.5 kg/kg; printed 1.75 kg
    found = of(r1=1.0, a=0.8, q_in=0.5, virgin=80_300.0, recycled=500.0, buried=0.0)

    assert round(0.207 * found / 1000, 2) == 1.75  # 1.745
