"""Messages of JT/T 808 into rows: recorded frames, both ways, reasons for the rest."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.monitor.protocols import jt808, jt808_rows
from tests.monitor.protocols.streams import fuzz, mutated, rows, whole

# test data of github.com/makeclan/xtream-codec (codec-utils.ts), edition of 2019
POSITION_2019 = (
    "7e02004026010000000001391234432900000000006f0000001601dc9a0707456246007b0042000325012922334402"
    "02006401040000000c417e"
)
BATCH_2019 = (
    "7e0704403f01000000000139123443290000000200001c000000010000000101d907f2073d336c029a002100592410"
    "29213903001c000000010000000101d907f3073d336d03090043005a241029213903f87e"
)
# test data of github.com/traccar/traccar (HuabaoProtocolDecoderTest), edition of 2013
POSITION_2013 = "7e020000220014012499170007000000000000400e012af16f02cbd2ba000000000000150101194257010400000077a97e"  # noqa: E501
LONDON_2013 = "7e0200002e094027587492000a000000010000000a03083db7001329f3000000140000130412164952010400000012360a0002341502cb0c20085c107e"  # noqa: E501
BLIND_2013 = (
    "7E0704014301356777777707F5000801002600000000000000030159741206CBFD500172000000011605270906240104"
    "0000001D03020000002600000000000000030159746606CBFD50016B0000000116052709065301040000001D0302000000"
    "260000000000000003015975E406CBFE58013F0000000116052709072701040000001D0302000000260000000000000003"
    "015976DE06CBFF10012E0000000116052709075601040000001D0302000000260000000000000003015976BC06CBFED001"
    "2D0000000116052709083001040000001D0302000000260000000000000003015976FE06CBFEC001080000000116052709"
    "090001040000001D0302000000260000000000000003015976FE06CBFE7800FC0000000116052709093301040000001D03"
    "02000000260000000000000003015977A606CBFF3001080000000116052709100201040000001D030200001F7E"
)
AT = 1_700_000_000 * 1_000_000
FAR = jt808_rows.location(AT, 1_000_000_000, 0)


def us(text: str) -> int:
    """A time at GMT+8, in microseconds UTC."""
    moment = datetime.fromisoformat(text).replace(tzinfo=UTC) - timedelta(hours=8)
    return int(moment.timestamp()) * 1_000_000


def read(data: bytes | str):
    data = bytes.fromhex(data) if isinstance(data, str) else data
    pieces = whole(jt808.Session(), data)
    assert not [piece for piece in pieces if piece.why]
    return jt808_rows.read([piece.raw for piece in pieces])


def fixes(found) -> list[tuple]:
    return found.tables["position"].select("at", "lat_e7", "lon_e7").rows()


def test_a_position_of_2019_is_read_as_another_library_wrote_it():
    found = read(POSITION_2019)
    at = us("2025-01-29 22:33:44")
    # its status 22 has a fix, and lies south
    (row,) = found.tables["position"].drop("device", "source", "stream", "mark").to_dicts()
    assert row == {
        "at": at, "quality": 0, "lat_e7": -312_345_670, "lon_e7": 1_219_876_540, "altitude_m": 123,
        "speed_mm_s": 1_833, "heading_cdeg": 300, "satellites": None,
    }  # fmt: skip
    assert rows(found) == {"odometer_m": [(at, 1200.0)], "tank_ml": [(at, 10_000.0)]}
    assert found.devices == ["jt808:013912344329"]


def test_positions_of_2013_lie_where_their_recorder_was():
    london = us("2013-04-12 16:49:52")
    assert fixes(read(LONDON_2013)) == [(london, 508_717_350, -12_559_230)]
    assert rows(read(LONDON_2013)) == {"odometer_m": [(london, 1800.0)]}
    brazil = us("2015-01-01 19:42:57")
    assert fixes(read(POSITION_2013)) == [(brazil, -195_915_350, -469_121_860)]


def test_a_batch_of_a_blind_area_is_marked_as_issued_again():
    found = read(BLIND_2013)
    table = found.tables["position"]
    assert table["quality"].to_list() == [8] * 8
    assert fixes(found)[0] == (us("2016-05-27 09:06:24"), 226_396_340, 1_140_319_520)
    assert [value for _, value in rows(found)["odometer_m"]] == [2900.0] * 8
    assert found.kinds == {"positions": 1}


def test_a_batch_without_fixes_gives_no_places():
    found = read(BATCH_2019)
    assert (found.tables, found.refused, len(found.answers)) == ({}, [], 1)


@given(
    st.integers(946_684_800, 4_000_000_000),
    st.tuples(st.integers(-900_000_000, 900_000_000), st.integers(-1_800_000_000, 1_800_000_000)),
    st.integers(0, 32_767),
    st.tuples(st.integers(0, 6_553), st.integers(0, 359)),
    st.integers(0, 2**32 - 1),
)
def test_what_is_encoded_is_read_back(second, place, altitude, motion, odometer):
    (lat, lon), (speed, heading) = place, motion
    body = jt808_rows.location(
        second * 1_000_000, lat, lon, altitude_m=altitude, speed_mm_s=round(speed * 1000 / 36),
        heading_cdeg=heading * 100, items={1: odometer.to_bytes(4, "big"), 0x31: b"\x0b"},
    )  # fmt: skip
    found = read(jt808.encode(0x0200, "13800138000", 7, body, edition=2019))
    row = found.tables["position"].row(0, named=True)
    near = lambda told: (abs(told) // 10 * 10) * (-1 if told < 0 else 1)  # noqa: E731
    assert (row["at"], row["lat_e7"], row["lon_e7"]) == (second * 1_000_000, near(lat), near(lon))
    assert (row["altitude_m"], row["heading_cdeg"], row["satellites"]) == (
        altitude, heading * 100, 11,
    )  # fmt: skip
    assert row["speed_mm_s"] == (speed * 2000 + 36) // 72
    assert [value for _, value in rows(found)["odometer_m"]] == [odometer * 100.0]


def test_many_frames_at_once_give_the_rows_of_each():
    frames = [
        jt808.encode(0x0200, str(n % 3), n, jt808_rows.location(
            AT + n * 1_000_000, n * 10, 0, items={1 + n % 3: bytes(4 - (n % 3 > 0) * 2)}))
        for n in range(50)
    ]  # fmt: skip
    together = read(b"".join(frames))
    apart = [read(frame) for frame in frames]
    assert sorted(fixes(together)) == sorted(row for each in apart for row in fixes(each))
    for stream in ("odometer_m", "tank_ml", "recorder_speed_mm_s"):
        single = [row for each in apart for row in rows(each).get(stream, [])]
        assert sorted(rows(together)[stream]) == sorted(single)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (bytes(27), "a position of 27 bytes"),
        (bytes(28), "a position is refused: its time is none"),
        (FAR, "a position is refused: its place is not on earth"),
    ],
)  # fmt: skip
def test_a_position_that_cannot_be_is_refused(body, why):
    found = read(jt808.encode(0x0200, "1", 1, body))
    assert ([piece.why for piece in found.refused], found.tables) == ([why], {})
    assert found.refused[0].raw == body


def test_a_tail_that_is_no_item_is_refused_alone():
    body = jt808_rows.location(AT, 0, 0, items={1: bytes(4)})
    for tail in (b"\x02", b"\x02\x05\0", b"\x01\x02\0\0"):
        found = read(jt808.encode(0x0200, "1", 1, body + tail))
        assert [piece.raw for piece in found.refused] == [tail]
        assert len(found.tables["position"]) == len(found.tables["odometer_m"]) == 1


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"\0", "the batch is cut short"),
        (b"\0\1\2", "batches of kind 2 are not known"),
        (b"\0\1\0\0\x20abc", "a position runs past the end of its batch"),
        (b"\0\2\0\0\1a", "the batch tells 2 positions and holds 1"),
    ],
)
def test_a_batch_that_does_not_hold_what_it_tells_is_refused_whole(body, why):
    found = read(jt808.encode(0x0704, "1", 9, body))
    assert [piece.why for piece in found.refused] == [why]
    # answered "message wrong", by its flow number
    assert whole(jt808.Session(), found.answers[0])[0].raw[12:17] == b"\0\x09\x07\x04\x02"


def test_frames_with_a_wrong_header_are_refused_by_name():
    good = whole(jt808.Session(), jt808.encode(2, "1", 1))[0].raw

    def why(at: int, value: int) -> str:
        frame = bytearray(good)
        frame[-1] ^= frame[at] ^ value
        frame[at] = value
        return jt808_rows.read([bytes(frame)]).refused[0].why

    assert why(2, 0x80) == "a reserved property is set"
    assert why(2, 0x04) == "the body is encrypted"
    assert why(3, 9) == "the length in the header is not that of the body"
    assert why(4, 0xAB) == "the phone number is not decimal"
    assert why(2, 0x40) == "the header is cut short"
    broken = good[:-1] + bytes([good[-1] ^ 1])
    assert jt808_rows.read([broken]).refused[0].why == "the check byte is not that of the frame"


def test_a_terminal_that_is_not_enrolled_is_not_registered():
    found = read(jt808.encode(0x0100, "1", 5, bytes(30)) + jt808.encode(0x0102, "1", 6, b"tanlu"))
    results = [
        [whole(jt808.Session(), told)[0].raw[at] for told in each]
        for each, at in (((found.answers[0], found.denials[0]), 14),
                         ((found.answers[1], found.denials[1]), 16))
    ]  # fmt: skip
    assert results == [[0, 4], [0, 1]]
    assert b"tanlu" in found.answers[0]


def test_an_answer_is_not_answered_and_an_unknown_message_is_kept():
    found = read(jt808.encode(0x0001, "1", 5, bytes(5)) + jt808.encode(0x0900, "1", 6, b"a"))
    assert found.answers[0] == b""
    assert whole(jt808.Session(), found.answers[1])[0].raw[16] == 3
    assert [piece.why for piece in found.refused] == ["message 0900 is not understood"]


def test_one_terminal_has_one_identity_in_both_editions():
    both = [jt808.encode(2, "13800138000", 1, edition=edition) for edition in (2013, 2019)]
    assert read(b"".join(both)).devices == ["jt808:013800138000"] * 2


def test_an_item_or_a_year_without_room_is_refused():
    for wrong in (
        lambda: jt808_rows.location(AT, 0, 0, altitude_m=-1),
        lambda: jt808_rows.location(-1, 0, 0),
    ):
        with pytest.raises(TanluError):
            wrong()


def repair(rng: random.Random, data: bytes) -> bytes:
    """Give most mutated frames a right check byte again, so that what is inside is tried too."""
    frame, why = jt808.unescape(data.strip(b"\x7e"))
    if why or len(frame) < 13 or b"\x7e" in frame or rng.random() < 0.3:
        return data
    # the header of 2019 has 5 bytes more, that of a part 4
    ends = 10 + 5 * (frame[2] >> 6 & 1)
    size = max(0, len(frame) - ends - 3 - 4 * (frame[2] >> 5 & 1))
    head = frame[:2] + bytes([frame[2] & 0x60 | size >> 8 & 3, size & 255])
    inner = head + bytes(byte % 10 for byte in frame[4:ends]) + frame[ends:-1]
    check = 0
    for byte in inner:
        check ^= byte
    return jt808.escape(inner + bytes([check]))


def test_ten_thousand_mutated_frames_are_rows_or_refused():
    frames = [bytes.fromhex(text) for text in (POSITION_2013, LONDON_2013, BLIND_2013)]
    frames += [bytes.fromhex(POSITION_2019), bytes.fromhex(BATCH_2019)]
    good, refused = fuzz(jt808.Session, jt808_rows.read, frames, repair)
    assert good > 1000 < refused


def test_ten_thousand_mutated_parts_are_joined_or_refused(monkeypatch):
    joined = Counter()
    join = jt808._joined
    monkeypatch.setattr(jt808, "_joined", lambda *told: joined.update(n=1) or join(*told))
    body = jt808_rows.batch([jt808_rows.location(AT + n, 1, 1) for n in range(3)])
    frames = [
        frame
        for edition in (2013, 2019)
        for frame in jt808.encode_parts(0x0704, "1", 7, body, part_bytes=50, edition=edition)
    ]
    good, refused = fuzz(jt808.Session, jt808_rows.read, frames, repair)
    assert joined["n"] > 100
    assert good > 1000 < refused


def test_mutating_is_no_identity():
    rng = random.Random(1)
    frame = bytes.fromhex(POSITION_2013)
    assert sum(mutated(rng, frame) != frame for _ in range(100)) > 90


def test_a_place_that_the_terminal_moved_is_no_place_but_its_items_are_kept():
    body = bytearray(jt808_rows.location(AT, 300_000_000, 1_200_000_000, items={1: bytes(4)}))
    body[7] |= 32
    found = read(jt808.encode(0x0200, "13800138000", 1, bytes(body)))
    assert sorted(found.tables) == ["odometer_m"]
    assert [piece.why for piece in found.refused] == [
        "a position is refused: its place is encrypted"
    ]


def test_a_height_beyond_all_heights_is_null():
    body = bytearray(jt808_rows.location(AT, 429_000_000, 893_000_000))
    # the Turpan depression, as some terminals write it: -154 m in two's complement
    body[16:18] = (65_536 - 154).to_bytes(2, "big")
    found = read(jt808.encode(0x0200, "13800138000", 1, bytes(body)))
    assert found.tables["position"]["altitude_m"].to_list() == [None]
