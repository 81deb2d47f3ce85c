"""Deterministic CBOR (RFC 8949 section 4.2.1) for what the ledger commits to.

Integers of 64 bits with sign, byte strings, texts, lists, maps, true, false and null; no floats,
no tags, no indefinite lengths. One value has one encoding, and decoding refuses any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["decode", "encode", "plain"]

MAX_DEPTH = 16
MAX_BYTES = 16 * 1024 * 1024
SIMPLE: dict[int, bool | None] = {0xF4: False, 0xF5: True, 0xF6: None}
UNSIGNED, NEGATIVE, BYTES, TEXT, LIST, MAP = range(6)
HEAD_BYTES = {24: 1, 25: 2, 26: 4, 27: 8}
LEAST = {24: 24, 25: 1 << 8, 26: 1 << 16, 27: 1 << 32}


def encode(value: object) -> bytes:
    """Give the one encoding of a value; keys of a map stand in the order of their bytes.

    Raises
    ------
    TanluError
        TL113 for a type or an integer that has no place here, or nesting beyond 16.
    """
    parts: list[bytes] = []
    _put(value, parts, 0)
    return b"".join(parts)


def decode(data: bytes, *, max_bytes: int = MAX_BYTES) -> Any:
    """Give the value whose encoding these bytes are.

    Raises
    ------
    TanluError
        TL113 for bytes that `encode` would not have written, or more than ``max_bytes``.
    """
    if len(data) > max_bytes:
        raise _wrong(max_bytes, "too many bytes")
    value, end = _take(data, 0, 0)
    if end != len(data):
        raise _wrong(end, "bytes follow the value")
    return value


def plain(value: Any) -> Any:
    """Give a value as JSON can say it: byte strings as hexadecimal texts."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value


def _head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes((major << 5 | number,))
    for info, size in HEAD_BYTES.items():
        if number < 1 << 8 * size:
            return bytes((major << 5 | info,)) + number.to_bytes(size, "big")
    raise _wrong(number, "integer beyond 64 bits")


def _put(value: object, parts: list[bytes], depth: int) -> None:
    if value is None or value is True or value is False:
        parts.append(b"\xf6" if value is None else b"\xf5" if value else b"\xf4")
    elif isinstance(value, int):
        parts.append(_head(UNSIGNED, value) if value >= 0 else _head(NEGATIVE, -1 - value))
    elif isinstance(value, str):
        encoded = _utf8(value)
        parts += (_head(TEXT, len(encoded)), encoded)
    elif isinstance(value, bytes | bytearray | memoryview):
        parts += (_head(BYTES, len(bytes(value))), bytes(value))
    elif depth >= MAX_DEPTH:
        raise _wrong(type(value).__name__, f"nested deeper than {MAX_DEPTH}")
    elif isinstance(value, list | tuple):
        parts.append(_head(LIST, len(value)))
        for item in value:
            _put(item, parts, depth + 1)
    elif isinstance(value, dict):
        parts.append(_head(MAP, len(value)))
        _put_map(value.items(), parts, depth + 1)
    else:
        raise _wrong(type(value).__name__, "no such type in the ledger's CBOR")


def _put_map(items: Iterable[tuple[object, object]], parts: list[bytes], depth: int) -> None:
    encoded = sorted(((_key(key), item) for key, item in items), key=lambda pair: pair[0])
    for position, (key, item) in enumerate(encoded):
        if position and key == encoded[position - 1][0]:
            raise _wrong(key.hex(), "a key stands twice")
        parts.append(key)
        _put(item, parts, depth)


def _key(key: object) -> bytes:
    if isinstance(key, bool) or not isinstance(key, int | str | bytes):
        raise _wrong(type(key).__name__, "keys are integers, texts or byte strings")
    return encode(key)


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise _wrong(repr(text), "text with a lone surrogate") from error


def _take(data: bytes, at: int, depth: int) -> tuple[Any, int]:
    if at >= len(data):
        raise _wrong(at, "it ends too early")
    first = data[at]
    if first in SIMPLE:
        return SIMPLE[first], at + 1
    major, (number, body) = first >> 5, _number(data, at)
    if major == UNSIGNED:
        return number, body
    if major == NEGATIVE:
        return -1 - number, body
    # a list needs a byte for each item, a map two: a length cannot ask for more than there is
    if number * (2 if major == MAP else 1) > len(data) - body:
        raise _wrong(at, "it ends too early")
    if major == BYTES:
        return data[body : body + number], body + number
    if major == TEXT:
        return _text(data[body : body + number], at), body + number
    if depth >= MAX_DEPTH:
        raise _wrong(at, f"nested deeper than {MAX_DEPTH}")
    return (_list if major == LIST else _map)(data, body, number, depth + 1)


def _number(data: bytes, at: int) -> tuple[int, int]:
    major, info = data[at] >> 5, data[at] & 31
    if major > MAP:
        raise _wrong(at, "a float, tag or simple value")
    if info < 24:
        return info, at + 1
    if info not in HEAD_BYTES:
        raise _wrong(at, "indefinite or reserved length")
    end = at + 1 + HEAD_BYTES[info]
    if end > len(data):
        raise _wrong(at, "it ends too early")
    number = int.from_bytes(data[at + 1 : end], "big")
    if number < LEAST[info]:
        raise _wrong(at, "not the shortest form")
    return number, end


def _text(raw: bytes, at: int) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise _wrong(at, "text is not UTF-8") from error


def _list(data: bytes, at: int, count: int, depth: int) -> tuple[list[Any], int]:
    found = []
    for _ in range(count):
        item, at = _take(data, at, depth)
        found.append(item)
    return found, at


def _map(data: bytes, at: int, count: int, depth: int) -> tuple[dict[Any, Any], int]:
    found: dict[Any, Any] = {}
    before = b""
    for _ in range(count):
        key, end = _take(data, at, depth)
        if isinstance(key, bool) or not isinstance(key, int | str | bytes):
            raise _wrong(at, "keys are integers, texts or byte strings")
        if data[at:end] <= before:
            raise _wrong(at, "keys are out of order or stand twice")
        before = data[at:end]
        found[key], at = _take(data, end, depth)
    return found, at


def _wrong(value: object, why: str) -> TanluError:
    return TanluError("TL113", value=value, why=why)
