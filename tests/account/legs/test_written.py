"""One row for each boundary, named by its keys; a basis belongs to generation alone."""

from __future__ import annotations

from typing import Any

from tanlu.account import quantify
from tanlu.terms import schema


def test_rows_are_of_the_schema_and_named_by_their_keys(activities: Any) -> None:
    rows = quantify(activities({})).emissions

    assert list(schema("emission").names) == schema("emission").check(rows).columns
    assert rows["emission_id"].to_list() == ["a0|iso14083|ttw|none|", "a0|iso14083|wtt|none|"]


def test_what_lies_before_generation_knows_no_basis(activities: Any) -> None:
    power = {"kind": "energy.electricity", "energy_j": 3_600_000_000, "vehicle_class": None,
             "energy_carrier": None, "mass_mg": None, "distance_m": None,
             "place": "GB"}  # fmt: skip
    rows = quantify(activities(power), profile="ghg_protocol").emissions

    assert dict(rows.select("boundary", "basis").iter_rows()) == {
        "generation": "location", "upstream": "none",
    }  # fmt: skip
