"""Datums: golden points, the way back, and what lies outside."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.track.fuse import from_wgs84, to_wgs84

# wandergis/coordtransform, README: wgs84togcj02(116.404, 39.915), then gcj02tobd09
HERE = (39.915, 116.404)
GOLDEN = {
    "wgs84": HERE,
    "gcj02": (39.91640428150164, 116.41024449916938),
    "bd09": (39.922699552216216, 116.41662724378733),
}


@pytest.mark.parametrize("datum", GOLDEN)
def test_a_point_of_beijing_lies_where_others_put_it(datum: str) -> None:
    found = from_wgs84(np.array([HERE[0]]), np.array([HERE[1]]), datum)

    assert [round(float(part[0]), 9) for part in found] == [round(x, 9) for x in GOLDEN[datum]]


@given(
    lat=st.floats(1.0, 55.0), lon=st.floats(72.5, 137.0), datum=st.sampled_from(["gcj02", "bd09"])
)
def test_there_and_back_again_is_the_same_point(lat: float, lon: float, datum: str) -> None:
    there = from_wgs84(np.array([lat]), np.array([lon]), datum)
    back = to_wgs84(*there, datum)

    assert abs(float(back[0][0]) - lat) < 1e-9
    assert abs(float(back[1][0]) - lon) < 1e-9


def test_outside_of_the_rectangle_nothing_is_shifted() -> None:
    found = from_wgs84(np.array([52.52]), np.array([13.40]), "bd09")

    assert (float(found[0][0]), float(found[1][0])) == (52.52, 13.40)


def test_an_unknown_datum_is_refused() -> None:
    with pytest.raises(TanluError) as caught:
        to_wgs84(np.array([1.0]), np.array([1.0]), "nad27")

    assert caught.value.code == "TL400"
