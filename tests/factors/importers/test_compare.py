from __future__ import annotations

import polars as pl

from tanlu.factors.importers import diff, summary


def table(*rows, year="2024"):
    """Give factors of electricity: place and value."""
    return pl.DataFrame(
        [
            {
                "factor_id": f"{place}-{when}", "activity": "energy.electricity", "place": place,
                "data_year": when, "boundary": "generation", "denominator": "kWh",
                "source_id": f"s-{when}", "valid_from": f"{when}-01-01", "co2_fossil": value,
            }
            for place, value, when in (((*row, year))[:3] for row in rows)
        ]
    )  # fmt: skip


def test_an_edition_is_compared_with_the_one_before():
    found = diff(
        table(("CN", "0.5"), ("DE", "0.4"), ("FR", "0.1")),
        table(("CN", "0.55"), ("DE", "0.40"), ("JP", "0.3"), year="2025"),
    )

    assert found.select("change", "place", "old", "new").rows() == [
        ("changed", "CN", "0.5", "0.55"),
        ("added", "JP", None, "0.3"),
        ("removed", "FR", "0.1", None),
    ]
    assert abs(found["relative_change"][0] - 0.1) < 1e-12


def test_a_series_is_compared_year_by_year():
    old = table(("CN", "0.5", "2023"), ("CN", "0.4", "2024"))
    new = table(("CN", "0.5", "2023"), ("CN", "0.6", "2024"), ("CN", "0.3", "2025"))
    found = diff(old, new)

    assert [("changed", "2024"), ("added", "2025")] == found.select("change", "data_year").rows()


def test_the_same_table_differs_in_nothing():
    same = table(("CN", "0.5"), ("DE", "0.4"))

    assert diff(same, same).height == 0


def test_a_value_that_comes_or_goes_is_a_change():
    found = diff(table(("CN", None)), table(("CN", "0.5")))

    assert found.select("change", "new", "relative_change").rows() == [("changed", "0.5", None)]


def test_the_summary_counts_and_names_the_largest():
    found = diff(table(("CN", "0.5"), ("DE", "0.4")), table(("CN", "0.6"), ("DE", "0.2")))
    told = summary(found, unchanged=3)

    assert (told["added"], told["changed"], told["removed"], told["unchanged"]) == (0, 2, 0, 3)
    assert told["largest"]["place"] == "DE"
    assert told["largest_relative_change"] == -0.5


def test_the_summary_of_nothing_has_no_largest():
    same = table(("CN", "0.5"))

    assert summary(diff(same, same))["largest"] is None
