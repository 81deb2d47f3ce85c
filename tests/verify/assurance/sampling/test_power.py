"""Sizes and power by simulation: the figures on which the planner stands."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.verify.assurance.sampling import power

np = pytest.importorskip("numpy")

RULE = {"tolerable_ppm": 50_000, "confidence_ppm": 950_000}


@pytest.fixture(scope="module")
def legs():
    """A population such as that of the research: 20,000 lognormal legs."""
    return np.random.default_rng(1).lognormal(0, 1, 20_000)


def rate(legs, points: int, misstated: int, kind: str, draws: int = 200) -> float:
    """By the rule of the research: shares of the frame, also for what was left out."""
    rule = dict(RULE)
    if kind == "omission":
        misstated, rule["tolerable_ppm"] = reported(misstated), reported(RULE["tolerable_ppm"])
    return power.rejected(legs, points, [(kind, misstated)], draws=draws, **rule)[0] / 1_000_000


def reported(share: int) -> int:
    return -(-share * 1_000_000 // (1_000_000 - share))


def test_a_clean_population_is_never_rejected(legs) -> None:
    assert [rate(legs, 60, 0, kind) for kind in power.ERRORS] == [0.0, 0.0, 0.0]


def test_what_is_asked_together_is_answered_as_alone(legs) -> None:
    asked = [("over", 10_000), ("omission", 20_000), ("under", 30_000)]
    together = power.rejected(legs, 93, asked, draws=50, **RULE)

    assert together == [power.rejected(legs, 93, [one], draws=50, **RULE)[0] for one in asked]


@pytest.mark.parametrize("kind", list(power.ERRORS))
def test_a_misstatement_of_six_percent_is_found(legs, kind: str) -> None:
    assert rate(legs, 156, 60_000, kind) >= 0.95


def test_sixty_units_have_no_room_for_the_errors_of_honest_people(legs) -> None:
    # research: 83 % at 60 units, 1 % at 156; reverse 43 % and 10 %
    assert rate(legs, 60, 10_000, "over") == pytest.approx(0.83, abs=0.08)
    assert rate(legs, 156, 10_000, "over") <= 0.05
    assert rate(legs, 60, 10_000, "omission") == pytest.approx(0.45, abs=0.10)
    assert rate(legs, 156, 10_000, "omission") <= 0.13


@pytest.mark.slow
def test_the_table_of_the_research_comes_out_again(legs) -> None:
    measured = {
        ("over", 10_000): (0.83, 0.34, 0.01, 0.00),
        ("over", 20_000): (0.98, 0.83, 0.28, 0.01),
        ("omission", 10_000): (0.43, 0.62, 0.10, 0.01),
        ("omission", 20_000): (0.74, 0.83, 0.34, 0.14),
    }
    again = {
        key: tuple(rate(legs, points, key[1], key[0], draws=2000) for points in (60, 93, 156, 300))
        for key in measured
    }

    for key, rates in measured.items():
        # 200 trials of the research: two standard errors are up to 7 points
        assert again[key] == pytest.approx(rates, abs=0.09), key


def test_a_share_of_the_report_is_less_of_the_frame() -> None:
    assert power.in_frame(50_000) == 47_619
    assert power.in_frame(reported(50_000)) == 50_000


def test_the_planner_takes_163_units_for_one_percent(legs) -> None:
    # 156 stand three units left out of the frame at 5 % of the frame; 163 at 5 % of the report
    found = power.sized(pl.Series(legs), expected_ppm=10_000, draws=200, **RULE)

    assert found.points == 163
    assert [each.points for each in found.tried] == [63, 100, 133, 163]
    assert (found.errorless, found.textbook) == (60, 89)


@pytest.mark.slow
def test_the_planner_takes_about_300_units_for_two_percent(legs) -> None:
    found = power.sized(pl.Series(legs), expected_ppm=20_000, draws=2000, **RULE)

    assert 300 <= found.points <= 385


def test_the_power_curve_is_a_picture_and_shows_what_a_forward_sample_cannot_see(legs) -> None:
    found = power.sized(pl.Series(legs[:2000]), expected_ppm=10_000, draws=50, **RULE)
    chart = found.chart("power", {kind: kind for kind in found.curve})

    assert chart.categories[5] == "5 %"
    assert dict(chart.series)["unseen"] == (0.0,) * 9
    assert dict(chart.series)["omission"][8] > 90


def test_a_ledger_of_few_units_is_looked_at_whole() -> None:
    found = power.sized(pl.Series([5, 4, 3, 2, 1]), expected_ppm=10_000, draws=20, **RULE)

    assert found.points == 5


def test_an_expected_misstatement_that_is_material_cannot_be_planned() -> None:
    with pytest.raises(TanluError) as refused:
        power.sized(pl.Series([1]), expected_ppm=50_000, **RULE)

    assert refused.value.code == "TL755"


def test_without_numpy_the_extra_is_named(monkeypatch) -> None:
    def absent(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(power, "import_module", absent)
    with pytest.raises(TanluError) as refused:
        power.sized(pl.Series([1, 2]), expected_ppm=10_000, **RULE)

    assert (refused.value.code, "tanlu[account]" in str(refused.value)) == ("TL002", True)
