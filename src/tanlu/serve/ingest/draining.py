"""The second process: it moves what is durable into the ledger while the first one takes more.

It ends when its input does, so it never outlives the server that started it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.store import open_workspace
from tanlu.store.stream import drain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Drainer", "main"]

CHILD = "import sys; from tanlu.serve.ingest.draining import main; sys.exit(main(sys.argv[1:]))"
NICE = 10
AGAIN_S = 1.0
END_S = 30.0


class Drainer:
    """Keeps the second process running; ``note`` is told when it had to be started again."""

    def __init__(self, path: Path, note: Callable[[int], None]) -> None:
        self.path = path
        self.restarts = 0
        self._note = note
        self._ending = threading.Event()
        self._child = self._start()
        self._thread = threading.Thread(target=self._watch, name="drainer", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._child.pid

    def close(self) -> None:
        """Let it finish its commit and end."""
        self._ending.set()
        self._thread.join()
        self._hang_up()
        try:
            self._child.wait(END_S)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        words = [sys.executable, "-c", CHILD, str(self.path)]
        return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)

    def _hang_up(self) -> None:
        with contextlib.suppress(OSError):
            assert self._child.stdin is not None
            self._child.stdin.close()

    def _watch(self) -> None:
        while not self._ending.wait(AGAIN_S):
            if self._child.poll() is not None:
                self.restarts += 1
                self._note(self._child.returncode)
                self._hang_up()
                self._child = self._start()


def main(words: Sequence[str]) -> int:
    """Drain until the input ends; give the exit code."""
    os.nice(NICE)
    # who interrupts the terminal means the server, which then closes our input
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ended = threading.Event()
    threading.Thread(target=_wait, args=(ended,), daemon=True).start()
    try:
        for _ in drain(open_workspace(words[0]), follow=True):
            if ended.is_set():
                break
    except TanluError as error:
        sys.stderr.write(f"{error}\n")
        time.sleep(AGAIN_S)
        return 1
    return 0


def _wait(ended: threading.Event) -> None:
    sys.stdin.buffer.read()
    ended.set()
