"""Signed batches into rows: right ones exactly, wrong ones refused with their code."""

from __future__ import annotations

import base64
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.monitor.edge import Frame, SignedBatches, digest, sign_batch
from tanlu.terms import schema
from tanlu.terms.proof.keys import SigningKey

KEY = SigningKey(bytes(range(32)))
NOW_MS = 1_790_000_000_000
NOW_US = NOW_MS * 1_000


class Keys:
    def __init__(self, **keys):
        self.keys = keys

    @property
    def closed(self):
        return bool(self.keys)

    def key(self, device):
        return self.keys.get(device)


OWN = Keys(van=KEY.public)


def batch(layout="meter/1", columns=((10, 20, 25),), **changed):
    told = {"seq": 1, "start_ms": NOW_MS - 10_000, "step_ms": 1_000, **changed}
    return sign_batch(changed.pop("key", KEY), told.pop("device", "van"), layout, columns, **told)


def take(*batches, keys=OWN, topic="van", **options):
    frames = [Frame(one, NOW_US, topic) for one in batches]
    return SignedBatches(keys, **options).take(frames)


def codes(taken):
    return [one.code for one in taken.refused]


def test_a_meter_becomes_readings_with_evidence():
    made = batch()
    taken = take(made)
    assert codes(taken) == []
    assert taken.reading.rows() == [
        ("van", 1 + n, (NOW_MS - 10_000 + 1_000 * n) * 1_000, "energy_wh", float(value), 0,
         NOW_US, sha256(made).hexdigest())
        for n, value in enumerate((10, 20, 25))
    ]  # fmt: skip
    assert taken.position.height == 0


def test_a_vehicle_becomes_positions_and_readings_in_their_units():
    columns = [
        [300_000_000, 300_000_100], [1_200_000_000, 1_200_000_050], [123_456, 123_461],
        [80_000, 79_990], [200, None],
    ]  # fmt: skip
    taken = take(batch("vehicle/1", columns))
    assert taken.reading.select("stream", "seq", "value").rows() == [
        ("odometer_m", 1, 12_345.6),
        ("odometer_m", 2, 12_346.1),
        ("tank_ml", 1, 80_000.0),
        ("tank_ml", 2, 79_990.0),
    ]
    moved = taken.position.select("stream", "seq", "lat_e7", "lon_e7", "speed_mm_s", "source")
    assert moved.rows() == [
        ("position", 1, 300_000_000, 1_200_000_000, 20_000, "gnss"),
        ("position", 2, 300_000_100, 1_200_000_050, None, "gnss"),
    ]


def test_the_tables_are_of_their_schemas_even_when_empty():
    for taken in (take(), take(batch("vehicle/2", [[1, 2]] * 5))):
        schema("reading").check(taken.reading)
        schema("position").check(taken.position)
        schema("evidence").check(taken.evidence)


def test_where_there_was_no_fix_there_is_no_position_and_no_energy_is_no_zero():
    taken = take(batch("vehicle/2", [[None, 1], [5, 1], [1, 1], [None, 2], [1, 1]]))
    assert taken.position["seq"].to_list() == [2]
    battery = taken.reading.filter(taken.reading["stream"] == "battery_j")
    assert battery["value"].to_list() == [None, 7_200.0]


def test_the_bytes_are_kept_so_that_an_auditor_verifies_them_again():
    made = batch()
    kept = take(made).evidence.row(0, named=True)
    assert base64.b64decode(kept["batch"]) == made
    assert (kept["evidence"], kept["count"]) == (digest(made).hex(), 3)


def test_the_bytes_of_a_batch_are_given_once_however_often_it_came():
    verifier = SignedBatches(Keys(van=KEY.public))
    for _ in range(2):
        taken = verifier.take([Frame(batch(), NOW_US, "van")] * 2)
        assert (taken.evidence.height, taken.reading.height) == (1, 6)


def test_a_clock_that_was_never_compared_is_told_in_the_quality():
    for clock, quality in ((0, 0), (1_000, 0), (-1_001, 2), (None, 2)):
        assert set(take(batch(clock_ms=clock)).reading["quality"]) == {quality}


def test_a_signature_of_another_key_is_refused():
    other = sign_batch(
        SigningKey(bytes(32)), "van", "meter/1", [[1]], seq=1, start_ms=NOW_MS, step_ms=1
    )
    taken = take(other, batch())
    assert (codes(taken), taken.reading.height) == (["TL371"], 3)
    assert taken.refused[0].raw == other


