"""The documents behind the factors."""

from __future__ import annotations

from typing import Any

from tanlu.factors import library
from tanlu.report.items.sources import sources


def test_every_part_of_a_composed_factor_names_its_document_and_licence() -> None:
    one, two = library().factors["factor_id"].sort().to_list()[:2]
    rows = [{"factor_id": f"{one}/{two}"}, {"factor_id": "unknown"}]

    found = sources(rows, library())

    assert rows[0]["sources"]
    assert rows[1]["sources"] == []
    assert all(row["licence"] for row in found["sources"])
    assert found["factors_hash"] == library().hash


def test_a_factor_of_no_vehicle_says_what_it_is_of() -> None:
    rows: list[dict[str, Any]] = [
        {"factor_id": library().factors.filter(activity=name, material="metal")["factor_id"][0]}
        for name in ("goods.material", "waste.landfill")
    ]
    sources(rows, library())

    assert [row["name"].split(" · ")[:2] for row in rows] == [
        ["goods.material", "metal"], ["waste.landfill", "metal"]
    ]  # fmt: skip
