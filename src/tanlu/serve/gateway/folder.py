"""Files dropped into a folder: the loop around `tanlu.monitor.edge.Folder`."""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.monitor.edge import Folder
from tanlu.serve.gateway.brokers.relay import FULL, PAUSE_S, Running

if TYPE_CHECKING:
    from pathlib import Path

    from tanlu.monitor.stream import Body, Receipt
    from tanlu.serve.gateway.brokers.relay import Sink

__all__ = ["Watch", "watch"]

LOOK_S = 1.0
UNREAD = "TL301"
# a file that can be taken but not moved is left alone for so long [s]
STUCK_S = 60.0


class Watch(Running):
    """A running watch over a folder; `stop` ends it, `counters` tells what it did."""

    def __init__(self, group: Sink, folder: Folder, look_s: float) -> None:
        self._group, self._folder, self._look_s = group, folder, look_s
        self._ending = threading.Event()
        self._counts: Counter[str] = Counter()
        self._stuck: dict[Path, float] = {}
        self._why: TanluError | None = None
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="folder", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """End after the file that is being read."""
        self._ending.set()
        self._thread.join()

    def counters(self) -> dict[str, int]:
        """Give what was counted: files done and refused, rows in, new, known, quarantined."""
        names = ("rows_in", "rows_new", "rows_known", "rows_quarantined")
        return {name: self._counts[name] for name in ("done", "refused", "grown", *names)}

    def _run(self) -> None:
        try:
            while not self._ending.wait(self._look_s):
                self._look()
        except BaseException as error:  # noqa: BLE001 - shown by whoever started it
            self.error = error

    def _look(self) -> None:
        """Take what is whole; what cannot be read or moved now is told and holds up no other."""
        try:
            found = self._folder.whole()
        except TanluError as unread:
            # a share may be away for a while
            self.error = unread
            return
        now = time.monotonic()
        stuck = {path: until for path, until in self._stuck.items() if until > now}
        for path in found:
            if path in stuck:
                continue
            if self._ending.is_set():
                return
            try:
                self._take(path)
            except TanluError as failed:
                if failed.code != UNREAD:
                    raise
                self._why = failed
                stuck[path] = now + STUCK_S
        self._stuck = stuck
        self.error = self._why if stuck else None

    def _take(self, path: Path) -> None:
        """Read a file, wait until its rows are durable, move it."""
        from tanlu.monitor.stream import Body

        told: dict[str, object] = {"file": path.name, "stream": path.parent.name}
        try:
            drop = self._folder.read(path)
        except TanluError as error:
            if not path.exists():
                return
            self._counts["refused"] += 1
            self._folder.finish(path, {**told, "code": error.code, "why": str(error)}, refused=True)
            return
        now_us = time.time_ns() // 1_000
        body = Body(drop.stream, drop.media, drop.data, now_us)
        receipt = self._submitted(body)
        if receipt is None:
            return
        if self._folder.grown(drop):
            # its rows are kept; moved now, what is still written would never be read
            self._counts["grown"] += 1
            return
        # a body of which nothing could be read is one quarantined row
        undone = receipt.rows_new + receipt.rows_known == 0 and receipt.rows_quarantined > 0
        self._counts.update({name: getattr(receipt, name) for name in receipt._fields[:4]})
        told |= {"sha256": drop.sha256, "received_us": now_us, **receipt._asdict()}
        self._folder.finish(path, told, refused=undone)
        self._counts["refused" if undone else "done"] += 1

    def _submitted(self, body: Body) -> Receipt | None:
        while True:
            try:
                return self._group.submit(body).result()
            except TanluError as error:
                if error.code != FULL:
                    raise
            if self._ending.wait(PAUSE_S):
                return None


def watch(group: Sink, path: Path, *, look_s: float = LOOK_S) -> Watch:
    """Give a watch over ``<path>/<stream>/<file>`` that runs in a thread until it is stopped.

    A file is taken when it stood still between two looks. It is moved to ``done`` or ``refused``
    with its receipt when its rows are durable; if the process dies before, it is read again and
    the windows of the pipeline know its rows.

    Raises
    ------
    TanluError
        TL301 when the folder cannot be read or written.
    """
    made = Watch(group, Folder(path), look_s)
    made.start()
    return made
