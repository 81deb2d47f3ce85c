"""Places are found in memory by name or code, and a name nobody knows costs nothing."""

from __future__ import annotations

import time

import pytest

from tanlu.errors import TanluError
from tanlu.serve.quotes import place


@pytest.mark.parametrize(("name", "region"), [
    ("CN-GD", "CN-GD"), ("广州", "CN-GD"), ("guangzhou", "CN-GD"), (" Shenzhen ", "CN-GD"),
    ("上海", "CN-SH"), ("ＣＮ－ＢＪ", "CN-BJ"),
])  # fmt: skip
def test_a_place_is_known_by_its_names(name, region):
    assert place(name).region == region


@pytest.mark.parametrize("name", ["", "Nowhere", "x" * 10_000, "<b>", "Springfield"])
def test_another_name_is_refused_within_a_millisecond(name):
    place("CN-GD")

    begun = time.process_time()
    with pytest.raises(TanluError, match="TL945"):
        place(name)
    assert time.process_time() - begun < 0.05
