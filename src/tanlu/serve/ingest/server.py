"""One server: the log, the pipeline, the queue, HTTP on loopback, and the second process."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
import threading
import time
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from tanlu.errors import TanluError
from tanlu.monitor.devices import Registry
from tanlu.monitor.stream import Pipeline, warm
from tanlu.serve.connecting import connections
from tanlu.serve.ingest.answering import App, failures
from tanlu.serve.ingest.draining import Drainer
from tanlu.serve.ingest.group import BYTES_MAX, Group
from tanlu.store.stream import open_stream_log
from tanlu.terms import about

if TYPE_CHECKING:
    from collections.abc import Callable

    from tanlu.store import Workspace

__all__ = ["Server", "note"]

LOOPBACK = "127.0.0.1"
BACKLOG = 1024
# connections at once; beyond them nobody is heard until one ends, so idle ones must be cheap
MOST_CONNECTIONS = 16_384
LOOK_S = 0.1
# an idle server too learns within this what was enrolled, revoked or defined
REGISTRY_S = 1.0
ANSWER_S = 10.0


def note(event: str, **facts: object) -> None:
    """Write one line of the server's own log: JSON to stderr, no secrets, no names of devices."""
    if sys.stderr is not None:
        line = {"at_us": time.time_ns() // 1000, "event": event, **facts}
        sys.stderr.write(json.dumps(line) + "\n")
        sys.stderr.flush()


class Beside(Protocol):
    """What hears beside HTTP and hands it to the same queue."""

    def __enter__(self) -> object:
        """Start."""

    def __exit__(self, *_: object) -> None:
        """End."""

    def counters(self) -> dict[str, Any]:
        """Give what was counted."""
        ...


class Server:
    """Serves one workspace until a signal or a failure of its disk.

    Parameters
    ----------
    port
        Port on 127.0.0.1, 0 for a free one.
    bytes_max
        How many bytes of bodies may wait [bytes].
    drains
        Whether a second process moves what is durable into the ledger.

    Raises
    ------
    TanluError
        TL660 when another process has the log, TL633 for a port that is taken, TL002 without the
        extra ``serve``.
    """

    def __init__(
        self, workspace: Workspace, port: int, *, bytes_max: int = BYTES_MAX, drains: bool = True
    ) -> None:
        self.workspace = workspace
        self.port = _port(port)
        self._embed = _granian("granian.server.embed")
        self.registry = Registry.of(workspace)
        warm(self.registry)
        self.log = open_stream_log(workspace)
        try:
            self.pipeline = Pipeline(self.log, self.registry)
        except BaseException:
            self.log.close()
            raise
        self.group = Group(self.pipeline, bytes_max=bytes_max)
        self.app = App(self.group, self.registry, facts=self.facts)
        self.drainer = Drainer(workspace.path, self._restarted) if drains else None
        self.started_us = time.time_ns() // 1000
        self._beside = contextlib.ExitStack()
        self._counted: dict[str, Callable[[], dict[str, Any]]] = {}
        self._failing: dict[str, str] = {}
        self._stopping = threading.Event()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{LOOPBACK}:{self.port}"

    def facts(self) -> dict[str, Any]:
        """Give what does not count: version, process, address."""
        drainer = self.drainer
        return {
            "version": about.VERSION, "url": self.url, "pid": os.getpid(),
            "started_us": self.started_us, "drain_pid": drainer.pid if drainer else None,
            "drain_restarts": drainer.restarts if drainer else 0,
            **{name: tell() for name, tell in self._counted.items()},
        }  # fmt: skip

    def beside(self, gateways: Beside) -> None:
        """Start what hears beside HTTP; it ends before the queue does."""
        self._beside.enter_context(gateways)
        self._counted["gateways"] = gateways.counters

    def stop(self) -> None:
        """End `serve` from another thread."""
        self._stopping.set()

    def serve(self, ready: Callable[[], None]) -> None:
        """Answer until a signal comes or the log fails; ``ready`` is called when it listens.

        Raises
        ------
        TanluError
            TL661, TL662 when the disk refused: what was acknowledged is safe, start it again.
        """
        try:
            asyncio.run(self._serve(ready))
        finally:
            self._beside.close()
            self.group.close()
        if self.group.failure is not None:
            raise self.group.failure

    def close(self) -> None:
        """Keep the windows and let the log and the second process end."""
        if self.group.failure is None:
            self.pipeline.close()
        if self.drainer is not None:
            self.drainer.close()

    async def _serve(self, ready: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, self.stop)
        constants = _granian("granian.constants")
        http = self._embed.Server(
            self.app, address=LOOPBACK, port=self.port, websockets=False, log_enabled=False,
            interface=constants.Interfaces.RSGI, http=constants.HTTPModes.http1, backlog=BACKLOG,
            backpressure=connections(MOST_CONNECTIONS),
        )  # fmt: skip
        task = asyncio.create_task(http.serve())
        await self._listens(task)
        ready()
        looked = time.monotonic()
        # what ends it comes from other threads and from the disk, not from this loop
        while not (self._stopping.is_set() or task.done() or self.group.failure):
            await asyncio.sleep(LOOK_S)
            if time.monotonic() - looked > REGISTRY_S:
                looked = time.monotonic()
                with contextlib.suppress(TanluError):
                    self.group.ask(Pipeline.look)
            self._look()
        http.stop()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(task, ANSWER_S)

    def _look(self) -> None:
        """Say what is wrong with a gateway when it goes wrong, and when it is right again."""
        failing = failures({name: tell() for name, tell in self._counted.items()})
        for name in failing.keys() | self._failing.keys():
            if name not in failing:
                note("gateway_works_again", gateway=name)
            elif failing[name] != self._failing.get(name):
                note("gateway_failed", gateway=name, why=failing[name])
        self._failing = failing

    async def _listens(self, task: asyncio.Task[Any]) -> None:
        end = time.monotonic() + ANSWER_S
        while not task.done() and time.monotonic() < end:
            try:
                _, writer = await asyncio.open_connection(LOOPBACK, self.port)
            except OSError:
                await asyncio.sleep(0.01)
            else:
                writer.close()
                return
        raise TanluError("TL633", value=self.port, why="nothing answers there")

    def _restarted(self, code: int) -> None:
        note("drain_restarted", exit_code=code)


def _granian(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise TanluError("TL002", value="granian", extra="serve") from error


def _port(port: int) -> int:
    """Give a port that nobody has."""
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((LOOPBACK, port))
            return int(probe.getsockname()[1])
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise TanluError("TL633", value=port, why=why) from error
