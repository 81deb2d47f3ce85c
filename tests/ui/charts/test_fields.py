from __future__ import annotations

from tanlu.ui.charts import options
from tests.ui.charts.samples import SAMPLES


def test_a_field_says_its_value_and_an_unknown_one_a_dash() -> None:
    fields = options(SAMPLES["heat"])["series"][0]["data"]

    assert [each["label"]["formatter"] for each in fields] == ["42", "118", "–", "148"]
    assert fields[2]["itemStyle"]["borderType"] == "dashed"


def test_a_front_joins_its_points() -> None:
    front, points = options(SAMPLES["scatter"])["series"]

    assert front["data"] == [{"coords": [[8.0, 1930.0], [34.0, 171.0]]}]
    assert points["data"][0]["tooltip"]["formatter"] == "Air\n8.0 h\n1,930 gCO₂e"
    assert points["data"][1]["symbolSize"] > points["data"][0]["symbolSize"]
