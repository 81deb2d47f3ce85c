"""A plan of points: which register or node of which machine is which stream, and how often."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import polars as pl

from tanlu.errors import TanluError

__all__ = ["PROTOCOLS", "SUNSPEC", "TYPES", "Point", "read_plan"]

PROTOCOLS = ("modbus", "opcua", "dlt645", "llrp")
# how many registers of 16 bits a type fills (Modbus application protocol 1.1b3 knows only these)
TYPES = {
    "int16": 1, "uint16": 1, "int32": 2, "uint32": 2, "float32": 2,
    "int64": 4, "uint64": 4, "float64": 4,
}  # fmt: skip
AREAS = ("holding", "input")
# what an implementation of SunSpec tells where it has no value (information model 1.8)
SUNSPEC = "sunspec"
COLUMNS = (
    "protocol", "host", "port", "unit", "area", "address", "type", "order", "scale", "device",
    "stream", "step_s", "absent",
)  # fmt: skip
# serial servers have no port of their own
PORTS = {"modbus": "502", "opcua": "4840", "dlt645": "", "llrp": "5084"}
ROWS_MAX = 100_000
ABSENT = re.compile(r"-?[0-9]{1,20}|0x[0-9a-f]{1,16}")
NAME = re.compile(r"[^\s\x00-\x1f\x7f]{1,128}")


class Point(NamedTuple):
    """One value of one machine: ``value = told x scale``, asked every ``step_us`` [us].

    ``address`` is the first register (from 0), the node of OPC UA or METER/REGISTER of DL/T 645;
    ``area`` is holding or input;
    ``order`` is big or little: which word of several comes first; ``absent`` is the number in the
    registers that means that there is none, or sunspec.
    """

    protocol: str
    host: str
    port: int
    unit: int
    area: str
    address: str
    type: str
    order: str
    scale: float
    device: str
    stream: str
    step_us: int
    absent: str = ""


def read_plan(path: str | Path) -> list[Point]:
    """Give the points of a CSV file with the columns of `Point` (``step_s`` [s] for the step).

    Left empty: port of the protocol, unit 1, area holding, type uint16, order big, scale 1, step
    60 s.

    Raises
    ------
    TanluError
        TL396 for a file that cannot be read, TL397 for a line that means no point.
    """
    try:
        table = pl.read_csv(Path(path), infer_schema=False, n_rows=ROWS_MAX + 1)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise TanluError("TL396", value=path, why=str(error).splitlines()[0]) from error
    lacking = [name for name in ("protocol", "host", "address", "device", "stream")
               if name not in table.columns]  # fmt: skip
    if lacking or table.height > ROWS_MAX:
        why = f"no column {', '.join(lacking)}" if lacking else f"more than {ROWS_MAX} lines"
        raise TanluError("TL396", value=path, why=why)
    points = [
        _point(row, line) for line, row in enumerate(table.fill_null("").iter_rows(named=True), 2)
    ]
    _once(points)
    return points


def _point(row: dict[str, str], line: int) -> Point:
    told = {name: row.get(name, "").strip() for name in COLUMNS}
    protocol = told["protocol"].lower()

    def wrong(column: str, why: str) -> TanluError:
        return TanluError("TL397", line=line, column=column, value=told[column], why=why)

    def whole(column: str, default: str, low: int, high: int) -> int:
        text = told[column] or default
        if not (text.isascii() and text.isdigit()) or not low <= int(text[:20]) <= high:
            raise wrong(column, f"not a whole number from {low} to {high}")
        return int(text)

    def among(column: str, default: str, known: tuple[str, ...]) -> str:
        text = told[column].lower() or default
        if text not in known:
            raise wrong(column, f"not one of {', '.join(known)}")
        return text

    among("protocol", "", PROTOCOLS)
    for column in ("host", "device", "stream"):
        if not NAME.fullmatch(told[column]):
            raise wrong(column, "not a name of 1 to 128 signs without blanks")
    kind = among("type", "uint16", tuple(TYPES))
    if protocol == "modbus":
        whole("address", "", 0, 65_536 - TYPES[kind])
    elif protocol != "llrp" and not told["address"]:
        raise wrong("address", "nothing is named")
    return Point(
        protocol, told["host"], whole("port", PORTS[protocol], 1, 65_535),
        whole("unit", "1", 0, 255), among("area", "holding", AREAS), told["address"], kind,
        among("order", "big", ("big", "little")),
        _number(told["scale"] or "1", wrong), told["device"], told["stream"],
        round(_number(told["step_s"] or "60", wrong, column="step_s") * 1_000_000),
        _absent(told["absent"].lower(), wrong),
    )  # fmt: skip


def _absent(text: str, wrong: Callable[[str, str], TanluError]) -> str:
    if text and text != SUNSPEC and not ABSENT.fullmatch(text):
        raise wrong("absent", "neither sunspec nor a whole number such as -32768 or 0x8000")
    return text


def _number(text: str, wrong: object, *, column: str = "scale") -> float:
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    # a step below a tenth of a second would only load the machine; no scale makes all values 0
    least = 0.1 if column == "step_s" else 1e-12
    if not least <= abs(found) <= 1e12 or (column == "step_s" and found < 0):
        assert callable(wrong)
        raise wrong(column, f"not a number from {least} to 1e12")
    return found


def _once(points: list[Point]) -> None:
    """Hold that no two points are one stream of one device: their readings would clash."""
    seen: dict[tuple[str, str], int] = {}
    for line, point in enumerate(points, 2):
        key = (point.stream, point.device)
        if key in seen:
            why = f"line {seen[key]} has the same device and stream"
            raise TanluError("TL397", line=line, column="device", value=point.device, why=why)
        seen[key] = line
