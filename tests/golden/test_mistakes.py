"""What implementers get wrong (transport): mistakes 1 to 5, 7, 11 to 16 and 30, by hand.

The numbers are those of the list of mistakes that ``test_steps`` begins. What the design makes
impossible is shown by its refusal.
"""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from tanlu.account import quantify, total
from tanlu.account.operations import net_of_gross
from tanlu.errors import TanluError
from tanlu.terms import schema, units
from tests.golden.packs import (
    HUB,
    NO_LEG,
    START,
    book,
    by_activity,
    curve,
    fuel,
    grid,
    pair,
    shelf,
)

YEAR = 365 * 86_400 * 10**6
POWER = {**NO_LEG, "kind": "energy.electricity", "energy_carrier": "electricity"}


@pytest.mark.parametrize(
    ("basis", "told", "km", "expected_kg"),
    [
        ("actual", "sfd", 250, "215.25"),  # 82 g x 10 t x 250 km x 1.05
        ("actual", "actual", 250, "205"),  # both driven: no factor
        ("sfd", "sfd", 250, "205"),  # GLEC v3.1 rates hold the 5 % already
        ("sfd", "actual", "262.5", "205"),  # 262.5 km driven are 250 km shortest
    ],
)
def test_mistake_1_a_distance_is_adjusted_once_or_not_at_all(
    tmp_path: Path, basis: str, told: str, km: object, expected_kg: str
) -> None:
    kept = shelf(tmp_path, pair("transport.road", "truck", 82, distance_basis=basis))
    rows = quantify(book({"t": 10, "km": km, "distance_type": told}), library=kept).emissions

    assert rows["co2e_ug"].sum() == Fraction(expected_kg) * 10**9


@pytest.mark.parametrize(
    ("basis", "told", "km"),
    [("actual", "gcd", 905), ("actual", "actual", 1000), ("gcd", "gcd", 1000),
     ("gcd", "actual", 1095)],
)  # fmt: skip
def test_mistake_1_a_flight_takes_95_kilometres_once_or_not_at_all(
    tmp_path: Path, basis: str, told: str, km: int
) -> None:
    # 1 t x 1,000 km x 600 g; GLEC v3 module 2: flown are 95 km more than the great circle
    kept = shelf(tmp_path, pair("transport.air", "plane", 600, distance_basis=basis))
    plane = {"kind": "transport.air", "vehicle_class": "plane", "distance_type": told}
    rows = quantify(book({**plane, "t": 1, "km": km}), library=kept).emissions

    assert rows["co2e_ug"].sum() == 600 * 10**9


def test_mistake_1_no_leg_can_ask_for_an_adjustment() -> None:
    assert [name for name in schema("activity").names if "daf" in name] == []


def test_mistake_2_a_chain_is_a_sum_over_a_sum(tmp_path: Path) -> None:
    # 1 t: 100 km at 100 g = 10 kg, 300 km at 40 g = 12 kg; 22 kg / 400 t.km = 55 g and not the
    # mean of 100 and 40
    rows = pair("transport.road", "small", 100) + pair("transport.road", "big", 40)
    kept = shelf(tmp_path, rows)
    legs = [{"vehicle_class": c, "t": 1, "km": km} for c, km in (("small", 100), ("big", 300))]
    made = quantify(book(*legs), library=kept).emissions
    moved = made.filter(boundary="ttw")["transport_kgm"].sum()

    assert made["co2e_ug"].sum() / moved == 55


def test_mistake_3_a_hub_counts_outbound_tonnes_once(tmp_path: Path) -> None:
    # 600 g/t x 5 t = 3 kg: neither 3 t (kg for t) nor 6 kg (in and out)
    kept = shelf(tmp_path, pair("hub.transshipment", "hub", 600, denominator="t"))
    rows = quantify(book({**HUB, "t": 5}), library=kept).emissions

    assert rows["co2e_ug"].sum() == 3 * 10**9


