"""A server in a process of its own, as `tanlu serve` runs it, for those who attack it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.house.tree import ROOT

START_S = 120.0


class Standing:
    """Where it stands, what a manager's program says to come in, and how much memory it has."""

    def __init__(self, process: subprocess.Popen[str], port: int, key: str) -> None:
        self.port, self.key = port, key
        self.process = process
        self._seen = psutil.Process(process.pid)

    @property
    def mib(self) -> float:
        """Memory that it holds [MiB]."""
        return float(self._seen.memory_info().rss / 2**20)


@contextmanager
def standing(books: Path, folder: Path, *, head_s: float, patience_s: float) -> Iterator[Standing]:
    """Let a server stand over a copy of some books until the context is left."""
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH", "")])
    words = [sys.executable, "-m", "tests.serve.standing", books, folder, head_s, patience_s]
    with subprocess.Popen(
        [str(each) for each in words], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": path},
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            url, key = process.stdout.readline().strip(), process.stdout.readline().strip()
            yield Standing(process, int(url.rpartition(":")[2]), key)
        finally:
            process.terminate()
            process.wait(90)


def _told(*words: str) -> None:
    sys.stdout.writelines(f"{each}\n" for each in words)
    sys.stdout.flush()


def main(books: str, folder: str, head_s: str, patience_s: str) -> None:
    """Serve the whole application and tell where, and with which key."""
    from tanlu.serve.access import Limits, Rate, clients
    from tanlu.serve.access.around import sized
    from tanlu.serve.running import run
    from tests.serving import home, whole

    made = home(Path(books), Path(folder))
    with made.state.of("home") as state:
        key = clients.new(state, "attacks", "manager", by="tests", kind="key", scopes=()).secret
    many = Rate(1_000_000, 1_000_000.0)
    sized.Sized.__init__.__kwdefaults__["patience_s"] = float(patience_s)
    app = whole(made, limits=Limits(known=many, unknown=many, entrance=many))
    run(app, 0, lambda url: _told(url, key), head_s=float(head_s))


if __name__ == "__main__":
    main(*sys.argv[1:])
