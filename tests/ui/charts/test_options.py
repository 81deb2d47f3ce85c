from __future__ import annotations

import json
import math

import pytest

from tanlu.terms import Chart
from tanlu.ui.charts import options

KINDS = {
    "bar": Chart("bar", "t", "t", ("a", "b"), (("x", (1.0, math.nan)),)),
    "stack": Chart("stack", "t", "t", ("a", "b"), (("x", (1.0, 2.0)), ("y", (3.0, 4.0)))),
    "line": Chart("line", "t", "t", ("a", "b"), (("x", (1.0, 2.0)),)),
    "curve": Chart("curve", "t", "t", ("a", "b"), (("x", (1.0, 2.0)),)),
    "sankey": Chart("sankey", "t", "t", links=(("a", "b", 1.0), ("b", "c", 1.0))),
}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_options_are_plain_json(kind: str) -> None:
    made = options(KINDS[kind])

    assert json.loads(json.dumps(made, allow_nan=False)) == made


def test_what_is_not_known_is_a_gap_and_not_zero() -> None:
    assert options(KINDS["bar"])["series"][0]["data"][1] == {"value": None}
