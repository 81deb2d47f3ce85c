"""The second process: it drains, is started again, and ends with the first."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from tanlu.serve.ingest import draining
from tests.monitor.stream.places import body, pipeline, row


def wait(until: Callable[[], bool]) -> bool:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        if until():
            return True
        time.sleep(0.05)
    return False


def test_a_drain_that_dies_is_started_again_and_ends_when_told(tmp_path: Path) -> None:
    made = pipeline(tmp_path / "l")
    codes: list[int] = []
    drainer = draining.Drainer(tmp_path / "l", codes.append)
    first = drainer.pid
    os.kill(first, signal.SIGKILL)

    assert wait(lambda: drainer.pid != first)
    assert codes == [-signal.SIGKILL]
    made.take([body([row(seq=seq) for seq in range(70_000)])])
    assert wait(lambda: made.log.lag().rows == 0)
    last = drainer._child
    drainer.close()
    assert last.returncode == 0
    assert drainer.restarts == 1
    made.close()


def test_it_ends_when_its_input_does(tmp_path: Path) -> None:
    pipeline(tmp_path / "l").close()
    drainer = draining.Drainer(tmp_path / "l", lambda _: None)
    assert drainer._child.stdin is not None
    drainer._ending.set()
    drainer._child.stdin.close()

    assert drainer._child.wait(60) == 0
