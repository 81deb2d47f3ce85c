"""What to measure first: the fall of the variance, cause by cause."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.account.doubt.rows import emissions, ppm

from tanlu.account.doubt import approach_1, causes, ranking
from tanlu.account.doubt.ranked import MEASURED
from tanlu.factors import library


def test_the_cause_that_holds_most_of_the_variance_stands_first() -> None:
    # 0.3² and 0.1² of 0.1: measured to 0.0244² each
    rows = emissions({"assumptions": "A-FIRST-MILE", "sigma_ln_ppm": ppm(0.3, 0.1)})
    found = ranking(causes(rows)).filter(pl.col("of") != "kind")

    assert found["label"].to_list() == ["A-FIRST-MILE", "f"]
    assert found["share_ppm"].to_list() == pytest.approx([900_000, 100_000], abs=10)
    expected = [(0.3**2 - MEASURED**2) / 0.1, (0.1**2 - MEASURED**2) / 0.1]
    assert found["fall_ppm"].to_list() == pytest.approx([1e6 * each for each in expected], abs=10)
    assert found["now_ug"].unique().item() == pytest.approx(1.96 * math.sqrt(0.1) * 10**9, rel=1e-5)
    assert found["then_ug"][0] == pytest.approx(
        1.96 * math.sqrt(0.01 + MEASURED**2) * 10**9, rel=1e-5
    )


def test_what_is_as_sure_as_a_meter_already_cannot_fall() -> None:
    found = ranking(causes(emissions({"sigma_ln_ppm": 20_000}))).filter(of="factor")

    assert found["fall_ppm"].to_list() == [0]


def test_a_kind_that_is_measured_loses_its_factors_and_assumptions() -> None:
    rows = emissions(
        {"kind": "transport.road", "assumptions": "A-LOAD", "sigma_ln_ppm": ppm(0.2, 0.3)},
        {"kind": "hub.parcel", "factor_id": "h", "sigma_ln_ppm": 100_000},
    )
    found = ranking(causes(rows)).filter(cause="kind:transport.road").row(0, named=True)

    # 0.13 + 0.01 falls to 0.0244² + 0.01
    assert found["share_ppm"] == pytest.approx(1e6 * 0.13 / 0.14, abs=10)
    assert found["fall_ppm"] == pytest.approx(1e6 * (0.13 - MEASURED**2) / 0.14, abs=20)


def test_data_of_bad_quality_are_a_cause() -> None:
    found = ranking(causes(emissions({"quality": 5, "sigma_ln_ppm": 202_733})))

    assert found.filter(cause="data")["share_ppm"].item() == 1_000_000


def test_a_warming_potential_is_ranked_and_cannot_be_measured() -> None:
    rows = emissions({"co2e_ug": 298_000, "ch4_fossil_ug": 10_000, "sigma_ln_ppm": 0})
    found = ranking(causes(rows, gwp=True)).filter(of="gwp")

    assert found["share_ppm"].to_list() == [1_000_000]
    assert found["fall_ppm"].to_list() == [0]


def test_factors_are_called_by_what_they_are_of() -> None:
    row = library().factors.filter(
        (pl.col("activity") == "energy.electricity") & (pl.col("place") == "CN")
    ).row(0, named=True)  # fmt: skip
    made = causes(emissions({"factor_id": row["factor_id"]}), library=library())
    found = ranking(made, library()).filter(of="factor")

    assert "electricity" in found["label"].item()
    assert "CN" in found["label"].item()


@given(
    st.lists(
        st.tuples(
            st.integers(1, 10**12), st.sampled_from("fgh"), st.integers(1, 5),
            st.sampled_from([None, "A-LOAD", "A-LOAD;F-ABROAD"]), st.sampled_from("xy"),
        ),
        min_size=1, max_size=15,
    )
)  # fmt: skip
def test_first_order_shares_are_the_whole_variance(
    listed: list[tuple[int, str, int, str | None, str]],
) -> None:
    made = causes(
        emissions(
            *(
                {"co2e_ug": amount, "factor_id": factor, "quality": score, "assumptions": codes,
                 "kind": kind, "sigma_ln_ppm": 400_000}
                for amount, factor, score, codes, kind in listed
            )
        )
    )  # fmt: skip
    found = ranking(made)
    whole = approach_1(made).row(0, named=True)

    assert found.filter(pl.col("of") != "kind")["share_ppm"].sum() == pytest.approx(10**6, abs=10)
    expected = 1.96 * whole["sigma_ln_ppm"] / 1e6 * float(whole["co2e_ug"])
    assert found["now_ug"][0] == pytest.approx(expected, rel=1e-4)
    assert (found["then_ug"] <= found["now_ug"] * (1 + 1e-9)).filter(found["of"] != "kind").all()
