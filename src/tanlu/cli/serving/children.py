"""Processes beside ours that never outlive us: their input ends when we do, however we end."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Child", "main"]

CHILD = "import sys; from tanlu.cli.serving.children import main; sys.exit(main(sys.argv[1:]))"
END_S = 30.0
# longer than it has to end in order, a child whose parent died does not live
GRACE_S = 30.0


class Child:
    """One process: ``words`` are those of the command line, what it says stands in ``log``."""

    def __init__(self, words: Sequence[str], log: Path, **environment: str) -> None:
        self.words, self.log = tuple(words), log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-c", CHILD, *words], stdin=subprocess.PIPE, stdout=out,
                stderr=out, env={**os.environ, **environment},
                # an interruption of the terminal means us; we then close its input
                start_new_session=True,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    def check(self) -> None:
        """See that it lives.

        Raises
        ------
        TanluError
            TL944 when it ended.
        """
        code = self._process.poll()
        if code is not None:
            name = " ".join(self.words[:2])
            raise TanluError("TL944", value=name, why=f"exit code {code}", file=self.log)

    def close(self) -> None:
        """Let it end in order; kill it when it does not."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def main(words: Sequence[str]) -> int:
    """Run a verb until it ends or the input does."""
    from tanlu.cli.entry import main as verb

    threading.Thread(target=_wait, daemon=True).start()
    return verb(words)


def _wait() -> None:
    while os.read(0, 4096):
        pass
    timer = threading.Timer(GRACE_S, os._exit, (1,))
    timer.daemon = True
    timer.start()
    os.kill(os.getpid(), signal.SIGTERM)
