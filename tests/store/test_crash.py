"""A writer is killed at any instant: what it acknowledged is there once, nothing else is."""

from __future__ import annotations

import random
import subprocess
import sys
import time

import pytest

from tanlu.store import open_workspace

WRITER = """
import sys
from tanlu.store import open_workspace
from tests.store.activities import activities, emissions
ledger = open_workspace(sys.argv[1])
number = int(sys.argv[2])
while True:
    rows = activities(20, first=number * 20)
    ledger.commit({"activity": rows, "emission": emissions(rows)})
    if number % 3 == 0:
        list(ledger.seal())
    sys.stdout.write(f"{number}\\n")
    sys.stdout.flush()
    number += 1
"""


def rounds(workspace, root, count: int, seed: int) -> None:
    chance = random.Random(seed)
    acknowledged = -1
    for _ in range(count):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(workspace.path), str(acknowledged + 1)],
            env={"PYTHONPATH": f"{root / 'src'}:{root}"},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert writer.stdout is not None
        first = writer.stdout.readline()
        time.sleep(chance.random() * 0.15)
        writer.kill()
        said = [first, *writer.stdout.read().splitlines()]
        writer.stdout.close()
        writer.wait()
        acknowledged = max(int(line) for line in said if line.strip())
        acknowledged = holds(workspace.path, acknowledged)


def holds(path, acknowledged: int) -> int:
    kept = open_workspace(path)
    with kept.writer():
        pass
    ids = kept.scan("activity", columns=["activity_id"]).collect()["activity_id"]
    batches = ids.len() // 20

    # one batch may have been written and not been said
    assert batches in (acknowledged + 1, acknowledged + 2)
    assert ids.to_list() == [f"a{100_000 + n}" for n in range(batches * 20)]
    assert kept.scan("emission").collect().height == ids.len()
    assert [step.result for step in kept.check()][-1]["findings"] == []
    assert len(list((path / "parts/activity").iterdir())) == batches
    sealed = [seal["part"] for line in kept.log("seal") for seal in line["seals"]]
    assert len(sealed) == len(set(sealed))
    return batches - 1


def test_five_kills_lose_nothing_and_double_nothing(workspace, root) -> None:
    rounds(workspace, root, 5, seed=1)


@pytest.mark.slow
def test_fifty_kills_lose_nothing_and_double_nothing(workspace, root) -> None:
    rounds(workspace, root, 50, seed=2)


def test_readers_see_whole_commits_while_one_writes(workspace, root) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(workspace.path), "0"],
        env={"PYTHONPATH": f"{root / 'src'}:{root}"},
        stdout=subprocess.DEVNULL,
    )
    seen = []
    try:
        until = time.monotonic() + 20
        while len(set(seen)) < 8 and time.monotonic() < until:
            reader = open_workspace(workspace.path)
            version = reader.version
            commits = len([line for line in reader.log("append") if line["version"] <= version])
            rows = [
                reader.scan(table, as_of=version).collect().height
                for table in ("activity", "emission")
            ]
            assert rows == [20 * commits] * 2
            seen.append(version)
    finally:
        writer.kill()
        writer.wait()

    assert seen == sorted(seen)
    assert len(set(seen)) >= 8
