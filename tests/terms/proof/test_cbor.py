"""Deterministic CBOR: one value, one encoding, and nothing else decodes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.terms.proof import cbor

# RFC 8949 appendix A, the rows of the types that the ledger knows
APPENDIX_A = [
    (0, "00"),
    (1, "01"),
    (10, "0a"),
    (23, "17"),
    (24, "1818"),
    (25, "1819"),
    (100, "1864"),
    (1000, "1903e8"),
    (1000000, "1a000f4240"),
    (1000000000000, "1b000000e8d4a51000"),
    (18446744073709551615, "1bffffffffffffffff"),
    (-18446744073709551616, "3bffffffffffffffff"),
    (-1, "20"),
    (-10, "29"),
    (-100, "3863"),
    (-1000, "3903e7"),
    (False, "f4"),
    (True, "f5"),
    (None, "f6"),
    (b"", "40"),
    (bytes.fromhex("01020304"), "4401020304"),
    ("", "60"),
    ("a", "6161"),
    ("IETF", "6449455446"),
    ('"\\', "62225c"),
    ("\u00fc", "62c3bc"),
    ("\u6c34", "63e6b0b4"),
    ("\U00010151", "64f0908591"),
    ([], "80"),
    ([1, 2, 3], "83010203"),
    ([1, [2, 3], [4, 5]], "8301820203820405"),
    (list(range(1, 26)), "98190102030405060708090a0b0c0d0e0f101112131415161718181819"),
    ({}, "a0"),
    ({1: 2, 3: 4}, "a201020304"),
    ({"a": 1, "b": [2, 3]}, "a26161016162820203"),
    (["a", {"b": "c"}], "826161a161626163"),
    (
        {"a": "A", "b": "B", "c": "C", "d": "D", "e": "E"},
        "a56161614161626142616361436164614461656145",
    ),
]


@pytest.mark.parametrize(("value", "encoded"), APPENDIX_A)
def test_the_examples_of_rfc_8949_come_out_both_ways(value, encoded):
    assert encoded == cbor.encode(value).hex()
    found = cbor.decode(bytes.fromhex(encoded))
    assert (type(value), value) == (type(found), found)


def test_keys_stand_in_the_order_of_their_bytes():
    # RFC 8949 section 4.2.1: 10, 100, -1, "z", "aa" (arrays and false as keys are not ours)
    value = {"aa": 0, -1: 0, "z": 0, 100: 0, 10: 0}
    assert list(cbor.decode(cbor.encode(value))) == [10, 100, -1, "z", "aa"]


# RFC 8949 appendix F (not well-formed) and section 4.2 (well-formed, not deterministic)
@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "18",
        "1817",
        "190017",
        "1a0000ffff",
        "1b00000000ffffffff",
        "5f42010243030405ff",
        "7f657374726561646d696e67ff",
        "9fff",
        "bfff",
        "ff",
        "1c",
        "3d",
        "5e",
        "81",
        "8201",
        "a101",
        "a20201",
        "a2616201616101",
        "a2616101616102",
        "61ff",
        "62c328",
        "63eda080",
        "f7",
        "e0",
        "f818",
        "f90000",
        "fb3ff199999999999a",
        "c074323031332d30332d32315432303a30343a30305a",
        "c249010000000000000000",
        "0000",
        "9bffffffffffffffff",
        "5bffffffffffffffff",
        "bbffffffffffffffff",
        "a1f401",
        "a18001",
        "81" * 17 + "00",
    ],
)
def test_anything_but_the_one_encoding_is_refused(encoded):
    with pytest.raises(TanluError, match="TL113"):
        cbor.decode(bytes.fromhex(encoded))


@pytest.mark.parametrize(
    "value",
    [0.5, 2**64, -(2**64) - 1, "\ud800", {1.5: 1}, {True: 1}, {None: 1}, {(1,): 1}, object(), {1}],
)
def test_what_has_no_place_in_the_ledger_is_refused(value):
    with pytest.raises(TanluError, match="TL113"):
        cbor.encode(value)


def test_nesting_and_size_are_limited_on_both_sides():
    deep = 0
    for _ in range(16):
        deep = [deep]
    assert deep == cbor.decode(cbor.encode(deep))
    with pytest.raises(TanluError, match="TL113"):
        cbor.encode([deep])
    with pytest.raises(TanluError, match="TL113"):
        cbor.decode(cbor.encode(b"x" * 100), max_bytes=100)


KEYS = st.one_of(st.integers(-(2**64), 2**64 - 1), st.text(max_size=5), st.binary(max_size=5))
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**64), 2**64 - 1), st.text(), st.binary()),
    lambda inner: st.one_of(st.lists(inner, max_size=5), st.dictionaries(KEYS, inner, max_size=5)),
    max_leaves=20,
)


@given(VALUES)
def test_every_value_survives_the_way_there_and_back(value):
    assert value == cbor.decode(cbor.encode(value))


@given(VALUES)
def test_the_order_in_which_a_map_was_filled_does_not_show(value):
    def turned(item):
        if isinstance(item, dict):
            return {key: turned(item[key]) for key in reversed(list(item))}
        return [turned(each) for each in item] if isinstance(item, list) else item

    assert cbor.encode(value) == cbor.encode(turned(value))


@given(st.binary(max_size=60))
def test_bytes_that_decode_are_the_bytes_that_encode_gives(data):
    try:
        value = cbor.decode(data)
    except TanluError:
        return
    assert data == cbor.encode(value)


@given(VALUES)
def test_another_implementation_agrees(value):
    cbor2 = pytest.importorskip("cbor2", reason="OPTIONAL PACKAGE ABSENT: cbor2")
    assert value == cbor2.loads(cbor.encode(value))


def test_a_value_for_json_has_hexadecimal_texts_for_bytes():
    assert cbor.plain({"a": [b"\x01", {"b": b""}], "c": 3, "d": None}) == {
        "a": ["01", {"b": ""}], "c": 3, "d": None,
    }  # fmt: skip
