"""Bodies that come in: into a file piece by piece, within a limit, also of what is packed."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Annotated, Any

from fastapi import Depends, Header, Request
from starlette.concurrency import run_in_threadpool

from tanlu.errors import TanluError

__all__ = ["MOST", "Received", "limited", "received"]

MIB = 1 << 20
# bytes as they come, and unpacked where they come packed
MOST, MOST_UNPACKED = 256 * MIB, 1024 * MIB
PIECE = MIB
GZIP_WINDOW = 31


@dataclass(frozen=True, slots=True)
class Received:
    """A body that came in whole: where it lies, its SHA-256, size and media type."""

    path: Path
    sha256: str
    bytes: int
    media: str


class _Taking:
    """Writes pieces of a body into a file and counts them."""

    def __init__(self, file: IO[bytes], packed: str, most: int) -> None:
        self.file = file
        self.most = most
        self.bytes = 0
        self.hash = hashlib.sha256()
        self.unpack = zlib.decompressobj(GZIP_WINDOW) if packed == "gzip" else None

    def take(self, piece: bytes) -> None:
        """Write a piece, unpacked."""
        if self.unpack is None:
            self._write(piece)
            return
        try:
            while piece:
                self._write(self.unpack.decompress(piece, PIECE))
                piece = self.unpack.unconsumed_tail
        except zlib.error as error:
            raise TanluError("TL486", value=f"Content-Encoding: {error}") from error

    def end(self) -> None:
        """See that what is packed came whole."""
        if self.unpack is not None:
            self._write(self.unpack.flush())
            if not self.unpack.eof:
                raise TanluError("TL486", value="Content-Encoding: the body ends too early")

    def _write(self, plain: bytes) -> None:
        self.bytes += len(plain)
        if self.bytes > self.most:
            raise TanluError("TL467", value=f"> {self.bytes:,} B", most=f"{self.most:,} B")
        self.hash.update(plain)
        self.file.write(plain)


def limited(most: int, *media: str) -> Any:
    """Give the dependency that takes a body of at most so many bytes, of one of some types."""

    async def taken(
        request: Request,
        content_type: Annotated[str | None, Header(include_in_schema=False)] = None,
        content_encoding: Annotated[str | None, Header(include_in_schema=False)] = None,
    ) -> AsyncIterator[Received]:
        kind = (content_type or "").partition(";")[0].strip().lower()
        if media and kind not in media:
            raise TanluError("TL468", value=kind or "-", known=", ".join(media))
        packed = (content_encoding or "identity").strip().lower()
        if packed not in ("identity", "gzip"):
            raise TanluError("TL468", value=packed, known="gzip")
        told = request.headers.get("content-length", "0")
        if re.fullmatch(r"\d{1,18}", told) is None or int(told) > most:
            raise TanluError("TL467", value=f"{told} B", most=f"{most:,} B")
        handle, name = tempfile.mkstemp(prefix="tanlu-in-")
        path = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                taking = _Taking(file, packed, most if packed == "identity" else MOST_UNPACKED)
                await _taken(request, taking, most)
            yield Received(path, taking.hash.hexdigest(), taking.bytes, kind)
        finally:
            await run_in_threadpool(path.unlink, missing_ok=True)

    return Depends(taken)


async def _taken(request: Request, taking: _Taking, most: int) -> None:
    held, came = bytearray(), 0
    async for piece in request.stream():
        came += len(piece)
        if came > most:
            raise TanluError("TL467", value=f"> {came:,} B", most=f"{most:,} B")
        held += piece
        if len(held) >= PIECE:
            await run_in_threadpool(taking.take, bytes(held))
            held.clear()
    await run_in_threadpool(taking.take, bytes(held))
    taking.end()


def received(*media: str) -> Any:
    """Give the dependency that takes a body of the usual size."""
    return limited(MOST, *media)
