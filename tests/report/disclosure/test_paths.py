"""A path leads to a fact or to nothing, never to an error."""

from __future__ import annotations

import pytest

from tanlu.report.disclosure.paths import reach

FACTS = {"a": {"b": 1, "7": 2}, "rows": [{"k": 1, "v": "x"}, {"k": 2, "v": "y"}], "none": None}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.b", 1),
        ("a.7", 2),
        ("rows[k=2].v", "y"),
        ("rows[k=2]", [{"k": 2, "v": "y"}]),
        ("rows[k=3].v", None),
        ("rows[k=1,v=y].v", None),
        ("none.b", None),
        ("absent.b.c", None),
    ],
)
def test_a_path_gives_its_fact(path: str, expected: object) -> None:
    assert reach(FACTS, path) == expected
