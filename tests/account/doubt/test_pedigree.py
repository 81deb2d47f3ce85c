"""The pedigree matrix against its published vector, the rules of the library, and the package."""

from __future__ import annotations

import math
import re

import polars as pl
import pytest

from tanlu.account import spec
from tanlu.account.doubt.pedigree import RELIABILITY, factor_sigmas, gsd2, pedigree_sigma, table
from tanlu.errors import TanluError
from tanlu.factors import library
from tanlu.factors.select import PEDIGREE, sigma_ln

LABELS = {
    "reliability": "reliability", "completeness": "completeness", "time": "temporal correlation",
    "geography": "geographical correlation", "technology": "further technological correlation",
    "sample": "sample size",
}  # fmt: skip


def test_the_published_vector() -> None:
    # ecoinvent 2: (2,2,3,1,3) of a combustion value, U_b 1.05
    assert round(gsd2(pedigree_sigma("22313", 1.05)), 5) == 1.24346


def test_the_best_scores_leave_the_basic_uncertainty() -> None:
    for version in (1, 2):
        assert gsd2(pedigree_sigma("11111", 2.0, version)) == pytest.approx(2.0)


def test_version_2_is_wider_where_technology_differs() -> None:
    # 0.5·sqrt(ln² 1.05 + ln² 1.65)
    expected = 0.5 * math.hypot(math.log(1.05), math.log(1.65))

    assert pedigree_sigma("11113", 1.05, 2) == pytest.approx(expected)


def test_a_sixth_digit_is_the_sample_in_version_1_only() -> None:
    assert gsd2(pedigree_sigma("111115", 1.0)) == pytest.approx(1.2)
    with pytest.raises(TanluError, match="TL547"):
        pedigree_sigma("111115", version=2)


@pytest.mark.parametrize("scores", ["12345x", "01111", "6", "1.111"])
def test_other_digits_are_refused(scores: str) -> None:
    with pytest.raises(TanluError) as raised:
        pedigree_sigma(scores)

    assert raised.value.code == "TL547"


def test_a_version_that_is_not_known_is_refused() -> None:
    with pytest.raises(TanluError, match="TL547"):
        table(3)


def test_every_table_rises_from_one() -> None:
    for version in (1, 2):
        for factors in table(version).values():
            assert factors[0] == 1
            assert list(factors) == sorted(factors)


def test_library_formulas_and_table_have_the_same_factors() -> None:
    assert tuple(list(table(1).values())[:5]) == PEDIGREE
    formula = next(step for step in spec().steps if step.name == "quality_sigma")
    numbers = {float(each) for each in re.findall(r"0\.\d+", str(formula.expression))}
    assert sorted(numbers) == pytest.approx(sorted(RELIABILITY[1:]), abs=1e-8)


def test_every_factor_has_the_error_that_the_library_takes() -> None:
    rows = library().rows
    expected = {row["factor_id"]: sigma_ln(row) for row in rows}
    found = factor_sigmas(library(), pl.Series([row["factor_id"] for row in rows]))

    assert expected == pytest.approx(dict(found.select("ids", "sigma").iter_rows()), rel=1e-12)


def test_of_several_boundaries_the_widest_counts() -> None:
    first, second = library().rows[0], library().rows[-1]
    name = f"{first['factor_id']}+{second['factor_id']}"
    found = factor_sigmas(library(), pl.Series([name, "not known"]))

    assert found["ids"].to_list() == [name]
    assert found["sigma"].item() == pytest.approx(max(sigma_ln(first), sigma_ln(second)))


def test_the_tables_are_those_of_the_package() -> None:
    data = pytest.importorskip(
        "pedigree_matrix.data", reason="OPTIONAL PACKAGE ABSENT: pedigree_matrix"
    )
    for version, theirs in ((1, data.version_1), (2, data.version_2)):
        for name, factors in table(version).items():
            assert factors == tuple(theirs[LABELS[name]]), (version, name)
