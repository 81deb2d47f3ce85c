"""Where a log lies: a folder, or an object store."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from tanlu.errors import TanluError
from tanlu.store.log.storage import Folder, Objects


@pytest.fixture(params=["folder", "objects"])
def storage(request, tmp_path: Path):
    if request.param == "folder":
        return Folder(tmp_path / "log")
    pytest.importorskip("fsspec")
    return Objects(f"memory://{uuid4().hex}/log")


def test_what_was_written_is_read_and_named(storage) -> None:
    with storage.guard():
        storage.write([("tile/0/000", b"a"), ("tile/0/001", b"b"), ("checkpoint", b"c")])

    assert storage.read("tile/0/000") == b"a"
    assert storage.read("checkpoint") == b"c"
    assert storage.names("tile/0") == ["000", "001"]
    assert storage.read("tile/0/002") is None
    assert storage.names("pending") == []


def test_a_file_is_replaced_and_taken_away(storage) -> None:
    storage.write([("checkpoint", b"a"), ("tile/0/000.p/1", b"1"), ("tile/0/000.p/2", b"2")])
    storage.write([("checkpoint", b"b")])
    storage.remove(["tile/0/000.p/", "tile/0/001.p/", "pending/9"])

    assert storage.read("checkpoint") == b"b"
    assert storage.read("tile/0/000.p/1") is None
    storage.remove(["checkpoint"])
    assert storage.read("checkpoint") is None


def test_a_second_writer_of_a_folder_waits_and_is_told_who_writes(tmp_path: Path) -> None:
    one, other = Folder(tmp_path / "log"), Folder(tmp_path / "log")
    with pytest.MonkeyPatch.context() as patch, one.guard():
        patch.setattr("tanlu.store.log.storage.WAIT_S", 0.05)
        with pytest.raises(TanluError, match=rf"TL602.*{os.getpid()}"), other.guard():
            pass
    with other.guard():
        pass


@pytest.mark.parametrize("count", [1, 40])
def test_a_full_disk_leaves_nothing(tmp_path: Path, count: int, monkeypatch) -> None:
    folder = Folder(tmp_path / "log")
    folder.write([("checkpoint", b"old")])
    real, written = os.write, []

    def full(handle: int, data: bytes) -> int:
        written.append(data)
        if len(written) == count:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(handle, data)

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(TanluError, match=r"TL614.*No space left"):
        folder.write([(f"tile/0/{n:03}", b"x") for n in range(40)])

    assert folder.names("tile/0") == []
    assert [path.name for path in (tmp_path / "log").rglob("*.tmp")] == []
    assert folder.read("checkpoint") == b"old"


def test_a_disk_that_cannot_sync_is_no_success(tmp_path: Path, monkeypatch) -> None:
    folder = Folder(tmp_path / "log")

    def broken(_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(TanluError, match=r"TL614.*Input/output error"):
        folder.write([("checkpoint", b"a")])
    assert folder.read("checkpoint") is None
    with pytest.raises(TanluError, match=r"TL614.*Input/output error"):
        folder.write([(f"tile/0/{n:03}", b"x") for n in range(40)])
    assert folder.names("tile/0") == []


def test_without_fsspec_the_user_hears_what_to_install(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    with pytest.raises(TanluError, match=r"TL002.*tanlu\[cloud\]"):
        Objects("memory://x")
