"""A finding carries its sentence in both tongues, its threshold and the rows that show it."""

from __future__ import annotations

import json
import re

from tests.verify.plausibility.asked import only, rows

from tanlu.terms import schema
from tanlu.verify.plausibility import explain

FAST = rows({"distance_m": 500_000}, {"distance_m": 100_000})


def test_a_finding_has_the_schema_of_findings() -> None:
    found = only("speed", FAST).findings

    assert schema("finding").check(found).height == 1


def test_evidence_is_canonical_and_shows_threshold_and_rows() -> None:
    text = only("speed", FAST).findings["evidence"].item()
    told = json.loads(text)

    assert text == json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert told["limit"]["road"] == 130.0
    assert [row["activity_id"] for row in told["rows"]] == ["a0"]
    assert told["km_h"] == 247.9  # 500 km in 2 h and a minute


def test_a_finding_is_explained_in_both_tongues() -> None:
    found = only("speed", FAST).findings.row(0, named=True)

    assert explain(found, "en").startswith(
        "activity:a0: [TL769] no vehicle of this mode is so fast"
    )
    assert re.search("[一-鿿]", explain(found, "zh"))
    assert "248 km/h > 130" in explain(found, "en")
    assert "248 km/h > 130" in explain(found, "zh")


def test_of_many_rows_the_first_twenty_are_shown_and_all_are_counted() -> None:
    same = rows(*({"distance_m": 500_000, "vehicle": "v"} for _ in range(50)))
    found = only("speed", same).findings

    assert found["count"].item() == 50
    assert len(json.loads(found["evidence"].item())["rows"]) == 20


def test_no_finding_is_an_empty_table() -> None:
    assert only("speed", FAST.tail(1)).findings.equals(schema("finding").empty())
