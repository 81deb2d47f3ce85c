"""Sending what waits: a few at once, one of a hook, until it is heard or given up."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.serve.hooks.outbox import hear, now_us
from tanlu.serve.hooks.shelf import Shelf
from tanlu.serve.hooks.signing import sign
from tanlu.serve.ingest import note
from tanlu.serve.turn import Turn
from tanlu.share.egress import MESSAGE_S, Answer, Reach, Target, post

if TYPE_CHECKING:
    from tanlu.serve.api import Home

__all__ = ["Hooks"]

AT_ONCE = 8
LOOK_S = 0.5
HEAR_S = 2.0
TIDY_S = 3600.0


class Hooks:
    """The webhooks of a server; of all processes with one home only one sends.

    Parameters
    ----------
    home
        Ledgers and state of the organisations.
    reach
        Which addresses may be written to.
    whole_s
        How long one message may take [s].
    context
        Whose certificates are believed; those that the system believes if not said.
    """

    def __init__(
        self, home: Home, *, reach: Reach | None = None, whole_s: float = MESSAGE_S,
        context: ssl.SSLContext | None = None,
    ) -> None:  # fmt: skip
        self.home, self.reach, self.whole_s, self.context = home, reach or Reach(), whole_s, context
        self.shelf = Shelf(home.state)
        self._alone = Turn(home.path / "hooks.lock")
        self._ends = threading.Event()
        self._busy: set[tuple[str, str]] = set()
        self._turn = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to send, once no other process does."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._loop, name="hooks", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """End; what waits is sent after the next start."""
        self._ends.set()
        if self._thread is not None:
            self._thread.join(timeout=self.whole_s + 10)
        self._alone.leave()

    def target(self, url: str) -> Target:
        """Give where a message to a URL goes now.

        Raises
        ------
        TanluError
            TL493 when none may be sent there.
        """
        try:
            return self.reach.target(url)
        except TanluError as error:
            raise TanluError("TL493", why=error.fields["why"]) from error

    def send(self, row: Mapping[str, Any]) -> str:
        """Try one delivery and give its state then."""
        told = self.shelf.message(dict(row))
        if told is None:
            return "dead"
        hook, body = told
        try:
            # looked up for this try alone, and connected to what was found
            target = self.target(hook["url"])
        except TanluError as error:
            return self.shelf.heard(dict(row), Answer(None, str(error.fields.get("why", ""))))
        raw = body.encode()
        headers = sign(str(row["message"]), int(time.time()), raw, _keys(hook))
        answer = post(target, raw, headers, whole_s=self.whole_s, context=self.context)
        return self.shelf.heard(dict(row), answer)

    def _loop(self) -> None:
        while not self._alone.take():
            if self._ends.wait(LOOK_S):
                return
        heard = tidied = -TIDY_S
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="hook") as pool:
            while not self._ends.is_set():
                now = time.monotonic()
                try:
                    if now - heard >= HEAR_S:
                        heard = now
                        self._hear()
                    if now - tidied >= TIDY_S:
                        tidied = now
                        self.shelf.tidy()
                    with self._turn:
                        due = self.shelf.due(self._busy, AT_ONCE - len(self._busy))
                        self._busy |= {(row["tenant"], row["hook"]) for row in due}
                    for row in due:
                        pool.submit(self._try, row)
                except Exception as fault:  # noqa: BLE001 - what waits stays; it is tried again
                    note("hooks", what=type(fault).__name__)
                    due = []
                if not due:
                    self._ends.wait(LOOK_S)

    def _hear(self) -> None:
        for organisation in self.home.organisations():
            try:
                hear(self.home, str(organisation["slug"]))
            except TanluError as error:
                note("hooks", tenant=organisation["slug"], what=error.code)

    def _try(self, row: dict[str, Any]) -> None:
        try:
            self.send(row)
        except Exception as fault:  # noqa: BLE001 - never with the message or its secret
            note("hooks", hook=row["hook"], what=type(fault).__name__)
        finally:
            with self._turn:
                self._busy.discard((row["tenant"], row["hook"]))


def _keys(hook: Mapping[str, Any]) -> list[str]:
    before = hook["secret_before"]
    if before is not None and (hook["before_until_us"] or 0) > now_us():
        return [hook["secret"], before]
    return [hook["secret"]]