@given(st.integers(0, 250), st.integers(1, 255))
def test_no_changed_byte_is_taken(place, bits):
    changed = bytearray(batch())
    place %= len(changed)
    changed[place] ^= bits
    taken = take(bytes(changed), topic=None)
    assert (taken.reading.height, len(taken.refused)) == (0, 1)


def test_who_is_not_enrolled_or_was_revoked_is_refused():
    assert codes(take(batch(), keys=Keys(car=KEY.public))) == ["TL371"]


def test_an_open_registry_takes_batches_without_evidence():
    verifier = SignedBatches(Keys())
    taken = verifier.take([Frame(batch(), NOW_US, "van")])
    assert set(taken.reading["evidence"]) == {None}
    assert (verifier.unverified, taken.evidence.height) == (1, 0)


def test_the_topic_of_another_device_is_refused():
    assert codes(take(batch(), topic="car")) == ["TL371"]
    assert codes(take(batch(), topic=None)) == []


def test_an_enrolled_key_that_is_no_key_refuses_and_does_not_raise():
    assert codes(take(batch(), keys=Keys(van=b"short"))) == ["TL371"]


def test_a_layout_that_nobody_knows_is_refused():
    made = batch()
    # a verifier of a later layout is older than the device
    assert codes(take(made.replace(b"meter/1", b"meter/8"))) == ["TL370"]
    assert codes(take(made.replace(b"meter/1", b"meter/2"))) == ["TL370"]


@pytest.mark.parametrize("size", [0, 1, 65_537])
def test_what_is_no_batch_is_refused(size):
    assert codes(take(bytes(size))) == ["TL370"]


def test_a_name_with_control_characters_is_refused():
    assert codes(take(batch(device="a\nb"), topic=None)) == ["TL370"]


def test_a_clock_out_of_bounds_is_refused_and_the_bound_is_inclusive():
    ahead = batch(columns=[[1]], start_ms=NOW_MS + 300_000)
    beyond = batch(columns=[[1]], start_ms=NOW_MS + 300_001)
    old = batch(columns=[[1]], start_ms=NOW_MS - 31 * 86_400_000)
    older = batch(columns=[[1]], start_ms=NOW_MS - 31 * 86_400_000 - 1)
    assert [codes(take(one)) for one in (ahead, beyond, old, older)] == [
        [], ["TL373"], [], ["TL373"],
    ]  # fmt: skip


def test_the_farthest_times_are_refused_and_do_not_overflow():
    for start in (-(2**53), 2**53):
        made = batch(columns=[[1] * 4_096], start_ms=start, step_ms=2**40)
        assert codes(take(made)) == ["TL373"]


def test_a_fork_is_refused_with_its_bytes_and_the_first_history_stays():
    first = batch()
    other = batch(columns=((10, 20, 26),))
    taken = take(first, other, first)
    assert codes(taken) == ["TL372"]
    assert taken.refused[0].raw == other
    # the one sent again passes: that it is known is for the windows of the pipeline to say
    assert taken.reading.height == 6


def test_a_batch_that_does_not_name_the_one_before_it_is_refused():
    first = batch()
    second = batch(seq=4, previous=digest(first))
    assert codes(take(first, second)) == []
    assert codes(take(first, batch(seq=4, previous=b"\x01" * 32))) == ["TL372"]


def test_many_devices_and_layouts_in_one_go_keep_their_rows_apart():
    keys = {f"d{n}": SigningKey(bytes([n + 1] * 32)) for n in range(6)}
    frames, want = [], {}
    for number, (name, key) in enumerate(keys.items()):
        layout, width = (("meter/1", 1), ("meter/2", 3))[number % 2]
        columns = [[1_000 * number + c * 10 + n for n in range(number + 1)] for c in range(width)]
        made = sign_batch(
            key, name, layout, columns, seq=number, start_ms=NOW_MS - 9_000, step_ms=1
        )
        frames.append(Frame(made, NOW_US, name))
        want[name] = sorted(value for column in columns for value in column)
    publics = Keys(**{name: key.public for name, key in keys.items()})
    taken = SignedBatches(publics).take(frames)
    assert codes(taken) == []
    found = {
        name: sorted(taken.reading.filter(taken.reading["device"] == name)["value"])
        for name in want
    }
    assert found == want
