"""The relay: receipts in order, only when durable, and nothing after an error."""

from __future__ import annotations

import base64
import shutil
import time
from concurrent.futures import Future

import polars as pl
import pytest

from tanlu.monitor.devices import Registry, enrol
from tanlu.monitor.edge import Message, digest
from tanlu.monitor.stream import Pipeline
from tanlu.serve.gateway.brokers.relay import Relay, body_of, recent
from tanlu.serve.ingest.group import Group as Committer
from tanlu.store import open_workspace
from tanlu.store.stream import drain, open_stream_log
from tanlu.terms.proof import registry
from tests.serve.gateway.brokers.doubles import Group, Keys, Receipt, Vehicle, until


def plain(seq, device="m"):
    text = f'{{"seq": {seq}, "at": 1, "value": {seq}}}'
    return Message(f"t/1/{device}/j/s", text.encode(), time.time_ns() // 1_000)


class Slow:
    """A group whose futures the test resolves by itself, in the order it likes."""

    def __init__(self):
        self.futures = []

    def submit(self, body):
        self.futures.append(Future())
        return self.futures[-1]

    ask = submit


@pytest.fixture
def given():
    return []


def relay(group, given, **options):
    made = Relay(group, Keys(), acknowledge=given.extend, **options)
    made.start()
    return made


def test_tokens_come_back_in_order_and_once(tmp_path, given):
    group = Group(tmp_path / "log")
    one = relay(group, given)
    for number in range(500):
        one.put(plain(number), number)
    assert until(lambda: len(given) == 500)
    one.stop()
    assert given == list(range(500))
    assert len(group.rows) == 500
    counted = one.counters()
    assert (counted["messages"], counted["acknowledged"], counted["rows_new"]) == (500, 500, 500)


def test_nothing_is_acknowledged_before_it_is_durable_and_none_overtakes(given):
    group = Slow()
    one = relay(group, given)
    one.put(plain(1), "first")
    assert until(lambda: len(group.futures) == 1)
    one.put(plain(2), "second")
    assert until(lambda: len(group.futures) == 2)
    group.futures[1].set_result(Receipt(1, 1, 0, 0, {}))
    time.sleep(0.1)
    assert given == []
    group.futures[0].set_result(Receipt(1, 1, 0, 0, {}))
    assert until(lambda: given == ["first", "second"])
    one.stop()


def test_after_an_error_of_the_pipeline_nothing_is_acknowledged(tmp_path, given):
    group = Group(tmp_path / "log")
    group.failing = OSError("the disk is gone")
    one = relay(group, given)
    one.put(plain(1), "first")
    assert until(lambda: one.error is not None)
    group.failing = None
    one.put(plain(2), "second")
    time.sleep(0.1)
    one.stop()
    assert (given, str(one.error)) == ([], "the disk is gone")


def test_a_full_pipeline_is_asked_again_and_nothing_is_lost(tmp_path, given):
    group = Group(tmp_path / "log", full_every=2)
    one = relay(group, given)
    for number in range(50):
        one.put(plain(number), number)
        time.sleep(0.001)
    assert until(lambda: len(given) == 50)
    one.stop()
    assert len(group.rows) == 50
    assert one.counters()["held_back"] > 0


def test_a_stop_while_the_pipeline_is_full_ends_and_acknowledges_nothing(tmp_path, given):
    one = relay(Group(tmp_path / "log", full_every=1), given)
    one.put(plain(1), 1)
    assert until(lambda: one.counters()["held_back"] > 0)
    one.stop()
    assert (given, one.error) == ([], None)


def test_refused_frames_are_kept_and_acknowledged(tmp_path, given):
    group = Group(tmp_path / "log")
    one = relay(group, given)
    one.put(Message("t/1/v/b", b"junk", 1), 1)
    assert until(lambda: given == [1])
    one.stop()
    assert group.refused == [("signed", "TL370")]
    assert one.counters()["rows_quarantined"] == 1


def test_a_message_without_rows_is_acknowledged_too(tmp_path, given):
    one = relay(Group(tmp_path / "log"), given)
    one.put(Message("spBv1.0/STATE/host", b"", 1), 1)
    assert until(lambda: given == [1])
    one.stop()


def test_answers_are_published(tmp_path, given):
    said = []
    one = relay(Group(tmp_path / "log"), given, publish=lambda *what: said.append(what))
    one.put(Message("spBv1.0/g/NDATA/e", b"", 10_000_000), 1)
    assert until(lambda: given == [1])
    one.stop()
    assert [topic for topic, _ in said] == ["spBv1.0/g/NCMD/e"]


def test_deliver_returns_when_all_is_durable(tmp_path):
    group = Group(tmp_path / "log", pause_s=0.05)
    one = Relay(group, Keys(), acknowledge=lambda tokens: None)
    counts = one.deliver([plain(1), plain(2), plain(1, "n")])
    assert (counts["rows_new"], len(group.rows)) == (3, 3)
    assert one.deliver([plain(1)])["rows_known"] == 1


def test_what_was_stored_is_known_after_a_restart(tmp_path):
    car, now = Vehicle("v"), time.time_ns() // 1_000
    keys = Keys({"v": car.key.public})
    first = Relay(Group(tmp_path / "a"), keys)
    taken = first.messages.take([Message("t/1/v/b", car.batch(), now)])
    again = Relay(Group(tmp_path / "b"), keys, known=[taken.tables[0].evidence])
    car.seq -= 60
    forked = again.messages.take([Message("t/1/v/b", car.batch(59), now)])
    assert [one.code for _, one in forked.refused] == ["TL372"]


def test_the_bytes_of_batches_come_with_their_rows(tmp_path):
    car = Vehicle("v")
    one = Relay(Group(tmp_path / "log"), Keys({"v": car.key.public}))
    batch = car.batch()
    given = one.messages.take([Message("t/1/v/b", batch, time.time_ns() // 1_000)])
    assert [set(body_of(table).evidence["evidence"]) for table in given.tables] == [
        {digest(batch).hex()}
    ]


def workspace(path, cars):
    made = open_workspace(path, create=True)
    rows = pl.DataFrame({"device": [car.name for car in cars]}).with_columns(
        key=pl.Series([car.key.public.hex() for car in cars])
    )
    shown = {car.name: registry.possession(car.key, "device", car.name) for car in cars}
    enrol(made, rows, possession=shown)
    return made


def test_through_the_real_pipeline_into_the_ledger_and_back_after_a_restart(tmp_path):
    car = Vehicle("car", "vehicle/1")
    made = workspace(tmp_path / "ledger", [car])
    now, batches = time.time_ns() // 1_000, [car.batch(), car.batch()]
    counts = []
    for forgotten in (False, False, True):
        if forgotten:
            # what the ledger has needs no log
            for _ in drain(made):
                pass
            shutil.rmtree(tmp_path / "ledger" / "streams")
        known = Registry.of(made)
        log = open_stream_log(made)
        group = Committer(Pipeline(log, known))
        one = Relay(group, known, known=recent(made, log))
        assert one.messages.signed.chains.knows("car", digest(batches[1])) == bool(counts)
        counts.append(one.deliver([Message("t/1/car/b", each, now) for each in batches]))
        group.close()
        group.pipeline.close()
    assert [each["rows_new"] for each in counts] == [360, 0, 0]
    assert [each["rows_known"] for each in counts] == [0, 360, 360]
    for _ in drain(made):
        pass
    again = open_workspace(tmp_path / "ledger")
    assert again.scan("reading").collect().height == 240
    assert again.scan("position").collect().height == 120
    kept = again.scan("evidence").collect()
    assert [base64.b64decode(each) for each in kept["batch"]] == batches
    for table in ("reading", "position"):
        told = again.scan(table).collect()["evidence"]
        assert set(told) == set(kept["evidence"])


def test_without_a_promise_no_more_waits_than_memory_has(given):
    one = Relay(Slow(), Keys(), acknowledge=given.extend)
    for number in range(5_000):
        one.put(plain(number), None)
    one.put(plain(5_000), "promised")
    assert one._in.qsize() == 4_097
    assert one.counters()["dropped"] == 904


def test_a_batch_is_kept_with_its_first_new_row_and_never_again(tmp_path):
    car = Vehicle("car", "vehicle/1")
    made = workspace(tmp_path / "ledger", [car])
    now = time.time_ns() // 1_000
    # the first of them is long forgotten when it comes again
    messages = [Message("t/1/car/b", car.batch(2), now) for _ in range(20)]
    for _ in range(2):
        log = open_stream_log(made)
        group = Committer(Pipeline(log, Registry.of(made)))
        one = Relay(group, group.pipeline.registry, known=recent(made, log))
        for message in (*messages, *messages[:3]):
            one.deliver([message])
        group.close()
        group.pipeline.close()
        for _ in drain(made):
            pass
        kept = made.scan("evidence", raw=True).collect()
        assert [base64.b64decode(each) for each in kept["batch"]] == [
            each.data for each in messages
        ]


def test_a_batch_without_a_new_row_is_not_kept(tmp_path):
    car = Vehicle("car")
    made = workspace(tmp_path / "ledger", [car])
    log = open_stream_log(made)
    group = Committer(Pipeline(log, Registry.of(made)))
    one = Relay(group, group.pipeline.registry)
    # ten years old: refused before it is known
    old = Message("t/1/car/b", car.batch(2, start_ms=1), time.time_ns() // 1_000)
    assert one.deliver([old])["rows_quarantined"] == 1
    group.close()
    assert all("evidence" not in tables for _, tables in log.replay(None))
    group.pipeline.close()


def test_a_device_that_signs_is_heard_in_signed_batches_alone(tmp_path):
    car = Vehicle("car")
    made = workspace(tmp_path / "ledger", [car])
    log = open_stream_log(made)
    group = Committer(Pipeline(log, Registry.of(made)))
    one = Relay(group, group.pipeline.registry)
    now = time.time_ns() // 1_000
    forged = f'{{"seq": 1, "at": {now}, "value": 1}}'.encode()
    told = one.deliver([Message("t/1/car/j/energy_wh", forged, now)])
    assert (told["rows_new"], told["rows_quarantined"]) == (0, 1)
    # the number that it wanted is still free
    assert one.deliver([Message("t/1/car/b", car.batch(3), now)])["rows_new"] == 3
    codes = group.pipeline.counters()["streams"]["energy_wh"]["codes"]
    assert codes == {"TL371": 1}
    group.close()
    group.pipeline.close()