def test_mistake_3_a_measured_hub_is_shared_by_what_leaves_it(tmp_path: Path) -> None:
    # 1,000 kg over 300 and 100 outbound tonnes: 2.5 kg/t
    kept = shelf(tmp_path, fuel("gas", 1000))
    burnt = {**NO_LEG, "kind": "energy.fuel", "energy_carrier": "gas", "energy_j": 10**9}
    goods = [{**HUB, "operation": "o", "t": t} for t in (300, 100)]
    made = quantify(book({**burnt, "operation": "o"}, *goods), library=kept)
    found = by_activity(made.emissions)

    assert found == {"a1": 750 * 10**9, "a2": 250 * 10**9}


def test_mistake_3_a_proposed_chain_passes_each_hub_once() -> None:
    flight = {"kind": "transport.air", "vehicle_class": None, "energy_carrier": None, "t": 1}
    flight |= {"distance_type": None, "origin": "PVG", "destination": "FRA"}
    hubs = quantify(book(flight)).emissions.filter(kind="hub.transshipment", boundary="wtt")

    assert hubs["origin"].to_list() == ["PVG", "FRA"]
    assert set(hubs["mass_mg"]) == {10**9}


def test_mistake_4_only_gross_mass_weighs(tmp_path: Path) -> None:
    # 120 kg in 6 m3 are charged as 1,000 kg by air and weigh 120: 0.12 x 1,000 x 600 g = 72 kg
    kept = shelf(tmp_path, pair("transport.air", "plane", 600, distance_basis="gcd"))
    plane = {"kind": "transport.air", "vehicle_class": "plane", "distance_type": "gcd"}
    batch = book({**plane, "t": "0.12", "km": 1000, "volume_ml": 6 * 10**6})
    charged = batch.with_columns(chargeable_mass_mg=pl.lit(10**9))

    for rows in (batch, charged):
        assert quantify(rows, library=kept).emissions["co2e_ug"].sum() == 72 * 10**9
    with pytest.raises(TanluError):
        schema("activity").check(charged)


def test_mistake_5_ballast_burns_for_the_cargo_and_costs_itself_nothing(tmp_path: Path) -> None:
    # (1,000 + 600) kg x 3 kg/kg = 4,800 kg, all of it on the laden voyage
    kept = shelf(tmp_path, fuel("oil", 300), {"oil": (10, 1)})
    burnt = {**NO_LEG, "kind": "energy.fuel", "energy_carrier": "oil", "operation": "o"}
    ship = {"kind": "transport.sea", "operation": "o", "km": 900}
    batch = book({**burnt, "t": 1}, {**burnt, "t": "0.6"}, {**ship, "t": 5000}, {**ship, "t": 0})
    made = quantify(batch, library=kept)

    assert by_activity(made.emissions) == {"a2": 4800 * 10**9, "a3": 0}
    assert made.findings.height == 0


def test_mistake_7_a_rate_is_not_rounded_before_it_is_multiplied(tmp_path: Path) -> None:
    # GLEC v3 bulk voyage: 5,106,097 kg over 755,830,574 t.km; 0.00676 instead of 0.0067556 is
    # 2.3 t too much on the 523,686,438 t.km of owner A
    kept = shelf(tmp_path, pair("transport.sea", "bulk", Fraction(5_106_097_000, 755_830_574)))
    ship = {"kind": "transport.sea", "vehicle_class": "bulk", "t": 523_686_438, "km": 1}
    rows = quantify(book(ship), library=kept).emissions
    exact = Fraction(5_106_097, 755_830_574) * 523_686_438

    # a double of this size has steps of half a microgram
    assert abs(rows["co2e_ug"].sum() - exact * 10**9) <= 2
    assert Fraction("0.00676") * 523_686_438 - exact > 2000


