"""MQTT against a real broker: each reading exactly once, whoever dies; nobody sends for another."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

from tanlu.errors import TanluError
from tanlu.serve.gateway.brokers.mqtt import Identity, consume
from tests.monitor.edge.sparkplug.tahu import DOUBLE, message
from tests.serve.gateway.brokers.authority import Authority
from tests.serve.gateway.brokers.doubles import (
    Broker,
    Group,
    Keys,
    Vehicle,
    free_port,
    log_of,
    publisher,
    until,
)  # fmt: skip

CONSUMER = """
import sys, time
from pathlib import Path
from tanlu.serve.gateway.brokers.mqtt import consume
from tests.serve.gateway.brokers.doubles import Group, Keys
group = Group(Path(sys.argv[2]), pause_s=0.005)
keys = Keys({name: bytes.fromhex(key) for name, key in map(lambda t: t.split("="), sys.argv[3:])})
one = consume(group, keys, sys.argv[1])
one.connected.wait()
Path(sys.argv[2]).with_suffix(".up").touch()
while one.error is None:
    time.sleep(0.05)
"""


@pytest.fixture
def broker(tmp_path):
    with Broker(tmp_path / "broker") as one:
        yield one


def started(group, keys, port, **options):
    one = consume(group, keys, f"mqtt://127.0.0.1:{port}", **options)
    assert one.connected.wait(60), one.error
    return one


def keys_of(*cars):
    return Keys({car.name: car.key.public for car in cars})


def test_all_kinds_of_messages_arrive_and_are_acknowledged(broker, tmp_path):
    car, group = Vehicle("car", "vehicle/1"), Group(tmp_path / "log")
    one = started(group, keys_of(car), broker.port)
    told = {"name": "Power", "datatype": DOUBLE, "value": 2.5}
    with publisher(broker.port) as client:
        client.publish("t/1/car/b", car.batch(10), qos=1)
        client.publish("t/1/m1/j/energy_wh", b'{"seq": 1, "at": 5, "value": 7}', qos=1)
        birth = message(told, seq=0, timestamp=time.time_ns() // 1_000_000)
        client.publish("spBv1.0/g/NBIRTH/e", birth, qos=0)
        assert until(lambda: one.counters()["acknowledged"] == 3)
    one.stop()
    streams = sorted({stream for stream, _, _ in group.rows})
    assert streams == ["Power", "energy_wh", "odometer_m", "position", "tank_ml"]
    assert len(group.rows) == 32


def test_a_node_that_is_not_known_is_asked_to_be_born_again(broker, tmp_path):
    asked = []
    one = started(Group(tmp_path / "log"), Keys(), broker.port)
    with publisher(broker.port) as client:
        client.on_message = lambda *given: asked.append(given[2].topic)
        client.subscribe("spBv1.0/g/NCMD/#", qos=0)
        time.sleep(0.2)
        client.publish("spBv1.0/g/NDATA/e", message(seq=3), qos=0)
        assert until(lambda: asked == ["spBv1.0/g/NCMD/e"])
    one.stop()


def test_what_was_sent_while_we_were_away_is_there_when_we_come_back(broker, tmp_path):
    car, group = Vehicle("car"), Group(tmp_path / "log")
    one = started(group, keys_of(car), broker.port)
    one.stop()
    with publisher(broker.port) as client:
        for _ in range(20):
            client.publish("t/1/car/b", car.batch(10), qos=1).wait_for_publish(5)
    assert len(group.rows) == 0
    again = started(group, keys_of(car), broker.port)
    assert until(lambda: len(group.rows) == 200)
    again.stop()
    assert again.counters()["rows_known"] == 0


def test_what_is_not_durable_is_not_acknowledged(broker, tmp_path):
    car, group = Vehicle("car"), Group(tmp_path / "log")
    group.failing = OSError("the disk is gone")
    one = started(group, keys_of(car), broker.port)
    with publisher(broker.port) as client:
        client.publish("t/1/car/b", car.batch(10), qos=1).wait_for_publish(5)
    assert until(lambda: one.error is not None)
    one.stop()
    assert one.counters()["acknowledged"] == 0
    group.failing = None
    again = started(group, keys_of(car), broker.port)
    assert until(lambda: len(group.rows) == 10)
    again.stop()


def test_the_receive_maximum_bounds_what_is_under_way(broker, tmp_path):
    group = Group(tmp_path / "log", pause_s=0.3)
    one = started(group, Keys(), broker.port, receive_maximum=5)
    most = 0
    with publisher(broker.port) as client:
        for number in range(40):
            text = json.dumps({"seq": number, "at": 1, "value": 1}).encode()
            client.publish("t/1/m/j/s", text, qos=1)
        for _ in range(50):
            counted = one.counters()
            most = max(most, counted["messages"] - counted["acknowledged"])
            time.sleep(0.01)
        assert until(lambda: len(group.rows) == 40)
    one.stop()
    assert most <= 5


@pytest.mark.slow
def test_a_broker_that_is_killed_and_started_again_loses_and_doubles_nothing(broker, tmp_path):
    car, group = Vehicle("car"), Group(tmp_path / "log")
    one = started(group, keys_of(car), broker.port)
    with publisher(broker.port, name="sender") as client:
        for number in range(60):
            client.publish("t/1/car/b", car.batch(10), qos=1)
            if number in (20, 40):
                time.sleep(0.5)  # what the broker has not saved yet, it forgets
                before = one.counters()["connections"]
                broker.kill()
                broker.start()
                assert until(lambda: one.counters()["connections"] > before)  # noqa: B023
            time.sleep(0.01)
        assert until(lambda: len(group.rows) == 600, 90), one.counters()
    one.stop()
    assert sorted(seq for _, _, seq in group.rows) == list(range(1, 601))
    assert one.counters()["connections"] >= 3


@pytest.mark.slow
def test_a_consumer_that_is_killed_loses_and_doubles_nothing(broker, tmp_path):
    cars = [Vehicle(f"car{n}") for n in range(4)]
    log = tmp_path / "log"
    command = [
        sys.executable, "-c", CONSUMER, f"mqtt://127.0.0.1:{broker.port}", str(log),
        *(f"{car.name}={car.key.public.hex()}" for car in cars),
    ]  # fmt: skip
    here = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    process = subprocess.Popen(command, env=here)
    with publisher(broker.port) as client:
        # what is sent before the first subscription is for nobody
        assert until(log.with_suffix(".up").exists, 60)
        for number in range(200):
            for car in cars:
                client.publish(f"t/1/{car.name}/b", car.batch(5), qos=1)
            if number in (60, 120, 180):
                process.send_signal(signal.SIGKILL)
                process.wait()
                # a line cut off by the death was never acknowledged
                text = log.read_text()
                log.write_text(text[: text.rfind("\n") + 1])
                process = subprocess.Popen(command, env=here)
            time.sleep(0.01)
        # the broker has them all before the sender goes
        assert until(lambda: len(log_of(log)) >= 4_000, 60), len(log_of(log))
    process.send_signal(signal.SIGKILL)
    process.wait()
    found = [(device, seq) for _, device, seq, _ in log_of(log)]
    assert len(found) == len(set(found)) == 4_000


class Wire:
    """A wire between us and the broker that can be cut."""

    def __init__(self, to):
        self.to, self.port, self.pairs = to, free_port(), []
        self.server = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            with contextlib.ExitStack() as stack:
                try:
                    near = stack.enter_context(self.server.accept()[0])
                    far = socket.create_connection(("127.0.0.1", self.to))
                except OSError:
                    return
                stack.pop_all()
            self.pairs.append((near, far))
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    @staticmethod
    def _carry(one, other):
        with contextlib.suppress(OSError):
            while data := one.recv(65_536):
                other.sendall(data)
        one.close()
        other.close()

    def close(self):
        self.cut()
        # who waits in accept would hold it open
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()

    def cut(self):
        for pair in self.pairs:
            for end in pair:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
        self.pairs.clear()


@pytest.mark.slow
def test_a_network_that_is_cut_loses_and_doubles_nothing(broker, tmp_path):
    car, group = Vehicle("car"), Group(tmp_path / "log", pause_s=0.01)
    wire = Wire(broker.port)
    one = started(group, keys_of(car), wire.port)
    with publisher(broker.port) as client:
        for number in range(150):
            client.publish("t/1/car/b", car.batch(10), qos=1)
            if number in (40, 80, 120):
                before = one.counters()["connections"]
                wire.cut()
                assert until(lambda: one.counters()["connections"] > before)  # noqa: B023
            time.sleep(0.005)
        assert until(lambda: len(group.rows) == 1_500, 40), one.counters()
    one.stop()
    wire.close()
    assert one.counters()["connections"] >= 4
    assert one.error is None


def test_receipts_of_an_earlier_connection_are_not_sent_on_a_later_one(broker, tmp_path):
    # the number of a message is used again: a late receipt would be that of another message
    group = Group(tmp_path / "log", pause_s=0.5)
    one = started(group, Keys(), broker.port)
    sent = []
    ack = one._client.ack
    one._client.ack = lambda mid, qos: (sent.append(one._session), ack(mid, qos))
    with publisher(broker.port) as client:
        text = json.dumps({"seq": 1, "at": 1, "value": 1}).encode()
        client.publish("t/1/m/j/s", text, qos=1).wait_for_publish(5)
        assert until(lambda: group.asked == 1)
        one._client.socket().shutdown(socket.SHUT_RDWR)
        assert until(lambda: one.counters()["connections"] == 2)
        assert until(lambda: one.counters()["messages"] == 2)
        assert until(lambda: one.counters()["acknowledged"] == 2)
    one.stop()
    assert sent == [1]
    assert len(group.rows) == 1


def secured(folder, kind):
    authority = Authority(folder / "pki", kind)
    authority.issue("broker", server=True)
    for name in ("ingest", "car", "thief"):
        authority.issue(name)
    acl = folder / "acl"
    acl.write_text(
        "pattern write t/1/%u/b\npattern write t/1/%u/j/#\n\nuser ingest\ntopic read t/#\n"
    )
    pki = authority.folder
    lines = (
        "per_listener_settings false\nlistener PORT 127.0.0.1\nallow_anonymous false\n"
        f"cafile {pki}/ca.pem\ncertfile {pki}/broker.pem\nkeyfile {pki}/broker.key\n"
        f"require_certificate true\nuse_identity_as_username true\nacl_file {acl}\n"
    )
    return authority, Broker(folder / "broker", lines)


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa"])
def test_with_mutual_tls_nobody_sends_for_another(tmp_path, kind):
    authority, broker = secured(tmp_path, kind)
    car, group, pki = Vehicle("car"), Group(tmp_path / "log"), authority.folder
    identity = Identity(pki / "ca.pem", pki / "ingest.pem", pki / "ingest.key")
    with broker:
        one = consume(
            group, keys_of(car), f"mqtts://localhost:{broker.port}", identity=identity,
            topics=("t/1/+/b", "t/1/+/j/+"),
        )  # fmt: skip
        assert one.connected.wait(60), one.error
        with publisher(broker.port, tls=authority.context("thief")) as thief:
            thief.publish("t/1/car/b", car.batch(5), qos=1).wait_for_publish(5)
        car.seq, car.previous = 1, bytes(32)
        # a broker may hang up on who writes where he must not
        with publisher(broker.port, tls=authority.context("thief")) as thief:
            thief.publish("t/1/thief/b", car.batch(5), qos=1).wait_for_publish(5)
        car.seq, car.previous = 1, bytes(32)
        with publisher(broker.port, tls=authority.context("car")) as client:
            client.publish("t/1/car/b", car.batch(7), qos=1).wait_for_publish(5)
            assert until(lambda: len(group.rows) == 7)
        one.stop()
    # the forged topic never came; his own topic with the batch of another is refused
    assert group.refused == [("signed", "TL371")]
    assert one.counters()["messages"] == 2


def test_a_client_without_certificate_is_refused(tmp_path):
    authority, broker = secured(tmp_path, "ecdsa")
    identity = Identity(authority.folder / "ca.pem")
    with broker:
        one = consume(
            Group(tmp_path / "log"), Keys(), f"mqtts://localhost:{broker.port}", identity=identity
        )
        assert not one.connected.wait(1.5)
        one.stop()
    assert one.counters()["connections"] == 0


def test_a_subscription_that_the_broker_refuses_is_told(tmp_path):
    lines = "listener PORT 127.0.0.1\nallow_anonymous true\nacl_file ACL\n"
    acl = tmp_path / "acl"
    acl.write_text("topic write t/#\n")
    with Broker(tmp_path / "b", lines.replace("ACL", str(acl))) as broker:
        one = consume(Group(tmp_path / "log"), Keys(), f"mqtt://127.0.0.1:{broker.port}")
        until(lambda: one.error is not None, 3)
        connected = one.connected.is_set()
        one.stop()
    # Mosquitto grants a subscription that matches nothing readable; others refuse it
    assert connected or re.search("TL375", str(one.error))


def test_a_consumer_that_ended_holds_no_socket(tmp_path):
    def sockets():
        named = [os.readlink(each) for each in os.scandir("/proc/self/fd") if each.is_symlink()]  # noqa: PTH115
        return sorted(name for name in named if name.startswith("socket:"))

    before = sockets()
    one = consume(Group(tmp_path / "log"), Keys(), f"mqtt://127.0.0.1:{free_port()}")
    assert until(lambda: one.error is not None)
    one.stop()

    assert sockets() == before


@pytest.mark.parametrize(
    "url", ["http://host", "mqtt://", "127.0.0.1:1883", "mqtt://host:99999", "mqtt://[::1"]
)
def test_a_url_of_another_form_is_an_error(tmp_path, url):
    with pytest.raises(TanluError, match="TL375"):
        consume(Group(tmp_path / "log"), Keys(), url)


def test_files_of_tls_that_are_not_there_are_an_error(tmp_path):
    with pytest.raises(TanluError, match="TL375"):
        consume(
            Group(tmp_path / "log"), Keys(), "mqtts://localhost:1",
            identity=Identity(tmp_path / "absent.pem"),
        )  # fmt: skip
