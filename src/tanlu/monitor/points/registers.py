"""Registers of Modbus: which to ask together, and what their words mean."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from tanlu.monitor.points.plan import SUNSPEC, TYPES, Point

__all__ = ["Request", "requests", "values"]

# one answer holds at most 125 registers: Modbus application protocol 1.1b3, 6.3
REGISTERS_MAX = 125
# a hole this wide is read along: one question costs more than some words
HOLE_MAX = 8
FORMS = {
    "int16": ">h", "uint16": ">H", "int32": ">i", "uint32": ">I", "int64": ">q", "uint64": ">Q",
    "float32": ">f", "float64": ">d",
}  # fmt: skip


class Request(NamedTuple):
    """One question to a unit: an area, its first register, how many follow, the points in it."""

    unit: int
    area: str
    first: int
    width: int
    points: tuple[Point, ...]


def requests(points: Sequence[Point]) -> list[Request]:
    """Give the fewest questions that read all points, in the order of their registers.

    Points may overlap; holes of at most 8 registers are read along.
    """
    ordered = sorted(points, key=lambda one: (one.unit, one.area, int(one.address)))
    found: list[Request] = []
    for (unit, area), some in groupby(ordered, key=lambda one: (one.unit, one.area)):
        found.extend(_runs(unit, area, some))
    return found


def _runs(unit: int, area: str, points: Iterator[Point]) -> Iterator[Request]:
    first = last = 0
    held: list[Point] = []
    for point in points:
        start = int(point.address)
        end = start + TYPES[point.type]
        if held and (start > last + HOLE_MAX or max(end, last) - first > REGISTERS_MAX):
            yield Request(unit, area, first, last - first, tuple(held))
            held = []
        if not held:
            first, last = start, end
        held.append(point)
        last = max(last, end)
    if held:
        yield Request(unit, area, first, last - first, tuple(held))


def values(asked: Request, words: Sequence[int]) -> list[float | None]:
    """Give the value of each point of a request from the words that came, null for no number.

    ``value = number x scale``. An answer that is too short gives null for what it lacks.
    """
    return [_value(point, words, int(point.address) - asked.first) for point in asked.points]


def _absent(point: Point) -> int:
    """Give the bits that mean that there is no value."""
    bits = 16 * TYPES[point.type]
    if point.absent != SUNSPEC:
        # decimal numbers may be written with zeros before them
        sign = 16 if point.absent.startswith("0x") else 10
        return int(point.absent, sign) & ((1 << bits) - 1)
    if point.type.startswith("int"):
        return 1 << (bits - 1)
    # of the floats it is a NaN, which is no number anyway
    return (1 << bits) - 1


def _value(point: Point, words: Sequence[int], place: int) -> float | None:
    told = list(words[place : place + TYPES[point.type]])
    if len(told) < TYPES[point.type] or any(not 0 <= word <= 0xFFFF for word in told):
        return None
    if point.order == "little":
        told.reverse()
    raw = struct.pack(f">{len(told)}H", *told)
    if point.absent and int.from_bytes(raw, "big") == _absent(point):
        return None
    number = struct.unpack(FORMS[point.type], raw)[0]
    found = float(number) * point.scale
    return found if math.isfinite(found) else None
