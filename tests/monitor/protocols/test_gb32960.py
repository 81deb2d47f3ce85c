"""Frames of GB/T 32960.3: cut, read, answered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.monitor.protocols import Piece, gb32960
from tests.monitor.protocols.streams import split, whole

VIN = "1G1BL52P7TR115520"
# case01_login of github.com/emqx/emqx, emqx_gbt32960_parser_SUITE
LOGIN_UNIT = bytes([12, 12, 29, 12, 19, 20]) + b"\0\1" + b"12345678901234567890" + b"\1\1C"


def test_a_login_is_cut_and_its_answer_tells_its_time():
    data = gb32960.encode(1, VIN, LOGIN_UNIT)
    assert data[:2] + data[2:4] + data[4:21] == b"##\x01\xfe" + VIN.encode()
    (piece,) = whole(gb32960.Session(), data)
    frame = gb32960.parse(piece.raw)
    assert frame == gb32960.Frame(2016, 1, 0xFE, VIN, 1, LOGIN_UNIT)
    answer = gb32960.parse(gb32960.answer(piece.raw, 1))
    assert answer == gb32960.Frame(2016, 1, 1, VIN, 1, LOGIN_UNIT[:6])


def test_a_heartbeat_has_no_data_and_neither_has_its_answer():
    answer = gb32960.answer(gb32960.encode(7, VIN, edition=2025), 1)
    assert (answer[:4], len(answer)) == (b"$$\x07\x01", 25)


def test_a_vin_is_answered_as_it_was_written_and_what_is_encrypted_with_no_time():
    raw = bytearray(gb32960.encode(2, "ABC", bytes(9), encryption=3))
    raw[7:21] = b" " * 14
    answer = gb32960.answer(bytes(raw), gb32960.FAILED)
    (piece,) = whole(gb32960.Session(), answer)
    assert piece.raw[4:21] == b"ABC" + b" " * 14
    assert gb32960.parse(piece.raw) == gb32960.Frame(2016, 2, 2, "ABC", 1, b"")


@given(
    st.integers(0, 255), st.text("ABCXYZ0189", min_size=1, max_size=17), st.binary(max_size=900),
    st.sampled_from([2016, 2025]),
)  # fmt: skip
def test_what_is_encoded_is_read_back(command, vin, unit, edition):
    (piece,) = whole(gb32960.Session(), gb32960.encode(command, vin, unit, edition=edition))
    assert gb32960.parse(piece.raw) == gb32960.Frame(edition, command, 0xFE, vin, 1, unit)


def test_every_malformed_input_is_a_piece_with_its_reason():
    good = gb32960.encode(7, VIN)
    pieces = whole(gb32960.Session(), b"junk" + good[:-1] + b"\0" + good)
    assert pieces == [
        Piece(b"junk", "no frame begins here"),
        Piece(good[:-1] + b"\0", "the check byte is not that of the frame"),
        Piece(good),
    ]
    (bad_vin,) = whole(gb32960.Session(), good[:9] + b"\xff" + good[10:])
    assert bad_vin.why == "the VIN is not 17 letters and digits"
    long = good[:22] + b"\xff\xff" + good[24:]
    assert (
        whole(gb32960.Session(), long)[0].why == "a data unit of more than 8192 bytes is not taken"
    )
    (short,) = whole(gb32960.Session(), good[:-1])
    assert short.why == "the frame was not finished when the connection ended"


FRAMES = st.one_of(
    st.binary(max_size=60).map(lambda unit: gb32960.encode(2, VIN, unit)),
    st.binary(max_size=60).map(lambda unit: gb32960.encode(2, VIN, unit)[:-1] + b"\0"),
    st.binary(max_size=30),
    st.just(b"##$$###"),
)


@given(st.lists(FRAMES, max_size=8).map(b"".join), st.lists(st.integers(0, 600), max_size=20))
def test_any_split_of_the_bytes_gives_the_same_pieces(data, cuts):
    assert split(gb32960.Session(), data, cuts) == whole(gb32960.Session(), data)


def test_what_has_no_place_in_a_frame_is_refused():
    for wrong in (
        lambda: gb32960.encode(2, "A" * 18),
        lambda: gb32960.encode(2, "车"),
        lambda: gb32960.encode(256, VIN),
        lambda: gb32960.encode(2, VIN, bytes(65_532)),
    ):
        with pytest.raises(TanluError) as told:
            wrong()
        assert told.value.code == "TL391"
