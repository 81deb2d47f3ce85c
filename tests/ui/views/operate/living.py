"""A park that lives, behind the pages: for the tests of pages that show what happens now."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tanlu.store.stream import open_stream_log
from tanlu.ui import PROBLEMS, pages
from tests.serve.live.watching import POWERS, books, now_us, readings, say, served


class Park:
    """The park ``xian``, at an address; ``hear`` lets its devices be heard once more."""

    def __init__(self, folder: Path) -> None:
        self.workspace = books(folder)
        self.log = open_stream_log(self.workspace)
        self.seq = 0
        self.url = ""

    def hear(self, **more: float) -> None:
        """Let each device read its power, or another one."""
        self.seq += 1
        powers = POWERS | {name.replace("_", "-"): watts for name, watts in more.items()}
        at = now_us()
        say(
            self.log, readings(powers, seq=self.seq, at=at),
            readings({"x-dock": 1.0}, seq=self.seq, at=at, stream="door_open"),
        )  # fmt: skip


@contextlib.contextmanager
def living(folder: Path, role: str = "manager", **more: Any) -> Iterator[Park]:
    """Serve a park with its pages to somebody of a role."""
    park = Park(folder)
    park.hear()
    with served(folder, role, tick_s=0.2, more=(pages(),), forms=PROBLEMS, **more) as (port, _app):
        park.url = f"http://127.0.0.1:{port}"
        try:
            yield park
        finally:
            park.log.close()
