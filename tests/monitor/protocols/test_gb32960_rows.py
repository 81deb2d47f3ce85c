"""Samples of GB/T 32960.3 into rows: bodies of both editions, and reasons for the rest."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.monitor.protocols import gb32960, gb32960_rows
from tests.monitor.protocols.streams import fuzz, rows, whole

VIN = "LTESTVEH000000001"
AT = 1_761_633_947_000_000
# the frame in the description of the package rtm_con 1.0.4, its VIN replaced and its check made new
SAMPLE_2025 = bytes.fromhex(
    "242402fe4c54455354564548303030303030303031010323190a1c0e2d2f010103010000000261061be275464b01"
    "1f199902020103477d0000030d404a0203497d0000030d3b45050102000000000000000006000000000000000003"
    "000800020009002500090026000701011be2754600b40f750f780f760f790f770f760f790f7a0f7a0f7c0f7b0f7c"
    "0f7d0f7d0f7d0f7a0f7a0f7a0f7b0f7a0f7b0f7b0f7c0f7d0f7c0f7c0f7e0f7c0f7c0f7a0f7b0f7b0f7d0f7b0f7d"
    "0f7d0f7d0f7d0f7d0f7c0f7d0f7c0f7c0f7c0f7d0f790f780f760f7c0f7b0f7c0f7c0f7c0f7c0f7c0f770f7d0f78"
    "0f7d0f7c0f7c0f7d0f7a0f7f0f7a0f7d0f7c0f7b0f7c0f7c0f7d0f7c0f7c0f7f0f7d0f7d0f7e0f7d0f7d0f7e0f7d"
    "0f7e0f7e0f7d0f7d0f7d0f7d0f7d0f7e0f7e0f7b0f7c0f7c0f7c0f7b0f7b0f780f7c0f7d0f7a0f7c0f7c0f7c0f7c"
    "0f7c0f7c0f7d0f7a0f7b0f7a0f7a0f7c0f7d0f7c0f7d0f7d0f7c0f7c0f7b0f7d0f790f7c0f7b0f7a0f7c0f7c0f7c"
    "0f7b0f7c0f7d0f7b0f7d0f7c0f7c0f7c0f790f7c0f7c0f7b0f7c0f7a0f7d0f7b0f7b0f7c0f7c0f7c0f7d0f7b0f7b"
    "0f7a0f7c0f7b0f7c0f7c0f7d0f7c0f7b0f7b0f7c0f7b0f7c0f7c0f7c0f7c0f7b0f7c0f7c0f7d0f7c0f7c0f7c0f7c"
    "0f7c0f7c0f7d0f7d0f7d0f7d0f7d0801010030464646454646464645444545464645444646464646464646464746"
    "464646464645444646444544434546454545454645820023000004190104230103dd0103f7010001000100010001"
    "0101000105db0100ffffff0101ff0201005f28a29fc19044a46d51a315d954697ba0e9f09e0aec8c12f8cb14ddba"
    "8b34339f4f5dfa18631041f0809e94110c41eb69dd8acff99461390c1157785e9e3353969a86c4ac1ba92bcf0aa9"
    "e347633b1ef9aa448c7601c65dcf62f61fcc3b05ce398c0ece6d72f30d656f7769dd93c2d9fee50838baaceebd1b"
    "983f8cb644e358544570e04c8b637304e38ea5877e387098056c6d648074e3130889db420311a62072ca57e43561"
    "0c47f980a8603e984285fe300a27bcf2a7e52f8cb10b2f80bd9d9c4d68280fd7d6642da7efb590beefd3c3d7e8a7"
    "2b3bff8dd619e1229d128b1787c69cc8e3a1922695666c80d9c6a50efd1a46fe80ede2d6246eb4f9582f8b000001"
)
TIME_2016 = bytes([16, 1, 1, 2, 59, 0])
US_2016 = int(datetime(2015, 12, 31, 18, 59, tzinfo=UTC).timestamp()) * 1_000_000


def w(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(2, "big") for number in numbers)


def d(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(4, "big") for number in numbers)


def read(unit: bytes, *, command: int = 2, edition: int = 2016):
    data = gb32960.encode(command, VIN, unit, edition=edition)
    return gb32960_rows.read([piece.raw for piece in whole(gb32960.Session(), data)])


def values(found) -> dict[str, float]:
    return {stream: told[0][1] for stream, told in rows(found).items()}


def test_a_sample_of_2025_is_read_as_its_source_explains_it():
    (piece,) = whole(gb32960.Session(), SAMPLE_2025)
    found = gb32960_rows.read([piece.raw])
    assert (found.refused, found.devices) == ([], ["gb32960:" + VIN])
    assert values(found) == {
        "vehicle_state": 1, "charge_state": 3, "run_mode": 1, "speed_mm_s": 0,
        "odometer_m": 15_591_000, "battery_v": 713.8, "battery_a": 2.2, "soc_percent": 75,
        "dcdc_state": 1, "gear": 0x1F, "insulation_kohm": 6553,
        "motor_1_state": 3, "motor_1_controller_c": 31, "motor_1_rpm": 0, "motor_1_nm": 0,
        "motor_1_c": 34, "motor_2_state": 3, "motor_2_controller_c": 33, "motor_2_rpm": 0,
        "motor_2_nm": -0.5, "motor_2_c": 29, "alarm_level": 0, "alarm_flags": 0,
        "pack_1_v": 713.8, "pack_1_a": 2.2, "pack_1_cell_min_v": 3.957, "pack_1_cell_max_v": 3.967,
        "pack_1_cell_min_c": 27, "pack_1_cell_max_c": 31,
    }  # fmt: skip
    assert {at for told in rows(found).values() for at, _ in told} == {AT}
    # its receiver has no fix
    assert "position" not in found.tables


def test_bodies_of_2016_are_read_field_by_field():
    # the fields of the cases 02 to 10 of github.com/emqx/emqx, emqx_gbt32960_parser_SUITE; what
    # they mean by tables 9 to 19 and annex B of the standard
    vehicle = (
        b"\1\1\1\1" + w(2000) + d(999_999) + w(5000, 15_000) + b"\x32\1\5" + w(6000) + b"\x5a\0"
    )
    motors = b"\2\2" + b"\1\1\x7d" + w(30_000, 25_000) + b"\x7d" + w(30_012, 31_203)
    motors += b"\2\1\x7d" + w(30_200, 25_300) + b"\x91" + w(32_000, 30_200)
    fuel_cell = b"\3" + w(10_000, 12_000, 45_000, 2) + b"\x78\x79" + w(12_500) + b"\n" + w(35_000)
    fuel_cell += b"\x0b" + w(500) + b"\x0c\1"
    engine = b"\4\1" + w(2000, 200)
    extremes = bytes([6, 12, 10]) + w(7500) + b"\r\x0b" + w(2000) + bytes([14, 12, 120, 15, 13, 40])
    alarms = b"\7\2" + d(0) + b"\1" + d(123) + b"\2" + d(123, 223) + b"\1" + d(123) + b"\1" + d(125)
    volts = b"\x08\2\1" + w(5000, 10_000, 2, 0) + b"\1" + w(5000)
    volts += b"\2" + w(5001, 10_001, 2, 1) + b"\1" + w(5001)
    temps = b"\x09\2\1" + w(10) + (5000).to_bytes(10, "big") + b"\2" + w(1) + b"\x64"
    bodies = (vehicle, motors, fuel_cell, engine, extremes, alarms, volts, temps)
    found = read(TIME_2016 + b"".join(bodies))
    assert found.refused == []
    assert values(found) == {
        "vehicle_state": 1, "charge_state": 1, "run_mode": 1, "speed_mm_s": 2000 * 1000 / 36,
        "odometer_m": 99_999_900, "battery_v": 500, "battery_a": 500, "soc_percent": 50,
        "dcdc_state": 1, "gear": 5, "insulation_kohm": 6000, "accelerator_percent": 90,
        "brake_percent": 0,
        "motor_1_state": 1, "motor_1_controller_c": 85, "motor_1_rpm": 10_000, "motor_1_nm": 500,
        "motor_1_c": 85, "motor_1_v": 3001.2, "motor_1_a": 2120.3,
        "motor_2_state": 1, "motor_2_controller_c": 85, "motor_2_rpm": 10_200, "motor_2_nm": 530,
        "motor_2_c": 105, "motor_2_v": 3200, "motor_2_a": 2020,
        "fuel_cell_v": 1000, "fuel_cell_a": 1200, "hydrogen_kg_per_100km": 450,
        "hydrogen_max_c": 1210, "hydrogen_max_ppm": 35_000, "hydrogen_max_mpa": 50,
        "fuel_cell_dcdc_state": 1, "engine_state": 1, "engine_rpm": 2000, "fuel_l_per_100km": 2,
        "cell_max_v": 7.5, "cell_min_v": 2, "cell_max_c": 80, "cell_min_c": 0,
        "alarm_level": 2, "alarm_flags": 0,
        "pack_1_v": 500, "pack_1_a": 0, "pack_1_cell_min_v": 5, "pack_1_cell_max_v": 5,
        "pack_2_v": 500.1, "pack_2_a": 0.1, "pack_2_cell_min_v": 5.001, "pack_2_cell_max_v": 5.001,
        "pack_1_cell_min_c": -40, "pack_1_cell_max_c": 96, "pack_2_cell_min_c": 60,
        "pack_2_cell_max_c": 60,
    }  # fmt: skip
    assert rows(found)["odometer_m"] == [(US_2016, 99_999_900)]


def test_invalid_and_abnormal_are_no_values():
    found = read(TIME_2016 + gb32960_rows.body(1, odometer_m=100.0, gear=0xFF))
    assert values(found) == {"odometer_m": 100.0, "gear": 255.0}
    abnormal = b"\1" + b"\xfe" * 3 + w(0xFFFE) + d(0xFFFFFFFE) + w(0xFFFE, 0xFFFE) + b"\xfe\xfe\0"
    assert values(read(TIME_2016 + abnormal + w(0xFFFE) + b"\xfe\xfe")) == {"gear": 0.0}


def test_a_sample_that_is_issued_again_says_so():
    unit = TIME_2016 + gb32960_rows.body(1, soc_percent=50)
    assert read(unit, command=3).tables["soc_percent"]["quality"].to_list() == [8]
    assert read(unit, command=2).tables["soc_percent"]["quality"].to_list() == [0]


@given(
    st.tuples(st.integers(-900_000_000, 900_000_000), st.integers(-1_800_000_000, 1_800_000_000)),
    st.sampled_from([2016, 2025]),
)
def test_positions_are_read_back(place, edition):
    lat, lon = place
    data = gb32960_rows.sample(
        VIN, AT, [gb32960_rows.fix(lat, lon, edition=edition)], edition=edition
    )
    table = gb32960_rows.read([data]).tables["position"]
    near = lambda told: abs(told) // 10 * 10 * (-1 if told < 0 else 1)  # noqa: E731
    assert table.select("at", "lat_e7", "lon_e7").rows() == [(AT, near(lat), near(lon))]


@given(st.integers(0, 9_999_999), st.integers(0, 2200), st.integers(-10_000, 10_000),
       st.sampled_from([2016, 2025]))  # fmt: skip
def test_what_is_encoded_is_read_back(odometer, speed, current, edition):
    told = {"odometer_m": odometer * 100.0, "speed_mm_s": speed * 1000 / 36,
            "battery_a": current / 10}  # fmt: skip
    motor = gb32960_rows.body(2, edition=edition, number=3, motor_rpm=-1200.0, motor_nm=-0.5)
    bodies = [gb32960_rows.body(1, edition=edition, **told), motor]
    data = gb32960_rows.sample(VIN, AT, bodies, edition=edition)
    found = values(gb32960_rows.read([data]))
    # gear has no pattern that means nothing in 2016, and its highest bit since (annex A.1)
    gear = {"gear": 255.0} if edition == 2016 else {}
    assert found == {**told, "motor_3_rpm": -1200.0, "motor_3_nm": -0.5, **gear}


def test_a_position_of_another_datum_is_refused():
    body = bytearray(gb32960_rows.fix(310_000_000, 1_210_000_000, edition=2025))
    body[2] = 2
    found = read(TIME_2016 + bytes(body), edition=2025)
    assert [piece.why for piece in found.refused] == [
        "a position in GCJ-02 or another datum than WGS 84 is refused"
    ]


@pytest.mark.parametrize(
    ("tail", "why"),
    [
        (b"\1abc", "body 01 is cut short"),
        (b"\2", "body 02 is cut short"),
        (b"\2\2" + bytes(12), "body 02 is cut short"),
        (b"\2\1\x09" + bytes(11), "motor 9 is none of 1 to 8"),
        (b"\3\0", "body 03 is cut short"),
        (b"\5\0", "body 05 is cut short"),
        (b"\7\0", "the body of alarms is cut short"),
        (b"\x08\1\1", "the body of packs is cut short"),
        (b"\x09\1\0\0\0", "pack 0 is none of 1 to 8"),
        (b"\x80\0\5abc", "body 80 is cut short"),
        (b"\x30abc", "body 30 of the edition of 2016 is not understood"),
    ],
)
def test_what_stands_before_a_bad_body_is_kept_and_the_frame_refused(tail, why):
    found = read(TIME_2016 + gb32960_rows.body(4, engine_rpm=700) + tail)
    assert [piece.why for piece in found.refused] == [why]
    assert values(found) == {"engine_rpm": 700}
    # it is kept, so the vehicle is told that it came
    assert found.answers[0][3] == gb32960.DONE


def test_bodies_of_the_maker_are_passed_over():
    own = b"\x80\0\3abc"
    assert values(read(TIME_2016 + own + gb32960_rows.body(4, engine_rpm=9))) == {"engine_rpm": 9}


@pytest.mark.parametrize(
    ("command", "unit", "why"),
    [
        (2, b"abc", "the data unit has no time"),
        (2, bytes([16, 13, 1, 0, 0, 0]), "its time is none"),
        (0x55, b"", "command 55 is not understood"),
    ],
)
def test_frames_that_say_nothing_are_refused(command, unit, why):
    assert [piece.why for piece in read(unit, command=command).refused] == [why]


def test_what_is_encrypted_is_refused_and_answered_so():
    frame = gb32960.encode(2, VIN, TIME_2016, encryption=3)
    found = gb32960_rows.read([frame])
    assert [piece.why for piece in found.refused] == ["the data unit is encrypted"]
    assert found.answers[0][3] == gb32960.FAILED


def test_a_vehicle_that_is_not_enrolled_is_told_at_its_login():
    found = read(TIME_2016 + bytes(24), command=1)
    assert (found.answers[0][3], found.denials[0][3]) == (gb32960.DONE, gb32960.UNKNOWN_VIN)
    assert found.kinds == {"login": 1}


def test_an_answer_is_not_answered():
    found = gb32960_rows.read([gb32960.encode(2, VIN, TIME_2016, flag=1)])
    assert (found.answers, found.kinds, found.tables) == ([b""], {"answer": 1}, {})


def test_what_has_no_field_is_refused():
    for wrong in (
        lambda: gb32960_rows.body(9),
        lambda: gb32960_rows.body(1, colour=1.0),
        lambda: gb32960_rows.body(1, odometer_m=1e12),
    ):
        with pytest.raises(TanluError):
            wrong()


def repair(rng: random.Random, data: bytes) -> bytes:
    """Give most mutated frames length and check again, so that what is inside is tried too."""
    if len(data) < 32 or rng.random() < 0.3:
        return data
    mark, unit = (b"##", b"$$")[rng.random() < 0.5], data[24:-1]
    head = data[2:4] + VIN.encode() + b"\1" + len(unit).to_bytes(2, "big")
    return mark + head + unit + bytes([gb32960.xor(head + unit)])


def test_ten_thousand_mutated_frames_are_rows_or_refused():
    own = gb32960_rows.sample(
        VIN, AT, [gb32960_rows.body(1, odometer_m=5.0), gb32960_rows.fix(1, 1),
                  gb32960_rows.body(6, cell_max_v=4.0), b"\7\1" + bytes(8)],
    )  # fmt: skip
    good, refused = fuzz(gb32960.Session, gb32960_rows.read, [own, own, own, SAMPLE_2025], repair)
    assert good > 1000 < refused
    fuzz(gb32960.Session, gb32960_rows.read, [own])
