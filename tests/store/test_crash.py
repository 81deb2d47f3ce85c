"""A writer is killed at any instant: what it acknowledged is there once, nothing else is."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time

import pytest

from tanlu.store import open_workspace
from tanlu.store.log import audit, begin_log, log_of

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


def killed(root, chance: random.Random, script: str, *words: object) -> list[str]:
    """Kill a process at a random instant after its first line; give the lines that it said."""
    with subprocess.Popen(
        [sys.executable, "-c", script, *map(str, words)],
        env={"PYTHONPATH": f"{root / 'src'}:{root}"},
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdout is not None
        first = writer.stdout.readline()
        time.sleep(chance.random() * 0.15)
        writer.kill()
        return [first, *writer.stdout.read().splitlines()]


def rounds(workspace, root, count: int, seed: int) -> None:
    chance = random.Random(seed)
    acknowledged = -1
    for _ in range(count):
        said = killed(root, chance, WRITER, workspace.path, acknowledged + 1)
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


STATER = """
import sys
from tanlu.store import open_workspace
from tanlu.store.log import Cadence, log_of
from tests.store.activities import activities
ledger = open_workspace(sys.argv[1])
log = log_of(ledger, cadence=Cadence(entries=7))
number = int(sys.argv[2])
while True:
    ledger.append("activity", activities(20, first=number * 20))
    stated = log.state("policy", "p", {"number": number})
    sys.stdout.write(f"{number} {stated.index}\\n")
    sys.stdout.flush()
    if number % 2 == 0:
        list(log.catch_up())
    if number % 3 == 0:
        log.checkpoint()
    number += 1
"""


def stated_rounds(workspace, root, count: int, seed: int) -> None:
    """Kill a writer that appends, states, seals and signs; the log must hold and go on."""
    begin_log(workspace)
    chance = random.Random(seed)
    acknowledged: list[tuple[int, int]] = []
    remembered = None
    for _ in range(count):
        said = killed(root, chance, STATER, workspace.path, len(acknowledged))
        acknowledged += [
            (int(a), int(b)) for a, b in (line.split() for line in said if line.strip())
        ]
        acknowledged, remembered = log_holds(workspace.path, acknowledged, remembered)


def log_holds(path, acknowledged, remembered):
    kept = open_workspace(path)
    log = log_of(kept)
    found = [(each.statement.content["number"], each.index) for each in log.statements("policy")]

    # the last one may have been written and not been said
    assert found[: len(acknowledged)] == acknowledged
    assert len(found) - len(acknowledged) in (0, 1)
    list(log.catch_up())
    signed = log.checkpoint()
    told = [step.result for step in audit(path, remembered=remembered)][-1]
    assert (told["findings"], told["waiting"]) == ([], 0)
    assert [step.result for step in kept.check()][-1]["findings"] == []
    parts = [each.statement.content["part"] for each in log.statements("batch")]
    assert len(parts) == len(set(parts))
    # an append that was not said may stand there; the next round begins after it
    rows = kept.scan("activity", columns=["activity_id"]).collect().height // 20
    for number in range(len(found), rows):
        found.append((number, log.state("policy", "p", {"number": number}).index))
    return found, signed


def test_five_kills_of_a_writer_of_the_log_lose_nothing(workspace, root) -> None:
    stated_rounds(workspace, root, 5, seed=3)


@pytest.mark.slow
def test_fifty_kills_of_a_writer_of_the_log_lose_nothing(workspace, root) -> None:
    rounds_ = 1000 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 50
    stated_rounds(workspace, root, rounds_, seed=4)
