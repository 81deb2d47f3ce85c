"""Frames of JT/T 808 of both editions: cut, escaped, in parts, answered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.monitor.protocols import Piece, jt808
from tests.monitor.protocols.streams import split, whole

PHONES = st.text("0123456789", min_size=1, max_size=12)
# test data of github.com/makeclan/xtream-codec (codec-utils.ts), edition of 2019
ACK_2019 = bytes.fromhex("7e8001400501000000000139123443290000006f020000dc7e")
REGISTERED_2019 = bytes.fromhex(
    "7e8100400d01000000000139123443290000006f006f6b2e2e6f6b2e2e6f6bd27e"
)
# test data of github.com/traccar/traccar (HuabaoProtocolDecoderTest), edition of 2013
HEARTBEAT_2013 = bytes.fromhex("7e0002000004304832546500b7ca7e")


def one(data: bytes) -> bytes:
    (piece,) = whole(jt808.Session(), data)
    assert not piece.why
    return piece.raw


def test_answers_are_byte_for_byte_those_of_another_platform():
    asked = jt808.Header(0x0200, 2019, "13912344329", 0x6F, 0, 0, 17)
    assert jt808.acknowledge(asked, 0) == ACK_2019
    assert jt808.registered(asked, 0, "ok..ok..ok") == REGISTERED_2019


def test_the_header_of_a_recorded_heartbeat_is_read():
    assert jt808.header(one(HEARTBEAT_2013)) == jt808.Header(
        2, 2013, "043048325465", 0xB7, 0, 0, 12
    )


@given(PHONES, st.integers(0, 65_535), st.binary(max_size=1023), st.sampled_from([2013, 2019]))
def test_what_is_encoded_is_read_back(phone, flow, body, edition):
    frame = one(jt808.encode(0x0200, phone, flow, body, edition=edition))
    head = jt808.header(frame)
    assert (head.message, head.edition, head.flow) == (0x0200, edition, flow)
    assert int(head.phone) == int(phone)
    assert frame[head.begins : -1] == body


def test_escapes_are_those_of_the_standard():
    # JT/T 808-2013 4.4.2: 30 7E 08 7D 55 goes out as 7E 30 7D 02 08 7D 01 55 7E
    assert jt808.escape(bytes.fromhex("307e087d55")) == bytes.fromhex("7e307d02087d01557e")
    assert jt808.unescape(bytes.fromhex("307d02087d0155")) == (bytes.fromhex("307e087d55"), "")
    assert jt808.unescape(b"a\x7d\x03") == (b"a\x7d\x03", "7D is followed by neither 01 nor 02")


def test_one_mark_between_two_frames_is_enough_and_lost_bytes_cost_one_frame():
    frames = [jt808.encode(2, "1", flow) for flow in range(3)]
    shared = frames[0] + frames[1][1:]
    assert [piece.raw for piece in whole(jt808.Session(), shared)] == [
        frame[1:-1] for frame in frames[:2]
    ]
    # the end of the first frame and the begin of the second are lost
    torn = frames[0][:9] + frames[1][9:] + frames[2]
    assert whole(jt808.Session(), torn)[-1] == Piece(frames[2][1:-1])


def test_every_malformed_input_is_a_piece_with_its_reason():
    def why(data: bytes) -> list[str]:
        return [piece.why for piece in whole(jt808.Session(), data)]

    assert why(b"\x7eabc\x7e") == ["3 bytes are no frame"]
    assert why(b"\x7e" + b"a" * 20 + b"\x7d\x09\x7e") == ["7D is followed by neither 01 nor 02"]
    assert why(jt808.encode(2, "1", 1)[:-1]) == ["a frame was not finished"]
    assert set(why(b"x" * 9000)) == {"no frame has more than 2090 bytes", "no frame ends here"}


def test_messages_in_parts_are_joined_whatever_their_order():
    body = bytes(range(256)) * 9
    frames = jt808.encode_parts(0x0704, "13800138000", 65_534, body, part_bytes=500, edition=2019)
    assert len(frames) == 5
    for order in ((0, 1, 2, 3, 4), (4, 2, 0, 1, 3), (1, 1, 0, 2, 4, 3)):
        frame = one(b"".join(frames[n] for n in order))
        head = jt808.header(frame)
        assert (head.message, head.parts, frame[head.begins : -1]) == (0x0704, 0, body)


def test_parts_that_never_come_are_refused_and_their_memory_is_bounded():
    parts = jt808.encode_parts(0x0704, "1", 1, bytes(100), part_bytes=50)
    assert [piece.why for piece in whole(jt808.Session(), parts[0])] == [jt808.UNFINISHED]
    session, pieces = jt808.Session(), []
    for flow in range(0, 3000, 10):
        pieces += session.feed(
            jt808.encode_parts(0x0704, "1", flow, bytes(2000), part_bytes=1000)[0]
        )
        assert len(session._open) <= jt808.OPEN_MAX
    assert len(pieces) == 300 - jt808.OPEN_MAX
    wrong = jt808._encode(0x0704, "1", 1, b"a", edition=2013, parts=b"\0\2\0\3")
    assert [piece.why for piece in whole(jt808.Session(), wrong)] == [
        "part 3 of 2 cannot be joined"
    ]


FRAMES = st.one_of(
    st.binary(max_size=60).map(lambda body: jt808.encode(0x0200, "1", 1, body)),
    st.binary(min_size=1, max_size=60).map(
        lambda body: b"".join(jt808.encode_parts(0x0704, "1", 1, body, part_bytes=20))
    ),
    st.binary(max_size=30),
    st.just(b"y" * 5000),
)


@given(st.lists(FRAMES, max_size=8).map(b"".join), st.lists(st.integers(0, 6000), max_size=20))
def test_any_split_of_the_bytes_gives_the_same_pieces(data, cuts):
    assert split(jt808.Session(), data, cuts) == whole(jt808.Session(), data)


def test_what_has_no_place_in_a_frame_is_refused():
    for wrong in (
        lambda: jt808.encode(2, "1a", 1),
        lambda: jt808.encode(2, "1234567890123", 1),
        lambda: jt808.encode(2, "1", 65_536),
        lambda: jt808.encode(2, "1", 1, bytes(1024)),
    ):
        with pytest.raises(TanluError) as told:
            wrong()
        assert told.value.code == "TL391"
