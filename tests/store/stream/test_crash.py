"""Writer and drain are killed at any instant: every acknowledged row is in the ledger once."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from contextlib import ExitStack
from itertools import pairwise

import pytest

from tanlu.store import open_workspace
from tanlu.store.stream import drain, open_stream_log

GROUP = 50
# goes on behind what the log has, as a sender does that sends again what was not acknowledged
FRONT = """
import sys
from tanlu.store import open_workspace
from tanlu.store.stream import open_stream_log
from tests.store.stream.feeds import readings, refusals
log = open_stream_log(open_workspace(sys.argv[1]), segment_bytes=40_000)
kept = log.kept()
place, state = kept if kept else (None, b"0")
number = int(state)
for place, tables in log.replay(place):
    number += tables["reading"].height
print("began", number, flush=True)
while True:
    place = log.append({"reading": readings(number, 50), "quarantine": refusals(number, 1)})
    log.sync()
    number += 50
    print(number, flush=True)
    if number % 350 == 0:
        log.keep(place, str(number).encode())
"""
DRAIN = """
import sys
from tanlu.store import open_workspace
from tanlu.store.stream import drain
for step in drain(open_workspace(sys.argv[1]), follow=True, batch_rows=400, quiet_s=0.0):
    print(step.done, flush=True)
"""


def started(stack: ExitStack, root, script: str, path) -> subprocess.Popen[str]:
    """Give a process that has said its first line."""
    process = stack.enter_context(
        subprocess.Popen(
            [sys.executable, "-c", script, str(path)],
            env={"PYTHONPATH": f"{root / 'src'}:{root}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    )
    stack.callback(process.kill)
    return process


def heard(process: subprocess.Popen[str], kill_after_s: float) -> list[str]:
    """Kill a process some time after its first line, and give the lines that it said."""
    assert process.stdout is not None
    first = process.stdout.readline()
    time.sleep(kill_after_s)
    process.kill()
    return [first, *process.stdout.read().splitlines()]


def rounds(workspace, root, count: int, seed: int) -> None:
    """Kill the writer in each round and the drain in some, both under load."""
    chance = random.Random(seed)
    acknowledged = 0
    for _ in range(count):
        with ExitStack() as stack:
            front = started(stack, root, FRONT, workspace.path)
            drains = [started(stack, root, DRAIN, workspace.path)]
            if chance.random() < 0.5:
                heard(drains[0], chance.random() * 0.2)
                drains.append(started(stack, root, DRAIN, workspace.path))
            said = heard(front, chance.random() * 0.4)
            assert front.stderr is not None
            assert said[0].startswith("began"), front.stderr.read()
            # what a line says is acknowledged: the next writer begins there or one group later
            began = int(said[0].split()[1])
            assert began - acknowledged in {0, GROUP}
            acknowledged = max([began, *(int(line) for line in said[1:] if line.strip())])
            if chance.random() < 0.5:
                heard(drains[-1], chance.random() * 0.2)
    holds(workspace.path, acknowledged)


def holds(path, acknowledged: int) -> None:
    ledger = open_workspace(path)
    list(drain(ledger))
    log = open_stream_log(ledger)
    found = ledger.scan("reading").collect()["seq"]

    assert log.lag().rows == 0
    # one group may have been written and not been said
    assert found.len() - acknowledged in {0, GROUP}
    assert found.to_list() == list(range(found.len()))
    lines = ledger.scan("quarantine").collect()["source_line"]
    assert lines.to_list() == list(range(0, found.len(), GROUP))
    assert [step.result for step in ledger.check()][-1]["findings"] == []
    named = {part.file for table in ("reading", "quarantine") for part in ledger.parts(table)}
    assert {str(file.relative_to(path)) for file in (path / "parts").glob("*/*")} == named
    places = [line["source"]["stream"] for line in ledger.log("append")]
    for before, after in pairwise(places):
        assert before["to"] == after["from"]
    log.close()


def test_four_kills_lose_nothing_and_double_nothing(workspace, root) -> None:
    rounds(workspace, root, 4, seed=1)


@pytest.mark.slow
def test_many_kills_lose_nothing_and_double_nothing(workspace, root) -> None:
    count = 1000 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 30
    rounds(workspace, root, count, seed=int(os.environ.get("TANLU_SEED", "2")))