def test_mistake_11_the_basis_of_a_share_matters(tmp_path: Path) -> None:
    # 7 % by energy, volume and mass of one litre are three different emissions
    heats = {"diesel": (45, ".8"), "biodiesel": (36, ".75")}
    kept = shelf(tmp_path, fuel("diesel", "96.6") + fuel("biodiesel", "34.3"), heats)
    litre = {**NO_LEG, "kind": "energy.fuel", "energy_carrier": "diesel", "volume_ml": 10**6}
    shares = [{**litre, "bio_ppm": 70_000, "bio_basis": b} for b in ("energy", "volume", "mass")]
    energy, volume, mass = by_activity(quantify(book(*shares), library=kept).emissions).values()

    # by volume: 930 l x 36 x 96.6 + 70 l x 27 x 34.3 = 3,234,168 + 64,827 g
    assert volume == 3_298_995 * 10**6
    # by energy the litre holds 1 / (0.93/36 + 0.07/27) MJ of 92.239 g
    assert energy == pytest.approx(92.239 / (0.93 / 36 + 0.07 / 27) * 10**9, rel=1e-9)
    assert energy < mass < volume


def test_mistake_11_a_blend_that_is_weighed_is_mixed_by_its_mass(tmp_path: Path) -> None:
    # 1 kg: 7 % of its energy are 1 / (0.93/45 + 0.07/36) MJ of 92.239 g; 7 % of its mass are
    # 0.93 x 45 x 96.6 + 0.07 x 36 x 34.3 g
    heats = {"diesel": (45, ".8"), "biodiesel": (36, ".75")}
    kept = shelf(tmp_path, fuel("diesel", "96.6") + fuel("biodiesel", "34.3"), heats)
    kilo = {**NO_LEG, "kind": "energy.fuel", "energy_carrier": "diesel", "t": "0.001"}
    shares = [{**kilo, "bio_ppm": 70_000, "bio_basis": b} for b in ("energy", "mass")]
    energy, mass = by_activity(quantify(book(*shares), library=kept).emissions).values()

    assert energy == pytest.approx(92.239 / (0.93 / 45 + 0.07 / 36) * 10**6, rel=1e-9)
    assert mass == pytest.approx((0.93 * 45 * 96.6 + 0.07 * 36 * 34.3) * 10**6, rel=1e-9)


def test_mistake_11_a_share_of_a_fuel_without_partner_is_not_mixed(tmp_path: Path) -> None:
    kept = shelf(tmp_path, fuel("coal", 100))
    coal = {**NO_LEG, "kind": "energy.fuel", "energy_carrier": "coal", "energy_j": 10**6}
    rows = quantify(book({**coal, "bio_ppm": 500_000}), library=kept).emissions

    assert rows["co2e_ug"].sum() == 100 * 10**6


def test_mistake_12_a_ferry_carries_the_lorry_too(tmp_path: Path) -> None:
    # 60.1 g per t.km of lorry and cargo: 29.6 t x 120 km = 213.4752 kg; the same per t.km of its
    # 15.6 t of cargo is 60.1 x 29.6 / 15.6 g
    per_cargo = net_of_gross("60.1", "29.6", "15.6")
    rows = pair("transport.sea", "gross", "60.1") + pair("transport.sea", "cargo", per_cargo)
    kept = shelf(tmp_path, rows)
    sea = {"kind": "transport.sea", "km": 120}
    legs = [{**sea, "vehicle_class": c, "t": t} for c, t in (("gross", "29.6"), ("cargo", "15.6"))]
    found = by_activity(quantify(book(*legs), library=kept).emissions)

    assert found == {"a0": 213_475_200_000, "a1": 213_475_200_000}


