"""Messages by topic into few tables; what is wrong is refused beside what is right."""

from __future__ import annotations

import json

import pytest

from tanlu.errors import TanluError
from tanlu.monitor.edge import Message, Messages
from tanlu.monitor.edge.topics import objects
from tests.monitor.edge.sparkplug.tahu import DOUBLE, message
from tests.serve.gateway.brokers.doubles import Keys, Vehicle

NOW = 1_790_000_000_000_000


def of_stream(given):
    return {table.stream: table for table in given.tables}


def test_messages_of_all_kinds_become_one_table_a_stream():
    cars = [Vehicle(f"v{n}", "vehicle/1", start_ms=NOW // 1_000 - 10_000) for n in range(3)]
    keys = Keys({car.name: car.key.public for car in cars})
    told = {"name": "Power", "datatype": DOUBLE, "value": 2.5}
    sent = [
        *(Message(f"t/1/{car.name}/b", car.batch(10), NOW) for car in cars),
        Message("t/1/m1/j/energy_wh", b'{"seq": 1, "at": 5, "value": 7}', NOW),
        Message("t/1/m2/j/energy_wh", b'[{"seq": 1, "at": 5, "value": 8}]', NOW + 1),
        Message("spBv1.0/g/NBIRTH/e", message(told, seq=0, timestamp=NOW // 1_000), NOW),
    ]
    given = Messages(keys).take(sent)
    found = of_stream(given)
    assert sorted(found) == ["Power", "energy_wh", "odometer_m", "position", "tank_ml"]
    assert [found[name].data.height for name in ("odometer_m", "position", "Power")] == [30, 30, 1]
    rows = json.loads(found["energy_wh"].data)
    assert [(row["device"], row["value"]) for row in rows] == [("m1", 7), ("m2", 8)]
    assert (given.refused, given.answers) == ([], [])


def test_a_wrong_message_is_refused_and_the_others_pass():
    car = Vehicle("v", start_ms=NOW // 1_000 - 10_000)
    sent = [
        Message("t/1/v/b", car.batch(2), NOW),
        Message("t/1/w/b", car.batch(2), NOW),
        Message("t/1/v/b", b"junk", NOW),
        Message("t/1/m/j/s", b"{", NOW),
        Message("t/1/m/j/s", b'{"device": "other", "seq": 1}', NOW),
        Message("t/1/m/j/s", b'{"seq": 1}', NOW),
        Message("spBv1.0/g/NDATA/e", b"\xff", NOW),
        Message("elsewhere", b"", NOW),
    ]
    given = Messages(Keys({"v": car.key.public})).take(sent)
    assert [(stream, one.code) for stream, one in given.refused] == [
        ("s", "TL374"), ("s", "TL371"), ("sparkplug", "TL374"), ("signed", "TL374"),
        ("signed", "TL371"), ("signed", "TL370"),
    ]  # fmt: skip
    assert {table.stream: len(table.data) for table in given.tables}["energy_wh"] == 2


def test_an_unknown_alias_is_quarantined_with_its_bytes_and_a_birth_asked_for():
    data = message({"alias": 4, "datatype": DOUBLE, "value": 1.0}, seq=3)
    given = Messages(Keys()).take([Message("spBv1.0/g/NDATA/e", data, NOW)])
    assert [(one.code, one.raw) for _, one in given.refused] == [("TL374", data)]
    assert [topic for topic, _ in given.answers] == ["spBv1.0/g/NCMD/e"]


def test_no_messages_give_nothing():
    assert Messages(Keys()).take([]) == ([], [], [])


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        (b'{"value": 1}', [{"value": 1, "device": "d"}]),
        (b'{"device": "d", "value": 1}', [{"device": "d", "value": 1}]),
        (b"[]", []),
        (b'[{"value": 1}, {"value": 2}]', [{"value": n, "device": "d"} for n in (1, 2)]),
        (
            b'{"seq": [1, 2], "value": [3, 4], "quality": 2}',
            [{"seq": n, "value": n + 2, "quality": 2, "device": "d"} for n in (1, 2)],
        ),
    ],
)
def test_objects_lists_and_columns_get_their_device(data, rows):
    assert [json.loads(each) for each in objects("d", data)] == rows


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "TL374"),
        (b"1", "TL374"),
        (b"[1]", "TL374"),
        (b'"text"', "TL374"),
        (b"\xff", "TL374"),
        (b'{"a": [1], "b": [1, 2]}', "TL374"),
        (b"[" * 100_000, "TL374"),
        (b" " * ((1 << 20) + 1), "TL374"),
        (b'{"device": "other"}', "TL371"),
        (b'[{"value": 1}, {"device": "d2"}]', "TL371"),
        (b'{"device": "d", "devic\\u0065": "d2"}', "TL371"),
        (b'{"device": ["d2"], "value": [1]}', "TL371"),
    ],
)
def test_what_is_no_json_of_this_device_is_refused(data, code):
    with pytest.raises(TanluError, match=code):
        objects("d", data)
