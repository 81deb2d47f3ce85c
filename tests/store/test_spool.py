"""The spool: nothing that was put is lost, nothing acknowledged comes again on an orderly end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.store import spool
from tanlu.store.spool import Spool


def _all(held: Spool) -> list[bytes]:
    return [found.body for found in iter(held.take, None)]


def test_bodies_come_out_in_their_order(tmp_path: Path) -> None:
    with Spool(tmp_path) as held:
        held.put([b"one", b""])
        held.put([b"three"])

        assert _all(held) == [b"one", b"", b"three"]
        assert held.take() is None


def test_what_was_not_acknowledged_comes_again_after_a_restart(tmp_path: Path) -> None:
    with Spool(tmp_path) as held:
        held.put([b"one", b"two", b"three"])
        first, second = held.take(), held.take()
        assert first is not None
        assert second is not None
        held.done(first)

    with Spool(tmp_path) as held:
        assert _all(held) == [b"two", b"three"]


def test_acknowledgements_out_of_order_wait_for_the_first(tmp_path: Path) -> None:
    with Spool(tmp_path) as held:
        held.put([b"one", b"two"])
        first, second = held.take(), held.take()
        assert first is not None
        assert second is not None
        held.done(second)
        waits = held.waiting
        held.done(first)

        assert waits == 2 * (8 + 3)
        assert held.waiting == 0


def test_what_was_taken_can_be_handed_out_again(tmp_path: Path) -> None:
    with Spool(tmp_path) as held:
        held.put([b"one", b"two"])
        held.take()
        held.give_back()

        assert _all(held) == [b"one", b"two"]


def test_a_full_spool_takes_nothing_and_loses_nothing(tmp_path: Path) -> None:
    with Spool(tmp_path, bytes_max=30) as held:
        held.put([b"x" * 20])
        with pytest.raises(TanluError) as error:
            held.put([b"y"])

        assert error.value.code == "TL903"
        assert _all(held) == [b"x" * 20]


def test_one_process_has_a_spool(tmp_path: Path) -> None:
    with Spool(tmp_path), pytest.raises(TanluError) as error:
        Spool(tmp_path)

    assert error.value.code == "TL903"


@given(st.integers(0, 60))
def test_a_torn_tail_is_cut_and_the_rest_stays(cut: int) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Spool(folder) as held:
            held.put([b"first body", b"second body"])
        file = folder / f"{0:020d}.spool"
        whole = file.read_bytes()
        file.write_bytes(whole[: max(0, len(whole) - cut)])
        with Spool(folder) as held:
            held.put([b"after"])
            found = _all(held)

        wanted = [b"first body", b"second body"]
        left = 2 if cut == 0 else 1 if cut <= 19 else 0
        assert found == [*wanted[:left], b"after"]


def test_a_body_that_was_changed_on_disk_is_told(tmp_path: Path) -> None:
    with Spool(tmp_path) as held:
        held.put([b"first body"])
        file = tmp_path / f"{0:020d}.spool"
        file.write_bytes(file.read_bytes().replace(b"first", b"worst"))
        with pytest.raises(TanluError) as error:
            held.take()

    assert error.value.code == "TL903"


def test_segments_that_nobody_needs_go_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "SEGMENT_BYTES", 100)
    with Spool(tmp_path) as held:
        for number in range(20):
            held.put([bytes([number]) * 50])
        many = len(list(tmp_path.glob("*.spool")))
        bodies = [held.take() for _ in range(20)]
        for found in bodies:
            assert found is not None
            held.done(found)

        assert many == 10
        assert len(list(tmp_path.glob("*.spool"))) == 1
        assert [found.body[0] for found in bodies if found] == list(range(20))


WRITER = """
import sys
from pathlib import Path
from tanlu.store.spool import Spool
held = Spool(Path(sys.argv[1]))
for number in range(10**6):
    held.put([str(number).encode()])
    sys.stdout.write(f"{number}\\n")
    sys.stdout.flush()
"""


def test_what_put_returned_for_survives_kill_9(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, env=os.environ
    )
    assert process.stdout is not None
    told = [int(process.stdout.readline()) for _ in range(50)]
    process.send_signal(signal.SIGKILL)
    told += [int(line) for line in process.stdout.read().splitlines() if line]
    process.wait()
    process.stdout.close()

    with Spool(tmp_path) as held:
        found = [int(body) for body in _all(held)]
    assert found[: len(told)] == told


def test_a_tail_that_was_never_written_through_is_cut(tmp_path: Path) -> None:
    with Spool(tmp_path) as held:
        held.put([b"first body", b"second body"])
    file = tmp_path / f"{0:020d}.spool"
    # after a loss of power the length can be there and the bytes not
    file.write_bytes(file.read_bytes()[:-5] + bytes(5))
    with Spool(tmp_path) as held:
        held.put([b"after"])

        assert _all(held) == [b"first body", b"after"]


def test_put_returns_after_the_bytes_were_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    true_sync = os.fdatasync

    def spy(handle: int) -> None:
        true_sync(handle)
        synced.append(os.fstat(handle).st_size)

    monkeypatch.setattr(os, "fdatasync", spy)
    with Spool(tmp_path) as held:
        held.put([b"first body"])
        held.put([b"second body"])

    assert synced == [18, 37]


def test_a_disk_that_refuses_leaves_no_half_body(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with Spool(tmp_path) as held:
        held.put([b"first body"])
        with monkeypatch.context() as patch:
            patch.setattr(os, "fdatasync", full)
            with pytest.raises(TanluError) as error:
                held.put([b"lost body"])
        held.put([b"second body"])

        assert "No space left on device" in str(error.value)
        assert _all(held) == [b"first body", b"second body"]
