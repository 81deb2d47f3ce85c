from __future__ import annotations

from tanlu.ui.charts import options
from tests.ui.charts.samples import SAMPLES


def named(kind: str) -> dict[str, dict]:
    return {s["name"]: s for s in options(SAMPLES[kind])["series"] if "name" in s}


def test_areas_are_stacked_and_lines_over_them_are_not() -> None:
    series = named("line")

    assert series["Solar"]["stack"] == series["Grid"]["stack"]
    assert "stack" not in series["Load"]
    assert series["Load"]["color"] == "var(--ink)"


def test_a_second_measure_has_its_own_axis_and_its_own_unit() -> None:
    made = options(SAMPLES["line"])
    intensity = named("line")["Intensity"]

    assert [each["text"] for each in made["title"]] == ["kW", "g/kWh"]
    assert intensity["yAxisIndex"] == 1
    assert intensity["tooltip"]["unit"] == "g/kWh"


def test_what_is_not_measured_yet_is_dashed() -> None:
    solid, dashed = [s for s in options(SAMPLES["curve"])["series"] if s.get("name")]

    assert solid["data"] == [410.0, None, 398.0, None]
    assert dashed["data"] == [None, None, 398.0, 377.0]
    assert dashed["lineStyle"]["type"] == [4, 4]


def test_an_interval_is_a_band_that_has_the_gaps_of_its_line() -> None:
    lower, width = options(SAMPLES["curve"])["series"][:2]

    assert lower["data"] == [400.0, None, 380.0, 350.0]
    assert width["data"] == [20.0, None, 30.0, 50.0]
    assert lower["lineStyle"]["opacity"] == 0
