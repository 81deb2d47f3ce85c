"""Registers are asked in few questions, and their words mean what the library of others says."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.monitor.points import Point, requests, values
from tanlu.monitor.points.plan import TYPES


def point(address: int, kind: str = "uint16", *, order: str = "big", scale: float = 1.0,
          unit: int = 1, area: str = "holding") -> Point:  # fmt: skip
    return Point("modbus", "h", 502, unit, area, str(address), kind, order, scale,
                 f"d{unit}-{area}-{address}-{kind}", "s", 1)  # fmt: skip


def test_near_registers_are_one_question_and_far_ones_two():
    near, far = point(10), point(19)
    assert [(one.first, one.width) for one in requests([far, near])] == [(10, 10)]
    assert [(one.first, one.width) for one in requests([point(20), near])] == [(10, 1), (20, 1)]


def test_units_and_areas_are_asked_apart():
    asked = requests([point(1), point(1, unit=2), point(1, area="input")])
    assert [(one.unit, one.area) for one in asked] == [
        (1, "holding"), (1, "input"), (2, "holding"),
    ]  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 2_000), st.sampled_from(sorted(TYPES))), unique=True))
def test_every_point_is_asked_once_within_what_one_answer_holds(told):
    points = [point(address, kind) for address, kind in told]

    asked = requests(points)

    assert sorted(one for each in asked for one in each.points) == sorted(points)
    for each in asked:
        assert 1 <= each.width <= 125
        for one in each.points:
            assert each.first <= int(one.address)
            assert int(one.address) + TYPES[one.type] <= each.first + each.width


@given(st.sampled_from(sorted(TYPES)), st.sampled_from(["big", "little"]), st.data())
def test_words_mean_what_pymodbus_says(kind, order, data):
    client = pytest.importorskip("pymodbus.client").AsyncModbusTcpClient
    words = data.draw(st.lists(st.integers(0, 0xFFFF), min_size=TYPES[kind], max_size=TYPES[kind]))
    theirs = client.convert_from_registers(words, client.DATATYPE[kind.upper()], word_order=order)

    [ours] = values(requests([point(0, kind, order=order)])[0], words)

    expected = float(theirs) if math.isfinite(theirs) else None
    assert ours == expected


def test_a_scale_multiplies_and_a_short_answer_is_null():
    asked = requests([point(0, "uint32", scale=10.0), point(2)])[0]

    assert values(asked, [0, 7, 9]) == [70.0, 9.0]
    assert values(asked, [0, 7]) == [70.0, None]
    assert values(asked, [0, 70_000, 9]) == [None, 9.0]


# "unimplemented" of each type: SunSpec information model 1.8, data formats
SUNSPEC = {
    "int16": [0x8000], "uint16": [0xFFFF], "int32": [0x8000, 0], "uint32": [0xFFFF, 0xFFFF],
    "int64": [0x8000, 0, 0, 0], "uint64": [0xFFFF] * 4, "float32": [0x7FC0, 0],
    "float64": [0x7FF8, 0, 0, 0],
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(SUNSPEC))
def test_what_sunspec_calls_unimplemented_is_null_where_the_plan_says_so(kind):
    words = SUNSPEC[kind]
    for order, told in (("big", words), ("little", words[::-1])):
        one = point(0, kind, order=order)._replace(absent="sunspec")
        near = [*told[:-1], told[-1] ^ 1] if order == "big" else [told[0] ^ 1, *told[1:]]
        assert values(requests([one])[0], told) == [None]
        if not kind.startswith("float"):
            assert values(requests([one])[0], near) != [None]
            assert values(requests([one._replace(absent="")])[0], told) != [None]


@pytest.mark.parametrize("absent", ["-32768", "0x8000", "32768"])
def test_a_number_of_the_plan_is_null(absent):
    one = point(0, "int16")._replace(absent=absent)
    assert values(requests([one])[0], [0x8000]) == [None]
    assert values(requests([one])[0], [0x8001]) == [-32767.0]
