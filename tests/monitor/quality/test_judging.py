"""All rules together: laws that hold for any readings, and the bar."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tanlu.monitor.quality import judge, judging, limits
from tanlu.monitor.quality.judging import Judged
from tanlu.simulate.devices import definitions, labelled, registry
from tanlu.terms import Progress, schema
from tests.monitor.quality import bar
from tests.monitor.quality.made import DAY, five, meter, stream, told


def spoilt() -> pl.DataFrame:
    """Readings with a spike, a step and a silence."""
    return told(
        five(),
        spoil={"d1": lambda k, v: v + 9 * (k == 900), "d2": lambda k, v: v + 8 * (k > 2000)},
        lost={"d3": range(3000, 3100)},
    )


def same(one: Judged, other: Judged) -> bool:
    return one.findings.equals(other.findings) and one.scores.equals(other.scores)


@pytest.fixture(scope="module")
def seen() -> Judged:
    return judge(spoilt())


@given(seed=some.integers(0, 2**32))
@settings(max_examples=10)
def test_the_order_of_readings_changes_nothing(seed: int, seen: Judged) -> None:
    assert same(judge(spoilt().sample(fraction=1.0, shuffle=True, seed=seed)), seen)


@given(days=some.integers(-9000, 9000))
@settings(max_examples=10)
def test_a_shift_of_all_times_by_days_changes_nothing_but_the_times(
    days: int, seen: Judged
) -> None:
    moved = judge(spoilt().with_columns(pl.col("at", "received") + days * DAY))
    back = moved.spans.with_columns(pl.col("since", "until") - days * DAY)

    assert back.equals(seen.spans)


@given(factor=some.sampled_from([0.001, 0.5, 2.0, 1000.0]))
def test_another_unit_for_all_devices_changes_no_finding(factor: float, seen: Judged) -> None:
    other = judge(spoilt().with_columns(pl.col("value") * factor)).spans
    names = ["rule", "device", "since", "until", "rows"]

    assert other.select(names).equals(seen.spans.select(names))


@given(seed=some.integers(0, 1000), make=some.sampled_from([meter, None]))
@settings(max_examples=10)
def test_sound_readings_have_no_finding(seed: int, make: object) -> None:
    signals = five(seed, make) if make else five(seed)  # type: ignore[arg-type]
    found = judge(told(signals), stream(role="register" if make else "gauge"))

    assert found.spans.to_dicts() == []


def test_chunks_change_no_finding(seen: Judged) -> None:
    small = limits()
    small["learn"]["chunk_rows"] = 5 * 4320
    whole = judge(pl.concat([spoilt(), spoilt().with_columns(stream=pl.lit("other"))]), limit=small)

    assert whole.spans.filter(stream="signal").equals(seen.spans)
    assert whole.rows == 2 * spoilt().height


def test_progress_counts_all_readings() -> None:
    steps = list(judging(spoilt()))

    assert all(isinstance(step, Progress) for step in steps)
    assert steps[-1].done == steps[-1].total == spoilt().height


def test_no_readings_give_no_findings() -> None:
    found = judge(schema("reading").empty())

    assert (found.findings.height, found.scores.height, found.rows) == (0, 0, 0)


def test_what_was_learned_has_its_schema(seen: Judged) -> None:
    schema("usual").check(seen.usual)

    assert seen.usual["count"].to_list() == [4320, 4320, 4320, 4220, 4320]


def test_sound_parks_of_the_simulator_have_hardly_a_finding() -> None:
    readings, _ = labelled(32, 55, days=3, step_s=300, faults=False)
    found = judge(readings, definitions(step_s=300), registry(32))

    assert found.spans.to_dicts() == []


def test_gross_faults_are_found_and_sound_readings_left_alone() -> None:
    told_ = bar.rates([bar.measure(48, seed, days=4) for seed in (301, 302)])

    assert told_.found >= 0.95
    assert told_.readings <= 0.01


@pytest.mark.slow
def test_the_bar_holds_on_seeds_that_chose_no_threshold() -> None:
    found = [bar.measure(96, seed) for seed in bar.MEASURED_ON]
    told_ = bar.rates(found)

    assert not set(bar.MEASURED_ON) & set(bar.CHOSEN_ON)
    assert told_.found >= 0.95
    assert told_.readings <= 0.01
    by_fault = bar.table(found).filter(pl.col("fault").is_in(bar.GROSS))
    assert by_fault.filter(pl.col("percent") < 90).to_dicts() == []