def test_mistake_13_tons_gallons_and_miles_are_three_units_each(tmp_path: Path) -> None:
    # 10 short tons x 0.90718474 t x 1,000 miles x 1.609344 km x 100 g = 1,459.972 kg; a long ton
    # is 1.0160469088 t, a nautical mile 1.852 km
    kept = shelf(tmp_path, pair("transport.road", "truck", 100) + fuel("oil", 100))
    legs = [
        {"t": units.convert(10, ton, "t"), "km": units.convert(1000, mile, "km")}
        for ton, mile in (("short ton", "mile"), ("long ton", "mile"), ("t", "nmi"))
    ]
    found = [
        kg / 10**9 for kg in by_activity(quantify(book(*legs), library=kept).emissions).values()
    ]

    assert found == pytest.approx([1459.97231822, 1635.16899641, 1852], rel=1e-11)


def test_mistake_13_a_gallon_is_american_or_imperial_and_never_both(tmp_path: Path) -> None:
    # 100 gal: 378.5411784 l or 454.609 l, at 1 MJ/l and 100 g/MJ
    kept = shelf(tmp_path, fuel("oil", 100), {"oil": (1, 1)})
    burnt = {**NO_LEG, "kind": "energy.fuel", "energy_carrier": "oil"}
    told = [
        {**burnt, "volume_ml": round(units.convert(100, gallon, "mL"))}
        for gallon in ("US gal", "imp gal")
    ]
    american, imperial = by_activity(quantify(book(*told), library=kept).emissions).values()

    assert (american, imperial) == (378_541 * 10**5, 454_609 * 10**5)


def test_mistake_14_electricity_of_an_inventory_and_of_a_footprint_differ() -> None:
    # China 2023, 100 kWh: CO2 of the grid 0.5306, footprint factor 0.6205 kg/kWh
    used = book({**POWER, "energy_j": 360 * 10**6, "place": "CN", "start": START - 2 * YEAR})
    rows = {name: quantify(used, profile=name).emissions for name in ("cn_inventory", "iso14067")}

    assert rows["cn_inventory"]["co2e_ug"].sum() == 53_060 * 10**6
    assert rows["iso14067"]["co2e_ug"].sum() == 62_050 * 10**6
    with pytest.raises(TanluError, match="TL512"):
        total(pl.concat(list(rows.values())))


def test_mistake_15_location_and_market_are_never_netted() -> None:
    used = book({**POWER, "energy_j": 360 * 10**6, "place": "CN"})
    rows = quantify(used).emissions
    market = rows.with_columns(basis=pl.lit("market"), co2e_ug=-pl.col("co2e_ug"))

    assert set(rows["basis"]) == {"location"}
    with pytest.raises(TanluError, match="TL512"):
        total(pl.concat([rows, market]))


def test_mistake_16_what_shares_a_factor_errs_together(tmp_path: Path) -> None:
    # 100, 50 and 25 kg, each 10 %: 10 % of the sum for one factor; sqrt(100² + 50² + 25²) / 175 =
    # 65.5 % of that for three factors
    names = ("one", "two", "three")
    rows = [row for n in names for row in pair("transport.road", n, 100, gsd="1.2162", pedigree="")]
    kept = shelf(tmp_path, rows)
    tonnes = (10, 5, Fraction("2.5"))
    same = [{"vehicle_class": "one", "t": t, "km": 100, "quality": 1} for t in tonnes]
    apart = [{**leg, "vehicle_class": name} for leg, name in zip(same, names, strict=True)]
    sigma = math.log(1.2162) / 2
    together, spread = (quantify(book(*legs), library=kept).emissions for legs in (same, apart))

    assert total(together, boundaries=["ttw"])["sigma_ln_ppm"][0] == round(sigma * 10**6)
    root = math.sqrt(100**2 + 50**2 + 25**2) / 175
    found = total(spread, boundaries=["ttw"])["sigma_ln_ppm"][0]
    assert found == pytest.approx(sigma * root * 10**6, abs=1)


def test_mistake_16_the_two_boundaries_of_one_factor_err_together_too(tmp_path: Path) -> None:
    kept = shelf(tmp_path, pair("transport.road", "truck", 80, 20))
    rows = quantify(book({"t": 10, "km": 100}), library=kept).emissions
    whole = total(rows).row(0, named=True)

    assert whole["sigma_ln_ppm"] == rows["sigma_ln_ppm"][0]
    assert whole["upper_ug"] == pytest.approx(rows["upper_ug"].sum(), rel=1e-6)


