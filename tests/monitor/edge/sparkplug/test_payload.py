"""Payloads of Sparkplug B against the official descriptor, and fuzzed."""

from __future__ import annotations

import os
import random

import pytest
from google.protobuf.message import DecodeError
from hypothesis import given
from hypothesis import strategies as st

from tanlu.monitor.edge.sparkplug import decode, rebirth
from tanlu.monitor.edge.sparkplug.payload import Broken, number
from tests.monitor.edge.sparkplug.tahu import (
    BOOLEAN,
    DOUBLE,
    FLOAT,
    INT8,
    INT16,
    INT32,
    INT64,
    STRING,
    UINT8,
    UINT16,
    UINT32,
    UINT64,
    message,
    official,
)  # fmt: skip

FUZZED = 1_000_000 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 10_000


def whole(datatype, low, high):
    return st.tuples(st.just(datatype), st.integers(low, high))


VALUES = st.one_of(
    whole(INT8, -128, 127), whole(INT16, -(2**15), 2**15 - 1), whole(INT32, -(2**31), 2**31 - 1),
    whole(INT64, -(2**63), 2**63 - 1), whole(UINT8, 0, 255), whole(UINT16, 0, 65_535),
    whole(UINT32, 0, 2**32 - 1), whole(UINT64, 0, 2**64 - 1),
    st.tuples(st.just(FLOAT), st.floats(width=32, allow_nan=False)),
    st.tuples(st.just(DOUBLE), st.floats(allow_nan=False)),
    st.tuples(st.just(BOOLEAN), st.booleans()), st.tuples(st.just(STRING), st.text()),
)  # fmt: skip
METRIC = st.fixed_dictionaries(
    {},
    optional={
        "name": st.text(max_size=30),
        "alias": st.integers(0, 2**64 - 1),
        "timestamp": st.integers(0, 2**64 - 1),
        "is_historical": st.booleans(),
        "is_transient": st.booleans(),
        "is_null": st.booleans(),
    },
)


@given(
    st.lists(st.tuples(METRIC, VALUES), max_size=8),
    st.one_of(st.none(), st.integers(0, 255)),
    st.one_of(st.none(), st.integers(0, 2**64 - 1)),
)
def test_what_the_official_library_writes_is_read(told, seq, timestamp):
    metrics = [{**metric, "datatype": kind, "value": value} for metric, (kind, value) in told]
    found = decode(message(*metrics, seq=seq, timestamp=timestamp))
    assert (found.seq, found.timestamp) == (seq, timestamp)
    for metric, want in zip(found.metrics, metrics, strict=True):
        assert (metric.name, metric.alias) == (want.get("name"), want.get("alias"))
        assert metric.timestamp == want.get("timestamp")
        assert metric.historical == want.get("is_historical", False)
        assert metric.null == want.get("is_null", False)
        told_value = None if metric.null or want["datatype"] == STRING else want["value"]
        assert number(metric, None) == told_value
        if want["datatype"] == STRING:
            assert metric.value == want["value"]


@pytest.mark.parametrize(
    ("kind", "value", "want"),
    [(INT8, 0xFF, -1), (INT8, 0x7F, 127), (INT16, 0x8000, -32_768), (INT8, 0xFFFFFF80, -128)],
)
def test_the_sign_may_stand_in_the_type_or_in_the_whole_field(kind, value, want):
    metric = decode(message({"name": "a", "datatype": UINT32, "value": value})).metrics[0]
    assert number(metric._replace(datatype=kind), None) == want


@pytest.mark.parametrize(
    ("kind", "value"), [(INT8, 0x180), (INT16, 0xFFFF7FFF), (UINT8, 256), (BOOLEAN, 1), (FLOAT, 1)]
)
def test_a_value_that_its_type_cannot_have_is_broken(kind, value):
    metric = decode(message({"name": "a", "datatype": UINT32, "value": value})).metrics[0]
    with pytest.raises(Broken):
        number(metric._replace(datatype=kind), None)


def test_the_official_library_reads_the_request_for_rebirth():
    read = official.Payload()
    read.ParseFromString(rebirth(1_790_000_000_000))
    metric = read.metrics[0]
    assert (metric.name, metric.datatype) == ("Node Control/Rebirth", BOOLEAN)
    assert (metric.boolean_value, read.timestamp) == (True, 1_790_000_000_000)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (bytes((1 << 20) + 1), "more than 1048576 bytes"),
        (b"\x12\x00" * 10_001, "more than 10000 metrics"),
        (b"\x12\x03\x0a\x01\xff", "UTF-8"),
        (b"\x0a\x00", "field 1 has wire type 2"),
        (b"\x12\x03\x5d\x00\x00", "ends too early"),
        (b"\x12\x86\x04" + b"\x0a\x83\x04" + b"a" * 515, "more than 512 letters"),
    ],
)
def test_what_is_beyond_bounds_or_broken_says_why(data, why):
    with pytest.raises(Broken, match=why):
        decode(data)


def seeds():
    yield message({"name": "bdSeq", "datatype": INT64, "value": 3}, seq=0, timestamp=1)
    yield message(
        {"name": "Power/W", "alias": 7, "datatype": DOUBLE, "value": 1.5, "timestamp": 5},
        {"alias": 8, "datatype": INT16, "value": -3, "is_historical": True},
        {"name": "s", "datatype": STRING, "value": "text"},
        seq=255,
        timestamp=2**63,
    )
    yield rebirth(1)


def mutated(rng, data):
    found = bytearray(data)
    for _ in range(rng.randint(1, 5)):
        place = rng.randrange(len(found) + 1)
        kind = rng.randrange(4)
        if kind == 0 and found:
            found[place % len(found)] ^= 1 << rng.randrange(8)
        elif kind == 1:
            found[place:place] = rng.randbytes(rng.randint(1, 4))
        elif kind == 2:
            del found[place : place + rng.randint(1, 4)]
        else:
            found[place : place + 1] = b"\xff" * rng.randint(1, 11)
    return bytes(found)


@pytest.mark.timeout(3_600)
def test_fuzzed_payloads_are_read_as_the_official_library_reads_them_or_refused():
    rng = random.Random(20_261_121)
    pool, read, refused = list(seeds()), 0, 0
    for _ in range(FUZZED):
        data = mutated(rng, rng.choice(pool))
        try:
            found = decode(data)
            numbers = [_number(metric) for metric in found.metrics]
        except Broken:
            refused += 1
            continue
        read += 1
        assert len(numbers) == len(found.metrics)
        other = official.Payload()
        try:
            other.ParseFromString(data)
        except (DecodeError, UnicodeDecodeError):
            # it looks into texts, data sets and templates that we do not read
            continue
        assert [metric.name for metric in other.metrics] == [m.name or "" for m in found.metrics]
        assert other.seq == (found.seq or 0)
        if len(pool) < 200:
            pool.append(data)
    assert min(read, refused) > FUZZED // 20


def _number(metric):
    try:
        return number(metric, DOUBLE)
    except Broken:
        return None
