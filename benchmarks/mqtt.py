"""Signed batches through a real broker: ``ingest.mqtt``, client, broker and server on two cores.

A sender publishes batches of 60 readings of 1,000 meters, each device's chained and signed, at QoS
1 to Mosquitto on loopback; the consumer verifies, validates, deduplicates and has each in the
synced log before it acknowledges. The devices' signing is no part of the server's work: batches
are signed before the clock begins. One reading is one row of table `reading`.

By hand: ``python -m benchmarks.mqtt --seconds 5``.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

__all__ = ["BAR", "measure"]

ROOT = Path(__file__).resolve().parent.parent
BAR = 120_000.0
DEVICES, PER_BATCH = 1_000, 60
# how many messages the sender leaves without receipt
WINDOW = 1_000
PUBLISH_QOS1, PUBACK = 0x32, 0x40


def seed(device: int) -> bytes:
    """Give the key of a device."""
    return device.to_bytes(4, "big") * 8


def batches(count: int) -> list[tuple[str, bytes]]:
    """Give signed batches, one device after the other, with their topics."""
    from tanlu.monitor.edge import digest, sign_batch
    from tanlu.terms.proof.keys import SigningKey

    keys = [SigningKey(seed(device)) for device in range(DEVICES)]
    before = [bytes(32)] * DEVICES
    begin_ms = time.time_ns() // 1_000_000 - 86_400_000
    found = []
    for number in range(count):
        round_, device = divmod(number, DEVICES)
        name, seq = f"meter-{device}", round_ * PER_BATCH + 1
        values = [10_000 * device + 3 * (seq + each) for each in range(PER_BATCH)]
        made = sign_batch(
            keys[device], name, "meter/1", [values], seq=seq, start_ms=begin_ms + seq * 1_000,
            step_ms=1_000, previous=before[device],
        )  # fmt: skip
        before[device] = digest(made)
        found.append((f"t/1/{name}/b", made))
    return found


def packet(kind: int, body: bytes) -> bytes:
    """Give a packet of MQTT 3.1.1."""
    size, head = len(body), bytearray([kind])
    while True:
        head.append(size & 0x7F | (0x80 if size > 0x7F else 0))
        size >>= 7
        if not size:
            return bytes(head) + body


def send(port: int, count: int) -> None:
    """Publish batches at QoS 1 over a bare socket: what the sender costs is nearly the socket's."""
    packets = []
    for number, (topic, data) in enumerate(batches(count)):
        name = topic.encode()
        head = struct.pack(">H", len(name)) + name + struct.pack(">H", number % 65_535 + 1)
        packets.append(packet(PUBLISH_QOS1, head + data))
    link = socket.create_connection(("127.0.0.1", port))
    link.sendall(packet(0x10, b"\x00\x04MQTT\x04\x02\x00\x00\x00\x04send"))
    assert link.recv(4) == b"\x20\x02\x00\x00"
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sent = received = rest = 0
    while received < count:
        upto = min(count, received + WINDOW)
        if upto - sent >= WINDOW // 4 or (upto == count and upto > sent):
            link.sendall(b"".join(packets[sent:upto]))
            sent = upto
        rest += len(link.recv(65_536))
        received, rest = received + rest // 4, rest % 4
    sys.stdin.readline()


def free_port() -> int:
    """Give a port that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def broker(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Start Mosquitto as the how-to has it, without TLS."""
    found = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    if found is None:
        raise RuntimeError("mosquitto is not there: tools/house/provision installs it")
    (folder / "mosquitto.conf").write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\n"
        "max_inflight_messages 0\nmax_queued_messages 0\n"
    )
    process = subprocess.Popen(
        [found, "-c", str(folder / "mosquitto.conf")],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    for _ in range(200):
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return process
        time.sleep(0.02)
    raise RuntimeError("mosquitto did not start")


def cpu_of(process: int) -> float:
    """Give the CPU time of a process [s]."""
    told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def serve(folder: Path) -> tuple[Any, Any]:
    """Give the pipeline and its queue, every meter enrolled with its key."""
    import polars as pl

    from tanlu.monitor.devices import Registry, enrol
    from tanlu.monitor.stream import Pipeline, warm
    from tanlu.serve.ingest.group import Group
    from tanlu.store import open_workspace
    from tanlu.store.stream import open_stream_log
    from tanlu.terms.proof import registry
    from tanlu.terms.proof.keys import SigningKey

    workspace = open_workspace(folder / "ledger", create=True)
    warm(Registry.of(workspace))
    keys = {f"meter-{device}": SigningKey(seed(device)) for device in range(DEVICES)}
    rows = pl.DataFrame(
        {"device": list(keys), "key": [key.public.hex() for key in keys.values()]}
    ).with_columns(type=pl.lit("meter"), layout=pl.lit("meter/1"))
    shown = {name: registry.possession(key, "device", name) for name, key in keys.items()}
    enrol(workspace, rows, possession=shown)
    known = Registry.of(workspace)
    return Group(Pipeline(open_stream_log(workspace), known)), known


def measure(folder: Path, seconds: float) -> dict[str, Any]:
    """Give readings a second from the first one published to the last one acknowledged.

    Parameters
    ----------
    folder
        On the disk that is to be measured.
    seconds
        How long at the least at twice the bar: so many batches are sent.
    """
    from tanlu.serve.gateway.brokers.mqtt import consume

    count = int(seconds * 2 * BAR / PER_BATCH)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        here, port = Path(scratch), free_port()
        mosquitto = broker(here, port)
        sender = sending(port, count)
        group, known = serve(here)
        one = consume(
            group, known, f"mqtt://127.0.0.1:{port}", topics=("t/1/+/b",), receive_maximum=2_048
        )
        assert one.connected.wait(20), one.error
        processes = {"server": os.getpid(), "broker": mosquitto.pid, "sender": sender.pid}
        assert sender.stdout is not None
        assert sender.stdin is not None
        assert sender.stdout.readline() == "ready\n"
        cpu = {name: cpu_of(number) for name, number in processes.items()}
        begun = time.perf_counter()
        sender.stdin.write("go\n")
        sender.stdin.flush()
        while one.counters()["acknowledged"] < count and one.error is None:
            time.sleep(0.01)
        spent = time.perf_counter() - begun
        cpu = {name: cpu_of(number) - cpu[name] for name, number in processes.items()}
        told = one.counters()
        # it waits until it was asked what it cost: a process that ended tells nothing
        sender.communicate("end\n")
        mosquitto.kill()
        mosquitto.wait()
        one.stop()
        group.close()
        group.pipeline.close()
    assert one.error is None, one.error
    assert told["rows_new"] == told["rows_in"] == count * PER_BATCH, told
    return {
        "value": count * PER_BATCH / spent, "seconds": spent, "readings": count * PER_BATCH,
        "cores": {name: used / spent for name, used in cpu.items()},
    }  # fmt: skip


def sending(port: int, count: int) -> subprocess.Popen[str]:
    """Start the sender; it says ready when all is signed."""
    command = [sys.executable, "-m", "benchmarks.mqtt", "--send", str(port), str(count)]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        env=environment,
    )  # fmt: skip


def main() -> None:
    """Measure and say it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    parser.add_argument("--send", nargs=2, type=int)
    asked = parser.parse_args()
    if asked.send:
        send(*asked.send)
        return
    found = measure(asked.folder, asked.seconds)
    print(json.dumps({"name": "ingest.mqtt", "unit": "readings/s", "bar": BAR, **found}))


if __name__ == "__main__":
    main()
