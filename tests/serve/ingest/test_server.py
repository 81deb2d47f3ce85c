"""The real server: all media types, killed, started again, every reading once."""

from __future__ import annotations

import contextlib
import json
import resource
import socket
import time
from pathlib import Path

import pytest

from tanlu.errors import TanluError
from tanlu.monitor.stream.bodies import JSON, MEDIA
from tanlu.serve.ingest import Server
from tanlu.store import open_workspace
from tests.monitor.stream.places import encoded, row
from tests.serve.ingest.serving import Serving

ROWS = 50


def test_killed_and_started_again_every_reading_stands_once(tmp_path: Path) -> None:
    ledger = tmp_path / "l"
    rows = [row(f"m-{media}", seq) for media in range(len(MEDIA)) for seq in range(ROWS)]
    blocks = {
        media: encoded(rows[number * ROWS : (number + 1) * ROWS], media)
        for number, media in enumerate(MEDIA)
    }
    with Serving(ledger) as server:
        for media, data in blocks.items():
            status, told = server.post("energy_wh", data, media)
            assert (status, told["rows_new"]) == (200, ROWS)
        server.kill()
    with Serving(ledger) as server:
        for media, data in blocks.items():
            status, told = server.post("energy_wh", data, media)
            assert (status, told["rows_known"]) == (200, ROWS)
        status, _, body = server.ask("GET", "/v1/gaps")
        assert (status, json.loads(body)["missing"]) == (200, 0)
        ended, log = server.stop()

    workspace = open_workspace(ledger)
    found = workspace.scan("reading").select("device", "seq").collect().rows()
    assert sorted(found) == sorted((each["device"], each["seq"]) for each in rows)
    assert (ended["rows_known"], ended["missing"]) == (len(rows), 0)
    assert not (ledger / "streams" / "serve.json").exists()
    events = [json.loads(line)["event"] for line in log.splitlines()]
    assert events == ["listening", "stopping", "stopped"]
    assert not list(workspace.check().__iter__())[-1].result["findings"]  # type: ignore[index]


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    import socket

    workspace = open_workspace(tmp_path / "l", create=True)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(TanluError, match="TL633"):
            Server(workspace, other.getsockname()[1])


def test_one_server_has_the_log(tmp_path: Path) -> None:
    ledger = tmp_path / "l"
    with Serving(ledger) as server:
        assert json.loads((ledger / "streams" / "serve.json").read_text("utf-8")) == {
            "url": server.facts["url"], "pid": server.child.pid,
        }  # fmt: skip
        with pytest.raises(TanluError, match="TL660"):
            Server(open_workspace(ledger), 0, drains=False)


def test_a_gateway_that_does_not_work_is_said_once_and_when_it_works_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class Beside(contextlib.nullcontext[None]):
        told: dict[str, dict[str, object]] = {"mqtt": {"error": "away"}}  # noqa: RUF012

        def counters(self) -> dict[str, dict[str, object]]:
            return self.told

    server = Server(open_workspace(tmp_path / "park", create=True), 0, drains=False)
    try:
        beside = Beside()
        server.beside(beside)
        server._look()
        server._look()
        Beside.told = {"mqtt": {"messages": 1}}
        server._look()
    finally:
        server.group.close()
        server.close()
    told = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(each["event"], each.get("why")) for each in told] == [
        ("gateway_failed", "away"), ("gateway_works_again", None),
    ]  # fmt: skip


def test_idle_connections_do_not_keep_others_from_being_heard(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 4_000:
        pytest.skip("the system lets nobody hold that many connections")
    resource.setrlimit(resource.RLIMIT_NOFILE, (1_024, hard))
    try:
        server = Serving(tmp_path / "l")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 4_000), hard))
    with server, contextlib.ExitStack() as held:
        for _ in range(2_500):
            line = held.enter_context(socket.create_connection(("127.0.0.1", server.port), 10))
            line.sendall(b"POST /v1/streams/energy_wh HTTP/1.1\r\nHost: x\r\n")
        status, told = server.post("energy_wh", encoded([row()], JSON), JSON)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    assert (status, told["rows_in"]) == (200, 1)


def test_brokers_that_are_away_are_told_on_the_terminal_and_in_the_status(tmp_path: Path) -> None:
    for module in ("paho.mqtt", "nats", "confluent_kafka"):
        pytest.importorskip(module)
    names = ("mqtt", "nats", "kafka")
    words = [word for name in names for word in (f"--{name}", f"{name}://127.0.0.1:1")]
    with Serving(tmp_path / "l", *words) as server:
        for _ in range(1200):
            failed = json.loads(server.ask("GET", "/healthz")[2])["gateways_failed"]
            if failed == sorted(names):
                break
            time.sleep(0.05)
        status = json.loads(server.ask("GET", "/v1/status")[2])["gateways"]
        time.sleep(1)
        _, log = server.stop()
    why = {name: status[name]["error"] for name in names}
    assert all("cannot be reached" in each for each in why.values())
    said = [line for line in map(json.loads, log.splitlines()) if line["event"] == "gateway_failed"]
    # once each, not at every attempt
    assert sorted((line["gateway"], line["why"]) for line in said) == sorted(why.items())
