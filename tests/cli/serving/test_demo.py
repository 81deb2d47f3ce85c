"""tanlu serve --demo: a living park from nothing, and nothing that stays when it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from tests.cli.serving.test_children import ROOT, alive, until

STARTED_S = 60.0


class Demo:
    """A demonstration as a process of its own."""

    def __init__(self, folder: Path) -> None:
        begun = time.monotonic()
        words = ["serve", "--demo", "--ledger", str(folder), "--port", "0", "--json"]
        self.child = subprocess.Popen(
            [sys.executable, "-m", "tanlu", *words], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        )  # fmt: skip
        line = self.child.stdout.readline()
        assert line, self.child.communicate()[1]
        self.facts = json.loads(line)
        self.seconds = time.monotonic() - begun

    def processes(self) -> set[int]:
        """Give the processes of it, itself among them."""
        above = {}
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                said = path.read_text(encoding="utf-8").rpartition(")")[2].split()
            except OSError:
                continue
            above[int(path.parent.name)] = int(said[1])
        found = {self.child.pid}
        while more := {pid for pid, parent in above.items() if parent in found} - found:
            found |= more
        return found


def settled(folder: Path) -> bool:
    """Tell whether the park is heard: readings are in the log."""
    said = folder / "streams" / "serve.json"
    if not said.exists():
        return False
    url = json.loads(said.read_text("utf-8"))["url"]
    with urllib.request.urlopen(url + "/metrics", timeout=30) as answer:
        return 'tanlu_ingest_accepted_rows_total{stream="power_w"}' in answer.read().decode()


def watched(demo: Demo) -> None:
    """Log in as the program that was told, and watch a park that lives."""
    url, ways = demo.facts["url"], demo.facts
    body = urllib.parse.urlencode({
        "grant_type": "client_credentials", "client_id": ways["client"],
        "client_secret": ways["secret"],
    }).encode()  # fmt: skip
    with urllib.request.urlopen(url + "/auth/token", body, timeout=30) as answer:
        token = json.load(answer)["access_token"]

    def park() -> dict:
        asked = urllib.request.Request(
            url + "/v1/live/now?t=park:xian,events", headers={"Authorization": f"Bearer {token}"}
        )
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return json.load(answer)["topics"]

    assert until(lambda: not park()["park:xian"]["stale"])
    told = park()
    assert told["park:xian"]["roles"]["grid"]["w"] > 0
    assert told["park:xian"]["carbon"]["tier"]
    assert told["events"]["events"][0]["subject"].startswith("waybill:")


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_it_lives_within_a_minute_and_nothing_outlives_it(tmp_path):
    folder = tmp_path / "demo"
    first = Demo(folder)
    assert until(lambda: settled(folder))
    assert first.seconds < STARTED_S
    with urllib.request.urlopen(first.facts["url"] + "/healthz", timeout=30) as answer:
        assert answer.status == 200
    watched(first)
    there = first.processes()
    assert len(there) >= 4
    # no word of farewell: who is beside it must notice
    first.child.kill()
    first.child.communicate()
    assert until(lambda: not any(alive(pid) for pid in there))
    again = Demo(folder)
    assert again.seconds < STARTED_S / 2
    assert until(lambda: settled(folder))
    there = again.processes()
    again.child.send_signal(signal.SIGINT)
    again.child.communicate(timeout=90)
    assert again.child.returncode == 0
    assert not any(alive(pid) for pid in there)
