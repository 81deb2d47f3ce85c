"""The hub: one for a process. Each tick is made once and the same bytes go to all who watch.

One thread follows the logs and makes the frames; a viewer is a short queue in the loop of its
request. Who reads slowly loses the oldest ticks, which is counted, and then gets all anew.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.serve.ingest import note
from tanlu.serve.live.frames import Ring, beat, frame
from tanlu.serve.live.reader import Reader
from tanlu.serve.live.topics import payload

if TYPE_CHECKING:
    from tanlu.store import Workspace

__all__ = ["MOST_OF_ONE", "Hub", "Viewer"]

TICK_S = 1.0
# how often in a tick what came is taken: then little is left to do when the tick is due
TURNS = 4
# ticks that wait for one viewer at most
QUEUE = 4
MOST_VIEWERS = 5000
# of one organisation, so that there is room for the others
MOST_OF_ONE = 2000
# of one link that needs no login, so that who spreads it takes nobody's room
MOST_OF_LINK = 50
# how long what nobody watches is still followed [s]
LINGER_S = 120.0


class Viewer:
    """One who watches: some topics of one organisation, in the loop of his request."""

    def __init__(
        self, tenant: str, topics: tuple[str, ...], last: str | None, *, link: str = ""
    ) -> None:
        self.tenant, self.topics, self.last, self.link = tenant, topics, last, link
        self.dropped = 0
        # ticks were dropped; and he reads again, so that a whole picture will help him
        self.behind = self.asks = False
        self.over = False
        self.loop = asyncio.get_running_loop()
        self._queue: deque[bytes] = deque()
        self._there = asyncio.Event()

    def put(self, data: bytes) -> None:
        """Let a tick wait; the oldest goes when there is no room."""
        if len(self._queue) >= QUEUE:
            self._queue.popleft()
            self.dropped += 1
            self.behind = True
        self._queue.append(data)
        self._there.set()

    def anew(self, data: bytes) -> None:
        """Put a whole picture in the place of all that waits."""
        self._queue.clear()
        self._queue.append(data)
        self.behind = self.asks = False
        self._there.set()

    def end(self) -> None:
        """Let him go."""
        self.over = True
        self._there.set()

    async def next(self, seconds: float) -> bytes | None:
        """Give what waits, empty bytes when nothing came for so long [s], None at the end."""
        if self.behind:
            # what still waits goes on from what he never saw
            self.dropped += len(self._queue)
            self._queue.clear()
            self.asks = True
        if not self._queue and not self.over:
            self._there.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._there.wait()
        if self._queue:
            return self._queue.popleft()
        return None if self.over else b""


class _Tenant:
    """What is followed for one organisation."""

    def __init__(self, workspace: Workspace) -> None:
        self.reader = Reader(workspace)
        self.ring = Ring()
        self.viewers: set[Viewer] = set()
        self.frames: dict[str, bytes] = {}
        self.whole: dict[str, bytes] = {}
        self.beat = b""
        self.seen = time.monotonic()
        self.now_us = 0

    def topics(self) -> set[str]:
        return {topic for viewer in self.viewers for topic in viewer.topics}


class Hub:
    """Follows the organisations that somebody watches, and gives each tick to who does."""

    def __init__(self, *, tick_s: float = TICK_S) -> None:
        self.tick_s = tick_s
        self.ticks = self.frames_made = self.late_ticks = 0
        self.dropped = self.refused = 0
        self.step_s = 0.0
        self._tenants: dict[str, _Tenant] = {}
        self._all: set[Viewer] = set()
        self._coming: list[tuple[Viewer, Workspace]] = []
        self._change = threading.Condition()
        self._ending = False
        self._thread: threading.Thread | None = None

    @property
    def viewers(self) -> int:
        """How many watch now."""
        return len(self._all)

    def watch(self, viewer: Viewer, workspace: Workspace) -> None:
        """Let somebody watch from now on; his first frames are a whole picture.

        Raises
        ------
        TanluError
            TL942 when there are too many already, or the server ends.
        """
        with self._change:
            theirs = sum(each.tenant == viewer.tenant for each in self._all)
            same = sum(bool(viewer.link) and each.link == viewer.link for each in self._all)
            full = theirs >= MOST_OF_ONE or len(self._all) >= MOST_VIEWERS
            if self._ending or full or same >= MOST_OF_LINK:
                self.refused += 1
                most = MOST_OF_LINK if same >= MOST_OF_LINK else MOST_OF_ONE
                raise TanluError("TL942", value=min(theirs, most), most=most)
            self._all.add(viewer)
            self._coming.append((viewer, workspace))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="live", daemon=True)
                self._thread.start()
            self._change.notify()

    def leave(self, viewer: Viewer) -> None:
        """Let somebody go."""
        with self._change:
            self.dropped += viewer.dropped if viewer in self._all else 0
            self._all.discard(viewer)
            self._coming = [each for each in self._coming if each[0] is not viewer]
            tenant = self._tenants.get(viewer.tenant)
            if tenant is not None:
                tenant.viewers.discard(viewer)
                tenant.seen = time.monotonic()

    def close(self) -> None:
        """Let all go and stop following."""
        with self._change:
            self._ending = True
            leaving = list(self._all)
            self._change.notify()
        for viewer in leaving:
            with contextlib.suppress(RuntimeError):
                viewer.loop.call_soon_threadsafe(viewer.end)
        if self._thread is not None:
            self._thread.join(10.0)

    # ── the thread ──

    def _run(self) -> None:
        begun, turn_s, number = time.monotonic(), self.tick_s / TURNS, 1
        while True:
            coming = self._await(begun + number * turn_s)
            if coming is None:
                return
            for viewer, workspace in coming:
                if not self._guarded(self._welcome, viewer, workspace):
                    viewer.loop.call_soon_threadsafe(viewer.end)
            if time.monotonic() < begun + number * turn_s:
                continue
            self._guarded(self._gather if number % TURNS else self._tick)
            number = self._next(number, int((time.monotonic() - begun) / turn_s))

    def _next(self, number: int, passed: int) -> int:
        """Give the next turn: what took too long costs turns between ticks first."""
        if passed <= number:
            return number + 1
        tick = passed // TURNS * TURNS
        if tick <= number:
            return passed
        self.late_ticks += max(0, (tick - number - 1) // TURNS)
        return tick

    def _await(self, due: float) -> list[tuple[Viewer, Workspace]] | None:
        """Wait for newcomers until it is time; None at the end."""
        with self._change:
            while not (self._coming or self._ending):
                wait = due - time.monotonic() if self._tenants else None
                if wait is not None and wait <= 0:
                    break
                self._change.wait(wait)
            coming, self._coming = self._coming, []
            return None if self._ending else coming

    def _gather(self) -> None:
        for tenant in list(self._tenants.values()):
            tenant.reader.gather()

    def _guarded(self, work: Any, *words: Any) -> bool:
        """Do a piece of work: a fault in one tick must not silence all that come after it."""
        try:
            work(*words)
        # said in the log, and seen as frames that stay away
        except Exception as error:  # noqa: BLE001
            note("live_fault", what=f"{type(error).__name__}: {error}")
            return False
        return True

    def _welcome(self, viewer: Viewer, workspace: Workspace) -> None:
        tenant = self._tenants.get(viewer.tenant)
        if tenant is None:
            made = _Tenant(workspace)
            made.now_us = time.time_ns() // 1000
            made.reader.begin(made.now_us)
            made.reader.step(made.now_us)
            made.beat = _beat(made)
            with self._change:
                tenant = self._tenants[viewer.tenant] = made
        missed = tenant.ring.since(viewer.last, viewer.topics) if viewer.last else None
        first = self._picture(tenant, viewer.topics) if missed is None else b"".join(missed)
        with self._change:
            # he may have left while this was made
            if viewer in self._all:
                tenant.viewers.add(viewer)
        _give(viewer, first or tenant.beat)

    def _picture(self, tenant: _Tenant, topics: tuple[str, ...]) -> bytes:
        """Give a whole picture as of the last tick, made once for all who come within it."""
        for topic in topics:
            if topic not in tenant.whole:
                told = payload(tenant.reader, topic, tenant.now_us, whole=True)
                tenant.whole[topic] = frame(topic, told)
        return b"".join([*(tenant.whole[topic] for topic in topics), tenant.beat])

    def _tick(self) -> None:
        begun = time.perf_counter()
        self.ticks += 1
        for name, tenant in list(self._tenants.items()):
            if not tenant.viewers and time.monotonic() - tenant.seen > LINGER_S:
                with self._change:
                    del self._tenants[name]
                continue
            self._turn(tenant)
        self.step_s = time.perf_counter() - begun

    def _turn(self, tenant: _Tenant) -> None:
        """Make the frames of a tick and give them out."""
        tenant.now_us = time.time_ns() // 1000
        tenant.reader.step(tenant.now_us)
        tenant.ring.number += 1
        tenant.whole.clear()
        with self._change:
            viewers = list(tenant.viewers)
            topics = tenant.topics()
        frames = {
            topic: frame(topic, payload(tenant.reader, topic, tenant.now_us, whole=False))
            for topic in topics
        }
        tenant.beat = _beat(tenant)
        self.frames_made += len(frames)
        tenant.ring.add(frames, tenant.beat)
        self._hand_out(tenant, frames, viewers)

    def _hand_out(self, tenant: _Tenant, frames: dict[str, bytes], viewers: list[Viewer]) -> None:
        together: dict[tuple[str, ...], bytes] = {}
        by_loop: dict[Any, list[tuple[Viewer, bytes, bool]]] = {}
        for viewer in viewers:
            whole = viewer.asks
            if whole:
                data = self._picture(tenant, viewer.topics)
            else:
                data = together.get(viewer.topics) or b"".join(
                    [*(frames[topic] for topic in viewer.topics), tenant.beat]
                )
                together[viewer.topics] = data
            by_loop.setdefault(viewer.loop, []).append((viewer, data, whole))
        for loop, batch in by_loop.items():
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(_deliver, batch)


def _beat(tenant: _Tenant) -> bytes:
    source = tenant.reader.source(tenant.now_us)
    told = {"at_us": tenant.now_us, "stale_s": source["stale_s"], "source": source}
    return beat(tenant.ring.identity, told)


def _give(viewer: Viewer, data: bytes) -> None:
    with contextlib.suppress(RuntimeError):
        viewer.loop.call_soon_threadsafe(viewer.anew, data)


def _deliver(batch: list[tuple[Viewer, bytes, bool]]) -> None:
    for viewer, data, whole in batch:
        if whole:
            viewer.anew(data)
        else:
            viewer.put(data)
