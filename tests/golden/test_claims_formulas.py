"""Formulas of S3 and S4 and what they leave out: what a text does not give is said, not guessed."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import pytest

from tanlu.account import quantify
from tanlu.account.cobenefit import BOOKS
from tanlu.account.shift import compare
from tanlu.errors import TanluError
from tanlu.factors import library
from tanlu.terms import units
from tests.golden.packs import NO_LEG, Rows, book, by_activity, fuel, grid, pair, shelf

KG = 10**9
THEN = Fraction("0.581")
PLAIN: dict[str, Any] = {**NO_LEG, "energy_carrier": None, "place": "CN"}


class Box(NamedTuple):
    """The stages of a box in S3: activities, and the factors of our own that answer them."""

    activities: list[dict[str, Any]]
    factors: Rows


def box() -> Box:
    """A box of 2 kg at 3 kg/kg, 4 kWh to make at 0.5, 2 kg to treat at 0.25, and carried."""
    cradle = pair("goods.material", "", 3000, denominator="kg", distance_basis="",
                  energy_carrier="")  # fmt: skip
    end = pair("waste.recycling", "", 250, denominator="kg", distance_basis="", energy_carrier="")
    kept = [
        {**cradle[0], "boundary": "cradle_gate"}, {**end[0], "boundary": "disposal"},
        *grid(500), *pair("transport.road", "truck", 100),
    ]  # fmt: skip
    done = [
        {**PLAIN, "kind": "goods.material", "t": "0.002", "stage": "production"},
        {**PLAIN, "kind": "energy.electricity", "energy_carrier": "electricity",
         "energy_j": 4 * 3_600_000, "stage": "production"},
        {**PLAIN, "kind": "waste.recycling", "t": "0.002", "stage": "disposal"},
        {"t": "0.002", "km": 1000, "stage": "trunk"},
    ]  # fmt: skip
    return Box(done, kept)


def test_s3_a_box_is_the_sum_of_mass_times_factor_of_its_stages(tmp_path: Path) -> None:
    # E = Σ M·EF: 2 x 3 + 4 x 0.5 + 2 x 0.25 = 8.5 kg
    made = box()
    kept = shelf(tmp_path, made.factors)
    found = by_activity(
        quantify(book(*made.activities[:3]), library=kept, profile="ghg_protocol").emissions
    )

    assert found == {"a0": 6 * KG, "a1": 2 * KG, "a2": KG // 2}
    assert sum(found.values()) == 8_500_000_000


def test_s3_its_formula_leaves_out_the_use_that_its_text_lists(tmp_path: Path) -> None:
    # 運輸及使用 stands in the text and not in E = E原材料 + E生產 + E廢棄: 2 t.km x 100 g are
    # lost, and a comparison says which stage is missing
    made = box()
    kept = shelf(tmp_path, made.factors)
    rows = quantify(book(*made.activities), library=kept, profile="ghg_protocol").emissions
    told = dict(zip(("a0", "a1", "a2", "a3"),
                    ("production", "production", "disposal", "trunk"), strict=True))  # fmt: skip
    rows = rows.with_columns(pl.col("activity_id").replace_strict(told).alias("stage"))
    found = compare(rows, rows.filter(pl.col("stage") != "trunk"), known=())

    assert rows["co2e_ug"].sum() == 8_700_000_000
    assert found.findings["finding_id"].to_list() == ["TL557|stage:trunk"]


def test_s3_prints_h_where_a_kilowatt_hour_is_meant() -> None:
    # gCO2e/H: no unit of energy is called H
    with pytest.raises(TanluError):
        units.convert(1, "H", "kWh")
    assert units.convert(1, "kWh", "MJ") == pytest.approx(3.6)


def test_s3_totals_have_no_inputs_so_nothing_recomputes_them() -> None:
    # 252,008 t of CO2, 619,112 t of waste water, 636,438 t of wood: three books, never one sum
    assert {"water", "wood"} <= set(BOOKS)
    assert not {"co2", "co2e"} & set(BOOKS)


@pytest.mark.parametrize(
    ("percent", "kwh"),
    [("89.3", 49_720), ("94.2", 47_134)],  # classes IE2 and IE4
)
def test_s4_a_motor_of_18_5_kilowatts(tmp_path: Path, percent: str, kwh: int) -> None:
    # P · t / η, quantified at the dated factor
    used = Fraction("18.5") * 2400 * 100 / Fraction(percent)
    kept = shelf(tmp_path, grid(THEN * 1000))
    power = {**PLAIN, "kind": "energy.electricity", "energy_carrier": "electricity"}
    rows = quantify(book({**power, "energy_j": round(used * 3_600_000)}), library=kept).emissions

    assert round(used) == kwh
    assert rows["co2e_ug"].sum() == pytest.approx(float(used * THEN) * KG, rel=1e-9)


def test_s4_boilers_are_scope_1_by_its_own_figure_though_its_table_says_scope_2(
    tmp_path: Path,
) -> None:
    # gas that is burnt on the site leaves a stack: boundary ttw, whatever a table calls it
    kept = shelf(tmp_path, fuel("natural_gas", 56, 10), {"natural_gas": (50, 1)})
    burnt = {**PLAIN, "kind": "energy.fuel", "energy_carrier": "natural_gas", "energy_j": 10**9}
    rows = quantify(book(burnt), library=kept, profile="ghg_protocol").emissions

    assert rows.filter(boundary="ttw")["co2e_ug"].sum() == 56 * KG
    assert set(rows["basis"]) == {"none"}


# figure -> what is missing to work it out again (research/figures.md, section 2), its number
MISSING = {
    "S4 yard": ("what is in it: 24 % of the text's own 20 GWh", "4800"),
    "S4 robots": ("kWh of each robot; back-solved from 2,100 t", "2100"),
    "S4 chips": ("hours and load; back-solved from 12.72 t", "12.72"),
    "S4 augmented reality": ("kilometres that are saved", "6.7"),
    "S4 plant room": ("pumps and towers: chillers alone give 12.8 % at most", "15"),
    "S3 carbon": ("boxes, turns and factors", "252008"),
    "S3 waste water": ("boxes, turns and factors", "619112"),
    "S3 wood": ("boxes, turns and factors", "636438"),
}


@pytest.mark.parametrize("name", MISSING)
def test_what_cannot_be_reproduced_is_no_factor_of_the_house(name: str) -> None:
    missing, number = MISSING[name]
    numbers = ("co2e_published", "co2_fossil", "value")
    claims = [row for row in library().rows if row["source_id"].startswith("claims-")]

    assert missing
    assert [row for row in claims if number in {row.get(each) for each in numbers}] == []
