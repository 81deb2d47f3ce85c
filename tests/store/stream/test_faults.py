"""At no call of the system may a refusal or a death cost what was acknowledged, or double it."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from tanlu.errors import TanluError
from tanlu.store import open_workspace
from tanlu.store.stream import drain, open_stream_log
from tests.store.stream.faults import CALLS, Death, Disk, Fault, faults
from tests.store.stream.feeds import readings

GROUP = 10
FULL = {errno.ENOSPC: {"TL662", "TL614"}, errno.EIO: {"TL661", "TL614"}}


@pytest.fixture(scope="module")
def torn(tmp_path_factory) -> Path:
    """A ledger whose log has one group and the beginning of another."""
    ledger = open_workspace(tmp_path_factory.mktemp("torn") / "ledger", create=True)
    log = open_stream_log(ledger)
    log.append({"reading": readings(0, GROUP)})
    log.close()
    with (log.folder / "00000001.wal").open("ab") as file:
        file.write(b"TLWF torn")
    os.truncate(log.folder / "synced", 0)
    return ledger.path


def work(path: Path, tried: list[int], said: list[int]) -> None:
    """Do all that a log does: mend, write, sync, turn, remember, take away, drain, end."""
    ledger = open_workspace(path)
    log = open_stream_log(ledger, segment_bytes=1_000)
    for number in range(1, 6):
        tried.append(number)
        place = log.append({"reading": readings(GROUP * number, GROUP)})
        log.sync()
        said.append(number)
        if number == 3:
            list(drain(ledger))
        if number == 4:
            log.keep(place, b"5")
    log.close()
    # as after a loss of power: the drain itself finds the end
    os.truncate(log.folder / "synced", 0)
    list(drain(ledger))


def struck(torn: Path, path: Path, fault: Fault | None) -> Disk:
    """Work on a copy until the fault strikes, and hold that a healed disk has what was said."""
    shutil.copytree(torn, path)
    disk = Disk(fault, path)
    tried, said, code = [0], [0], ""
    with disk.under(), contextlib.suppress(Death):
        try:
            work(path, tried, said)
        except TanluError as error:
            code = error.code
    if fault is not None and fault.number is not None:
        assert code in {"", *FULL[fault.number]}, (fault, disk.calls[fault.at], code)
    if fault is not None and fault.when in ("power", "ever"):
        disk.lose()
    holds(path, len(tried), len(said))
    shutil.rmtree(path)
    return disk


def holds(path: Path, tried: int, said: int) -> None:
    ledger = open_workspace(path)
    log = open_stream_log(ledger, wait_s=0.0)
    place, state = log.kept() or (None, b"0")
    seqs = [seq for _, tables in log.replay(place) for seq in tables["reading"]["seq"]]
    groups = int(state) + len(seqs) // GROUP
    assert seqs == list(range(GROUP * int(state), GROUP * groups))
    assert said <= groups <= tried
    assert list(log.folder.glob(".*")) == []
    log.append({"reading": readings(GROUP * groups, GROUP)})
    log.close()
    list(drain(ledger))
    assert ledger.scan("reading").collect()["seq"].to_list() == list(range(GROUP * groups + GROUP))
    assert [step.result for step in ledger.check()][-1]["findings"] == []


def sweep(torn: Path, tmp_path: Path, chosen: Iterable[Fault]) -> None:
    wrong = []
    for number, fault in enumerate(chosen):
        try:
            struck(torn, tmp_path / str(number), fault)
        except (AssertionError, TanluError, OSError) as error:
            wrong.append((fault, repr(error)))
    assert wrong == []


def test_without_a_fault_all_is_there_and_every_kind_of_call_is_made(torn, tmp_path) -> None:
    disk = struck(torn, tmp_path / "whole", None)

    kinds = Counter(name for name, _ in disk.calls)
    assert set(kinds) == set(CALLS)


def test_each_place_of_the_code_stands_a_refusal_and_a_death(torn, tmp_path) -> None:
    calls = struck(torn, tmp_path / "whole", None).calls
    first = {calls.index(call) for call in calls}
    # each place once; what happens there goes round
    at_first = [fault for fault in faults(calls) if fault.at in first]
    sweep(torn, tmp_path, at_first[::3])


@pytest.mark.slow
def test_each_call_stands_every_refusal_and_every_death(torn, tmp_path) -> None:
    calls = struck(torn, tmp_path / "whole", None).calls
    sweep(torn, tmp_path, faults(calls))
