"""The wire format: what a runtime of others writes is read, what ends too early is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.monitor.edge.sparkplug.wire import Broken, fields, put


@given(
    st.lists(
        st.tuples(
            st.integers(1, 2**29 - 1),
            st.one_of(st.integers(0, 2**64 - 1), st.binary(max_size=40)),
        )
    )
)
def test_what_is_put_is_read_in_order(told):
    data = b"".join(put(number, value) for number, value in told)
    assert [(number, value) for number, _, value in fields(data)] == told


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("08", "too early"),
        ("0880", "too early"),
        ("0a05616263", "ends too early"),
        ("0aff", "too early"),
        ("09010203", "ends too early"),
        ("0d0102", "ends too early"),
        ("0101", "field 0"),
        ("0001", "shortest form"),
        ("988000", "shortest form"),
        ("0b", "wire type 3"),
        ("0c", "wire type 4"),
        ("0f", "wire type 7"),
        ("08ffffffffffffffffff02", "beyond 64 bits"),
        ("08ffffffffffffffffffff01", "beyond 64 bits"),
        ("0affffffffffffffffff01", "ends too early"),
        ("f8ffffff7f01", "field"),
    ],
)
def test_broken_bytes_say_why(data, why):
    with pytest.raises(Broken, match=why):
        list(fields(bytes.fromhex(data)))
