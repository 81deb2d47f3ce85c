from __future__ import annotations

import polars as pl

from tanlu.factors.importers.desnz import load
from tests.factors.importers.files import flat, record

TRUCK = "Freighting goods > HGV (all diesel) > Articulated (>33t) |"
VAN = "Vans > Average (up to 3.5 tonnes) | Battery Electric Vehicle | km"


def curve(tmp_path, *values):
    """Give the factor of an empty, a half and a fully laden truck."""
    told = [
        record(f"{TRUCK} {load_}% Laden | km", value)
        for load_, value in zip((0, 50, 100), values, strict=True)
    ]
    return load(flat(tmp_path / "a.xlsx", *told))


def test_a_straight_curve_is_linear_in_load(tmp_path):
    read = curve(tmp_path, 0.6, 0.8, 1.0)

    assert (read.rows_in, read.factors.height) == (1, 1)
    assert read.factors.select("form", "value_empty", "value_full").row(0) == (
        "linear_load", "0.6", "1",
    )  # fmt: skip


def test_a_bent_curve_is_a_table(tmp_path):
    assert curve(tmp_path, 0.6, 0.9, 1.0).factors.select("form", "axis", "points").row(0) == (
        "table", "load", "0:0.6;0.5:0.9;1:1",
    )  # fmt: skip


def test_a_sum_of_parts_is_known_where_it_holds_and_refused_where_not(tmp_path):
    parts = [
        record(f"Delivery vehicles > {VAN}", 0),
        record(f"UK electricity for EVs > {VAN}", 0.05),
        record(f"UK electricity T&D for EVs > {VAN}", 0.004),
    ]
    right = load(flat(tmp_path / "a.xlsx", *parts, record(f"Freighting goods > {VAN}", 0.054)))
    wrong = load(flat(tmp_path / "b.xlsx", *parts, record(f"Freighting goods > {VAN}", 0.06)))

    assert (right.factors.height, right.known, right.quarantine.height) == (3, 1, 0)
    assert wrong.quarantine.select("code", "value").rows() == [("TL235", "0.06")]


def test_biogenic_co2_joins_the_fuel_or_stands_alone(tmp_path):
    bio = record("Outside of scopes > Biofuel > Bioethanol | | litres", 1.52)
    fuel = record("Bioenergy > Biofuel > Bioethanol | | litres", 0.009)
    both = load(flat(tmp_path / "a.xlsx", fuel, bio))
    alone = load(flat(tmp_path / "b.xlsx", bio))

    assert both.factors.select("co2e_published", "co2_bio").rows() == [("0.009", "1.52")]
    assert alone.factors.select("co2e_published", "co2_bio").rows() == [(None, "1.52")]


def test_order_of_the_lines_changes_nothing(tmp_path):
    told = [
        record(f"{TRUCK} 0% Laden | km", 0.6), record(f"{TRUCK} 50% Laden | km", 0.8),
        record(f"{TRUCK} 100% Laden | km", 1.0), record(f"{TRUCK} Average laden | km", 0.9),
    ]  # fmt: skip
    one = load(flat(tmp_path / "a.xlsx", *told)).factors
    other = load(flat(tmp_path / "b.xlsx", *reversed(told))).factors

    assert one.select(pl.exclude("source_id")).equals(other.select(pl.exclude("source_id")))
