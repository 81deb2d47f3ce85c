"""Bytes of a connection into frames: any split of them gives the same pieces, in bounded memory."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

__all__ = ["NOISE", "PIECE_BYTES", "Form", "Piece", "Scanner", "xor"]

# what lies between two frames; longer noise is kept in pieces of this many bytes
NOISE = "no frame begins here"
CUT_SHORT = "the frame was not finished when the connection ended"
PIECE_BYTES = 1024


class Piece(NamedTuple):
    """A frame, or bytes that are none: then ``why`` tells the reason."""

    raw: bytes
    why: str = ""


class Form(NamedTuple):
    """How frames of a protocol stand in a stream of bytes.

    ``marks`` finds a start; ``size`` tells the length of the frame from its first ``head`` bytes,
    or the reason why none begins there; ``fault`` tells what is wrong with a whole frame; bytes of
    ``fill`` may stand before a frame.
    """

    marks: re.Pattern[bytes]
    mark_bytes: int
    head: int
    size: Callable[[bytes], int | str]
    fault: Callable[[bytes], str]
    fill: bytes = b""


class Scanner:
    """Cuts frames that tell their length; after a bad one it looks on behind its first byte.

    A wrong length can so hide no frame that follows, and what a piece holds does not depend on how
    the bytes arrived. It keeps at most one frame and `PIECE_BYTES` of noise.
    """

    def __init__(self, form: Form) -> None:
        self._form = form
        self._held = bytearray()
        self._noise = bytearray()
        self._why = NOISE
        self._pieces: list[Piece] = []

    def feed(self, chunk: bytes) -> list[Piece]:
        """Give the pieces that are whole with these bytes."""
        self._held += chunk
        self._scan(last=False)
        return self._given()

    def end(self) -> list[Piece]:
        """Give what is left when the connection has ended."""
        self._scan(last=True)
        self._flush()
        return self._given()

    def _given(self) -> list[Piece]:
        pieces, self._pieces = self._pieces, []
        return pieces

    def _scan(self, *, last: bool) -> None:
        held, form, at = self._held, self._form, 0
        while at < len(held):
            mark = self._mark(at)
            if mark < 0:
                # a mark may have come in part
                keep = 0 if last else form.mark_bytes - 1
                upto = max(at, len(held) - keep)
                self._pass_over(held[at:upto])
                at = upto
                break
            self._pass_over(held[at:mark])
            at = mark
            size = self._size(at, last=last)
            if size is None:
                break
            if isinstance(size, str):
                self._reject(held[at : at + 1], size, again=size != self._why)
                at += 1
                continue
            frame = bytes(held[at : at + size])
            why = form.fault(frame)
            if why:
                self._reject(frame[:1], why, again=True)
                at += 1
            else:
                self._flush()
                self._pieces.append(Piece(frame))
                at += size
        del held[:at]

    def _mark(self, at: int) -> int:
        found = self._form.marks.search(self._held, at)
        return found.start() if found else -1

    def _size(self, at: int, *, last: bool) -> int | str | None:
        """Give the length of the frame that begins here, why none does, or that more must come."""
        here = len(self._held) - at
        size: int | str | None = None
        if here >= self._form.head:
            size = self._form.size(bytes(self._held[at : at + self._form.head]))
        if size is None or (isinstance(size, int) and size > here):
            return CUT_SHORT if last else None
        return size

    def _pass_over(self, bytes_: bytearray) -> None:
        if self._why == NOISE and not self._noise:
            bytes_ = bytes_.lstrip(self._form.fill) if self._form.fill else bytes_
        if bytes_:
            self._keep(bytes_)

    def _reject(self, first: bytes | bytearray, why: str, *, again: bool) -> None:
        if again:
            self._flush()
            self._why = why
        self._keep(first)

    def _keep(self, bytes_: bytes | bytearray) -> None:
        self._noise += bytes_
        while len(self._noise) >= PIECE_BYTES:
            self._pieces.append(Piece(bytes(self._noise[:PIECE_BYTES]), self._why))
            del self._noise[:PIECE_BYTES]

    def _flush(self) -> None:
        noise = bytes(self._noise)
        if self._form.fill and self._why == NOISE:
            noise = noise.rstrip(self._form.fill)
        if noise:
            self._pieces.append(Piece(noise, self._why))
        self._noise.clear()
        self._why = NOISE


def xor(data: bytes) -> int:
    """Give all bytes joined by exclusive or."""
    width = len(data)
    whole = int.from_bytes(data, "big")
    while width > 1:
        half = width + 1 >> 1
        whole = (whole >> 8 * half) ^ (whole & (1 << 8 * half) - 1)
        width = half
    return whole
