"""Monte Carlo against the analytic interval, against itself, and against known laws."""

from __future__ import annotations

import math
from typing import Any

import polars as pl
import pytest
from tests.account.doubt.rows import emissions, ppm

from tanlu.account.doubt import Causes, Simulation, causes, moments, simulate
from tanlu.errors import TanluError

np = pytest.importorskip("numpy", reason="EXTRA ABSENT: tanlu[account] is not installed")
pytest.importorskip("scipy", reason="EXTRA ABSENT: tanlu[account] is not installed")


def drawn(found: Causes, draws: int = 10_000, **options: Any) -> Simulation:
    *_, last = simulate(found, draws, **options)
    assert isinstance(last.result, Simulation)
    return last.result


def inventory(size: int = 600) -> pl.DataFrame:
    """Rows of six factors, four codes and all scores of quality in two kinds."""
    codes = (None, "A-LOAD", "A-LOAD;A-EMPTY", "F-ABROAD")
    return emissions(
        *(
            {
                "kind": "transport.road" if n % 3 else "hub.parcel", "factor_id": f"f{n % 6}",
                "assumptions": codes[n % 4], "quality": 1 + n % 5, "co2e_ug": 10**9 * (1 + n % 17),
                "sigma_ln_ppm": 180_000 + 60_000 * (n % 4),
            }
            for n in range(size)
        )
    )  # fmt: skip


def test_the_analytic_interval_lies_inside_the_error_of_the_draws() -> None:
    made = causes(inventory(), ["kind"])
    simulation = drawn(made, 20_000)
    for by in ([], ["kind"]):
        exact, found = moments(made, by), simulation.summary(by)
        for end in ("lower", "upper"):
            off = exact[f"{end}_ug"].cast(pl.Float64) - found[f"{end}_ug"]
            assert (off.abs() <= 3 * found[f"{end}_se_ug"]).all()
        away = found["mean_ug"] - exact["co2e_ug"].cast(pl.Float64)
        assert (away.abs() <= 4 * found["mean_se_ug"]).all()


def test_one_lognormal_has_its_own_quantiles() -> None:
    found = drawn(causes(emissions({"sigma_ln_ppm": 500_000})), 50_000).summary().row(0, named=True)
    median = 10**9 * math.exp(-0.125)

    assert found["median_ug"] == pytest.approx(median, rel=0.02)
    for name, side in (("lower", -1), ("upper", 1)):
        expected = median * math.exp(side * 1.959964 * 0.5)
        assert abs(found[f"{name}_ug"] - expected) < 4 * found[f"{name}_se_ug"]


def test_errors_of_one_factor_add_up_and_of_three_do_not() -> None:
    amounts = (100 * 10**9, 50 * 10**9, 25 * 10**9)
    same = emissions(*({"co2e_ug": each} for each in amounts))
    apart = emissions(*({"co2e_ug": x, "factor_id": f"f{n}"} for n, x in enumerate(amounts)))
    wide, narrow = (drawn(causes(rows)).summary()["sd_ug"].item() for rows in (same, apart))

    assert wide / 175e9 == pytest.approx(0.10, rel=0.03)
    assert narrow / 175e9 == pytest.approx(0.0654654, rel=0.03)


def test_the_seed_decides_and_threads_do_not() -> None:
    made = causes(inventory(), ["kind"])
    one, two = (drawn(made, 2_000, threads=threads) for threads in (1, 2))

    assert np.array_equal(one.totals, two.totals)
    assert not np.array_equal(one.totals, drawn(made, 2_000, seed=2).totals)


def test_the_order_of_rows_does_not_count() -> None:
    rows = inventory()
    one, other = (drawn(causes(each, ["kind"]), 1_000) for each in (rows, rows.reverse()))

    assert one.key == other.key
    assert np.array_equal(one.totals, other.totals)


