"""Frames of HJ 212-2017: recorded ones, parts, answers, rows, and reasons for the rest."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.monitor.protocols import Piece, hj212
from tests.monitor.protocols.streams import fuzz, rows, split, whole

# the example of annex A of HJ 212-2017, as many implementations quote it
ANNEX = (
    b"QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;"
    b"CP=&&RtdInterval=30&&"
)
# test data of hj212 for Java (T212MapperTest) and of others after it
REAL_TIME = (
    b"##0453QN=20160801085000001;ST=22;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=7;"
    b"CP=&&DataTime=20160801084000;a21005-Rtd=1.1,a21005-Flag=N;a21004-Rtd=112,a21004-Flag=N;"
    b"a21026-Rtd=58,a21026-Flag=N;LA-td=50.1,LA-Flag=N;a34004-Rtd=207,a34004-Flag=N;"
    b"a34002-Rtd=295,a34002-Flag=N;a01001-Rtd=12.6,a01001-Flag=N;a01002-Rtd=32,a01002-Flag=N;"
    b"a01006-Rtd=101.02,a01006-Flag=N;a01007-Rtd=2.1,a01007-Flag=N;a01008-Rtd=120,a01008-Flag=N;"
    b"a34001-Rtd=217,a34001-Flag=N;&&c0c1\r\n"
)
HOUR = (
    b"##0285QN=20190925181031464;ST=22;CN=2061;PW=BF470F88957588DE902D1A52;MN=Z13401000010301;"
    b"Flag=5;CP=&&DataTime=20190924220000;a34006-Avg=2.69700,a34006-Flag=N;"
    b"a34007-Avg=7.96600,a34007-Flag=N;a34048-Avg=3.30600,a34048-Flag=N;"
    b"a34047-Avg=7.35700,a34047-Flag=N;a34049-Avg=10.66300,a34049-Flag=N&&C181\r\n"
)
HEAD = {"QN": "20160801085000001", "ST": "31", "CN": "2011", "PW": "1", "MN": "M1", "Flag": "5"}


def us(text: str) -> int:
    moment = datetime.fromisoformat(text).replace(tzinfo=UTC) - timedelta(hours=8)
    return int(moment.timestamp()) * 1_000_000


def read(data: bytes):
    pieces = whole(hj212.Session(), data)
    assert not [piece for piece in pieces if piece.why]
    return hj212.read([piece.raw for piece in pieces])


def test_the_crc_is_that_of_annex_a():
    assert hj212.crc(ANNEX) == 0x1C80


@given(st.binary(max_size=200))
def test_the_crc_is_that_of_the_steps_of_the_standard(segment):
    register = 0xFFFF
    for byte in segment:
        register = (register >> 8) ^ byte
        for _ in range(8):
            out, register = register & 1, register >> 1
            register ^= 0xA001 if out else 0
    assert hj212.crc(segment) == register


def test_real_time_data_are_rows_in_the_streams_of_their_factors():
    found = read(REAL_TIME)
    at = us("2016-08-01 08:40:00")
    told = rows(found)
    assert told["hj212_a21005_rtd"] == [(at, 1.1)]
    assert told["hj212_a01006_rtd"] == [(at, 101.02)]
    assert len(told) == 11
    # LA-td is a slip of the one who wrote the example down
    assert [(piece.raw, piece.why) for piece in found.refused] == [
        (b"20160801084000 LA-td=50.1", "an item is not factor-kind of a known kind")
    ]
    assert found.devices == ["hj212:010000A8900016F000169DC0"]


def test_statistics_have_streams_of_their_own():
    found = read(HOUR)
    assert rows(found) == {
        f"hj212_a{code}_avg_hour": [(us("2019-09-24 22:00:00"), value)]
        for code, value in ((34006, 2.697), (34007, 7.966), (34048, 3.306), (34047, 7.357),
                            (34049, 10.663))
    }  # fmt: skip
    content = "DataTime=20240229000000;a05001-Cou=5,a05001-Min=-1,a05001-Max=2,a05001-ZsAvg=1.5"
    day = read(hj212.encode(HEAD | {"CN": "2031"}, content))
    assert {stream: told[0][1] for stream, told in rows(day).items()} == {
        "hj212_a05001_sum_day": 5, "hj212_a05001_min_day": -1, "hj212_a05001_max_day": 2,
        "hj212_a05001_avg_converted_day": 1.5,
    }  # fmt: skip


def test_an_upload_that_wants_an_answer_gets_9014_with_its_number():
    (answer,) = read(HOUR).answers
    assert whole(hj212.Session(), answer) == [Piece(
        b"QN=20190925181031464;ST=91;CN=9014;PW=BF470F88957588DE902D1A52;MN=Z13401000010301;"
        b"Flag=4;CP=&&&&"
    )]  # fmt: skip
    assert read(hj212.encode(HEAD | {"Flag": "4"}, "DataTime=20240101000000")).answers == [b""]


def test_chinese_in_a_segment_is_no_fault_and_no_number():
    segment = "QN=1;CN=2011;MN=M1;CP=&&DataTime=20240101000000;a1-Rtd=1;a2-Info=停电;a3-Rtd=٣&&"
    (piece,) = whole(hj212.Session(), hj212.frame(segment))
    found = hj212.read([piece.raw])
    assert list(found.tables) == ["hj212_a1_rtd"]
    assert [piece.why for piece in found.refused] == ["a value is not a decimal number"]


def test_flags_become_quality():
    content = "DataTime=20240101000000;" + ";".join(
        f"a{n}-Rtd=1,a{n}-Flag={flag}" for n, flag in enumerate("NSDMCTBF")
    )
    found = read(hj212.encode(HEAD, content + ";a9-Rtd=1"))
    quality = [found.tables[f"hj212_a{n}_rtd"]["quality"][0] for n in (*range(8), 9)]
    assert quality == [0, 1, 4, 4, 4, 4, 4, 4, 0]


def test_parts_of_a_message_are_joined_whatever_their_order():
    head = HEAD | {"Flag": "7", "PNUM": "2"}
    parts = [
        hj212.encode(head | {"PNO": "1"}, "DataTime=20240101000000;a1-Rtd=1"),
        hj212.encode(head | {"PNO": "2"}, "DataTime=20240101000000;a2-Rtd=2"),
    ]
    at = us("2024-01-01 00:00:00")
    for order in ((0, 1), (1, 0), (1, 1, 0)):
        assert rows(read(b"".join(parts[n] for n in order))) == {
            "hj212_a1_rtd": [(at, 1.0)], "hj212_a2_rtd": [(at, 2.0)],
        }  # fmt: skip
    assert [piece.why for piece in whole(hj212.Session(), parts[0])] == [hj212.UNFINISHED]
    wrong = hj212.encode(HEAD | {"PNUM": "2", "PNO": "3"}, "")
    assert whole(hj212.Session(), wrong)[0].why == "part 3 of 2 cannot be joined"
    session = hj212.Session()
    for number in range(100):
        session.feed(hj212.encode(HEAD | {"QN": str(number), "PNUM": "2", "PNO": "1"}, ""))
        assert len(session._open) <= hj212.OPEN_MAX


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"##12x4abc", "the length is not four digits"),
        (b"##1025" + bytes(2000), "a data segment of more than 1024 bytes"),
        (b"##0003abcFFFF\r\n", "the CRC is not that of the data segment"),
        (b"##0003abcFFXX\r\n", "the CRC is not four hexadecimal digits"),
        (b"##0003abcFFFF\n\r", "the frame does not end where its length says"),
        (
            b"##0002\xff\xfe%04X\r\n" % hj212.crc(b"\xff\xfe"),
            "the data segment is neither ASCII nor UTF-8",
        ),
        (b"##0003abcFF", "the frame was not finished when the connection ended"),
    ],
)
def test_every_malformed_frame_is_a_piece_with_its_reason(data, why):
    assert whole(hj212.Session(), data)[0].why == why


@pytest.mark.parametrize(
    ("segment", "why"),
    [
        (b"QN=1;CN=2011;MN=M1", "the data segment has no CP between &&"),
        (b"CN=2011;MN=;CP=&&&&", "MN is not 1 to 24 letters and digits"),
        (b"CN=abcd;MN=M1;CP=&&&&", "CN is not four digits"),
        (b"CN=2011;MN=M1;Flag=x;CP=&&&&", "Flag is not a number"),
        (b"CN=1011;MN=M1;CP=&&&&", "command 1011 is not understood"),
        (b"CN=2011;MN=M1;CP=&&DataTime=2024;a1-Rtd=1&&", "DataTime is not a time of 14 digits"),
        (b"CN=2011;MN=M1;CP=&&DataTime=20240230000000;a1-Rtd=1&&", "DataTime is no time"),
        (b"CN=2011;MN=M1;CP=&&DataTime=20240101000000;a1-Rtd=nan&&",
         "a value is not a decimal number"),
        (b"CN=2011;MN=M1;CP=&&DataTime=20240101000000;" + b";" * 9 + b"a=1;" * 1025 + b"&&",
         "more than 1024 items"),
    ],
)  # fmt: skip
def test_every_malformed_segment_is_refused_with_its_reason(segment, why):
    found = hj212.read([segment])
    assert ([piece.why for piece in found.refused], found.tables) == ([why], {})


VALUES = st.decimals(-99_999, 99_999, places=3)


@given(st.dictionaries(st.from_regex(r"[aw][0-9]{5}", fullmatch=True), VALUES, max_size=20))
def test_what_is_encoded_is_read_back(told):
    content = ";".join(f"{factor}-Rtd={value},{factor}-Flag=N" for factor, value in told.items())
    found = read(hj212.encode(HEAD, f"DataTime=20240101000000;{content}"))
    assert rows(found) == {
        f"hj212_{factor}_rtd": [(us("2024-01-01 00:00:00"), float(value))]
        for factor, value in told.items()
    }
    assert found.refused == []


FRAMES = st.one_of(
    st.text("a1=;&", max_size=40).map(lambda text: hj212.encode({"QN": "1"}, text)),
    st.binary(max_size=30),
    st.just(b"##0010#####"),
)


@given(st.lists(FRAMES, max_size=8).map(b"".join), st.lists(st.integers(0, 600), max_size=20))
def test_any_split_of_the_bytes_gives_the_same_pieces(data, cuts):
    assert split(hj212.Session(), data, cuts) == whole(hj212.Session(), data)


def test_what_has_no_place_in_a_frame_is_refused():
    for wrong in ("x" * 1024, "温" * 330):
        with pytest.raises(TanluError) as told:
            hj212.encode(HEAD, wrong)
        assert told.value.code == "TL391"


def repair(rng: random.Random, data: bytes) -> bytes:
    """Give most mutated frames length and CRC again, so that what is inside is tried too."""
    segment = bytes(byte & 0x7F for byte in data[6:-6])[:1024]
    if rng.random() < 0.3:
        return data
    return b"##%04d%s%04X\r\n" % (len(segment), segment, hj212.crc(segment))


def test_ten_thousand_mutated_frames_are_rows_or_refused():
    part = hj212.encode(HEAD | {"PNUM": "1", "PNO": "1"}, "DataTime=20240101000000;a1-Rtd=1")
    good, refused = fuzz(hj212.Session, hj212.read, [HOUR, part], repair)
    assert good > 1000 < refused
    fuzz(hj212.Session, hj212.read, [HOUR, REAL_TIME])
