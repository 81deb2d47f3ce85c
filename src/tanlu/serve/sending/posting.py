"""One connection that is kept alive: a request out, an answer back, or the reason why not."""

from __future__ import annotations

import http.client
import json
import ssl
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from tanlu.errors import TanluError

__all__ = ["Connection", "Posted"]

ANSWER_MAX = 1 << 20


class Posted(NamedTuple):
    """What a server answered: status of HTTP, object of the body, how long to wait [s]."""

    status: int
    said: dict[str, Any]
    wait_s: float

    @property
    def why(self) -> str:
        """Give the answer in one line."""
        told = self.said.get("detail") or self.said.get("title") or self.said.get("code") or ""
        return f"{self.status} {told}".strip()

    @property
    def why_zh(self) -> str:
        """Give the answer in one line, in Chinese where the server said it so."""
        told = self.said.get("title_zh")
        return f"{self.status} {told}" if told else self.why


class Connection:
    """A connection to a server, made when it is first needed and again after it broke.

    Raises
    ------
    TanluError
        TL902 for an address that is none.
    """

    def __init__(self, url: str, *, token: str | None = None, timeout_s: float = 30.0) -> None:
        try:
            found = urlsplit(url)
            self._host, self._port = found.hostname or "", found.port
        except ValueError as error:
            raise TanluError("TL902", value=url, why=str(error)) from error
        if found.scheme not in ("http", "https") or not self._host:
            raise TanluError("TL902", value=url, why="an address begins with http:// or https://")
        if token and not (token.isascii() and token.isprintable()):
            raise TanluError("TL902", value=url, why="a token is one line of plain letters")
        self._safe, self._timeout_s = found.scheme == "https", timeout_s
        self._base = found.path.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._connection: http.client.HTTPConnection | None = None

    def post(self, stream: str, media: str, data: bytes) -> Posted:
        """Post a body to a stream.

        Raises
        ------
        OSError, http.client.HTTPException
            When nobody answers or the connection broke: nobody knows whether the body came.
        """
        headers = {**self._headers, "Content-Type": media}
        return self._asked("POST", f"/v1/streams/{quote(stream, safe='')}", data, headers)

    def get(self, path: str) -> Posted:
        """Get an object, for example of ``/v1/status``; errors as `post`."""
        return self._asked("GET", path, None, self._headers)

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _asked(self, method: str, path: str, data: bytes | None, headers: dict[str, str]) -> Posted:
        try:
            connection = self._connection = self._connection or self._made()
            connection.request(method, self._base + path, data, headers)
            answer = connection.getresponse()
            body = answer.read(ANSWER_MAX if method == "POST" else None)
            if answer.will_close or not answer.isclosed():
                self.close()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        return Posted(answer.status, _object(body), _seconds(answer.headers.get("Retry-After")))

    def _made(self) -> http.client.HTTPConnection:
        if self._safe:
            return http.client.HTTPSConnection(
                self._host,
                self._port,
                timeout=self._timeout_s,
                context=ssl.create_default_context(),
            )
        return http.client.HTTPConnection(self._host, self._port, timeout=self._timeout_s)


def _object(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except ValueError:
        return {"detail": body[:200].decode("utf-8", "replace")}
    return said if isinstance(said, dict) else {"rows": said}


def _seconds(told: str | None) -> float:
    """Give how long a server asks to wait [s]; a date is taken as no wish."""
    return min(60.0, float(told)) if told and told.isascii() and told.isdigit() else 0.0
