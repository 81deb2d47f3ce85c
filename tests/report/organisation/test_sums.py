"""Sums of an inventory are exact, and biogenic CO2 stands apart."""

from __future__ import annotations

from decimal import Decimal

from tests.report.organisation.group import boundary, ledger, row

from tanlu.report.organisation import lines
from tanlu.report.organisation.sums import amount, counted, cut, gases, text, tiers

BURNT = {"operator": "BOXES", "energy_carrier": "biodiesel"}


def test_biogenic_co2_is_apart_but_its_methane_counts() -> None:
    # mistake 9 of the research: biogenic CO2 = 0 does not mean CO2e = 0
    book = ledger([
        row(1, "energy.fuel", "ttw", 28_000, co2_fossil_ug=0, co2_bio_ug=5_000_000,
            ch4_fossil_ug=0, ch4_bio_ug=1_000, n2o_ug=0, gwp_set="AR6", **BURNT),
    ])  # fmt: skip
    made = lines(book, boundary(approach="equity_share"))
    found = {each["gas"]: (each["mass_kg"], each["co2e_kg"]) for each in gases(made)}

    assert amount(made) == 16_800
    # 60 % of the gases; 27 of AR6 for methane of biogenic origin
    assert found == {"CO2_bio": ("0.003", None), "CH4_bio": ("0.0000006", "0.0000162")}


def test_a_refrigerant_keeps_its_name_and_its_co2e() -> None:
    book = ledger([
        row(1, "refrigerant.leak", "ttw", 2_088_000, operator="MALL", gas="R-410A", gas_ug=1000,
            co2_fossil_ug=0, co2_bio_ug=0, ch4_fossil_ug=0, n2o_ug=0),
    ])  # fmt: skip

    assert gases(lines(book, boundary())) == [
        {"scope": 1, "gas": "R-410A", "mass_kg": "0.000001", "co2e_kg": "0.002088"}
    ]


def test_cuts_add_up_to_the_total_with_interval_and_primary_share() -> None:
    book = ledger([
        row(1, "energy.fuel", "ttw", 3_000_000_000, operator="MALL", tier="measured"),
        row(2, "energy.fuel", "ttw", 1_000_000_000, operator="MALL", tier="default"),
        row(3, "waste.landfill", "disposal", 4_000_000_000, operator="MALL"),
    ])  # fmt: skip
    made = lines(book, boundary())
    rows = cut(made, ["scope"], amount(made))

    assert [(each["scope"], each["co2e_kg"], each["primary_percent"]) for each in rows] == [
        (1, "4", "75"), (3, "4", "0"),
    ]  # fmt: skip
    assert all(Decimal(e["lower_kg"]) < 4 < Decimal(e["upper_kg"]) for e in rows)
    assert tiers(made) == {"default": "12.5", "measured": "37.5", "modelled": "50"}


def test_nothing_counted_is_an_empty_cut() -> None:
    made = lines(ledger([row(1, "energy.fuel", "ttw", 5)]), boundary())

    assert (counted(made).height, cut(made, ["scope"], 0), amount(made)) == (0, [], 0)


def test_null_is_not_zero() -> None:
    assert (text(None), text(0), text(1)) == (None, "0", "0.000000001")
