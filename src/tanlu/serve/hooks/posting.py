"""One message over the wire: to the address that was looked up, within a time, without detours."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from typing import NamedTuple

from tanlu.serve.hooks.addresses import Target
from tanlu.terms import VERSION

__all__ = ["KEPT", "Answer", "post"]

# what is kept of an answer [bytes]
KEPT = 1024
# for a connection, and for everything, however slowly it drips [s]
CONNECT_S = 5.0
WHOLE_S = 15.0


class Answer(NamedTuple):
    """What came back: a status or none, the beginning of the body or what went wrong."""

    status: int | None
    said: str
    retry_after_s: int | None = None


def post(
    target: Target, body: bytes, headers: Mapping[str, str], *, whole_s: float = WHOLE_S,
    context: ssl.SSLContext | None = None,
) -> Answer:  # fmt: skip
    """Send a message and give the answer; never raises for what the other side does."""
    connection = _Pinned(target, context)
    clock = threading.Timer(whole_s, connection.cut)
    clock.daemon = True
    clock.start()
    try:
        sent = {"content-type": "application/json", "user-agent": f"tanlu/{VERSION}",
                "connection": "close", **headers}  # fmt: skip
        connection.request("POST", target.path, body=body, headers=sent)
        answer = connection.getresponse()
        said = answer.read(KEPT).decode("utf-8", "replace")[:KEPT]
        return Answer(answer.status, said, _seconds(answer.getheader("retry-after")))
    except (OSError, http.client.HTTPException, ValueError) as error:
        # of the message nothing is repeated: only what kind of fault it was
        why = "too slow" if connection.over else type(error).__name__
        return Answer(None, why)
    finally:
        clock.cancel()
        connection.close()


class _Pinned(http.client.HTTPConnection):
    """A connection to the address that was looked up, with the name for the certificate."""

    def __init__(self, target: Target, context: ssl.SSLContext | None) -> None:
        super().__init__(target.host, target.port, timeout=CONNECT_S)
        self.target, self.over = target, False
        secure = target.scheme == "https"
        self._context = (context or ssl.create_default_context()) if secure else None

    def connect(self) -> None:
        found = socket.create_connection((self.target.address, self.target.port), CONNECT_S)
        self.sock = found
        if self._context is not None:
            self.sock = self._context.wrap_socket(found, server_hostname=self.target.host)

    def cut(self) -> None:
        """End it: whoever drips is not waited for."""
        self.over = True
        if self.sock is not None:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                self.sock.close()


def _seconds(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else None
