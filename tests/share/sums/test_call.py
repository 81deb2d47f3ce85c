from __future__ import annotations

from dataclasses import replace

import pytest

from tanlu.errors import TanluError
from tanlu.share.sums import Call
from tanlu.share.sums.call import unpacked
from tanlu.terms.proof import cbor


def test_a_call_has_one_encoding(call) -> None:
    assert Call.decode(call.encode()) == call
    assert Call.decode(call.encode()).hash == call.hash


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"lines": ()}, "lines"),
        ({"lines": ("x", "x")}, "twice"),
        ({"least": 4}, "fewer than 5"),
        ({"least": 8}, "too few"),
    ],
)
def test_a_call_that_cannot_keep_its_promise_is_refused(call, change, why) -> None:
    with pytest.raises(TanluError, match=rf"TL858.*{why}"):
        replace(call, **change).encode()


def test_members_stand_once_and_in_order(call) -> None:
    for members in (call.members[::-1], (*call.members, call.members[-1])):
        with pytest.raises(TanluError, match=r"TL858.*once each"):
            replace(call, members=members).encode()


def test_nobody_adds_what_he_gives_and_a_and_b_are_two(call) -> None:
    for change in (
        {"a": call.members[0]},
        {"a": call.b},
        {"a": call.a._replace(box=call.b.box)},
        {"a": call.a._replace(box=call.members[0].box)},
    ):
        with pytest.raises(TanluError, match=r"TL858.*key stands twice"):
            replace(call, **change).encode()


@pytest.mark.parametrize("missing", ["period", "lines", "members", "a", "b", "least", "unit"])
def test_a_call_without_a_member_is_refused(call, missing) -> None:
    held = cbor.decode(call.encode())
    del held[missing]

    with pytest.raises(TanluError, match="TL858"):
        Call.decode(cbor.encode(held))


@pytest.mark.parametrize("data", [b"", b"\xff", b"\xa0", cbor.encode([1]), b"x" * 100])
def test_bytes_of_something_else_are_refused(data) -> None:
    with pytest.raises(TanluError, match="TL858"):
        Call.decode(data)
    with pytest.raises(TanluError, match="TL858"):
        unpacked(data, "tanlu/sum-call/v1")


def test_calls_for_the_same_numbers_are_one_cell(call) -> None:
    again = replace(call, members=call.members[1:])

    assert again.cell == call.cell
    assert again.hash != call.hash
    assert replace(call, period="2026-11").cell != call.cell
