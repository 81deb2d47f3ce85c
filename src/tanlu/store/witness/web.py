"""Bytes from a folder or from the web, never more than asked for and never for ever."""

from __future__ import annotations

import http.client
import time
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from tanlu.errors import TanluError

__all__ = ["Reply", "ask", "fetch"]

CHUNK = 64 * 1024
TIMEOUT_S = 20.0
SCHEMES = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}


class Reply(NamedTuple):
    """What a web server answered."""

    status: int
    body: bytes


def ask(
    url: str, body: bytes | None = None, *, max_bytes: int, timeout_s: float = TIMEOUT_S
) -> Reply:
    """Ask a web server: POST with a body, else GET; follows no redirect and sends nothing else.

    Raises
    ------
    TanluError
        TL631 for an address that is none, silence beyond ``timeout_s`` [s] in all, an answer of
        more than ``max_bytes``.
    """
    try:
        parts = urlsplit(url)
        connection = SCHEMES[parts.scheme](parts.netloc, timeout=timeout_s)
    except (ValueError, KeyError, http.client.InvalidURL) as error:
        raise TanluError("TL631", value=url, why="it is no http or https address") from error
    until = time.monotonic() + timeout_s
    try:
        path = parts.path or "/"
        connection.request("GET" if body is None else "POST", path, body, {"Accept": "*/*"})
        answer = connection.getresponse()
        return Reply(answer.status, _all(answer, max_bytes, until))
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        raise TanluError("TL631", value=url, why=_why(error)) from error
    finally:
        connection.close()


def fetch(place: str, path: str, *, max_bytes: int) -> bytes | None:
    """Give a file of a folder or below a web address; None when there is no such file.

    Raises
    ------
    TanluError
        TL631 when the place cannot be read or the file has more than ``max_bytes``.
    """
    if "://" in place:
        url = f"{place.rstrip('/')}/{path}"
        reply = ask(url, max_bytes=max_bytes)
        if reply.status in (404, 410):
            return None
        if reply.status != 200:
            raise TanluError("TL631", value=url, why=f"it answers {reply.status}")
        return reply.body
    return _from_folder(Path(place), path, max_bytes)


def _from_folder(folder: Path, path: str, max_bytes: int) -> bytes | None:
    file = folder.joinpath(*path.split("/"))
    try:
        with file.open("rb") as opened:
            data = opened.read(max_bytes + 1)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise TanluError("TL631", value=file, why=_why(error)) from error
    if len(data) > max_bytes:
        raise TanluError("TL631", value=file, why=f"it has more than {max_bytes} bytes")
    return data


def _all(answer: http.client.HTTPResponse, max_bytes: int, until: float) -> bytes:
    parts, size = [], 0
    # a server that sends one byte a second never times out by itself
    while part := answer.read1(CHUNK):
        parts.append(part)
        size += len(part)
        if size > max_bytes:
            raise http.client.HTTPException(f"it has more than {max_bytes} bytes")
        if time.monotonic() > until:
            raise http.client.HTTPException("it takes too long")
    return b"".join(parts)


def _why(error: BaseException) -> str:
    return str(getattr(error, "strerror", None) or str(error) or type(error).__name__)
