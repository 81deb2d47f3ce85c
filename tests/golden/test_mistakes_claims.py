"""What implementers get wrong with targets and offsets: mistakes 28 and 29."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tanlu.account import quantify
from tanlu.account.operations import convergence
from tanlu.account.shift import compare
from tanlu.terms import schema
from tests.golden.packs import book, pair, shelf
from tests.golden.vectors import formulas


def path(shared: Path, name: str, own: Fraction) -> list[Any]:
    """Targets of every year, the scenario scaled to the economy and interpolated."""
    given = formulas(shared)["sda"]["inputs"]
    first, *_, last = given["years"]
    told = {int(y): Fraction(str(v)) for y, v in given["scenario"][name].items()}
    grow = Fraction(str(given["economy_ci_base"])) / told[first]
    fall = (told[last] - told[first]) / (last - first)
    years = [told[first] + fall * (year - first) for year in given["years"]]
    return [convergence(own, *(v * grow for v in (told[first], now, told[last]))) for now in years]


@pytest.mark.parametrize("name", ["b2ds", "sds"])
def test_mistake_28_a_good_performer_is_not_let_rise(shared: Path, name: str) -> None:
    # r2dii gives 0.90 -> 1.29 and 0.90 -> 5.16: capped at 0.90, and said
    found = path(shared, name, Fraction("0.9"))

    assert [target.intensity for target in found] == [Fraction("0.9")] * 6
    assert [target.code for target in found] == [None, *["TL562"] * 5]


@pytest.mark.parametrize(("name", "last"), [("b2ds", "1.29"), ("sds", "5.16")])
def test_mistake_28_a_bad_performer_ends_where_the_sector_does(
    shared: Path, name: str, last: str
) -> None:
    found = path(shared, name, Fraction(12))

    assert found[0] == (12, None)
    assert found[-1] == (Fraction(last), None)
    rates = [target.intensity for target in found]
    assert rates == sorted(rates, reverse=True)


def test_mistake_28_the_formula_below_the_cap_is_that_of_the_vector(shared: Path) -> None:
    # the vector's own path, mirrored: (CI_0 − SI_T) p + SI_T is linear in CI_0
    found = path(shared, "b2ds", Fraction(12))
    goal = Fraction("1.29")
    mirrored = [(t.intensity - goal) * (Fraction("0.9") - goal) / (12 - goal) + goal for t in found]

    assert [float(round(each, 2)) for each in mirrored] == formulas(shared)["sda"]["expected"][
        "target_b2ds"
    ]


def test_mistake_29_nothing_avoided_is_ever_an_emission(tmp_path: Path) -> None:
    # a factor of what is avoided is never chosen, whatever sign it has
    for name, grams in (("plus", 82), ("minus", -82)):
        rows = [row for row in pair("transport.road", "truck", grams) if row["boundary"] == "ttw"]
        kept = shelf(tmp_path / name, [{**row, "boundary": "avoided"} for row in rows])
        made = quantify(book({"t": 10, "km": 100}), library=kept)

        assert made.emissions.height == 0
        assert made.findings["code"].to_list() == ["TL201"]


def test_mistake_29_an_emission_has_no_place_for_an_offset() -> None:
    words = ("offset", "credit", "avoided", "removal", "net_")

    assert [n for n in schema("emission").names if any(word in n for word in words)] == []


def test_mistake_29_offsets_are_left_out_of_a_comparison_and_told(tmp_path: Path) -> None:
    kept = shelf(tmp_path, pair("transport.road", "truck", 100))
    rows = quantify(book({"t": 10, "km": 100}), library=kept).emissions
    offset = rows.with_columns(boundary=pl.lit("avoided"), co2e_ug=-pl.col("co2e_ug"))
    found = compare(rows, pl.concat([rows, offset]), known=())

    assert found.summary.after_ug == found.summary.before_ug == 100 * 10**9
    assert "TL560" in found.findings["code"].to_list()
