"""A server of one's own for a rehearsal, and what is sent to it in the measure of time."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tanlu.errors import TanluError
from tanlu.terms import Progress

if TYPE_CHECKING:
    import polars as pl

    from tanlu.serve.sending import Outgoing, Sender
    from tanlu.simulate.devices import Wire

__all__ = ["Beat", "OwnServer", "answers", "broken", "outgoing", "pump"]

LOOPBACK = "127.0.0.1"
BODY_ROWS = 10_000
START_S, STOP_S, SETTLE_S = 60.0, 60.0, 300.0
# simulated seconds between two bodies of a stream when there is no pause
HURRY_S = 15.0


class OwnServer:
    """A server as a process beside this one; killed at ``crashes`` [s], it comes back there."""

    def __init__(self, ledger: Path, crashes: Sequence[float] = ()) -> None:
        self._crashes = sorted(crashes)
        with socket.socket() as free:
            free.bind((LOOPBACK, 0))
            self.port = int(free.getsockname()[1])
        self.url = f"http://{LOOPBACK}:{self.port}"
        self.log = ledger / "server.log"
        self._command = [
            sys.executable, "-m", "tanlu", "serve", "--ingest", "--ledger", str(ledger),
            "--port", str(self.port),
        ]  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None
        self.deaths = 0

    def start(self) -> None:
        """Start it; it need not answer yet."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip

    def kill(self) -> None:
        """Kill it and all that it started, with no time to say a word."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
            self.deaths += 1

    def mind(self, passed_s: float) -> None:
        """Kill it and start it again when a moment for this has come.

        Raises
        ------
        TanluError
            TL902 when it ended by itself: nobody will answer any more.
        """
        if self._process is not None and self._process.poll() is not None:
            raise TanluError("TL902", value=self.url, why=f"it ended: {self._last()}")
        while self._crashes and passed_s >= self._crashes[0]:
            self._crashes.pop(0)
            self.kill()
            self.start()

    def wait(self, seconds: float = START_S) -> None:
        """Wait until it answers.

        Raises
        ------
        TanluError
            TL902 when it ended or does not answer in time.
        """
        until = time.monotonic() + seconds
        while not answers(self.url):
            ended = self._process is None or self._process.poll() is not None
            if ended or time.monotonic() > until:
                raise TanluError("TL902", value=self.url, why=f"it did not start: {self._last()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Let it end in order; kill it when it does not."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_S)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def _last(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1][:300] if lines else "it said nothing"


def answers(url: str) -> bool:
    """Tell whether a server is there and well."""
    from tanlu.serve.sending import Connection

    connection = Connection(url, timeout_s=5.0)
    try:
        return connection.get("/healthz").status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def broken(data: bytes) -> bytes:
    """Give a body whose bytes suffered on the way: no form of it can be read, no two are equal."""
    return b"\0" + data[1:-2]


def outgoing(rows: pl.DataFrame, form: str) -> list[Outgoing]:
    """Give the bodies of some rows: one a stream, and each broken frame by itself."""
    import polars as pl

    from tanlu.serve.sending import MEDIA, Outgoing, body_of

    bodies = []
    bad = pl.col("mark").eq_missing("corrupt")
    told = rows.drop("mark", "sent_us")
    for (stream,), part in (
        told.filter(rows.select(~bad).to_series())
        .partition_by("stream", as_dict=True, maintain_order=True)
        .items()
    ):
        for piece in part.drop("stream").iter_slices(BODY_ROWS):
            bodies.append(Outgoing(str(stream), MEDIA[form], body_of(piece, form)))  # noqa: PERF401
    for piece in rows.filter(bad).iter_slices(1):
        data = body_of(piece.drop("mark", "sent_us", "stream"), form)
        bodies.append(Outgoing(str(piece["stream"].item()), MEDIA[form], broken(data)))
    return bodies


class Beat(NamedTuple):
    """The measure of time: simulated seconds a real one (0: without a pause), real step [s]."""

    speed: float
    step_s: float = 0.25

    @property
    def simulated_us(self) -> int:
        """How much simulated time one step is [us]."""
        return max(1, round(1e6 * (self.speed * self.step_s or HURRY_S)))


def pump(
    wire: Wire, sender: Sender, form: str, beat: Beat, own: OwnServer | None
) -> Iterator[Progress]:
    """Send everything in the measure of time and wait until all is acknowledged.

    Raises
    ------
    TanluError
        TL902 when a body is refused for good, or not all is acknowledged in time; TL903 when the
        spool cannot be used.
    """
    begun, sent = time.monotonic(), 0

    def mind() -> None:
        if own is not None:
            own.mind(time.monotonic() - begun)

    for number, rows in enumerate(wire.ticks(beat.simulated_us), start=1):
        if beat.speed:
            while (pause := begun + number * beat.step_s - time.monotonic()) > 0:
                mind()
                time.sleep(min(pause, 0.05))
        mind()
        if rows.height:
            sender.put(outgoing(rows, form))
        sent += rows.height
        yield Progress("sent", sent, wire.rows.height)
    until = time.monotonic() + SETTLE_S
    while not sender.settle(0.2):
        mind()
        yield Progress("acknowledged", sender.tally().rows["rows_in"], wire.rows.height)
        if time.monotonic() > until:
            raise TanluError("TL902", value=sender.url, why=f"no answer for {SETTLE_S:.0f} s")
    yield Progress("acknowledged", sent, wire.rows.height, result=time.monotonic() - begun)
