"""A product.toml is read strictly: units, shares, co-products, circular materials, reuse."""

from __future__ import annotations

import math
from contextlib import suppress

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.account.lifecycle.systems import HEAD, KETTLE, LIFE, STEEL, TRUCK

from tanlu.account.lifecycle import read_system
from tanlu.errors import TanluError


def refusal(text: str) -> str:
    with pytest.raises(TanluError) as told:
        read_system(text)
    return told.value.code


def test_amounts_are_kept_in_the_stored_unit_of_their_dimension() -> None:
    system = read_system(LIFE)

    assert system.processes.filter(process="steel")["output"].to_list() == [1e6]
    assert system.exchanges["amount"].to_list() == [5e5]
    assert system.flows["mass_kg"].to_list() == [2.0]


def test_the_study_says_what_it_declares() -> None:
    about = read_system(LIFE).about

    assert (about["product"], about["amount"], about["unit"]["zh"]) == ("kettle", 1.0, "一只水壶")
    assert about["end"] > about["start"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('"0.5 kg"', '"0.5"', "TL530"),
        ('"0.5 kg"', "0.5", "TL530"),
        ('"0.5 kg"', '"0.5 ton"', "TL110"),
        ('"0.5 kg"', '"0.5 kWh"', "TL527"),
        ('"0.5 kg"', '"-0.5 kg"', "TL531"),
        ('from = "steel"', 'from = "tin"', "TL526"),
        ('output = "1 kg"', 'output = "0 kg"', "TL528"),
        ('output = "1 kg"', 'output = "-1 kg"', "TL531"),
        ('stage = "production"\noutput = "1 kg"', 'stage = "kitchen"\noutput = "1 kg"', "TL530"),
        ("amount =", "amuont =", "TL530"),
        ('id = "steel"', 'id = "kettle"', "TL530"),
        ('period = "2026"', "", "TL530"),
        ('period = "2026"', 'period = "2026-Q9"', "TL119"),
        ("[[process.input]]", "[process.input]", "TL530"),
        ("mass =", 'origin = "moon"\nmass =', "TL530"),
        ('gas = "CO2"', 'gas = "CO2"\ndqr = [0, 2]', "TL530"),
        ('gas = "CO2"', 'gas = "CO2"\ndata = "measured"', "TL530"),
        ('gas = "CO2"', 'gas = "CO2"\ngsd2 = 0.5', "TL530"),
        ('mass = "2 kg"', 'mass = "2 L"', "TL527"),
    ],
)
def test_what_is_mistyped_is_refused(old: str, new: str, code: str) -> None:
    assert old in LIFE
    told = refusal(LIFE.replace(old, new))

    assert told == code or (code == "TL119" and told.startswith("TL1"))


def test_a_text_that_is_no_toml_is_refused() -> None:
    assert refusal("= kettle") == "TL530"


def test_a_mistyped_key_names_the_one_that_was_meant() -> None:
    with pytest.raises(TanluError) as told:
        read_system(LIFE.replace("amount =", "amuont ="))

    assert "amount" in str(told.value)


ACTIVITY = '[[process.activity]]\nkind = "energy.electricity"\namount = "{}"\n'


def test_small_amounts_keep_their_digits() -> None:
    line = read_system(LIFE + ACTIVITY.format("0.000123456789 kWh")).lines.row(0, named=True)

    assert line["energy_j"] / line["scale"] == pytest.approx(0.000123456789 * 3.6e6, rel=1e-9)


def test_a_mass_that_chooses_a_class_is_not_enlarged() -> None:
    road = '[[process.activity]]\nkind = "transport.road"\namount = "2 kg"\ndistance = "10 km"\n'
    line = read_system(LIFE + road).lines.row(0, named=True)

    assert (line["scale"], line["mass_mg"], line["distance_m"]) == (1.0, 2_000_000, 10_000)


def test_a_mass_below_what_can_be_kept_is_refused_instead_of_lost() -> None:
    road = '[[process.activity]]\nkind = "transport.road"\namount = "0.1 mg"\ndistance = "9 km"\n'

    assert refusal(LIFE + road) == "TL530"


CO = """
[[process]]
id = "mill"
stage = "production"
output = "8 kg"
allocation = "{basis}"
weight = "30"
[[process.flow]]
gas = "CO2"
mass = "10 kg"
[[process.co_product]]
id = "bran"
output = "2 kg"
weight = "10"
"""


@pytest.mark.parametrize(("basis", "share"), [("mass", 0.8), ("economic", 0.75)])
def test_co_products_share_their_process(basis: str, share: float) -> None:
    flows = read_system(LIFE + CO.format(basis=basis)).flows
    of = dict(flows.select("process", "mass_kg").iter_rows())

    assert of["mill"] == pytest.approx(10 * share)
    assert of["mill"] + of["bran"] == pytest.approx(10.0)


def test_co_products_without_a_basis_are_refused() -> None:
    assert refusal(LIFE + CO.format(basis="taste")) == "TL530"