def test_cuts_are_of_the_same_draws_and_add_up() -> None:
    found = drawn(causes(inventory(), ["kind"]), 1_000)

    assert found.summary(["kind"])["mean_ug"].sum() == pytest.approx(
        found.summary()["mean_ug"].item()
    )
    # what is shared keeps the parts from cancelling
    assert found.summary()["sd_ug"].item() > math.hypot(*found.summary(["kind"])["sd_ug"])


def test_a_stopped_simulation_goes_on_where_it_stood() -> None:
    made = causes(inventory(60))
    steps = simulate(made, 3_000)
    first = next(steps)
    steps.close()
    resumed = list(simulate(made, 3_000, resume=first.result))

    assert [step.done for step in resumed] == [2_000, 3_000]
    assert np.array_equal(resumed[-1].result.totals, drawn(made, 3_000).totals)


def test_a_finished_simulation_is_given_back_and_another_one_is_refused() -> None:
    made = causes(inventory(60))
    whole = drawn(made, 1_000)
    (again,) = simulate(made, 1_000, resume=whole)

    assert np.array_equal(again.result.totals, whole.totals)
    with pytest.raises(TanluError) as raised:
        next(simulate(made, 1_000, seed=2, resume=whole))
    assert raised.value.code == "TL546"


@pytest.mark.parametrize("draws", [0, -1, 99, 10**9])
def test_a_number_of_draws_that_is_none_is_refused(draws: int) -> None:
    with pytest.raises(TanluError) as raised:
        next(simulate(causes(emissions({})), draws))

    assert raised.value.code == "TL545"


def test_freezing_a_cause_takes_its_first_order_share_of_the_variance() -> None:
    # σ 0.1 of the code and 0.05 of each of two factors on halves: V_code / V = 0.01 / 0.01125
    rows = emissions(
        *(
            {"factor_id": name, "assumptions": "A-EMPTY", "sigma_ln_ppm": ppm(0.1, 0.05)}
            for name in "fg"
        )
    )
    made = causes(rows)
    free, held = (
        drawn(made, 20_000, frozen=frozen).summary()["sd_ug"].item() ** 2
        for frozen in ((), ("assumption:A-EMPTY",))
    )

    assert 1 - held / free == pytest.approx(0.01 / 0.01125, abs=0.01)


def test_frozen_data_have_no_error_of_their_own() -> None:
    rows = emissions({"quality": 5, "sigma_ln_ppm": 202_733})
    found = drawn(causes(rows), 1_000, frozen=["data"]).summary().row(0, named=True)

    assert found["sd_ug"] == pytest.approx(0, abs=1)
    assert found["mean_ug"] == 10**9


@pytest.mark.parametrize(
    ("law", "reach"), [("normal", None), ("triangular", math.sqrt(6)), ("uniform", math.sqrt(3))]
)
def test_a_factor_may_err_by_another_law(law: str, reach: float | None) -> None:
    made = causes(emissions({}))
    made = made._replace(parts=made.parts.with_columns(law=pl.lit(law)))
    totals = drawn(made, 20_000).totals[0] / 10**9

    assert totals.mean() == pytest.approx(1, abs=0.003)
    assert totals.std() == pytest.approx(0.1, rel=0.02)
    if reach is not None:
        assert np.abs(totals - 1).max() <= 0.1 * reach * (1 + 1e-9)


def test_the_standard_error_of_an_end_is_that_of_repeated_simulations() -> None:
    made = causes(emissions({"sigma_ln_ppm": 300_000}))
    found = [drawn(made, 2_000, seed=seed).summary().row(0, named=True) for seed in range(40)]
    ends = [each["upper_ug"] for each in found]
    told = sum(each["upper_se_ug"] for each in found) / len(found)

    assert np.std(ends, ddof=1) == pytest.approx(told, rel=0.4)


def test_an_empty_inventory_draws_nothing() -> None:
    found = drawn(causes(emissions({}).clear()), 1_000)

    assert found.summary()["mean_ug"].item() == 0
