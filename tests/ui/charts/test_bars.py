from __future__ import annotations

from tanlu.ui.charts import options
from tests.ui.charts.samples import SAMPLES


def test_what_is_not_known_is_a_gap_and_not_zero() -> None:
    bars = options(SAMPLES["bar"])["series"][0]["data"]

    assert [each["value"] for each in bars] == [512.4, 86.1, None]
    assert bars[2]["tooltip"]["formatter"] == "Nobody knows\n–"


def test_a_bar_leads_to_its_records() -> None:
    bars = options(SAMPLES["bar"])["series"][0]["data"]

    assert bars[0]["href"] == "/en/shipments?mode=road"
    assert "href" not in bars[1]


def test_the_same_word_has_the_same_colour_everywhere() -> None:
    bars = options(SAMPLES["bar"])["series"][0]["data"]

    assert [each["itemStyle"]["color"] for each in bars[:2]] == ["var(--road)", "var(--rail)"]


def test_what_is_assumed_is_hatched() -> None:
    measured, default, ends = options(SAMPLES["stack"])["series"]

    assert "decal" not in measured["data"][0]["itemStyle"]
    assert "decal" in default["data"][0]["itemStyle"]
    assert [each["label"]["formatter"] for each in ends["data"]] == ["578", "140"]


def test_an_interval_is_a_line_across_the_end_of_its_bar() -> None:
    whiskers = options(SAMPLES["bar"])["series"][-1]

    assert [each["coords"] for each in whiskers["data"]] == [
        [[480.0, 0], [551.0, 0]], [[70.0, 1], [104.0, 1]],
    ]  # fmt: skip
