from __future__ import annotations

from tanlu.ui.charts import options
from tests.ui.charts.samples import SAMPLES


def test_all_of_china_is_shown_and_the_unknown_is_an_outline() -> None:
    tiles = {each["name"]: each for each in options(SAMPLES["tiles"])["series"][0]["data"]}

    assert len(tiles) == 34
    assert {"TW", "HK", "MO"} <= set(tiles)
    assert tiles["Guangdong"]["itemStyle"]["color"] == "var(--i5)"
    assert tiles["Tibet"]["itemStyle"]["borderType"] == "dashed"
    assert tiles["Tibet"]["tooltip"]["formatter"] == "Tibet\n–"


def test_a_long_name_is_its_code() -> None:
    tiles = {each["name"]: each for each in options(SAMPLES["tiles"])["series"][0]["data"]}

    assert tiles["Guangdong"]["label"]["formatter"] == "{n|GD}\n{v|1,250}"
