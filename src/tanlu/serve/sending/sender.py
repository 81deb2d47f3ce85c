"""Sends what stands in a spool until the server acknowledges it, over several connections.

A broken connection, 408, 429 and 5xx mean *again later*: the server knows by (device, seq) what it
has. 400 is an answer: the server keeps what nobody can read as one quarantined row. Any other
refusal stops the sender and leaves the body in the spool, for a person must mend something.
"""

from __future__ import annotations

import http.client
import json
import math
import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from tanlu.errors import TanluError
from tanlu.serve.sending.posting import Connection, Posted

if TYPE_CHECKING:
    from tanlu.store.spool import Spool, Spooled

__all__ = ["Outgoing", "Sender", "Tally"]

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.05, 5.0
IDLE_S = 0.2
LATER = frozenset((408, 425, 429))
COUNTS = ("rows_in", "rows_new", "rows_known", "rows_quarantined")
PER_OCTAVE = 16


class Outgoing(NamedTuple):
    """A body for a stream, with its media type."""

    stream: str
    media: str
    data: bytes

    def encode(self) -> bytes:
        """Give the bytes that stand in the spool: a line of JSON, then the body."""
        return json.dumps([self.stream, self.media]).encode() + b"\n" + self.data

    @classmethod
    def decode(cls, held: bytes) -> Outgoing:
        """Give what stands in the spool."""
        head, _, data = held.partition(b"\n")
        stream, media = json.loads(head)
        return cls(stream, media, data)


@dataclass
class Tally:
    """What became of what was sent: bodies acknowledged, rows as the server counted them."""

    bodies: int = 0
    refused: int = 0
    retries: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    waited: Counter[int] = field(default_factory=Counter)

    def add(self, posted: Posted, seconds: float) -> None:
        """Count an answer."""
        self.bodies += 1
        self.waited[round(PER_OCTAVE * math.log2(max(seconds, 1e-6)))] += 1
        if posted.status == 400:
            self.refused += 1
        told = posted.said
        if posted.status == 400 and "rows_in" not in told:
            # a body that nobody can read is one quarantined row
            code = str(told.get("code", "400"))
            told = {"rows_in": 1, "rows_quarantined": 1, "codes": {code: 1}}
        self.rows.update({name: int(told.get(name) or 0) for name in COUNTS})
        self.codes.update({code: int(n) for code, n in (told.get("codes") or {}).items()})

    def quantile_ms(self, part: float) -> float | None:
        """Give how long an acknowledgement took [ms], within 2 %; null before the first."""
        wanted, seen = part * self.waited.total(), 0
        for step in sorted(self.waited):
            seen += self.waited[step]
            if seen >= wanted:
                return round(1000 * float(2 ** (step / PER_OCTAVE)), 2)
        return None

    def facts(self) -> dict[str, Any]:
        """Give all counts by name."""
        return {
            "bodies": self.bodies,
            "bodies_refused": self.refused,
            "retries": self.retries,
            **{name: self.rows[name] for name in COUNTS},
            "codes": dict(sorted(self.codes.items())),
            "ack_p50_ms": self.quantile_ms(0.5),
            "ack_p99_ms": self.quantile_ms(0.99),
        }


class Sender:
    """Sends from a spool in the background until it is closed.

    Parameters
    ----------
    url
        Of the server, for example ``http://127.0.0.1:7390``.
    spool
        Where bodies wait; what stands in it from before is sent first.
    token
        Of the gateway, where the server wants one.
    connections
        How many requests are under way at once.
    """

    def __init__(
        self, url: str, spool: Spool, *, token: str | None = None, connections: int = 2
    ) -> None:
        self.url, self.spool = url, spool
        self._tally = Tally()
        self._refusal: dict[str, str] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        wires = [Connection(url, token=token) for _ in range(connections)]
        self._threads = [
            threading.Thread(target=self._work, args=(wire,), daemon=True) for wire in wires
        ]
        for thread in self._threads:
            thread.start()

    def put(self, bodies: Iterable[Outgoing]) -> None:
        """Take bodies: they are on the disk when this returns. Raises TL903, TL902 as `settle`."""
        self._check()
        self.spool.put(body.encode() for body in bodies)

    def settle(self, timeout_s: float) -> bool:
        """Wait until all is acknowledged; tell whether it is.

        Raises
        ------
        TanluError
            TL902 when the server refused a body for good; it stays in the spool.
        """
        until = time.monotonic() + timeout_s
        while self.spool.waiting:
            self._check()
            if time.monotonic() >= until:
                return False
            self._stop.wait(0.01)
        self._check()
        return True

    def tally(self) -> Tally:
        """Give the counts of now."""
        with self._lock:
            tally = self._tally
            return Tally(
                tally.bodies, tally.refused, tally.retries,
                Counter(tally.rows), Counter(tally.codes), Counter(tally.waited),
            )  # fmt: skip

    def close(self) -> None:
        """Stop; what was not acknowledged stays in the spool."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _check(self) -> None:
        if self._refusal:
            raise TanluError("TL902", value=self.url, **self._refusal)

    def _work(self, wire: Connection) -> None:
        try:
            while not self._stop.is_set():
                found = self.spool.take(IDLE_S)
                if found is not None:
                    self._deliver(wire, found)
        except TanluError as error:
            self._end(str(error.fields.get("why", error)))
        finally:
            wire.close()

    def _deliver(self, wire: Connection, found: Spooled) -> None:
        """Post a body again and again until somebody answers for it."""
        pause = FIRST_PAUSE_S
        body = Outgoing.decode(found.body)
        while not self._stop.is_set():
            begun = time.perf_counter()
            wait_s = 0.0
            try:
                posted = wire.post(*body)
            except (OSError, http.client.HTTPException):
                pass
            else:
                if posted.status in (200, 400):
                    with self._lock:
                        self._tally.add(posted, time.perf_counter() - begun)
                    self.spool.done(found)
                    return
                if posted.status not in LATER and posted.status < 500:
                    self._end(posted.why, posted.why_zh)
                    return
                wait_s = posted.wait_s
            with self._lock:
                self._tally.retries += 1
            # senders that failed together shall not come back together
            spread = 0.5 + (found.place % 1021) / 1021
            self._stop.wait(max(wait_s, pause * spread))
            pause = min(LONGEST_PAUSE_S, 2 * pause)

    def _end(self, why: str, why_zh: str | None = None) -> None:
        self._refusal = {"why": why} if why_zh is None else {"why": why, "why_zh": why_zh}
        self._stop.set()
