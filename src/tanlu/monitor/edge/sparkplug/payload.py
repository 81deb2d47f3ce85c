"""The payload of Sparkplug B: metrics with their types (Sparkplug 3.0 section 6.4)."""

from __future__ import annotations

import struct
from typing import NamedTuple

from tanlu.monitor.edge.sparkplug.wire import LENGTH, VARINT, WIDE, Broken, fields, put

__all__ = ["MOST_BYTES", "Broken", "Metric", "Payload", "decode", "number", "rebirth"]

MOST_BYTES = 1 << 20
MOST_METRICS = 10_000
MOST_NAME = 512
NARROW = 5
BOOLEAN = 11
# bits of the signed types, which travel as unsigned numbers of two's complement
SIGNED = {1: 8, 2: 16, 3: 32, 4: 64}
UNSIGNED = {5: 8, 6: 16, 7: 32, 8: 64}
FLOAT, DOUBLE = 9, 10
# field, its wire type: of the payload, and of a metric
OF_PAYLOAD = {1: VARINT, 2: LENGTH, 3: VARINT, 4: LENGTH, 5: LENGTH}
OF_METRIC = {
    1: LENGTH, 2: VARINT, 3: VARINT, 4: VARINT, 5: VARINT, 6: VARINT, 7: VARINT, 8: LENGTH,
    9: LENGTH, 10: VARINT, 11: VARINT, 12: NARROW, 13: WIDE, 14: VARINT, 15: LENGTH, 16: LENGTH,
    17: LENGTH, 18: LENGTH, 19: LENGTH,
}  # fmt: skip
INT, LONG, FLOAT_VALUE, DOUBLE_VALUE, BOOLEAN_VALUE, STRING_VALUE = range(10, 16)
VALUES = range(10, 20)


class Metric(NamedTuple):
    """One metric; ``field`` is the field its value stood in (10 to 19), 0 where there is none."""

    name: str | None = None
    alias: int | None = None
    timestamp: int | None = None
    datatype: int | None = None
    historical: bool = False
    transient: bool = False
    null: bool = False
    field: int = 0
    value: int | float | str | bytes | None = None


class Payload(NamedTuple):
    """One message: when it was sent [ms UTC], its number in the session, its metrics."""

    timestamp: int | None
    seq: int | None
    metrics: tuple[Metric, ...]


def decode(data: bytes) -> Payload:
    """Give the payload of bytes; fields that are not known are passed over.

    Raises
    ------
    Broken
        For bytes that are no payload, are more than 1 MiB, or have more than 10,000 metrics.
    """
    if len(data) > MOST_BYTES:
        raise Broken(f"more than {MOST_BYTES} bytes")
    timestamp = seq = None
    metrics: list[Metric] = []
    for field, kind, value in fields(data):
        _of_type(OF_PAYLOAD, field, kind)
        if field == 1:
            timestamp = _int(value)
        elif field == 3:
            seq = _int(value)
        elif field == 2:
            if len(metrics) == MOST_METRICS:
                raise Broken(f"more than {MOST_METRICS} metrics")
            metrics.append(_metric(_raw(value)))
    return Payload(timestamp, seq, tuple(metrics))


def number(metric: Metric, datatype: int | None) -> float | int | None:
    """Give the value of a metric as a number, by its own type or the one told at birth.

    None for what is no number: text, bytes, data sets, templates, times.

    Raises
    ------
    Broken
        For a value that its type cannot have.
    """
    kind, value = metric.datatype or datatype, metric.value
    if metric.null or isinstance(value, str | bytes | None):
        return None
    if kind in SIGNED or kind in UNSIGNED:
        if metric.field not in (INT, LONG) or not isinstance(value, int):
            raise Broken(f"field {metric.field} holds no integer")
        return _whole(value, kind, wide=metric.field == LONG)
    if kind in (FLOAT, DOUBLE) and metric.field in (FLOAT_VALUE, DOUBLE_VALUE):
        return value
    if kind == BOOLEAN and metric.field == BOOLEAN_VALUE:
        return int(bool(value))
    if kind in (FLOAT, DOUBLE, BOOLEAN):
        raise Broken(f"field {metric.field} does not hold type {kind}")
    return None


def rebirth(timestamp_ms: int) -> bytes:
    """Give the command that asks an edge node to tell all its metrics again."""
    metric = put(1, "Node Control/Rebirth") + put(4, BOOLEAN) + put(BOOLEAN_VALUE, 1)
    return put(1, timestamp_ms) + put(2, metric)


def _whole(value: int, kind: int, *, wide: bool) -> int:
    if kind in UNSIGNED:
        if value >> UNSIGNED[kind]:
            raise Broken(f"{value} does not fit its type")
        return value
    # some write the sign into all bits of the field, some into those of the type
    bits, all_bits = SIGNED[kind], 64 if wide else 32
    value &= (1 << all_bits) - 1
    signed = value - (1 << all_bits) if value >> (all_bits - 1) else value
    if 0 <= signed < 1 << bits and signed >> (bits - 1):
        signed -= 1 << bits
    if not -(1 << (bits - 1)) <= signed < 1 << (bits - 1):
        raise Broken(f"{signed} does not fit its type")
    return signed


def _metric(data: bytes) -> Metric:
    found: dict[int, int | bytes] = {}
    field_of_value = 0
    for field, kind, value in fields(data):
        _of_type(OF_METRIC, field, kind)
        found[field] = value
        if field in VALUES:
            field_of_value = field
    name = _text(found[1]) if 1 in found else None
    if name is not None and len(name) > MOST_NAME:
        raise Broken(f"a name of more than {MOST_NAME} letters")
    alias, timestamp, datatype = (_int(found[n]) if n in found else None for n in (2, 3, 4))
    historical, transient, null = (bool(found.get(n)) for n in (5, 6, 7))
    held = _value(field_of_value, found.get(field_of_value))
    return Metric(
        name, alias, timestamp, datatype, historical, transient, null, field_of_value, held
    )


def _value(field: int, raw: int | bytes | None) -> int | float | str | bytes | None:
    if field == FLOAT_VALUE:
        return float(struct.unpack("<f", _raw(raw))[0])
    if field == DOUBLE_VALUE:
        return float(struct.unpack("<d", _raw(raw))[0])
    return _text(raw) if field == STRING_VALUE else raw


def _of_type(known: dict[int, int], field: int, kind: int) -> None:
    if known.get(field, kind) != kind:
        raise Broken(f"field {field} has wire type {kind}")


def _int(value: int | bytes | None) -> int:
    assert isinstance(value, int)
    return value


def _raw(value: int | bytes | None) -> bytes:
    assert isinstance(value, bytes)
    return value


def _text(value: int | bytes | None) -> str:
    try:
        return _raw(value).decode()
    except UnicodeDecodeError as error:
        raise Broken("text is not UTF-8") from error
