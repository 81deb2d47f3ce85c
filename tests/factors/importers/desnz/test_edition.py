from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest
from tests.factors.importers.files import flat, record, sheets

from tanlu.errors import TanluError
from tanlu.factors.importers.desnz import load
from tanlu.terms import taxonomy

YEARS = range(2016, 2026)
CURVES = {  # kg CO2e per km of 2025, empty and full, printed in "Freighting goods"
    "truck.rigid.7t5": ("0.46138", "0.54068"),
    "truck.artic.44t": ("0.64734", "1.06921"),
}


@pytest.fixture(scope="module")
def editions(shared):
    """Every official flat file, read once."""
    found = {}
    for path in sorted((shared / "data" / "factors" / "uk_desnz" / "raw").iterdir()):
        year = int(re.findall(r"20[12]\d", path.name)[-1 if "2017" not in path.name else 0])
        found[year] = load(path)
    return found


@pytest.fixture(scope="module")
def newest(editions):
    """The edition of 2025."""
    return editions[2025].factors


def one(table, **facets):
    """The only row with these facets."""
    rows = table.filter(pl.col(name).eq_missing(pl.lit(value)) for name, value in facets.items())
    assert rows.height == 1
    return rows.to_dicts()[0]


def test_all_ten_editions_load(editions):
    assert list(YEARS) == sorted(editions)


@pytest.mark.parametrize("year", YEARS)
def test_every_record_is_a_factor_known_or_refused(editions, year):
    read = editions[year]

    assert read.rows_in == read.factors.height + read.known + read.quarantine.height


@pytest.mark.parametrize("year", YEARS)
def test_more_than_95_in_100_records_have_a_leaf(editions, year):
    read = editions[year]

    assert read.quarantine.height < 0.05 * read.rows_in


@pytest.mark.parametrize("year", YEARS)
def test_the_gases_of_every_record_are_its_co2e(editions, year):
    assert "TL226" not in editions[year].quarantine["code"].to_list()


@pytest.mark.parametrize(("year", "ch4", "n2o"), [(2022, 25, 298), (2023, 28, 265)])
def test_masses_of_gases_times_their_gwp_are_the_published_co2e(editions, year, ch4, n2o):
    table = editions[year].factors.filter(
        pl.all_horizontal(pl.col("co2_fossil", "ch4_fossil", "n2o", "co2e_published").is_not_null())
    )
    mass = {name: table[name].cast(pl.Float64) for name in ("co2_fossil", "ch4_fossil", "n2o")}
    whole = mass["co2_fossil"] + ch4 * mass["ch4_fossil"] + n2o * mass["n2o"]
    apart = (whole - table["co2e_published"].cast(pl.Float64)).abs()

    assert table.height > 300
    assert (apart <= (1e-5 * whole.abs()).clip(2.01e-5)).all()


def test_a_printed_number_is_kept_to_its_last_digit(editions):
    read = one(
        editions[2016].factors,
        activity="energy.fuel", energy_carrier="cng", boundary="ttw", denominator="kWh",
        heat_basis="gross",
    )  # fmt: skip

    assert (read["co2e_published"], read["co2_fossil"]) == ("0.183996818181275", "0.18364527438694")


@pytest.mark.parametrize("name", CURVES)
def test_laden_trucks_become_a_curve_of_their_load(newest, name):
    row = one(
        newest, vehicle_class=name, boundary="ttw", form="linear_load", temperature_class=None
    )

    assert CURVES[name] == (row["value_empty"], row["value_full"])


def test_a_mean_load_stays_apart_from_the_curve(newest):
    row = one(
        newest, vehicle_class="truck.artic.44t", technology="laden.average", boundary="ttw",
        denominator="t.km", temperature_class=None,
    )  # fmt: skip

    assert row["co2e_published"] == "0.07703"
    assert Fraction("0.00125") / 265 - Fraction(row["n2o"]) < Fraction("1e-15")


def test_electricity_has_its_four_parts(newest):
    found = newest.filter(pl.col("activity") == "energy.electricity")

    assert dict(found.select("boundary", "co2e_published").rows()) == {
        "generation": "0.177", "t_and_d": "0.01853", "wtt": "0.0459", "wtt_t_and_d": "0.00397",
    }  # fmt: skip


def test_biogenic_co2_stands_beside_the_fuel_and_never_in_its_co2e(newest):
    blend = one(newest, energy_carrier="diesel", boundary="ttw", denominator="L",
                activity="energy.fuel")  # fmt: skip
    mineral = one(newest, energy_carrier="diesel.mineral", boundary="ttw", denominator="L",
                  activity="energy.fuel")  # fmt: skip

    assert (blend["co2e_published"], blend["co2_bio"]) == ("2.57082", "0.14")
    assert (mineral["co2e_published"], mineral["co2_bio"]) == ("2.66155", None)


