"""tanlu simulate park: it sends what parks read, and goes on when the server comes back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import polars as pl
import pytest

from tanlu.cli.streams import park
from tanlu.cli.streams.park import BROKEN_C, BROKEN_S, SILENT_FOR_S, SILENT_S, _faulty
from tanlu.monitor.devices import enrol
from tanlu.simulate.devices import GATEWAY, living_devices, living_readings
from tanlu.store import open_workspace
from tests.serve.ingest.serving import ROOT, Serving


@pytest.fixture
def ledger(tmp_path):
    """A ledger with the devices of the parks, and the token of their gateway."""
    workspace = open_workspace(tmp_path / "l", create=True)
    rows = living_devices()
    enrol(workspace, rows.filter(pl.col("device") != GATEWAY))
    made = enrol(workspace, rows.filter(pl.col("device") == GATEWAY), tokens=True)
    return workspace.path, made.tokens["token"][0]


def accepted(server) -> int:
    _, _, body = server.ask("GET", "/metrics")
    lines = body.decode().splitlines()
    counts = [line for line in lines if line.startswith("tanlu_ingest_accepted_rows_total{")]
    return sum(int(line.rpartition(" ")[2]) for line in counts)


def hears(server, least=1, seconds=60.0) -> bool:
    end = time.monotonic() + seconds
    while accepted(server) < least:
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True


def test_parks_are_heard_and_heard_again_when_the_server_comes_back_elsewhere(ledger):
    path, token = ledger
    instant = sum(rows.height for rows in living_readings(0).values())
    child = subprocess.Popen(
        [sys.executable, "-m", "tanlu", "simulate", "park", "--past", "2", "--ledger", str(path),
         "--json"],
        stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "TANLU_TOKEN": token},
    )  # fmt: skip
    with Serving(path) as server:
        # two hours before, each five minutes
        assert hears(server, 25 * instant)
        server.kill()
    with Serving(path) as again:
        assert hears(again)
    child.send_signal(signal.SIGTERM)
    out, _ = child.communicate(timeout=60)
    assert child.returncode == 0
    assert json.loads(out)["rows"] > 25 * instant
    times = open_workspace(path).scan("reading", columns=["device", "at"]).collect()
    began = times.filter(device="xian-pv-1")["at"].sort()
    past = [at for at in began if at % 300_000_000 == 0]
    assert past == list(range(past[0], past[0] + 7_200_000_001, 300_000_000))
    assert began[25] > past[-1]


def test_what_broke_off_in_the_hours_before_is_told_again_and_what_was_taken_is_counted(
    ledger, monkeypatch
):
    ends, lines = [], []
    instant = sum(rows.height for rows in living_readings(0).values())

    class Line:
        def __init__(self) -> None:
            self.said = 0
            lines.append(self)

        def post(self, _stream, _media, body):
            rows = pl.read_ipc_stream(body).height
            if len(lines) == 1 and self.said:
                raise ConnectionResetError
            self.said += rows
            if self.said > 25 * instant:
                ends[0]()
            return SimpleNamespace(said={"rows_in": rows})

    told = []
    monkeypatch.setattr(park.signal, "signal", lambda _, act: ends.append(act))
    monkeypatch.setattr(park, "_connected", lambda _: Line())
    asked = SimpleNamespace(ledger=ledger[0], past=2)
    assert park.run(asked, SimpleNamespace(result=told.append)) == 0
    first, again = (line.said for line in lines)
    assert 0 < first < 25 * instant < again
    assert told == [{"rows": first + again}]


def test_now_and_then_a_sensor_reads_nonsense_and_a_charger_is_silent():
    at = 1_795_305_600_000_000
    calm = BROKEN_S * SILENT_S + SILENT_FOR_S + 1
    tables = living_readings(at)
    rooms, power = tables["temperature_c"], tables["power_w"]
    told = _faulty(dict(tables), calm)
    assert told["temperature_c"].equals(rooms)
    assert told["power_w"].equals(power)
    told = _faulty(dict(tables), BROKEN_S * SILENT_S)
    assert told["temperature_c"]["value"].to_list().count(BROKEN_C) == 1
    assert told["power_w"].height == power.height - 1
