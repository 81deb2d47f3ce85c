"""The protocol of Kafka against the mock cluster that librdkafka brings."""

from __future__ import annotations

from collections import deque

import pytest

from tanlu.errors import TanluError
from tanlu.serve.gateway.brokers import kafka as gateway
from tanlu.serve.gateway.brokers.kafka import TOPICS, Consumer, _hear, message_of
from tests.serve.gateway.brokers.doubles import Group, Keys, Vehicle, until

kafka = pytest.importorskip("confluent_kafka")
# the mock waits for members that left until their session ends
SOON = {"session.timeout.ms": "6000", "heartbeat.interval.ms": "500"}


def consume(group, keys, url, *, options=None, **more):
    return gateway.consume(group, keys, url, options=options or SOON, **more)


@pytest.fixture
def cluster():
    """A producer that holds the cluster, and its address."""
    producer = kafka.Producer({
        "test.mock.num.brokers": 1, "bootstrap.servers": "unused", "log_level": 0,
    })  # fmt: skip
    broker = next(iter(producer.list_topics(timeout=60).brokers.values()))
    yield producer, f"kafka://{broker.host}:{broker.port}"
    producer.purge()


def send(producer, records):
    for topic, key, value in records:
        producer.produce(topic, value, key=key)
    assert producer.flush(20) == 0


def committed(url, topic):
    told = {"bootstrap.servers": url.removeprefix("kafka://"), "group.id": "tanlu", "log_level": 0}
    client = kafka.Consumer(told)
    parts = client.list_topics(topic, timeout=60).topics[topic].partitions
    places = client.committed([kafka.TopicPartition(topic, part) for part in parts], timeout=60)
    client.close()
    return sum(max(place.offset, 0) for place in places)


def test_batches_and_json_arrive_and_their_offsets_are_committed(cluster, tmp_path):
    producer, url = cluster
    car, group = Vehicle("car"), Group(tmp_path / "log")
    records = [("tanlu.signed", "car", car.batch(10)) for _ in range(20)]
    records.append(("tanlu.plain.energy_wh", "m1", b'{"seq": 1, "at": 5, "value": 7}'))
    send(producer, records)
    one = consume(group, Keys({"car": car.key.public}), url)
    assert until(lambda: one.counters()["acknowledged"] == 21, 40), one.error
    one.stop()
    assert (one.error, len(group.rows), group.refused) == (None, 201, [])
    assert committed(url, "tanlu.signed") == 20


def test_who_comes_back_goes_on_behind_the_committed_offsets(cluster, tmp_path):
    producer, url = cluster
    car, group = Vehicle("car"), Group(tmp_path / "log")
    keys = Keys({"car": car.key.public})
    send(producer, [("tanlu.signed", "car", car.batch(10)) for _ in range(5)])
    first = consume(group, keys, url)
    assert until(lambda: len(group.rows) == 50, 40), first.error
    first.stop()
    send(producer, [("tanlu.signed", "car", car.batch(10)) for _ in range(5)])
    again = consume(group, keys, url)
    assert until(lambda: len(group.rows) == 100, 40), again.error
    again.stop()
    assert again.counters()["rows_known"] == 0


def test_what_is_not_durable_is_not_committed_and_comes_again(cluster, tmp_path):
    producer, url = cluster
    car, group = Vehicle("car"), Group(tmp_path / "log")
    keys = Keys({"car": car.key.public})
    group.failing = OSError("the disk is gone")
    send(producer, [("tanlu.signed", "car", car.batch(10))])
    one = consume(group, keys, url)
    assert until(lambda: isinstance(one.error, OSError), 40)
    one.stop()
    assert committed(url, "tanlu.signed") == 0
    group.failing = None
    again = consume(group, keys, url)
    assert until(lambda: len(group.rows) == 10, 40), again.error
    again.stop()


def test_a_topic_can_be_read_again_from_its_beginning_and_doubles_nothing(cluster, tmp_path):
    producer, url = cluster
    car, group = Vehicle("car"), Group(tmp_path / "log")
    keys = Keys({"car": car.key.public})
    send(producer, [("tanlu.signed", "car", car.batch(10)) for _ in range(5)])
    first = consume(group, keys, url)
    assert until(lambda: first.counters()["acknowledged"] == 5, 40), first.error
    first.stop()
    parts = range(
        len(producer.list_topics("tanlu.signed", timeout=60).topics["tanlu.signed"].partitions)
    )
    again = consume(group, keys, url, partitions=[("tanlu.signed", part) for part in parts])
    assert until(lambda: again.counters()["acknowledged"] == 5, 40), again.error
    again.stop()
    assert (len(group.rows), again.counters()["rows_known"]) == (50, 50)


