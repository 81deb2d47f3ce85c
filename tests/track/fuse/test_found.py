"""Findings: one of each code and device, with the rows it is about."""

from __future__ import annotations

import polars as pl

from tanlu.track.fuse.found import findings


def test_there_is_one_finding_for_each_code_and_device() -> None:
    rejected = pl.DataFrame({
        "device": ["a", "a", "b", "b"], "at": [3, 1, 2, 4],
        "code": ["TL406", "TL406", "TL404", None],
    })  # fmt: skip
    found = findings(rejected)

    assert found.select("finding_id", "severity", "count", "value").rows() == [
        ("TL404|b", "error", 1, "2"),
        ("TL406|a", "info", 2, "1"),
    ]


def test_merged_rows_are_no_finding() -> None:
    rows = pl.DataFrame({"device": ["a"], "at": [1], "code": pl.Series([None], dtype=pl.String)})

    assert findings(rows).is_empty()
