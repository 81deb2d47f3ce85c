from __future__ import annotations

from tanlu.ui.charts import options
from tests.ui.charts.samples import SAMPLES


def test_a_name_is_words_and_no_style() -> None:
    node = options(SAMPLES["sankey"])["series"][0]["data"][0]

    assert node["name"] == "Diesel {b|x}"
    assert node["label"]["formatter"] == "{b|Diesel （b｜x）}{v|402 · 72%}"


def test_nothing_flows_where_nothing_is() -> None:
    names = [node["name"] for node in options(SAMPLES["sankey"])["series"][0]["data"]]

    assert "None" not in names


def test_nodes_and_flows_lead_to_their_records() -> None:
    series = options(SAMPLES["sankey"])["series"][0]

    assert [n.get("href") for n in series["data"] if n["name"] == "Trunk"] == [
        "/en/inventory?stage=trunk"
    ]
    assert [link.get("href") for link in series["links"]] == [None, "/en/x", None, None]


def test_on_a_phone_the_share_stands_below_its_name() -> None:
    narrow, broad = options(SAMPLES["sankey"])["media"]

    assert narrow["query"] == {"maxWidth": 480}
    assert narrow["option"]["series"][0]["data"][1]["label"]["formatter"] == "{b|Trunk}\n{s|100%}"
    assert "query" not in broad
