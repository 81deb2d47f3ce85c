"""How we ask: the address that was looked up, within a time and a size, without detours.

Whatever the other side answers, headers of ours go to it alone: a redirect is an answer.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tanlu.errors import TanluError
from tanlu.share.egress.addresses import NEAR, Reach, Target, shown
from tanlu.terms import VERSION

__all__ = ["KEPT", "MESSAGE_S", "Answer", "Egress", "Reply", "ask", "post"]

# what is kept of an answer, and what one may have that is read whole [bytes]
KEPT, MOST_BYTES = 1024, 64 << 20
# for a connection, for everything of a message and of a request, however slowly it drips [s]
CONNECT_S, MESSAGE_S, WHOLE_S = 5.0, 15.0, 60.0


class Reply(NamedTuple):
    """What a server answered; names of headers in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Answer(NamedTuple):
    """What came back of a message: a status or none, the beginning of what was said or why not."""

    status: int | None
    said: str
    retry_after_s: int | None = None


class Egress:
    """Asks others over HTTPS, where a reach allows it.

    Parameters
    ----------
    reach
        Which addresses may be asked; the open internet if not said.
    near
        Whether who is asked may be in a private network or on this machine, there over plain HTTP
        too.
    ca
        File of certificates to trust; those of the system if not said.
    whole_s
        How long a request may take in all [s].
    most
        Most bytes of an answer.
    """

    def __init__(
        self, reach: Reach | None = None, *, near: bool = False, ca: Path | None = None,
        whole_s: float = WHOLE_S, most: int = MOST_BYTES,
    ) -> None:  # fmt: skip
        self.reach = reach or Reach(NEAR if near else ())
        self.ca, self.whole_s, self.most = ca, whole_s, most

    def ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Reply:
        """Give the reply to a request.

        Raises
        ------
        TanluError
            TL866 for an address that is not allowed, a server that cannot be reached, or an answer
            that is too long or takes too long.
        """
        target = self.reach.target(url)
        try:
            trusts = ssl.create_default_context(cafile=self.ca) if self.ca else None
            return ask(method, target, headers, body, whole_s=self.whole_s, most=self.most,
                       context=trusts)  # fmt: skip
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise TanluError("TL866", value=shown(url), why=_why(error)) from error


def post(
    target: Target, body: bytes, headers: Mapping[str, str], *, whole_s: float = MESSAGE_S,
    context: ssl.SSLContext | None = None,
) -> Answer:  # fmt: skip
    """Send a message and give the answer; never raises for what the other side does."""
    told = {"content-type": "application/json", **headers}
    try:
        reply = ask("POST", target, told, body, whole_s=whole_s, most=KEPT, cut=True,
                    context=context)  # fmt: skip
    except TimeoutError:
        return Answer(None, "too slow")
    except (OSError, http.client.HTTPException, ValueError) as error:
        # of the message nothing is repeated: only what kind of fault it was
        return Answer(None, type(error).__name__)
    said = reply.body.decode("utf-8", "replace")[:KEPT]
    return Answer(reply.status, said, _seconds(reply.headers.get("retry-after")))


def ask(
    method: str, target: Target, headers: Mapping[str, str], body: bytes = b"", *,
    whole_s: float, most: int, cut: bool = False, context: ssl.SSLContext | None = None,
) -> Reply:  # fmt: skip
    """Give the reply of what was looked up.

    Parameters
    ----------
    whole_s
        How long it may take in all [s].
    most
        Most bytes of an answer; one that is longer is cut off there with ``cut``, else refused.
    context
        Whose certificates are believed; those that the system believes if not said.

    Raises
    ------
    OSError, http.client.HTTPException, ValueError
        When nothing came back that could be read; `TimeoutError` when it took too long.
    """
    connection = _Pinned(target, context)
    clock = threading.Timer(whole_s, connection.cut)
    clock.daemon = True
    clock.start()
    try:
        told = {"Host": target.authority, "user-agent": f"tanlu/{VERSION}",
                "accept": "application/json", "connection": "close", **headers}  # fmt: skip
        connection.request(method, target.path, body=body or None, headers=told)
        reply = _heard(connection.getresponse(), most, cut=cut)
    except (OSError, http.client.HTTPException, ValueError) as error:
        if not connection.over:
            raise
        raise _slow(whole_s) from error
    finally:
        clock.cancel()
        connection.close()
    if connection.over:
        # an answer that was ended looks like one that has ended
        raise _slow(whole_s)
    return reply


def _heard(answer: http.client.HTTPResponse, most: int, *, cut: bool) -> Reply:
    found = answer.read(most if cut else most + 1)
    if len(found) > most:
        raise ValueError(f"it answers more than {most} bytes")
    return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, found)


def _slow(whole_s: float) -> TimeoutError:
    return TimeoutError(f"it takes longer than {whole_s:g} s")


class _Pinned(http.client.HTTPConnection):
    """A connection to the address that was looked up, with the name for the certificate."""

    def __init__(self, target: Target, context: ssl.SSLContext | None) -> None:
        super().__init__(target.host, target.port, timeout=CONNECT_S)
        self.target, self.over = target, False
        # beside the library's own, which it forgets once it has the head of an answer
        self._held: socket.socket | None = None
        secure = target.scheme == "https"
        self._context = (context or ssl.create_default_context()) if secure else None

    def connect(self) -> None:
        place = (self.target.address, self.target.port)
        self.sock = self._held = found = socket.create_connection(place, CONNECT_S)
        if self._context is not None:
            # the handshake apart: whoever drips there is cut off as well
            self.sock = self._held = secure = self._context.wrap_socket(
                found, server_hostname=self.target.host, do_handshake_on_connect=False
            )
            if not self.over:
                secure.do_handshake()
        if self.over:
            raise TimeoutError

    def cut(self) -> None:
        """End it: whoever drips is not waited for."""
        self.over = True
        if self._held is not None:
            with contextlib.suppress(OSError):
                # of what is secured too the connection below: a farewell would be waited for
                socket.socket.shutdown(self._held, socket.SHUT_RDWR)


def _why(error: Exception) -> str:
    return str(error) or type(error).__name__


def _seconds(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else None
