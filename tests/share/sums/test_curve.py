"""The group by an implementation of its own, from RFC 8032 section 5.1.4 in affine coordinates."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.share.sums import curve

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
ZERO = (0, 1)


def decoded(data: bytes) -> tuple[int, int] | None:
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    return (x if x & 1 == sign else P - x, y)


def encoded(point: tuple[int, int]) -> bytes:
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def plus(one: tuple[int, int], two: tuple[int, int]) -> tuple[int, int]:
    (a, b), (c, d) = one, two
    k = D * a * b * c * d
    return ((a * d + b * c) * pow(1 + k, -1, P) % P, (b * d + a * c) * pow(1 - k, -1, P) % P)


def times(number: int, point: tuple[int, int]) -> tuple[int, int]:
    whole = ZERO
    while number:
        whole = plus(whole, point) if number & 1 else whole
        point, number = plus(point, point), number >> 1
    return whole


G = decoded((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def test_h_is_the_first_point_that_its_text_gives() -> None:
    found = (decoded(sha256(b"tanlu/pedersen/H/v1" + bytes([c])).digest()) for c in range(256))
    first = next(point for point in found if point is not None)

    assert encoded(times(8, first)) == curve.H
    assert times(curve.ORDER, decoded(curve.H)) == ZERO


@pytest.mark.parametrize(("value", "blinding"), [(0, 0), (0, 1), (1, 0), (5, 7), (2**63 - 1, 2)])
def test_a_commitment_is_what_the_formula_says(value: int, blinding: int) -> None:
    expected = plus(times(value, G), times(blinding, decoded(curve.H)))

    assert curve.commit(value, blinding) == encoded(expected)


@given(st.lists(st.tuples(st.integers(0, 2**63), st.integers(0, curve.ORDER - 1)), max_size=5))
def test_a_sum_of_commitments_is_the_commitment_to_the_sums(pairs: list[tuple[int, int]]) -> None:
    whole = curve.added(curve.commit(*pair) for pair in pairs)
    value, blinding = (sum(pair[at] for pair in pairs) for at in (0, 1))

    assert curve.opens(whole, value, blinding)
    assert not curve.opens(whole, value + 1, blinding)
    assert not curve.opens(whole, value, blinding + 1)


def test_a_number_and_the_same_beside_the_order_are_one() -> None:
    assert curve.commit(-3, curve.ORDER + 4) == curve.commit(curve.ORDER - 3, 4)


@pytest.mark.parametrize("wrong", [b"", bytes(31), (2).to_bytes(32, "little")])
def test_bytes_that_are_no_point_are_refused(wrong: bytes) -> None:
    with pytest.raises(TanluError, match="TL858"):
        curve.added([wrong])


def test_blindings_are_never_nought_and_never_the_same() -> None:
    drawn = {curve.blind() for _ in range(50)}

    assert len(drawn) == 50
    assert all(0 < each < curve.ORDER for each in drawn)


def test_without_the_extra_its_name_is_said(monkeypatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "nacl", None)
    curve.sodium.cache_clear()
    with pytest.raises(TanluError, match=r"TL002.*tanlu\[share\]"):
        curve.sodium()
    monkeypatch.undo()
    curve.sodium.cache_clear()
