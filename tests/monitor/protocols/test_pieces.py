"""Frames out of a stream of bytes: any split the same, nothing lost, nothing held for ever."""

from __future__ import annotations

import re
from functools import reduce
from operator import xor as either

from hypothesis import given
from hypothesis import strategies as st

from tanlu.monitor.protocols.pieces import NOISE, PIECE_BYTES, Form, Piece, Scanner, xor
from tests.monitor.protocols.streams import split, whole

# mark, length, that many bytes, and their sum
FORM = Form(
    re.compile(rb"<>"),
    2,
    3,
    lambda head: "the length is over 99" if head[2] > 99 else 4 + head[2],
    lambda frame: "" if sum(frame[3:-1]) & 0xFF == frame[-1] else "the sum is another",
)


def framed(content: bytes) -> bytes:
    return b"<>" + bytes([len(content)]) + content + bytes([sum(content) & 0xFF])


def test_frames_and_the_noise_between_them_come_in_order():
    data = b"ab" + framed(b"one") + framed(b"") + b"c<d" + framed(b"two") + b"<"
    assert whole(Scanner(FORM), data) == [
        Piece(b"ab", NOISE),
        Piece(framed(b"one")),
        Piece(framed(b"")),
        Piece(b"c<d", NOISE),
        Piece(framed(b"two")),
        Piece(b"<", NOISE),
    ]


def test_a_wrong_length_hides_no_frame_that_follows():
    hidden = framed(b"good") + framed(b"too")
    data = b"<>\x32" + hidden + bytes(60)
    assert [piece.raw for piece in whole(Scanner(FORM), data) if not piece.why] == [
        framed(b"good"), framed(b"too"),
    ]  # fmt: skip


def test_a_bad_frame_is_one_piece_with_its_reason():
    bad = framed(b"one")[:-1] + b"\0"
    assert whole(Scanner(FORM), bad + framed(b"two")) == [
        Piece(bad, "the sum is another"),
        Piece(framed(b"two")),
    ]
    assert whole(Scanner(FORM), b"<>\xff" + framed(b"two"))[0].why == "the length is over 99"


def test_the_end_of_the_connection_cuts_a_frame_short():
    assert whole(Scanner(FORM), framed(b"one")[:-1]) == [
        Piece(b"<>\x03one", "the frame was not finished when the connection ended")
    ]


def test_bytes_before_a_frame_that_may_stand_there_are_no_noise():
    form = FORM._replace(fill=b"\xfe")
    data = b"\xfe\xfe" + framed(b"one") + b"x\xfe" + framed(b"two") + b"\xfe"
    assert whole(Scanner(form), data) == [
        Piece(framed(b"one")), Piece(b"x", NOISE), Piece(framed(b"two")),
    ]  # fmt: skip


def test_what_is_held_is_bounded():
    scanner = Scanner(FORM)
    found = []
    for _ in range(100):
        found += scanner.feed(b"x" * 999)
        assert len(scanner._held) + len(scanner._noise) < PIECE_BYTES + 103
    assert {len(piece.raw) for piece in found} == {PIECE_BYTES}


CONTENT = st.lists(
    st.one_of(st.binary(max_size=30).map(framed), st.binary(max_size=9), st.just(b"<>"),
              st.just(b"<>\x20abc"), st.binary(max_size=30).map(lambda b: framed(b)[:-1] + b"\1")),
    max_size=20,
).map(b"".join)  # fmt: skip


@given(CONTENT, st.lists(st.integers(0, 500), max_size=30))
def test_any_split_of_the_bytes_gives_the_same_pieces(data, cuts):
    assert split(Scanner(FORM), data, cuts) == whole(Scanner(FORM), data)


@given(CONTENT)
def test_no_byte_is_lost(data):
    assert b"".join(piece.raw for piece in whole(Scanner(FORM), data)) == data


@given(st.binary())
def test_exclusive_or_is_that_of_all_bytes(data):
    assert xor(data) == reduce(either, data, 0)