def test_a_battery_van_is_told_by_its_parts_and_not_by_their_sum_again(newest):
    van = newest.filter(
        pl.col("vehicle_class") == "van.average",
        pl.col("energy_carrier") == "electricity",
        pl.col("denominator") == "km",
        pl.col("technology") == "laden.average",
    )

    assert {"ttw", "generation", "t_and_d", "wtt", "energy"} == set(van["boundary"])
    assert van.height == 5


def test_flights_under_radiative_forcing_have_no_masses(newest):
    forced = newest.filter(pl.col("technology").str.contains(r"radiative_forcing|\.rf$"))

    assert forced.height > 20
    assert forced["co2_fossil"].count() == 0


def test_waste_says_whether_its_treatment_is_in(newest):
    waste = newest.filter(pl.col("activity").str.starts_with("waste."))
    told = {tuple(row) for row in waste.select("activity", "boundary").unique().rows()}

    assert ("waste.landfill", "disposal") in told
    assert ("waste.recycling", "disposal_cutoff") in told
    assert ("waste.incineration", "disposal_cutoff") in told


def test_no_word_is_outside_the_vocabulary_of_its_facet(editions):
    known = taxonomy.vocabulary()
    for facet in (
        "energy_carrier",
        "temperature_class",
        "technology",
        "material",
        "boundary",
        "method",
    ):
        told = {each for read in editions.values() for each in read.factors[facet].drop_nulls()}

        assert told <= set(known[facet])


def test_the_import_says_what_the_packs_of_the_house_say_by_hand(newest):
    from tanlu.factors import library

    key = [
        "activity", "vehicle_class", "energy_carrier", "temperature_class", "technology",
        "material", "boundary", "form", "denominator", "heat_basis",
    ]  # fmt: skip
    own = library().factors.filter(pl.col("source_id").str.starts_with("uk-desnz-2025"))
    both = own.join(newest, on=key, nulls_equal=True, suffix="_read")
    same = both.filter(
        (pl.col("activity") != "travel.stay") | (pl.col("place") == pl.col("place_read")),
        # the house offers mineral fuel to the world and sums the two parts of electricity
        ~((pl.col("activity") == "energy.fuel") & (pl.col("place") == "GLO")),
        (pl.col("energy_carrier") != "electricity").fill_null(value=True),
    )
    numbers = [
        pl.coalesce(f"co2e_published{end}", f"value_empty{end}", f"value{end}").cast(pl.Float64)
        for end in ("", "_read")
    ]

    assert same.height > 600
    assert same.filter((numbers[0] - numbers[1]).abs() > 2e-5).height == 0


def test_a_zero_where_nothing_is_known_is_refused(tmp_path):
    found = load(flat(tmp_path / "a.xlsx", record("Fuels > Liquid fuels > Fuel oil ||litres", 0)))

    assert found.quarantine["code"].to_list() == ["TL228"]


def test_gases_that_are_not_the_co2e_are_refused(tmp_path):
    row = record("Fuels > Liquid fuels > Fuel oil || litres", 3.1, 3.0, 0.01, 0.02)
    found = load(flat(tmp_path / "a.xlsx", row))

    assert found.quarantine.select("code", "line").rows() == [("TL226", 4)]


def test_another_workbook_is_refused_with_a_reason(tmp_path):
    with pytest.raises(TanluError) as raised:
        load(sheets(tmp_path / "b.xlsx", {"Factors by Category": [["Scope", "Level 1"]]}))

    assert raised.value.code == "TL220"


def test_miles_are_known_where_kilometres_are_told_and_converted_where_not(tmp_path):
    car = "Passenger vehicles > Cars (by size) > Small car | Petrol |"
    both = flat(tmp_path / "a.xlsx", record(f"{car} km", 0.1), record(f"{car} miles", 0.16093))
    alone = load(flat(tmp_path / "b.xlsx", record(f"{car} miles", 0.1609344)))

    assert (load(both).factors.height, load(both).known) == (1, 1)
    assert alone.factors.select("co2e_published", "denominator").row(0) == ("0.1", "km")
    assert "0.1609344 per miles" in alone.factors["derivation"][0]


def test_each_scope_says_the_same_or_is_refused(tmp_path):
    told = [
        record(f"{group} > Small car | Petrol | km", value)
        for group, value in (
            ("Passenger vehicles > Cars (by size)", 0.1),
            ("Business travel- land > Cars (by size)", 0.1),
            ("Managed assets- vehicles > Managed cars (by size)", 0.2),
        )
    ]
    found = load(flat(Path(tmp_path / "a.xlsx"), *told))

    assert (found.factors.height, found.known) == (1, 1)
    assert found.quarantine["code"].to_list() == ["TL227"]
