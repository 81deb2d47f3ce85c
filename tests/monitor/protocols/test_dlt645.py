"""Frames of DL/T 645-2007, against the Python library dlt645 and worked examples."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.monitor.protocols import Piece, dlt645
from tests.monitor.protocols.streams import ROUNDS, fuzz, mutated, split, whole

METERS = st.text("0123456789", min_size=12, max_size=12)
ENERGY = 0x00010000


def one(data: bytes) -> dlt645.Frame:
    (piece,) = whole(dlt645.Session(), data)
    assert not piece.why
    return dlt645.parse(piece.raw)


@pytest.fixture(scope="module")
def peer():
    return pytest.importorskip("dlt645", reason="THE PEER IS ABSENT: pip install dlt645")


def test_a_request_is_byte_for_byte_the_one_that_all_write():
    # any meter, total active energy: 68 AA…AA 68 11 04 33 33 34 33 AE 16, the first example of
    # every primer of the protocol
    wanted = "fefefefe68aaaaaaaaaaaa68110433333433ae16"
    assert dlt645.ask("AAAAAAAAAAAA", ENERGY).hex() == wanted


def test_an_answer_has_its_bytes_back_to_front_and_33_taken_away():
    data = dlt645.answer("000000123456", ENERGY, bytes.fromhex("78563412"))
    frame = one(data)
    assert frame == dlt645.Frame("000000123456", 0x91, bytes.fromhex("0000010078563412"))
    assert dlt645.wanted(frame, "123456", ENERGY) == ""
    # 123456.78 kWh
    assert dlt645.values(ENERGY, frame.data[4:]) == ({"energy_wh": 123_456_780.0}, "")


@given(METERS, st.integers(0, 255), st.binary(max_size=200))
def test_the_peer_reads_what_is_encoded_and_encodes_what_is_read(peer, meter, control, data):
    mine = dlt645.encode(meter, control, data)
    theirs = peer.DLT645Protocol.deserialize(mine)
    assert bytes(theirs.addr)[::-1].hex() == meter
    assert (theirs.ctrl_code, bytes(theirs.data)) == (control, data)
    built = bytes(peer.DLT645Protocol.build_frame(bytes.fromhex(meter)[::-1], control, data))
    assert built == mine
    assert one(built) == dlt645.Frame(meter, control, data)


LAYOUTS = [
    (0x00000000, "XXXXXX.XX", 1000), (0x00010000, "XXXXXX.XX", 1000),
    (0x00020300, "XXXXXX.XX", 1000), (0x02010100, "XXX.X", 1), (0x02020300, "XXX.XXX", 1),
    (0x02030000, "XX.XXXX", 1000), (0x02040200, "XX.XXXX", 1000), (0x02060000, "X.XXX", 1),
    (0x02800002, "XX.XX", 1),
]  # fmt: skip


@pytest.mark.parametrize("case", LAYOUTS)
@given(st.integers(0, 79_999_999), st.booleans())
def test_registers_have_the_values_that_the_peer_gives_them(peer, case, number, minus):
    from dlt645.common.transform import bcd_to_float, float_to_bcd
    from dlt645.model.data.define import DIMap

    register, layout, unit = case
    if register in DIMap:
        assert DIMap[register].data_format == layout
    entry = dlt645.REGISTERS[register]
    digits = layout.replace(".", "")
    point = len(layout.partition(".")[2])
    value = (number % (8 * 10 ** (len(digits) - 1))) / 10**point
    value = -value if minus and entry.signed else value
    raw = bytes(float_to_bcd(value, layout, "little"))
    assert len(raw) == entry.width
    (got,) = dlt645.values(register, raw)[0].values()
    assert got == pytest.approx(value * unit, rel=1e-12)
    assert bcd_to_float(raw, layout, "little") == value


def test_blocks_are_a_register_after_another():
    block = b"".join(bytes([0, 0, 0, n]) for n in range(5))
    told, why = dlt645.values(0x0001FF00, block)
    assert (why, told) == ("", {
        "energy_wh": 0.0, "energy_t1_wh": 10_000_000.0, "energy_t2_wh": 20_000_000.0,
        "energy_t3_wh": 30_000_000.0, "energy_t4_wh": 40_000_000.0,
    })  # fmt: skip
    volts = bytes.fromhex("0522") + b"\xff\xff" + bytes.fromhex("1022")
    assert dlt645.values(0x0201FF00, volts) == ({"voltage_l1_v": 220.5, "voltage_l3_v": 221.0}, "")


def test_a_sign_is_the_highest_bit():
    assert dlt645.values(0x02030000, bytes.fromhex("563492")) == ({"power_w": -12_345.6}, "")
    assert dlt645.values(0x02010100, bytes.fromhex("0592"))[0] == {"voltage_l1_v": 920.5}


@pytest.mark.parametrize(
    ("register", "data", "why"),
    [
        (0x04000101, b"\0", "register 04000101 is not understood"),
        (ENERGY, b"", "register 00010000 has 0 bytes of data"),
        (ENERGY, bytes(5), "register 00010000 has 5 bytes of data"),
        (ENERGY, bytes(3), "register 00010000: its data are cut short"),
        (ENERGY, b"\x0a\0\0\0", "register 00010000: its data are not decimal"),
    ],
)
def test_data_that_are_no_register_are_refused(register, data, why):
    assert dlt645.values(register, data) == ({}, why)


def test_an_answer_is_held_against_what_was_asked():
    def why(data: bytes, *, number: int = 0) -> str:
        return dlt645.wanted(one(data), "000000AA3456", ENERGY, number=number)

    assert why(dlt645.answer("000000993456", ENERGY, bytes(4))) == ""
    assert why(dlt645.answer("000000993456", ENERGY, bytes(4), more=True)) == ""
    assert why(dlt645.answer("000000993457", ENERGY)) == (
        "meter 000000993457 answers for 000000AA3456"
    )
    assert why(dlt645.answer("000000993456", ENERGY + 1)) == "another register is answered"
    assert why(dlt645.answer("000000993456", ENERGY, error=2)) == "the meter says: no such data"
    assert why(dlt645.ask("000000993456", ENERGY)) == "control code 11 is no answer"
    assert why(dlt645.answer("000000993456", ENERGY, number=2), number=2) == ""
    assert why(dlt645.answer("000000993456", ENERGY, number=2), number=3) == (
        "another frame of the rest is answered"
    )


def test_every_malformed_input_is_a_piece_with_its_reason():
    good = dlt645.encode("1", 0x11, bytes(4), preamble=b"")

    def why(data: bytes) -> list[str]:
        return [piece.why for piece in whole(dlt645.Session(), data)]

    assert why(b"\xfe\xfe" + good + b"\xfe") == [""]
    assert why(b"abc" + good) == ["no frame begins here", ""]
    assert why(good[:-2] + b"\0\x16")[0] == "the check sum is not that of the frame"
    assert why(good[:-1] + b"\x17")[0] == "the frame does not end with 16"
    assert why(good[:7] + b"\x69" + good[8:])[0] == "no second 68 behind an address"
    assert why(good[:1] + b"\xab" + good[2:])[0] == "the address is not decimal"
    assert why(good[:-1])[0] == "the frame was not finished when the connection ended"
    long = b"\x68" + bytes(6) + b"\x68\x91\xc9" + bytes(201)
    assert why(long + bytes([sum(long) & 255, 0x16]))[0] == "more than 200 bytes of data"


FRAMES = st.one_of(
    st.binary(max_size=20).map(lambda data: dlt645.encode("12", 0x91, data)),
    st.binary(max_size=30),
    st.just(b"\x68\xfe\x68\x68\xfe"),
)


@given(st.lists(FRAMES, max_size=8).map(b"".join), st.lists(st.integers(0, 300), max_size=20))
def test_any_split_of_the_bytes_gives_the_same_pieces(data, cuts):
    assert split(dlt645.Session(), data, cuts) == whole(dlt645.Session(), data)


def test_what_has_no_place_in_a_frame_is_refused():
    for wrong in (
        lambda: dlt645.encode("12345678901a", 1),
        lambda: dlt645.encode("1234567890123", 1),
        lambda: dlt645.encode("1", 256),
        lambda: dlt645.encode("1", 1, bytes(201)),
    ):
        with pytest.raises(TanluError) as told:
            wrong()
        assert told.value.code == "TL391"


def test_ten_thousand_mutated_frames_are_frames_or_refused():
    frames = [dlt645.answer("123456", ENERGY, bytes(4)), dlt645.answer("1", 0x0201FF00, bytes(6)),
              dlt645.answer("1", ENERGY, error=1)]  # fmt: skip
    good, refused = fuzz(dlt645.Session, None, frames)
    assert good > 100 < refused


def test_ten_thousand_mutated_answers_are_values_or_reasons():
    rng, told = random.Random(645), Counter()
    registers = [ENERGY, 0x0001FF00, 0x0201FF00, 0x0203FF00, 0x02800002]
    for _ in range(ROUNDS):
        register = rng.choice(registers)
        widths = [dlt645.REGISTERS[each].width for each in dlt645._block(register)][:5]
        data = b"".join(bytes.fromhex(f"{rng.randrange(10**6):08d}")[-n:] for n in widths)
        values, why = dlt645.values(register, mutated(rng, data) if rng.random() < 0.7 else data)
        assert not (values and why)
        told["refused" if why else "values"] += 1
    assert told["values"] > 1_000 < told["refused"]


@given(st.integers(0, 2**32 - 1), st.binary(max_size=40))
def test_any_data_of_any_register_are_values_or_a_reason(register, data):
    for asked in (register, register & 0x0203FF00, ENERGY):
        told, why = dlt645.values(asked, data)
        assert bool(why) != bool(told) or not why
    assert whole(dlt645.Session(), data) == [] or whole(dlt645.Session(), data)[0] != Piece(b"")
