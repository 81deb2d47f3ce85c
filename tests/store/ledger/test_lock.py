from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tanlu.errors import TanluError
from tanlu.store.ledger.lock import WriterLock, alone

HOLD = """
import sys, time
from pathlib import Path
from tanlu.store.ledger.lock import WriterLock
WriterLock(Path(sys.argv[1])).take(1)
sys.stdout.write("held\\n"); sys.stdout.flush()
time.sleep(60)
"""


@pytest.fixture
def held_elsewhere(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "lock")], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_second_writer_is_told_who_holds_the_lock(held_elsewhere, tmp_path) -> None:
    with pytest.raises(TanluError, match="TL602") as raised:
        WriterLock(tmp_path / "lock").take(0.05)

    assert f"pid {held_elsewhere.pid} " in raised.value.fields["owner"]


def test_a_killed_writer_leaves_the_lock_free_and_a_sign(held_elsewhere, tmp_path) -> None:
    held_elsewhere.kill()
    held_elsewhere.wait()

    assert WriterLock(tmp_path / "lock").take(1) is True


@pytest.mark.parametrize("name", ["ftruncate", "pwrite"])
def test_whoever_dies_while_taking_the_lock_keeps_the_sign(
    held_elsewhere, tmp_path, monkeypatch, name: str
) -> None:
    held_elsewhere.kill()
    held_elsewhere.wait()
    real = getattr(os, name)

    def last(*words: object) -> None:
        real(*words)
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(os, name, last)
        with pytest.raises(SystemExit):
            WriterLock(tmp_path / "lock").take(0)

    # the first of the dead left something to mend, and nobody has mended it
    assert WriterLock(tmp_path / "lock").take(0) is True


def test_a_lock_let_go_leaves_no_sign(tmp_path) -> None:
    lock = WriterLock(tmp_path / "lock")
    lock.take(0)
    lock.release()

    assert WriterLock(tmp_path / "lock").take(0) is False


def test_the_holder_enters_again_and_the_outermost_lets_go(tmp_path) -> None:
    lock = WriterLock(tmp_path / "lock")
    lock.take(0)
    lock.take(0)
    lock.release()

    assert lock.held
    assert f"pid {os.getpid()} " in lock.owner()
    lock.release()
    assert not lock.held


def test_a_disk_that_fails_at_the_end_keeps_no_lock(tmp_path, monkeypatch) -> None:
    def broken(*_: object) -> None:
        raise OSError(5, "Input/output error")

    lock = WriterLock(tmp_path / "lock")
    lock.take(0)
    with monkeypatch.context() as patch:
        patch.setattr(os, "ftruncate", broken)
        lock.release()

    assert not lock.held
    assert WriterLock(tmp_path / "lock").take(0)


def test_a_named_lock_stops_only_who_asks_for_the_same_name(tmp_path):
    held = alone(tmp_path / "desk.lock", 0)
    with held, alone(tmp_path / "other.lock", 0), pytest.raises(TanluError, match="TL602"):
        alone(tmp_path / "desk.lock", 0).__enter__()

    with alone(tmp_path / "desk.lock", 0):
        pass
