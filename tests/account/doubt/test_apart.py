"""The error of a row is taken apart into causes, and nothing of it is lost."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.account.doubt.rows import emissions, ppm

from tanlu.account import assumption
from tanlu.account.doubt import Causes, approach_1, causes, told
from tanlu.factors import assumption as factor_assumption
from tanlu.factors import library

CODES = st.lists(st.sampled_from(["A-LOAD", "A-EMPTY", "F-ABROAD", "F-PLACE", "own"]), unique=True)


def variances(found: Causes) -> list[float]:
    """σ² of every case, shared parts and own."""
    shared = found.parts.group_by("case").agg((pl.col("sigma") ** 2).sum().alias("v"))
    both = found.rows.join(shared, on="case", how="left").sort("own")
    return both.select(pl.col("v").fill_null(0.0) + pl.col("own_sigma") ** 2).to_series().to_list()


def sigma_of(found: Causes, cause: str) -> float:
    return found.parts.filter(cause=cause)["sigma"].item()


@given(
    st.lists(
        st.tuples(st.integers(0, 1_500_000), CODES, st.integers(1, 5), st.booleans()), min_size=1
    )
)
def test_the_variances_of_the_causes_add_up_to_that_of_the_row(
    told_rows: list[tuple[int, list[str], int, bool]],
) -> None:
    rows = emissions(
        *(
            {"sigma_ln_ppm": sigma, "assumptions": ";".join(codes) or None, "quality": score,
             "source_device": "m1" if metered else None}
            for sigma, codes, score, metered in told_rows
        )
    )  # fmt: skip
    expected = [(sigma / 1e6) ** 2 for sigma, *_ in told_rows]

    assert expected == pytest.approx(variances(causes(rows)), abs=1e-12)


def test_a_code_has_the_error_of_its_table_and_the_factor_what_is_left() -> None:
    load, quality = assumption("A-LOAD").sigma_ln, math.log(1.1) / 2
    row = {"assumptions": "A-LOAD", "quality": 3, "sigma_ln_ppm": ppm(0.3, load, quality)}
    found = causes(emissions(row))

    assert sigma_of(found, "assumption:A-LOAD") == pytest.approx(load, abs=1e-6)
    assert sigma_of(found, "factor:f") == pytest.approx(0.3, abs=1e-5)
    assert found.rows["own_sigma"].item() == pytest.approx(quality, abs=1e-6)


def test_a_code_that_a_mapping_made_up_counts_as_any_other_assumption() -> None:
    found = causes(emissions({"assumptions": "MINE", "sigma_ln_ppm": 300_000}))

    assert sigma_of(found, "assumption:MINE") == pytest.approx(assumption("A-OTHER").sigma_ln)


def test_a_code_that_only_shares_a_total_out_brings_no_error_to_the_sum() -> None:
    rows = [{"share_of": "t", "assumptions": "A-ROUND-ITEMS"}, {"share_of": "t"}]
    found = causes(emissions(*rows))

    assert set(found.parts["of"]) == {"factor"}


def test_quality_not_stated_counts_as_three_and_quality_not_asked_as_nothing() -> None:
    rows = emissions({"quality": None})

    assert causes(rows).rows["own_sigma"].item() == pytest.approx(math.log(1.1) / 2)
    assert causes(rows.drop("quality")).rows["own_sigma"].item() == 0


def test_rows_of_one_activity_and_shares_of_one_total_have_their_own_error_in_common() -> None:
    twins = [
        {"activity_id": "a", "boundary": b, "factor_id": b, "quality": 5} for b in ("ttw", "wtt")
    ]
    shares = [{"share_of": "t", "quality": 5}, {"share_of": "t", "quality": 5}]

    assert set(causes(emissions(*twins)).rows["own"]) == {"a"}
    assert set(causes(emissions(*shares)).rows["own"]) == {"t"}


def test_what_one_meter_told_errs_together() -> None:
    rows = [{"quality": 5, "factor_id": f"f{n}", "source_device": "m", "sigma_ln_ppm": 202_733}
            for n in range(4)]  # fmt: skip
    one = approach_1(causes(emissions(*rows)))
    four = approach_1(causes(emissions(*({**row, "source_device": None} for row in rows))))

    assert one["sigma_ln_ppm"].item() == pytest.approx(202_733, abs=1)
    assert four["sigma_ln_ppm"].item() == pytest.approx(202_733 / 2, abs=1)


def test_a_learned_error_is_the_leg_s_own() -> None:
    rows = [{"tier": "learned", "sigma_ln_ppm": 50_000 + n} for n in range(3)]
    found = causes(emissions(*rows))

    assert found.cases == 1
    assert found.parts.height == 0
    assert found.rows["own_sigma"].to_list() == pytest.approx([0.05, 0.050001, 0.050002])


def test_the_library_parts_a_curve_from_its_carrier() -> None:
    grid = library().factors.filter(
        (pl.col("activity") == "energy.electricity") & (pl.col("place") == "CN")
    )["factor_id"][0]
    curves = [{"factor_id": f"{name}/{grid}", "sigma_ln_ppm": 300_000} for name in ("van", "truck")]
    rows = emissions(*curves)
    apart, blind = causes(rows, library=library()), causes(rows)

    assert set(apart.parts["cause"]) == {"factor:van", "factor:truck", f"factor:{grid}"}
    assert set(blind.parts["cause"]) == {"factor:van", "factor:truck"}
    # what two vehicles charge from one grid errs with it
    assert approach_1(apart)["sigma_ln_ppm"][0] > approach_1(blind)["sigma_ln_ppm"][0]


def test_a_refrigerant_is_a_factor_of_its_own() -> None:
    rows = emissions(*({"factor_id": f"gwp/AR6/{gas}"} for gas in ("R-134a", "R-404A")))

    assert causes(rows).parts["cause"].n_unique() == 2


def test_warming_potentials_err_only_where_they_are_asked_to() -> None:
    row = {"co2e_ug": 298_000, "ch4_fossil_ug": 10_000, "sigma_ln_ppm": 0}
    rows = emissions(row)
    asked = causes(rows, gwp=True)

    assert causes(rows).parts.height == 0
    # all of the row is methane: 29.8 ± 11 over 5 to 95 %
    assert sigma_of(asked, "gwp:AR6/CH4_fossil") == pytest.approx(math.log1p(11 / 29.8) / 1.645)


def test_a_code_of_the_factors_has_the_error_of_their_table() -> None:
    found = causes(emissions({"assumptions": "F-ABROAD", "sigma_ln_ppm": 400_000}))

    assert sigma_of(found, "assumption:F-ABROAD") == factor_assumption("F-ABROAD").sigma_ln


def test_quality_and_device_come_from_the_activity_or_from_the_total_that_was_shared() -> None:
    class Books:
        def scan(self, table: str, *, as_of: int | None, columns: list[str]) -> pl.LazyFrame:
            assert table == "activity"
            assert as_of is None
            rows = {"activity_id": ["a000", "t"], "quality": [2, 4], "source_device": ["m", None]}
            return pl.LazyFrame(rows).select(columns)

    rows = emissions({}, {"share_of": "t"}).drop("quality")
    found = told(Books(), rows)

    assert found["quality"].to_list() == [2, 4]
    assert found["source_device"].to_list() == ["m", None]
    assert told(Books(), found) is found
