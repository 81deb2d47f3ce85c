"""Processes beside ours: they come back, and they never outlive us."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tanlu.cli.serving import children
from tanlu.cli.serving.children import Child, Minder
from tanlu.errors import TanluError

ROOT = Path(__file__).resolve().parents[3]
PARK = ("simulate", "park", "--to", "http://127.0.0.1:9", "--json")


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def until(what, seconds=90.0) -> bool:
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture
def ledger(tmp_path):
    from tanlu.store import open_workspace

    return open_workspace(tmp_path / "l", create=True).path


def words(ledger):
    return (*PARK, "--ledger", str(ledger))


def environment():
    return {"PYTHONPATH": str(ROOT / "src")}


def test_a_child_ends_in_order_and_says_its_last_words(ledger, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as asked:
        asked.settimeout(90)
        there = f"http://127.0.0.1:{asked.getsockname()[1]}"
        child = Child((*words(ledger), "--to", there), tmp_path / "log" / "c.log", **environment())
        # it is at work
        asked.accept()[0].close()
    assert child.code is None
    child.close()
    assert not alive(child.pid)
    assert '"rows": 0' in (tmp_path / "log" / "c.log").read_text("utf-8")


def test_a_child_does_not_outlive_a_parent_that_is_killed(ledger, tmp_path):
    parent = subprocess.Popen(
        [sys.executable, "-c", (
            "import sys, time\nfrom pathlib import Path\n"
            "from tanlu.cli.serving.children import Child\n"
            f"child = Child({words(ledger)!r}, Path({str(tmp_path / 'c.log')!r}))\n"
            "print(child.pid, flush=True)\ntime.sleep(600)\n")],
        stdout=subprocess.PIPE, text=True, env={**os.environ, **environment()},
    )  # fmt: skip
    pid = int(parent.stdout.readline())
    time.sleep(2)
    assert alive(pid)
    parent.kill()
    parent.communicate()
    assert until(lambda: not alive(pid))


def test_a_child_that_dies_comes_back(ledger, tmp_path, monkeypatch):
    monkeypatch.setattr(children, "SHORT_S", 0.0)
    minder = Minder()
    child = minder.add(words(ledger), tmp_path / "c.log", **environment())
    first = child.pid
    os.kill(first, signal.SIGKILL)
    assert until(lambda: child.pid != first and child.code is None)
    minder.check()
    minder.close()
    assert not alive(child.pid)


def test_a_child_that_cannot_live_ends_all_and_is_named(tmp_path):
    minder = Minder()
    minder.add(("simulate", "nothing"), tmp_path / "c.log", **environment())
    assert minder.ends.wait(60)
    with pytest.raises(TanluError, match=r"TL944.*simulate nothing.*exit code 2"):
        minder.check()
    minder.close()
    assert "nothing" in (tmp_path / "c.log").read_text("utf-8")
