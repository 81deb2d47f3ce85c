"""A witness that is killed at any instant has never signed what it did not remember."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading

import pytest

from tanlu.errors import TanluError
from tanlu.store.witness import WitnessState
from tanlu.store.witness.web import ask
from tanlu.terms.proof import checkpoint, note
from tests.logs import SmallLog

pytestmark = pytest.mark.slow
ROUNDS = 1000 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 30
STEPS = 400


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    made = SmallLog(tmp_path_factory.mktemp("log"))
    made.entries = [b"entry %d" % n for n in range(STEPS)]
    return made


def started(log, folder) -> tuple[subprocess.Popen[bytes], str]:
    child = subprocess.Popen(
        [sys.executable, "-m", "tanlu", "witness", "--key", folder / "w.key", "--name", "w",
         "--logs", log.vkey, "--port", "0"],
        stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    child.stdout.readline()
    found = [word for word in child.stdout.readline().decode().split() if "http" in word]
    return child, found[0]


def climb(log, url: str, size: int, signed: list[int]) -> None:
    """Take the witness up entry by entry until it dies; keep what it answered."""
    while size < STEPS:
        proof = log.prove(size, size + 1) if size else []
        lines = "".join(f"{note.encoded(each)}\n" for each in proof)
        body = f"old {size}\n{lines}\n".encode() + log.signed(size + 1)
        try:
            reply = ask(f"{url}/add-checkpoint", body, max_bytes=9999, timeout_s=20)
        except TanluError:
            return
        assert reply.status == 200, reply
        size += 1
        signed.append(size)


def test_after_every_kill_it_stands_at_or_after_what_it_answered(log, tmp_path) -> None:
    chance = random.Random(7)
    answered = steps = 0
    folder = tmp_path
    for turn in range(ROUNDS):
        if answered > STEPS // 2:
            folder, answered = tmp_path / str(turn), 0
            folder.mkdir()
        child, url = started(log, folder)
        signed: list[int] = []
        asking = threading.Thread(target=climb, args=(log, url, answered, signed))
        asking.start()
        asking.join(chance.uniform(0.0, 0.15))
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        asking.join()
        last = signed[-1] if signed else answered
        state = WitnessState(folder / "w.sqlite")
        seen = state.seen(log.origin)
        state.close()
        stands = seen.size if seen else 0
        # one more may be remembered than was answered, never one less
        assert stands in (last, last + 1)
        if seen:
            head = checkpoint.Checkpoint.parse(note.Note.parse(seen.note).text)
            assert head == log.head(stands)
        steps += stands - answered
        answered = stands

    assert steps > ROUNDS
