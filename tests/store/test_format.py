"""The reference is enough: a checker written from it alone judges workspaces as the house does."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.store import open_workspace
from tanlu.store.log import begin_log
from tests.store.activities import activities, emissions
from tests.store.stream.feeds import readings

FORMATS = Path(__file__).parent / "formats"
OLD = FORMATS / "1"
PERSONS = pl.DataFrame({"pseudonym": ["p:1"], "field": ["phone"], "value": ["1"]})


def judged(folder: Path) -> dict:
    """Run the checker alone: no path leads it to this package."""
    done = subprocess.run(
        [sys.executable, "-I", str(FORMATS / "checker.py"), str(folder)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return json.loads(done.stdout) if done.returncode == 0 else {"refused": done.stderr}


def test_the_checker_uses_nothing_of_this_package() -> None:
    text = (FORMATS / "checker.py").read_text()

    assert "import tanlu" not in text
    assert "from tanlu" not in text


def test_the_kept_workspace_holds_for_the_checker() -> None:
    head = json.loads((OLD / "expected.json").read_text())["head"]
    found = judged(OLD)

    assert (head, 5, 1) == (found["head"], found["sealed"], found["erased"])


def test_the_kept_workspace_is_small() -> None:
    assert sum(path.stat().st_size for path in OLD.rglob("*") if path.is_file()) <= 100_000


def test_a_workspace_of_today_holds_for_the_checker(workspace, tmp_path, result) -> None:
    (tmp_path / "orders.csv").write_text("a,b\n")
    source = {"sha256": workspace.originals.put(tmp_path / "orders.csv")}
    rows = activities(200)
    workspace.append("activity", rows, source=source, personal=PERSONS)
    workspace.append("emission", emissions(rows))
    workspace.append("activity", activities(1, first=900))
    workspace.append("reading", readings(0, 200))
    result(workspace.seal())
    found = judged(workspace.path)

    assert (workspace.manifest.head, 4) == (found["head"], found["sealed"])
    assert found["rows"] == 602


@pytest.mark.parametrize(
    "place", ["manifest.jsonl", "workspace.json", "parts/*/00000002.parquet", "seals/*2.cbor"]
)
def test_the_checker_refuses_a_flipped_byte(tmp_path, place) -> None:
    shutil.copytree(OLD, tmp_path / "w")
    (path,) = (tmp_path / "w").glob(place)
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)

    assert "refused" in judged(tmp_path / "w")


@pytest.fixture
def logged(workspace, result):
    log = begin_log(workspace)
    for first in range(0, 900, 300):
        workspace.append("activity", activities(300, first=first), personal=PERSONS)
        result(log.catch_up())
        log.checkpoint()
    workspace.adopt([], why="none")
    for number in range(300):
        log.state("policy", "p", {"number": -number})
    result(log.catch_up())
    log.checkpoint()
    log.state("policy", "p", {"number": None})
    return log


def test_a_log_of_today_holds_for_the_checker(workspace, logged) -> None:
    assert judged(workspace.path)["stated"] == logged.size == 310


def test_the_checker_refuses_a_flipped_byte_of_a_log(workspace, logged) -> None:
    folder = workspace.path / "log"
    places = ["checkpoint", "origin", "tile/0/000", "tile/0/001.p/53", "tile/1/000.p/1",
              "tile/entries/000", "tile/entries/001.p/53", "pending/*"]  # fmt: skip
    for place in places:
        (path,) = folder.glob(place)
        whole = path.read_bytes()
        raw = bytearray(whole)
        raw[len(raw) // 2] ^= 2
        path.write_bytes(raw)

        assert "refused" in judged(workspace.path), place
        path.write_bytes(whole)
    assert "stated" in judged(workspace.path)


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A workspace with every kind of file, to be damaged and mended again."""
    made = open_workspace(tmp_path_factory.mktemp("sound") / "w", create=True)
    (made.path.parent / "orders.csv").write_text("a,b\n")
    made.originals.put(made.path.parent / "orders.csv")
    rows = activities(70)
    made.append("activity", rows, personal=PERSONS)
    made.commit({"emission": emissions(rows)})
    list(made.seal())
    return made.path


def holds(folder: Path) -> bool:
    try:
        *_, last = open_workspace(folder).check()
    except TanluError:
        return False
    return last.result["findings"] == []


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_changed_byte_of_any_file_is_found(sound, data) -> None:
    files = sorted(path for path in sound.rglob("*") if path.is_file() and path.name != "lock")
    assert len(files) == 13
    path = data.draw(st.sampled_from(files))
    raw = path.read_bytes()
    at = data.draw(st.one_of(st.just(len(raw) - 1), st.integers(0, len(raw) - 1)))
    value = data.draw(st.integers(0, 255).filter(lambda value: value != raw[at]))
    path.write_bytes(raw[:at] + bytes([value]) + raw[at + 1 :])
    try:
        assert not holds(sound)
    finally:
        path.write_bytes(raw)


def test_changed_bytes_all_over_the_small_files_are_found(sound) -> None:
    for name in ("workspace.json", "keys/secret", "manifest.jsonl"):
        path = sound / name
        raw = path.read_bytes()
        for at in [*range(0, len(raw), 1 + len(raw) // 60), len(raw) - 1]:
            path.write_bytes(raw[:at] + bytes([raw[at] ^ 32]) + raw[at + 1 :])
            assert not holds(sound), (name, at)
        path.write_bytes(raw)

    assert holds(sound)


def test_any_file_taken_away_is_found(sound) -> None:
    for path in sorted(path for path in sound.rglob("*") if path.is_file()):
        if path.name == "lock" or path.parent.name == "originals":
            continue
        raw = path.read_bytes()
        path.unlink()
        refused = not holds(sound)
        path.write_bytes(raw)
        assert refused, path
