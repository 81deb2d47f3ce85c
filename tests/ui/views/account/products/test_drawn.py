"""The sheet of a product."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.reads


def test_a_stage_without_data_is_a_dash_and_not_zero(asking, largest):
    options = asking().get(f"/en/products/{largest}?chart=stages&as=json").json()
    names = options["yAxis"]["data"]
    production = next(i for i, name in enumerate(names) if "production" in str(name).lower())
    assert options["series"][0]["data"][production]["value"] is None
    assert options["series"][1]["data"][production]["label"]["formatter"] == "–"
