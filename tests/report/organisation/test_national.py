"""China's guide and the GHG Protocol stand side by side on the same activities."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import polars as pl
from tests.report.organisation.group import GROUP, boundary, ledger, row

from tanlu.account import quantify
from tanlu.report.organisation import lines, parse, profiles
from tanlu.report.organisation.national import beside

ROAD = parse(('national = "cn_road_2015"\n' + GROUP).encode())
FUEL = {"operator": "MALL", "energy_carrier": "diesel"}
CN = {"profile": "cn_inventory", "gwp_set": "SAR"}


def test_the_difference_is_explained_row_by_row_and_never_mixed() -> None:
    # mistake 8 of the research: potentials of two reports are not mixed in one total
    book = ledger([
        row(1, "energy.fuel", "ttw", 100, gwp_set="AR6", **FUEL),
        row(1, "energy.fuel", "wtt", 20, gwp_set="AR6", **FUEL),
        row(1, "energy.fuel", "ttw", 90, **CN, **FUEL),
        row(2, "refrigerant.leak", "ttw", 50, operator="MALL"),
        row(2, "refrigerant.leak", "ttw", 45, operator="MALL", **CN),
        row(3, "process.urea", "ttw", 7, operator="MALL", factor_id="u", **CN),
    ])  # fmt: skip
    found = beside(book, ROAD, lines(book, ROAD), span=None)

    assert found is not None
    assert found["gwp_sets"] == {"national": ["SAR"], "international": ["AR6"]}
    assert [(e["kind"], e["boundary"], e["why"]) for e in found["rows"]] == [
        ("energy.fuel", "ttw", ["gwp"]), ("energy.fuel", "wtt", ["upstream"]),
        ("process.urea", "ttw", ["only_national"]), ("refrigerant.leak", "ttw", ["kind"]),
    ]  # fmt: skip
    assert Decimal(found["national_kg"]) == Decimal("0.000000097")
    assert sum(Decimal(e["difference_kg"]) for e in found["rows"]) == Decimal(
        found["difference_kg"]
    )


def test_methane_and_nitrous_oxide_by_kilometre_are_named_as_a_reason() -> None:
    book = ledger([
        row(1, "transport.road", "ttw", 90, ch4_fossil_ug=0, n2o_ug=0, **FUEL),
        row(1, "transport.road", "ttw", 94, ch4_fossil_ug=0, n2o_ug=1, **(CN | {"gwp_set": "AR6"}),
            **FUEL),
    ])  # fmt: skip
    found = beside(book, ROAD, lines(book, ROAD), span=None)

    assert found is not None
    assert found["rows"][0]["why"] == ["gases"]


def test_road_activities_without_methane_and_nitrous_oxide_are_told_by_number() -> None:
    book = ledger([
        row(number, "transport.road", "ttw", 90, n2o_ug=gas, **CN, **FUEL)
        for number, gas in ((1, 0), (2, None), (3, 5))
    ])  # fmt: skip
    found = beside(book, ROAD, lines(book, ROAD), span=None)

    assert found is not None
    assert (found["without_gases"], found["by_kilometre"]) == (2, 1)


def test_a_kilometre_of_the_guide_by_hand() -> None:
    # 发改办气候〔2015〕1722号, appendix: heavy diesel 175 mg CH4 and 30 mg N2O a km; SAR 21, 310
    facts = ledger([row(1, "transport.road", "ttw", 1)]).tables["activity"]
    told = {"vehicle_class": "truck.average", "energy_carrier": "diesel", "place": "CN-SH",
            "technology": "ch4_n2o.china_1", "distance_m": 100_000, "mass_mg": None}  # fmt: skip
    km = facts.with_columns(**{k: pl.lit(v, facts.schema[k]) for k, v in told.items()})
    made = quantify(km, profile="cn_inventory", gwp_set="SAR").emissions

    assert made["co2e_ug"].to_list() == [100 * (175 * 21 + 30 * 310) * 1000]


def test_without_a_difference_there_is_nothing_to_explain() -> None:
    book = ledger([
        row(1, "energy.fuel", "ttw", 90, factor_id="a", **FUEL),
        row(1, "energy.fuel", "ttw", 90, factor_id="b", **CN, **FUEL),
    ])  # fmt: skip
    found = beside(book, ROAD, lines(book, ROAD), span=None)

    assert found is not None
    assert [each["why"] for each in found["rows"]] == [[]]


def test_without_being_asked_for_the_guide_is_not_shown() -> None:
    book = ledger([row(1, "energy.fuel", "ttw", 90, **CN, **FUEL)])

    assert beside(book, boundary(), lines(book, boundary()), span=None) is None
    assert (
        beside(ledger([row(1, "energy.fuel", "ttw", 9)]), ROAD, lines(book, ROAD), span=None)
        is None
    )


def test_the_guide_is_quantified_with_the_potentials_that_it_demands() -> None:
    book = ledger([row(1, "energy.fuel", "ttw", 90, **FUEL)])

    assert profiles(book, ROAD) == (("ghg_protocol", "AR6"), ("cn_inventory", "SAR"))
    assert profiles(book, boundary()) == (("ghg_protocol", "AR6"),)


def test_diesel_is_burnt_as_the_guide_writes_it() -> None:
    # 发改办气候〔2015〕1722号: NCV 43.330 GJ/t, CC 20.20 kgC/GJ, OF 0.98, 0.84 kg/l: 2.6419 kg/l
    facts = ledger([row(1, "energy.fuel", "ttw", 1)]).tables["activity"]
    litre = facts.with_columns(
        pl.lit(None, pl.Int64).alias("mass_mg"), pl.lit(1_000_000, pl.Int64).alias("volume_ml"),
        pl.lit("diesel").alias("energy_carrier"), pl.lit("CN-SH").alias("place"),
    )  # fmt: skip
    made = quantify(litre, profile="cn_inventory", gwp_set="SAR").emissions
    burnt = made.filter(pl.col("boundary") == "ttw")["co2_fossil_ug"].sum()
    expected = Fraction("43.330") * Fraction("0.0202") * Fraction("0.98") * 44 / 12 * 840

    assert abs(Fraction(burnt, 10**9) - expected) < expected / 1000


def test_an_inventory_takes_the_co2_factor_of_electricity_not_that_of_footprints() -> None:
    # mistake 14 of the research: 0.5306 kg/kWh is the organisation's, 0.6205 the product's (2023)
    facts = ledger([row(1, "energy.electricity", "generation", 1)]).tables["activity"]
    meter = facts.with_columns(
        pl.lit(None, pl.Int64).alias("mass_mg"), pl.lit(3_600_000_000, pl.Int64).alias("energy_j"),
        pl.lit("electricity").alias("energy_carrier"), pl.lit("CN").alias("place"),
    )  # fmt: skip
    kg = {
        profile: quantify(meter, profile=profile).emissions["co2e_ug"].sum() / 1e9 / 1000
        for profile in ("cn_inventory", "ghg_protocol", "iso14067")
    }

    assert kg["cn_inventory"] < 0.56
    assert kg["iso14067"] > 0.57
