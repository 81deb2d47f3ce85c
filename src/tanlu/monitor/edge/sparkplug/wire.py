"""The wire format of Protocol Buffers, read strictly and without its runtime.

Bounded by the bytes it reads: a length never reaches beyond them, a number has at most 64 bits,
groups (deprecated) are refused, and nesting is as deep as the caller goes.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["LENGTH", "VARINT", "WIDE", "Broken", "fields", "put"]

VARINT, WIDE, LENGTH, NARROW = 0, 1, 2, 5
MOST_FIELD = (1 << 29) - 1


class Broken(ValueError):
    """Bytes that are no message."""


def fields(data: bytes) -> Iterator[tuple[int, int, int | bytes]]:
    """Give number, wire type and value of each field in order: an integer, or bytes.

    Raises
    ------
    Broken
        For bytes that end too early, a number beyond 64 bits, field 0 or a wire type of groups.
    """
    at, end = 0, len(data)
    while at < end:
        key, at = _varint(data, at)
        if data[at - 1] == 0:
            # decoders disagree on what such a key means
            raise Broken("a key that is not in its shortest form")
        number, kind = key >> 3, key & 7
        if not 0 < number <= MOST_FIELD:
            raise Broken(f"field {number}")
        value: int | bytes
        if kind == VARINT:
            value, at = _varint(data, at)
        else:
            if kind == LENGTH:
                size, at = _varint(data, at)
            elif kind in (WIDE, NARROW):
                size = 8 if kind == WIDE else 4
            else:
                raise Broken(f"wire type {kind} in field {number}")
            if size > end - at:
                raise Broken(f"field {number} ends too early")
            value, at = data[at : at + size], at + size
        yield number, kind, value


def _varint(data: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        if at >= len(data):
            raise Broken("it ends too early")
        byte = data[at]
        number |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            break
        shift += 7
        if shift > 63:
            raise Broken("a number beyond 64 bits")
    if number >> 64:
        raise Broken("a number beyond 64 bits")
    return number, at


def put(number: int, value: float | str | bytes) -> bytes:
    """Give one field: integers and booleans as varints, floats as doubles, texts and bytes."""
    if isinstance(value, float):
        return _put(number << 3 | WIDE) + struct.pack("<d", value)
    if isinstance(value, int):
        return _put(number << 3 | VARINT) + _put(int(value))
    raw = value.encode() if isinstance(value, str) else value
    return _put(number << 3 | LENGTH) + _put(len(raw)) + raw


def _put(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)
