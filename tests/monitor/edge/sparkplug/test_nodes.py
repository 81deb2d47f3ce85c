"""Edge nodes: births name, data counts, deaths end, and nothing is guessed."""

from __future__ import annotations

import contextlib
import random

import pytest

from tanlu.errors import TanluError
from tanlu.monitor.edge.sparkplug import Nodes
from tests.monitor.edge.sparkplug.tahu import (
    BOOLEAN,
    DOUBLE,
    INT32,
    INT64,
    STRING,
    UINT64,
    message,
)  # fmt: skip

NOW = 1_790_000_000_000_000
MS = NOW // 1_000


def bd(value=1):
    return {"name": "bdSeq", "datatype": INT64, "value": value, "timestamp": MS}


def power(value, at=0, **more):
    return {
        "name": "Power/W", "alias": 1, "datatype": DOUBLE, "value": value,
        "timestamp": MS + at, **more,
    }  # fmt: skip


def by_alias(value, at=0, **more):
    told = power(value, at, **more)
    return {**{key: each for key, each in told.items() if key != "name"}, "silent": True}


@pytest.fixture
def nodes():
    return Nodes()


def send(nodes, kind, *metrics, seq=None, device="", received=NOW, timestamp=MS):
    topic = f"spBv1.0/plant/{kind}/edge1" + (f"/{device}" if device else "")
    return nodes.take(topic, message(*metrics, seq=seq, timestamp=timestamp), received)


def born(nodes, value=10.0):
    return send(nodes, "NBIRTH", bd(), power(value), seq=0)


