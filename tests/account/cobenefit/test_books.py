"""Water, wood, plastic and air are booked apart, each with its factor, and gaps are shown."""

from __future__ import annotations

import json

import polars as pl
from tests.account.hidden.rows import activities, emissions

from tanlu.account.cobenefit import BOOKS, books
from tanlu.account.cobenefit.books import cofactors

KWH = 3_600_000
DIESEL = {"kind": "transport.road", "energy_carrier": "diesel"}


def booked(found: pl.DataFrame) -> dict[tuple[str, str], int]:
    return {(a, b): amount for a, b, amount in
            found.select("activity_id", "book", "amount").iter_rows()}  # fmt: skip


def test_a_hundred_kwh_of_diesel_at_china_6() -> None:
    # 100 kWh x 42 % x 0.46 g = 19.32 g of NOx, 0.42 g of particles; 360 MJ / 43.33 x 20 mg of SO2
    made = emissions({**DIESEL, "energy_j": 100 * KWH, "boundary": "ttw"})
    found = booked(books(activities(), made, standard="china_6").rows)

    assert found == {("a0", "nox"): 19_320, ("a0", "pm"): 420, ("a0", "sox"): 166}


def test_the_label_of_a_vehicle_wins_over_the_standard_of_the_fleet() -> None:
    old = {**DIESEL, "energy_j": 100 * KWH, "labels": json.dumps({"standard": "china_3"})}
    found = booked(books(activities(), emissions(old), standard="china_6").rows)

    assert found["a0", "nox"] == 210_000


def test_energy_counts_once_for_all_boundaries_of_a_share() -> None:
    rows = [{**DIESEL, "activity_id": "a0", "energy_j": 100 * KWH, "boundary": b}
            for b in ("ttw", "wtt")]  # fmt: skip

    assert booked(books(activities(), emissions(*rows), standard="china_5").rows)["a0", "pm"] == 840


def test_a_vehicle_of_no_told_standard_is_a_gap_and_not_clean() -> None:
    found = books(activities(), emissions({**DIESEL, "energy_j": 100 * KWH}))

    assert set(found.rows["book"]) == {"sox"}
    assert found.gaps.rows() == [("transport.road", "nox", 1), ("transport.road", "pm", 1)]


def test_packaging_is_wood_or_plastic_as_its_kind_and_material_say() -> None:
    packed = [{"kind": f"packaging.{name}", "mass_mg": 10**6, "material": material}
              for name, material in (("carton", None), ("bag", None), ("bag", "paper"),
                                     ("tape", "plastic.pp"))]  # fmt: skip
    found = booked(books(activities(*packed), emissions()).rows)

    assert found == {("a0", "wood"): 10**6, ("a1", "plastic"): 10**6, ("a3", "plastic"): 10**6}


def test_water_is_booked_in_millilitres() -> None:
    found = books(activities({"kind": "site.water", "volume_ml": 5_000_000}), emissions())

    assert found.rows.select("book", "amount", "unit").rows() == [("water", 5_000_000, "mL")]


def test_no_book_is_carbon_and_every_factor_has_source_and_year() -> None:
    assert not {"co2", "co2e", "carbon"} & set(BOOKS)
    assert {each.book for each in cofactors()} == set(BOOKS)
    assert all(each.source and each.clause and each.year for each in cofactors())
    assert all("recalled" in each.clause for each in cofactors() if each.standard == "china_6")


def test_sulphur_is_what_is_in_the_fuel() -> None:
    # 10 mg/kg x 64/32
    [one] = [e for e in cofactors() if e.book == "sox" and e.kind == "transport.road"]

    assert one.amount == 10 * 64 / 32 / 1000


def test_whatever_burns_without_a_factor_of_the_air_is_a_gap() -> None:
    made = emissions(
        {"kind": "transport.air", "energy_j": 100 * KWH},
        {"kind": "transport.sea", "energy_carrier": "hfo"},
        {"kind": "transport.road", "energy_carrier": "electricity", "energy_j": KWH},
        {"kind": "energy.fuel", "energy_carrier": "natural_gas", "energy_j": KWH},
        {"kind": "hub.parcel", "energy_carrier": "diesel", "energy_j": KWH},
    )
    gaps = books(activities(), made, standard="china_6").gaps

    assert gaps["kind"].unique().sort().to_list() == [
        "energy.fuel", "transport.air", "transport.sea",
    ]  # fmt: skip
    assert gaps["book"].unique().sort().to_list() == ["nox", "pm", "sox"]
    assert gaps["rows"].to_list() == [1] * 9


def test_packaging_of_which_nothing_is_booked_is_a_gap() -> None:
    packed = [
        {"kind": "packaging.box", "mass_mg": 10**6, "material": material}
        for material in (None, "plastic.pp", "steel")
    ]
    gaps = books(activities(*packed, {"kind": "packaging.tape"}), emissions()).gaps

    # what says no material may be either; tape without a mass is a gap, steel is none
    assert gaps.rows() == [
        ("packaging.box", "plastic", 2), ("packaging.box", "wood", 1),
        ("packaging.tape", "plastic", 1), ("packaging.tape", "wood", 1),
    ]  # fmt: skip


def test_a_limit_of_type_approval_is_no_official_mean() -> None:
    limits = [each for each in cofactors() if each.per == "kWh"]

    assert {each.status for each in limits} == {"assumption"}
    assert all("no measured mean" in each.clause for each in limits)
