"""What the system refuses: a full disk, no right to write, two writers; the ledger stays whole."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import threading

import pytest

from tanlu.errors import TanluError
from tanlu.store import open_workspace
from tanlu.store.ledger import manifest as lines
from tests.store.activities import activities

# root may write anywhere: it must give that up
PLAIN = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"]
APPEND = """
import sys
from tanlu.errors import TanluError
from tanlu.store import open_workspace
from tests.store.activities import activities
try:
    open_workspace(sys.argv[1], create="create" in sys.argv).append("activity", activities(50))
except TanluError as error:
    sys.stdout.write(error.code)
"""
COMMITS = """
import sys
from tanlu.store import open_workspace
from tests.store.activities import activities
ledger = open_workspace(sys.argv[1])
for number in range(15):
    ledger.append("activity", activities(3, first=int(sys.argv[2]) + 3 * number))
"""


@contextlib.contextmanager
def files_end_at(size: int):
    """Let no file grow beyond a size, as a full disk would."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def plainly(code: str, *words: object, root) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*(PLAIN if os.geteuid() == 0 else []), sys.executable, "-c", code, *map(str, words)],
        env={"PYTHONPATH": f"{root / 'src'}:{root}", "PATH": os.environ["PATH"]},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("room", [0, 100, 2_000, 15_000])
def test_a_full_disk_commits_nothing_and_the_next_append_goes_on(workspace, result, room) -> None:
    workspace.append("activity", activities(50))
    with pytest.raises(TanluError, match="TL614"), files_end_at(room):
        workspace.append("activity", activities(50, first=50))

    assert open_workspace(workspace.path).version == 1
    workspace.append("activity", activities(50, first=100))
    assert workspace.scan("activity").collect().height == 100
    assert result(workspace.check())["findings"] == []
    assert len(list((workspace.path / "parts/activity").iterdir())) == 2


def test_a_line_that_finds_no_room_is_taken_back(workspace, result) -> None:
    for number in range(8):
        workspace.append("activity", activities(1, first=number))
    size = (workspace.path / "manifest.jsonl").stat().st_size
    assert size < 20_000
    half = size + 300
    workspace.append("retraction", workspace.scan("retraction").collect(), source="x" * 20_000)
    before = (workspace.path / "manifest.jsonl").read_bytes()
    with pytest.raises(TanluError, match="TL614"), files_end_at(len(before) + half % 400 + 1):
        workspace.append("activity", activities(1, first=900))

    assert before == (workspace.path / "manifest.jsonl").read_bytes()
    assert workspace.append("activity", activities(1, first=901)).version == 10
    assert result(workspace.check())["findings"] == []


def test_a_disk_that_fails_to_sync_commits_nothing(workspace, monkeypatch, result) -> None:
    def fail(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(lines.os, "fdatasync", fail)
    with pytest.raises(TanluError, match="Input/output"):
        workspace.append("activity", activities(1))
    monkeypatch.undo()

    assert open_workspace(workspace.path).version == 0
    workspace.append("activity", activities(1))
    assert result(workspace.check())["rows"] == 1


def test_an_interrupt_after_the_line_keeps_the_commit(workspace, monkeypatch, result) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(type(workspace.manifest), "_take", interrupt)
    with pytest.raises(KeyboardInterrupt):
        workspace.append("activity", activities(5))
    monkeypatch.undo()

    workspace.append("activity", activities(5, first=5))
    assert workspace.scan("activity").collect().height == 10
    assert result(workspace.check())["findings"] == []


@pytest.mark.parametrize("words", [(), ("create",)])
def test_a_folder_that_may_not_be_written_is_said(workspace, root, tmp_path, words) -> None:
    target = tmp_path / "fresh" if words else workspace.path
    for folder in (tmp_path, workspace.path, workspace.path / "keys"):
        folder.chmod(0o555)
    try:
        done = plainly(APPEND, target, *words, root=root)
    except FileNotFoundError:
        pytest.skip("READ-ONLY FOLDER NOT TESTED: root, and there is no setpriv")
    finally:
        for folder in (tmp_path, workspace.path, workspace.path / "keys"):
            folder.chmod(0o700)

    assert done.stdout == "TL614", done.stderr
    assert workspace.version == 0


def test_writers_of_several_processes_queue(workspace, root, result) -> None:
    running = [
        subprocess.Popen(
            [sys.executable, "-c", COMMITS, str(workspace.path), str(1000 * number)],
            env={"PYTHONPATH": f"{root / 'src'}:{root}"},
        )
        for number in range(3)
    ]

    assert [process.wait(60) for process in running] == [0, 0, 0]
    assert workspace.version == 45
    assert workspace.scan("activity").collect()["activity_id"].n_unique() == 135
    assert result(workspace.check())["findings"] == []


def test_writers_of_several_threads_queue(workspace, result) -> None:
    def write(number: int) -> None:
        for step in range(5):
            workspace.append("activity", activities(2, first=100 * number + 2 * step))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (workspace.version, workspace.scan("activity").collect().height) == (20, 40)
    assert result(workspace.check())["findings"] == []


def _open(path: str) -> str:
    return open_workspace(path, create=True).id


def test_processes_that_make_one_workspace_at_once_make_one(tmp_path) -> None:
    context = multiprocessing.get_context("spawn")
    with context.Pool(3) as pool:
        ids = pool.map(_open, [str(tmp_path / "w")] * 6)

    assert len(set(ids)) == 1


def test_a_manifest_without_its_workspace_file_is_damage(workspace) -> None:
    workspace.append("activity", activities(1))
    (workspace.path / "workspace.json").unlink()

    with pytest.raises(TanluError, match="TL603"):
        open_workspace(workspace.path, create=True)


@pytest.mark.parametrize("number", [0, 2, -1, "1", None, 10**9])
def test_another_format_number_is_refused(workspace, number) -> None:
    place = workspace.path / "workspace.json"
    about = json.loads(place.read_text()) | {"format": number}
    place.write_bytes(lines.seal_line({k: v for k, v in about.items() if k != "line"}))

    with pytest.raises(TanluError, match="TL606"):
        open_workspace(workspace.path)


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"\xff\xfe", b"\0" * 4096])
def test_a_workspace_file_that_is_none_is_damage(workspace, text) -> None:
    (workspace.path / "workspace.json").write_bytes(text)

    with pytest.raises(TanluError, match="TL603"):
        open_workspace(workspace.path)
