"""Causes as arrays: what two cases have in common, and which law a cause follows."""

from __future__ import annotations

import math

import polars as pl
import pytest
from tests.account.doubt.rows import emissions, ppm

from tanlu.account.doubt import causes
from tanlu.account.doubt.arrays import LIMITS, shared

pytest.importorskip("scipy", reason="EXTRA ABSENT: tanlu[account] is not installed")


def test_two_cases_have_the_product_of_their_errors_in_common() -> None:
    rows = emissions(
        {"factor_id": "f", "assumptions": "A-LOAD", "sigma_ln_ppm": ppm(0.2, 0.3)},
        {"factor_id": "g", "assumptions": "A-LOAD", "sigma_ln_ppm": ppm(0.2, 0.1)},
    )
    found = shared(causes(rows)).covariance(0, 2)

    assert found.tolist()[0] == pytest.approx([0.13, 0.04], abs=1e-6)
    assert found.tolist()[1] == pytest.approx([0.04, 0.05], abs=1e-6)


def test_a_frozen_cause_keeps_its_place_and_has_no_error() -> None:
    made = causes(emissions({"assumptions": "A-LOAD", "sigma_ln_ppm": ppm(0.2, 0.3)}))
    free, held = shared(made), shared(made, frozen=["factor:f"])

    assert free.names == held.names
    assert held.covariance(0, 1).item() == pytest.approx(0.04, abs=1e-6)


def test_another_law_is_kept_while_its_draws_stay_above_zero() -> None:
    made = causes(emissions({}))
    uniform = made.parts.with_columns(law=pl.lit("uniform"))
    narrow = shared(made._replace(parts=uniform))
    wide = shared(made._replace(parts=uniform.with_columns(sigma=pl.lit(0.6))))

    assert [law for _, law, _ in narrow.others] == ["uniform"]
    # E[(1 + σZ)²] = 1 + σ²
    assert narrow.covariance(0, 1).item() == pytest.approx(math.log(1.01))
    assert wide.others == ()


@pytest.mark.parametrize(
    ("law", "reach"), [("uniform", math.sqrt(3)), ("triangular", math.sqrt(6))]
)
def test_the_limit_of_a_law_keeps_its_lowest_draw_above_zero(law: str, reach: float) -> None:
    assert 1 - LIMITS[law] * reach > 0


def test_some_of_the_cases_have_the_covariance_that_they_have_among_all() -> None:
    rows = [{"factor_id": name, "assumptions": "A-LOAD", "sigma_ln_ppm": ppm(0.2, 0.3)}
            for name in "fgh"]  # fmt: skip
    made = causes(emissions(*rows))
    uniform = made.parts.with_columns(
        law=pl.when(cause="factor:g").then(pl.lit("uniform")).otherwise("law")
    )
    every = shared(made._replace(parts=uniform))
    few = every.only([2, 1]).covariance(0, 2)

    assert few.tolist() == every.covariance(0, 3)[[2, 1]][:, [2, 1]].tolist()
