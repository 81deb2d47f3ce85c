"""Processes beside ours that never outlive us: their input ends when we do, however we end."""

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

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Child", "Minder", "watched"]

# the child watches its input before it does what it is for
CHILD = (
    "import sys; from tanlu.cli.serving.children import watched; watched();"
    "from tanlu.cli import main; sys.exit(main(sys.argv[1:]))"
)
END_S = 30.0
# longer than it has to end in order, a child whose parent died does not live
GRACE_S = 30.0
LOOK_S = 0.5
# who ends twice sooner than this after its start will not do better the next time
SHORT_S = 20.0


class Child:
    """One process: ``words`` are those of the command line, what it says stands in ``log``."""

    def __init__(self, words: Sequence[str], log: Path, **environment: str) -> None:
        self.words, self.log = tuple(words), log
        self.short_lives = 0
        self._environment = {**os.environ, **environment}
        log.parent.mkdir(parents=True, exist_ok=True)
        self.start()

    def again(self) -> None:
        """Start it again when it has ended."""
        self._hang_up()
        self.start()

    def start(self) -> None:
        """Start it."""
        self.started = time.monotonic()
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-c", CHILD, *self.words], stdin=subprocess.PIPE, stdout=out,
                stderr=out, env=self._environment,
                # an interruption of the terminal means us; we then close its input
                start_new_session=True,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    @property
    def code(self) -> int | None:
        """With what it ended; None while it lives."""
        return self._process.poll()

    def close(self) -> None:
        """Let it end in order; kill it when it does not."""
        self._hang_up()
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _hang_up(self) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()


class Minder:
    """Starts children again that die; one that dies at once, twice, ends us all by ``ends``."""

    def __init__(self) -> None:
        self.children: list[Child] = []
        self.ends = threading.Event()
        self.failure: TanluError | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._mind, name="minder", daemon=True)

    def add(self, words: Sequence[str], log: Path, **environment: str) -> Child:
        """Start a child."""
        self.children.append(Child(words, log, **environment))
        if not self._thread.is_alive():
            self._thread.start()
        return self.children[-1]

    def check(self) -> None:
        """Tell what failed.

        Raises
        ------
        TanluError
            TL944 when a child ended as soon as it began.
        """
        if self.failure is not None:
            raise self.failure

    def close(self) -> None:
        """Let all end, the last one first."""
        self._over.set()
        if self.children:
            self._thread.join()
        for child in reversed(self.children):
            child.close()

    def _mind(self) -> None:
        while not self._over.wait(LOOK_S):
            for child in list(self.children):
                if child.code is None:
                    continue
                short = time.monotonic() - child.started < SHORT_S
                child.short_lives = child.short_lives + 1 if short else 0
                if child.short_lives > 1:
                    self.failure = TanluError(
                        "TL944", value=" ".join(child.words[:2]), file=child.log,
                        why=f"it gave exit code {child.code} twice",
                    )  # fmt: skip
                    self.ends.set()
                    return
                child.again()


def watched() -> None:
    """Let this process end when its input does."""
    threading.Thread(target=_wait, daemon=True).start()


def _wait() -> None:
    while os.read(0, 4096):
        pass
    timer = threading.Timer(GRACE_S, os._exit, (1,))
    timer.daemon = True
    timer.start()
    os.kill(os.getpid(), signal.SIGTERM)
