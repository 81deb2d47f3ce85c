"""What is heard beside HTTP ends in the one pipeline, and all of it ends together."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import time
from pathlib import Path

import pytest

from tanlu.errors import TanluError
from tanlu.monitor.devices import Registry
from tanlu.monitor.stream import Pipeline
from tanlu.serve.gateway import Gateways, Wanted
from tanlu.serve.ingest import Group
from tanlu.store import Workspace, open_workspace
from tanlu.store.stream import open_stream_log

pytest.importorskip("pymodbus")
websockets = pytest.importorskip("websockets")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextlib.contextmanager
def group(workspace: Workspace):
    log = open_stream_log(workspace)
    pipeline = Pipeline(log, Registry.of(workspace))
    made = Group(pipeline)
    try:
        yield made
    finally:
        made.close()
        pipeline.close()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path / "park", create=True)


def counted(made: Group) -> dict[str, dict[str, object]]:
    return made.ask(lambda pipeline: pipeline.counters()["streams"]).result()


def until(made: Group, stream: str, name: str, least: int) -> int:
    for _ in range(600):
        found = counted(made).get(stream, {}).get(name, 0)
        if found >= least:
            break
        time.sleep(0.1)
    return found


def plan(folder: Path, port: int) -> Path:
    path = folder / "points.csv"
    path.write_text(
        "protocol,host,port,address,device,stream,step_s\n"
        f"modbus,127.0.0.1,{port},0,meter-1,power_w,0.2\n"
    )
    return path


def test_machines_that_are_asked_end_in_the_pipeline(workspace, tmp_path):
    from tests.serve.gateway.test_modbus import machine

    port = free_port()

    async def run() -> tuple[int, dict[str, dict[str, int]]]:
        async with machine(port, [42]):
            wanted = Wanted(points=plan(tmp_path, port))
            with (
                group(workspace) as made,
                Gateways(made, Registry.of(workspace), wanted, zone="UTC") as running,
            ):
                new = await asyncio.to_thread(until, made, "power_w", "rows_new", 3)
                return new, running.counters()

    new, counters = asyncio.run(run())

    assert new >= 3
    assert counters["modbus"]["answered"] >= 3


def test_chargers_end_in_the_pipeline_and_a_retry_counts_once(workspace):
    port = free_port()
    sample = {"timestamp": "2026-01-01T00:00:00Z", "sampledValue": [{"value": "5"}]}
    told = json.dumps([2, "1", "MeterValues", {"connectorId": 1, "meterValue": [sample]}])

    async def send() -> None:
        address = f"ws://127.0.0.1:{port}/CP1"
        async with websockets.connect(address, subprotocols=["ocpp1.6"]) as link:
            for message in (told, told, "garbage"):
                await link.send(message)
            assert json.loads(await link.recv()) == [3, "1", {}]
            assert json.loads(await link.recv()) == [3, "1", {}]

    with (
        group(workspace) as made,
        Gateways(made, Registry.of(workspace), Wanted(ocpp=port), zone="UTC"),
    ):
        asyncio.run(send())
        refused = until(made, "ocpp", "rows_quarantined", 1)
        counts = counted(made)["charge_wh"]

    assert (counts["rows_new"], counts["rows_known"], refused) == (1, 1, 1)


def test_a_port_that_is_taken_is_said_at_once(workspace):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with group(workspace) as made, pytest.raises((TanluError, OSError)):  # noqa: SIM117
            with Gateways(made, Registry.of(workspace), Wanted(ocpp=port), zone="UTC"):
                pass


def test_a_plan_that_is_unsound_starts_nothing(workspace, tmp_path):
    path = tmp_path / "points.csv"
    path.write_text("protocol,host\n")

    with group(workspace) as made, pytest.raises(TanluError, match="TL396"):
        Gateways(made, Registry.of(workspace), Wanted(points=path), zone="UTC")


def test_a_broker_that_is_not_one_is_said_at_once(workspace):
    for wanted in (Wanted(mqtt="x"), Wanted(nats="x"), Wanted(kafka="x")):
        with group(workspace) as made, pytest.raises(TanluError, match="TL375"):  # noqa: SIM117
            with Gateways(made, Registry.of(workspace), wanted, zone="UTC"):
                pass


def test_a_gateway_that_died_is_told_and_the_others_go_on(workspace, tmp_path, monkeypatch):
    from tanlu.serve.gateway.frames.links import PROTOCOLS

    def broken(frames):
        raise RuntimeError("a decoder broke")

    codec = PROTOCOLS["gb32960"]._replace(read=broken)
    monkeypatch.setitem(PROTOCOLS, "gb32960", codec)
    ports = (("gb32960", free_port()), ("hj212", free_port()))
    with (
        group(workspace) as made,
        Gateways(made, Registry.of(workspace), Wanted(frames=ports), zone="UTC") as running,
    ):
        assert not any("error" in told for told in running.counters().values())
        for _, port in ports:
            with socket.create_connection(("127.0.0.1", port)) as link:
                link.sendall(b"no frame")
        refused = until(made, "hj212", "rows_quarantined", 1)
        for _ in range(600):
            if "error" in running.counters()["gb32960"]:
                break
            time.sleep(0.05)
        told = running.counters()

    assert refused == 1
    assert "a decoder broke" in told["gb32960"]["error"]
    assert "error" not in told["hj212"]


@pytest.mark.parametrize(
    ("name", "module"),
    [("mqtt", "paho.mqtt"), ("nats", "nats"), ("kafka", "confluent_kafka")],
)
def test_a_broker_that_is_away_is_told(workspace, name, module):
    pytest.importorskip(module)
    wanted = Wanted(**{name: f"{name}://user:secret@127.0.0.1:{free_port()}"})
    with group(workspace) as made:  # noqa: SIM117
        with Gateways(made, Registry.of(workspace), wanted, zone="UTC") as running:
            for _ in range(600):
                if "error" in running.counters()[name]:
                    break
                time.sleep(0.05)
            error = running.counters()[name]["error"]
    assert "cannot be reached" in error
    assert "secret" not in error