def short(seen):
    return [(row[0], (row[1] - NOW) // 1_000, row[2], row[3], row[4]) for row in seen.rows]


def test_a_birth_gives_readings_and_names_what_comes_by_alias(nodes):
    first = born(nodes)
    later = send(nodes, "NDATA", by_alias(11.5, 1_000), seq=1)
    assert short(first) == [("plant/edge1", 0, "Power.W", 10.0, 0)]
    assert short(later) == [("plant/edge1", 1_000, "Power.W", 11.5, 0)]
    assert (later.ask, later.unnamed) == (None, 0)


def test_a_device_below_a_node_has_its_own_name_and_aliases(nodes):
    born(nodes)
    device = {"name": "Power/W", "alias": 9, "datatype": INT32, "value": -4, "timestamp": MS}
    first = send(nodes, "DBIRTH", device, seq=1, device="m1")
    told = {"alias": 9, "datatype": INT32, "value": -5, "timestamp": MS + 1, "silent": True}
    later = send(nodes, "DDATA", told, seq=2, device="m1")
    assert [row[:1] + row[2:4] for row in first.rows + later.rows] == [
        ("plant/edge1/m1", "Power.W", -4.0),
        ("plant/edge1/m1", "Power.W", -5.0),
    ]
    assert send(nodes, "NDATA", {**told, "alias": 9}, seq=3).unnamed == 1


def test_what_cannot_be_named_is_counted_and_the_node_is_asked_once(nodes):
    first = send(nodes, "NDATA", by_alias(1.0), seq=5)
    again = send(nodes, "NDATA", by_alias(1.0), seq=6, received=NOW + 1)
    later = send(nodes, "NDATA", by_alias(1.0), seq=7, received=NOW + 10_000_000)
    assert (first.rows, first.unnamed) == ([], 1)
    assert [seen.ask for seen in (first, again, later)] == [
        "spBv1.0/plant/NCMD/edge1", None, "spBv1.0/plant/NCMD/edge1",
    ]  # fmt: skip


def test_a_name_is_enough_before_birth(nodes):
    seen = send(nodes, "NDATA", power(3.0), seq=5)
    assert (short(seen)[0][3], seen.ask) == (3.0, "spBv1.0/plant/NCMD/edge1")


def test_the_sequence_wraps_after_255_and_a_gap_asks_for_a_birth(nodes):
    born(nodes)
    asked = [send(nodes, "NDATA", by_alias(1.0, n), seq=n % 256).ask for n in range(1, 600)]
    assert set(asked) == {None}
    assert send(nodes, "NDATA", by_alias(2.0, 700), seq=(600 + 3) % 256).ask is not None
    assert nodes.missed == 3


def test_a_message_that_comes_twice_gives_the_same_rows_and_misses_nothing(nodes):
    born(nodes)
    first = send(nodes, "NDATA", by_alias(1.0, 5), seq=1)
    again = send(nodes, "NDATA", by_alias(1.0, 5), seq=1)
    assert first.rows == again.rows
    assert (again.ask, nodes.missed) == (None, 0)


def test_a_birth_that_repeats_what_was_told_gives_the_same_rows(nodes):
    assert born(nodes).rows == born(nodes).rows


def test_historical_readings_are_marked(nodes):
    born(nodes)
    late = send(nodes, "NDATA", by_alias(4.0, -60_000, is_historical=True), seq=1)
    assert short(late) == [("plant/edge1", -60_000, "Power.W", 4.0, 8)]


def test_null_is_a_reading_without_value_and_text_is_none(nodes):
    born(nodes)
    null = {"name": "Power/W", "is_null": True, "datatype": DOUBLE, "timestamp": MS + 1}
    text = {"name": "Note", "datatype": STRING, "value": "x", "timestamp": MS}
    switch = {"name": "On", "datatype": BOOLEAN, "value": True, "timestamp": MS}
    seen = send(nodes, "NDATA", null, text, switch, seq=1)
    assert [(row[2], row[3]) for row in seen.rows] == [("Power.W", None), ("On", 1.0)]


def test_the_death_of_this_session_ends_it_and_of_an_earlier_one_does_not(nodes):
    born(nodes)
    send(nodes, "NDEATH", bd(0))
    assert send(nodes, "NDATA", by_alias(1.0, 1), seq=1).unnamed == 0
    send(nodes, "NDEATH", bd(1))
    dead = send(nodes, "NDATA", by_alias(1.0, 2), seq=2)
    assert (dead.unnamed, dead.ask) == (1, "spBv1.0/plant/NCMD/edge1")


def test_data_of_a_device_that_died_asks_for_a_birth(nodes):
    born(nodes)
    told = {"name": "a", "datatype": DOUBLE, "value": 1.0, "timestamp": MS}
    send(nodes, "DBIRTH", told, seq=1, device="m")
    send(nodes, "DDEATH", seq=2, device="m")
    seen = send(nodes, "DDATA", {**told, "timestamp": MS + 1}, seq=3, device="m")
    assert (len(seen.rows), seen.ask) == (1, "spBv1.0/plant/NCMD/edge1")


def test_times_come_from_the_message_or_from_us_and_then_are_not_trusted(nodes):
    bare = {"name": "a", "datatype": DOUBLE, "value": 1.0}
    of_message = send(nodes, "NBIRTH", bd(), bare, seq=0, timestamp=MS - 5)
    assert short(of_message)[0][1::3] == (-5, 0)
    ours = send(nodes, "NDATA", {**bare, "name": "b"}, seq=1, timestamp=None)
    assert short(ours)[0][1::3] == (0, 2)


def test_commands_and_states_of_others_are_passed_over(nodes):
    assert nodes.take("spBv1.0/STATE/scada", b"{}", NOW).rows == []
    assert nodes.take("spBv1.0/plant/NCMD/edge1", b"\xff", NOW).rows == []


@pytest.mark.parametrize(
    ("topic", "data"),
    [
        ("spBv1.0/plant/NDATA", b""),
        ("spBv1.0/plant/NDATA/e/d", b""),
        ("spBv1.0/plant/DDATA/e", b""),
        ("spBv1.0//NDATA/e", b""),
        ("spAv1.0/plant/NDATA/e", b""),
        ("spBv1.0/plant/NDATA/e", b"\xff"),
        ("spBv1.0/plant/NBIRTH/e", message(timestamp=1)),
        ("spBv1.0/plant/NDATA/e", message(seq=256)),
        ("spBv1.0/plant/NBIRTH/e", message({"alias": 1, "datatype": DOUBLE, "value": 1.0}, seq=0)),
    ],
)
def test_what_is_no_message_is_an_error_with_its_topic(nodes, topic, data):
    with pytest.raises(TanluError, match="TL374"):
        nodes.take(topic, data, NOW)


def test_a_time_beyond_all_times_is_counted_and_not_kept(nodes):
    odd = {"name": "a", "datatype": UINT64, "value": 1, "timestamp": 2**63}
    assert send(nodes, "NBIRTH", bd(), odd, seq=0).unnamed == 1


def test_fuzzed_messages_never_end_it():
    rng = random.Random(6)
    nodes, raised = Nodes(), []
    for number in range(5_000):
        data = bytearray(message(bd(), power(1.0, number), seq=number % 256, timestamp=MS))
        for _ in range(rng.randint(0, 3)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        kind = rng.choice(("NBIRTH", "NDATA", "NDEATH"))
        try:
            nodes.take(f"spBv1.0/g/{kind}/e{rng.randrange(3)}", bytes(data), NOW + number)
        except TanluError as error:
            raised.append(error.code)
    assert set(raised) == {"TL374"}
    assert len(raised) > 100


def test_made_up_devices_and_nodes_are_bounded(monkeypatch):
    monkeypatch.setattr("tanlu.monitor.edge.sparkplug.nodes.MOST_METRICS", 5)
    monkeypatch.setattr("tanlu.monitor.edge.sparkplug.nodes.MOST_NODES", 2)
    nodes = Nodes()
    born = message(bd(), power(1.0, 0), seq=0, timestamp=MS)
    for number in range(9):
        data = message(power(1.0, 0), seq=number, timestamp=MS)
        with contextlib.suppress(TanluError):
            nodes.take(f"spBv1.0/g/DBIRTH/e/d{number}", data, NOW)
    (node,) = nodes._nodes.values()
    assert len(node.types) == 5
    nodes.take("spBv1.0/g/NBIRTH/f", born, NOW)
    with pytest.raises(TanluError, match="more than 2 edge nodes"):
        nodes.take("spBv1.0/g/NBIRTH/h", born, NOW)