CASE = """
[[process.circular]]
material = "plastic"
mass = "100 g"
r1 = "30 %"
r2 = 0.4
virgin = { kind = "goods.material", material = "plastic.pp" }
recycled = { kind = "goods.material", material = "plastic.pp", technology = "recycled" }
recycling = { kind = "goods.material", material = "plastic.pp", technology = "recycled" }
buried = { kind = "waste.landfill", material = "plastic.pp" }
"""


def test_a_circular_material_becomes_lines_with_signs() -> None:
    lines = read_system(LIFE + CASE).lines
    times = {line.split("circular.")[1].split("/")[0]: x
             for line, x in lines.select("line", "times").iter_rows()}  # fmt: skip

    # A = 0.5 of plastics: Ev 0.7 + 0.3·0.5, Erec 0.3·0.5, recycling 0.5·0.4, avoided −0.5·0.4
    assert times == {
        "virgin": pytest.approx(0.85), "recycled": pytest.approx(0.15),
        "recycling": pytest.approx(0.2), "avoided": pytest.approx(-0.2),
        "buried": pytest.approx(0.6),
    }  # fmt: skip
    assert set(lines.filter(pl.col("times") < 0)["stage"]) == {"disposal"}


def test_a_circular_material_without_one_of_its_intensities_is_refused() -> None:
    assert refusal(LIFE + CASE.replace("buried", "# buried")) == "TL530"


@pytest.mark.parametrize("wrong", ["r2 = 1.4", "r2 = -0.1", "r2 = 0.4\nr3 = 0.7"])
def test_shares_of_a_circular_material_outside_their_range_are_refused(wrong: str) -> None:
    assert refusal(LIFE + CASE.replace("r2 = 0.4", wrong)) == "TL533"


def test_what_is_used_again_counts_once_in_its_mean_uses() -> None:
    again = KETTLE + "loss_percent = 2\nlife = 50\n"
    amount = read_system(HEAD + STEEL + again).exchanges["amount"][0]

    assert amount == pytest.approx(5e5 / ((1 - 0.98**50) / 0.02))


def test_a_life_of_less_than_one_use_is_refused() -> None:
    assert refusal(HEAD + STEEL + KETTLE + "life = 0\n") == "TL534"


def test_the_spread_of_an_amount_is_half_the_logarithm_of_its_gsd_squared() -> None:
    told = STEEL + "gsd2 = 1.44\n"

    assert read_system(HEAD + told + KETTLE).flows["sigma"][0] == pytest.approx(math.log(1.2))


JUNK = ("", "3", "-1", "nan", "inf", "true", '""', '"x"', '"1 kg"', '"-1 kg"', '"1e400 kg"', "[]",
        "[1]", '["a"]', "{}", "{ en = 1 }", "[{}]", "10" * 20)  # fmt: skip
WHOLE = LIFE + CO.format(basis="mass") + CASE + ACTIVITY.format("1 kWh") + "dqr = [1, 2]\n"


@settings(max_examples=300)
@given(st.integers(0, WHOLE.count(" = ") - 1), st.sampled_from(JUNK))
def test_whatever_stands_in_a_file_it_is_read_or_refused_with_a_code(at: int, junk: str) -> None:
    lines = [n for n, line in enumerate(WHOLE.splitlines()) if " = " in line]
    text = WHOLE.splitlines()
    place = lines[at % len(lines)]
    text[place] = text[place].partition(" = ")[0] + " = " + junk

    with suppress(TanluError):
        assert read_system("\n".join(text)).processes.height


def test_what_is_told_beside_the_amount_is_enlarged_with_it() -> None:
    alone = read_system(LIFE + TRUCK + 'amount = "0.32 kg"\n').lines.row(0, named=True)
    beside = read_system(LIFE + TRUCK + 'amount = "1 item"\nmass = "0.32 kg"\n').lines
    row = beside.row(0, named=True)

    # a truck counts the mass, whatever the amount is told in
    assert row["mass_mg"] / row["scale"] == alone["mass_mg"] / alone["scale"] == 320_000
    assert row["count"] / row["scale"] == 1


def test_a_mass_that_is_told_twice_is_refused() -> None:
    assert refusal(LIFE + TRUCK + 'amount = "10 t"\nmass = "0.32 kg"\n') == "TL530"


def test_an_amount_that_no_enlarging_keeps_is_refused() -> None:
    fuel = '[[process.activity]]\nkind = "energy.fuel"\namount = "1e-300 L"\n'

    assert refusal(LIFE + fuel) == "TL530"


def test_a_declared_unit_of_nothing_is_refused() -> None:
    assert refusal(LIFE.replace('amount = "1 item", en', 'amount = "0 item", en')) == "TL528"


def test_a_spread_beyond_any_is_refused() -> None:
    assert refusal(LIFE + ACTIVITY.format("1 kWh") + "gsd2 = 1e300\n") == "TL530"