def test_topic_and_key_say_what_a_topic_of_mqtt_says():
    assert message_of("tanlu.signed", b"car", b"x", 5) == ("t/1/car/b", b"x", 5)
    assert message_of("tanlu.plain.power_w", b"m", b"{}", 5) == ("t/1/m/j/power_w", b"{}", 5)
    assert message_of("tanlu.signed", None, None, 5) == ("t/1//b", b"", 5)


@pytest.mark.parametrize("url", ["127.0.0.1:9092", "kafka://", "kafka://h:99999", "mqtt://h"])
def test_a_url_of_another_form_is_an_error(tmp_path, url):
    with pytest.raises(TanluError, match="TL375"):
        consume(Group(tmp_path / "log"), Keys(), url)


def test_an_option_that_nobody_knows_is_an_error(tmp_path):
    with pytest.raises(TanluError, match="TL375"):
        consume(Group(tmp_path / "log"), Keys(), "kafka://h", options={"no.such": "1"})


class Client:
    """A client whose brokers and topics do what the test says."""

    def __init__(self, *found):
        self.found, self.away, self.assigned, self.ends = list(found), False, [], []

    def consume(self, _most, _seconds):
        return [self.found.pop(0)] if self.found else []

    def list_topics(self, timeout):
        if self.away:
            raise kafka.KafkaException(kafka.KafkaError(kafka.KafkaError._TRANSPORT))

    def assignment(self):
        return self.assigned

    def commit(self, offsets, asynchronous):
        if self.away:
            raise kafka.KafkaException(kafka.KafkaError(kafka.KafkaError._TRANSPORT, "lost"))
        self.ends += [one.offset for one in offsets]


class Record:
    """A record, or an error of a topic."""

    def __init__(self, topic, error=None, offset=0):
        self.told = {"topic": topic, "error": error, "offset": offset, "partition": 0}
        self.told |= {"key": b"m", "value": b'{"seq": %d, "at": 5, "value": 7}' % offset}

    def __getattr__(self, name):
        return lambda: self.told[name]


def error(name, why):
    return kafka.KafkaError(getattr(kafka.KafkaError, name), why)


def consumer(tmp_path, client):
    said = deque(maxlen=1)
    made = Consumer(Group(tmp_path / "log"), Keys(), client, (), commits=True, said=said)
    return made, said


def test_a_broker_that_is_away_is_told_until_it_answers_again(tmp_path):
    client = Client()
    one, said = consumer(tmp_path, client)
    gone, down = "the broker cannot be reached", error("_ALL_BROKERS_DOWN", "1/1 are down")
    denied = error("_AUTHENTICATION", "host: denied (after 12ms in state AUTH)")
    for heard, away, told in (
        (down, True, gone), (denied, True, "host: denied"), (down, True, "host: denied"),
        (down, False, None), (down, True, gone),
    ):  # fmt: skip
        _hear(said, heard)
        client.away = away
        one._once()
        assert (one.error and one.error.fields["why"]) == told


def test_an_error_of_a_topic_is_told_until_a_record_of_it_comes(tmp_path):
    denied = error("TOPIC_AUTHORIZATION_FAILED", "not for you")
    client = Client(Record("tanlu.plain.s", denied), Record("other"), Record("tanlu.plain.s"))
    one, _ = consumer(tmp_path, client)
    seen = []
    for _ in range(3):
        one._once()
        seen.append(one.error and one.error.fields["why"])
    assert seen == ["not for you", "not for you", None]
    assert one.counters()["errors"] == 1


def test_topics_that_are_not_there_are_told_only_when_none_is(tmp_path):
    absent = [error("UNKNOWN_TOPIC_OR_PART", topic) for topic in TOPICS]
    client = Client(*map(Record, TOPICS, absent))
    one, _ = consumer(tmp_path, client)
    one._once()
    assert one.error is None
    one._once()
    assert one.error.fields["why"] == "; ".join(TOPICS)
    client.assigned = ["one"]
    one._once()
    assert one.error is None


def test_a_broker_that_goes_away_before_a_commit_ends_nothing(tmp_path):
    client = Client(Record("tanlu.plain.s", offset=1), Record("tanlu.plain.s", offset=2))
    one, _ = consumer(tmp_path, client)
    client.away = True
    one._once()
    assert one.counters()["acknowledged"] == 0
    client.away = False
    one._once()
    assert (client.ends, one.counters()["acknowledged"], one.error) == ([3], 1, None)