def test_mistake_30_each_result_names_the_edition_that_it_rests_on(tmp_path: Path) -> None:
    old = pair("transport.road", "truck", 82, valid_from="2023-01-01", valid_to="2025-01-01",
               data_year="2023")  # fmt: skip
    new = pair("transport.road", "truck", "78.1", valid_from="2025-01-01", data_year="2025")
    kept = shelf(tmp_path / "both", [*old, *new])
    legs = [{"t": 10, "km": 100, "start": START - back * YEAR} for back in (1, 0)]
    rows = quantify(book(*legs), library=kept).emissions.filter(boundary="ttw")

    # 10 t x 100 km x 82 and 78.1 g
    assert rows["co2e_ug"].to_list() == [82 * 10**9, 78_100 * 10**6]
    assert ["2023 GLO" in rows["reasons"][0], "2025 GLO" in rows["reasons"][1]] == [True, True]
    assert rows["factor_hash"].n_unique() == rows["factor_id"].n_unique() == 2


def test_mistake_30_another_digit_is_another_factor_and_another_library(tmp_path: Path) -> None:
    one, two = (
        shelf(tmp_path / name, pair("transport.road", "truck", g))
        for name, g in (("one", 82), ("two", "82.0001"))
    )
    hashes = [
        quantify(book({"t": 1, "km": 1}), library=kept).emissions["factor_hash"][0]
        for kept in (one, two)
    ]

    assert one.hash != two.hash
    assert hashes[0] != hashes[1]


def test_mistake_30_a_factor_of_a_past_year_says_that_it_is_one(tmp_path: Path) -> None:
    old = pair("transport.road", "truck", 82, valid_from="2023-01-01", valid_to="2024-01-01")
    kept = shelf(tmp_path, old)
    rows = quantify(book({"t": 1, "km": 1}), library=kept).emissions

    assert set(rows["assumptions"]) == {"F-PLACE;F-PAST"}


def test_mistake_30_results_of_two_gwp_sets_are_not_added(tmp_path: Path) -> None:
    kept = shelf(tmp_path, pair("transport.road", "truck", 82))
    rows = [quantify(book({"t": 1, "km": 1}), library=kept, gwp_set=g) for g in ("AR5", "AR6")]

    with pytest.raises(TanluError, match="TL512"):
        total(pl.concat([each.emissions for each in rows]))


def test_mistake_16_a_curve_errs_with_itself_in_every_province(tmp_path: Path) -> None:
    # one hub of GSD² 3.0 on two grids that are well known: σ of the sum is that of the hub, and
    # not sqrt(1/2) of it, as if a second province knew better what a hub needs
    hub = curve(
        "hub", 18, 18, "", kind="hub.transshipment", carrier="electricity", form="scalar",
        per="t", gsd="3.0", pedigree="", load="", empty="",
    )  # fmt: skip
    grids = [
        row for place in ("FR", "GB") for row in grid(500, place=place, gsd="1.0", pedigree="")
    ]
    kept = shelf(tmp_path, grids, vehicles=[hub])
    work = {**HUB, "energy_carrier": "electricity", "t": 10, "quality": 1}
    rows = quantify(book(*({**work, "place": place} for place in ("FR", "GB"))), library=kept)
    wtt = rows.emissions.filter(boundary="wtt")

    assert wtt["factor_hash"].n_unique() == 2
    # beside the hub's own GSD² of 3 each place widens by the codes it carries, alike in both
    assert set(wtt["sigma_ln_ppm"]) == {total(wtt)["sigma_ln_ppm"].item()}
    assert total(wtt)["sigma_ln_ppm"].item() >= math.log(3) / 2 * 10**6
