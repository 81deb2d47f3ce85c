"""Samples of GB/T 32960.3 into rows, many frames at once, and bodies of samples into bytes.

Layouts: 2016 tables 9 to 19 and B.4 to B.8; 2025 tables 10 to 16 and 20 to 24 as far as they could
be compared with an implementation. All-ones is *invalid* and all-ones less one *abnormal*; both are
no value.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import NamedTuple

from tanlu.errors import TanluError
from tanlu.monitor.protocols import gb32960
from tanlu.monitor.protocols.columns import REISSUED, Read, Rows, instants, local, scaled
from tanlu.monitor.protocols.gb32960 import COMMAND, COMMANDS, DONE, FAILED, UNKNOWN_VIN
from tanlu.monitor.protocols.pieces import Piece

__all__ = ["BODIES", "Field", "body", "fix", "read", "sample"]

NUMBERED_MAX = 8  # motors and packs of one vehicle that get streams of their own
SIGNATURE = 0xFF
PACK_SHIFT = {2016: -1000.0, 2025: -3000.0}


class Field(NamedTuple):
    """A field of a body: bytes, stream (``*``: number of motor or pack), and value = raw·a + b."""

    width: int
    stream: str
    scale: float = 1.0
    shift: float = 0.0


_STATES = (Field(1, "vehicle_state"), Field(1, "charge_state"), Field(1, "run_mode"))
_DRIVE = (*_STATES, Field(2, "speed_mm_s", 1000 / 36), Field(4, "odometer_m", 100.0))
_PEDALS = (Field(1, "accelerator_percent"), Field(1, "brake_percent"))
_FORCES = (Field(1, "dcdc_state"), Field(1, "gear"), Field(2, "insulation_kohm"))
_ELECTRIC = (Field(2, "battery_v", 0.1), Field(2, "battery_a", 0.1, -1000.0))
_ELECTRIC_2025 = (Field(2, "battery_v", 0.1), Field(2, "battery_a", 0.1, -3000.0))
_SOC = (Field(1, "soc_percent"),)
_MOTOR = (Field(1, ""), Field(1, "motor_*_state"), Field(1, "motor_*_controller_c", 1.0, -40.0))
_CELL = (Field(1, ""), Field(1, ""))

# bodies of fixed length, by edition and type; those of motors repeat
BODIES: dict[tuple[int, int], tuple[Field, ...]] = {
    (2016, 0x01): (*_DRIVE, *_ELECTRIC, *_SOC, *_FORCES, *_PEDALS),
    (2025, 0x01): (*_DRIVE, *_ELECTRIC_2025, *_SOC, *_FORCES),
    (2016, 0x02): (
        *_MOTOR,
        Field(2, "motor_*_rpm", 1.0, -20000.0),
        Field(2, "motor_*_nm", 0.1, -2000.0),
        Field(1, "motor_*_c", 1.0, -40.0),
        Field(2, "motor_*_v", 0.1),
        Field(2, "motor_*_a", 0.1, -1000.0),
    ),
    (2025, 0x02): (
        *_MOTOR,
        Field(2, "motor_*_rpm", 1.0, -32000.0),
        Field(4, "motor_*_nm", 0.1, -20000.0),
        Field(1, "motor_*_c", 1.0, -40.0),
    ),
    (2016, 0x04): (
        Field(1, "engine_state"),
        Field(2, "engine_rpm"),
        Field(2, "fuel_l_per_100km", 0.01),
    ),
    (2025, 0x04): (Field(2, "engine_rpm"),),
    (2016, 0x06): (
        *_CELL, Field(2, "cell_max_v", 0.001), *_CELL, Field(2, "cell_min_v", 0.001),
        *_CELL, Field(1, "cell_max_c", 1.0, -40.0), *_CELL, Field(1, "cell_min_c", 1.0, -40.0),
    ),
}  # fmt: skip
FUEL_CELL = (
    Field(2, "fuel_cell_v", 0.1),
    Field(2, "fuel_cell_a", 0.1),
    Field(2, "hydrogen_kg_per_100km", 0.01),
)
FUEL_CELL_TAIL = (
    Field(2, "hydrogen_max_c", 0.1, -40.0),
    Field(1, ""),
    Field(2, "hydrogen_max_ppm"),
    Field(1, ""),
    Field(2, "hydrogen_max_mpa", 0.1),
    Field(1, ""),
    Field(1, "fuel_cell_dcdc_state"),
)
WIDTHS = {key: sum(field.width for field in fields) for key, fields in BODIES.items()}
# gear is bits, and every pattern of them is one
PLAIN = {"gear"}


class _Unit(NamedTuple):
    """The data unit of one sample."""

    edition: int
    data: bytes
    sample: int
    found: _Found


class _Found:
    """Bodies of all samples, by what they are."""

    def __init__(self) -> None:
        self.fixed: dict[tuple[int, int, int], tuple[list[int], list[bytes]]] = {}
        self.fixes: list[tuple[int, bytes, int]] = []
        self.single: dict[str, tuple[list[int], list[float]]] = {}

    def add(self, key: tuple[int, int], number: int, sample_: int, raw: bytes) -> None:
        samples, bodies = self.fixed.setdefault((*key, number), ([], []))
        samples.append(sample_)
        bodies.append(raw)

    def put(self, stream: str, sample_: int, value: float) -> None:
        samples, values = self.single.setdefault(stream, ([], []))
        samples.append(sample_)
        values.append(value)


def read(frames: Sequence[bytes]) -> Read:
    """Give the rows of frames that a `gb32960.Session` cut.

    Streams: see the page of field protocols; each body gives its own. Re-issued samples (command 3)
    have bit 3 of ``quality``.
    """
    import numpy as np

    refused: list[Piece] = []
    answers, denials = [b""] * len(frames), [b""] * len(frames)
    kinds: dict[str, int] = {}
    parsed = [gb32960.parse(frame) for frame in frames]
    devices = ["gb32960:" + each.vin for each in parsed]
    chosen = []
    for number, frame in enumerate(parsed):
        kind = COMMANDS.get(frame.command, "unknown") if frame.flag == COMMAND else "answer"
        kinds[kind] = kinds.get(kind, 0) + 1
        why = _wrong(frame)
        if why:
            refused.append(Piece(frames[number], why))
        elif kind in ("sample", "reissued"):
            chosen.append(number)
        if frame.flag == COMMAND:
            told = gb32960.answer(frames[number], FAILED if why else DONE)
            strange = kind == "login" and not why
            answers[number] = told
            denials[number] = gb32960.answer(frames[number], UNKNOWN_VIN) if strange else told
    units = [parsed[number].unit for number in chosen]
    parts = np.array([list(unit[:6]) for unit in units], np.int64).reshape(-1, 6).T
    at, fits = instants(parts)
    found = _Found()
    for sample_, number in enumerate(chosen):
        why = _bodies(parsed[number], sample_, found) if fits[sample_] else "its time is none"
        if why:
            # kept whole in quarantine, so the vehicle need not send it again
            refused.append(Piece(frames[number], why))
    rows = _rows(found, refused, [frames[number] for number in chosen])
    quality = [REISSUED if parsed[number].command == 3 else 0 for number in chosen]
    tables = rows.tables([devices[number] for number in chosen], at, quality, units)
    return Read(tables, refused, devices, answers, denials, kinds)


def _wrong(frame: gb32960.Frame) -> str:
    if not frame.vin or not frame.vin.isalnum():
        return "the VIN is not letters and digits"
    if frame.flag != COMMAND:
        return ""
    if frame.command not in COMMANDS:
        return f"command {frame.command:02X} is not understood"
    if frame.encryption != gb32960.PLAIN:
        return "the data unit is encrypted"
    if frame.command in (1, 2, 3, 4) and len(frame.unit) < 6:
        return "the data unit has no time"
    return ""


# ── bodies of one sample ──


def _bodies(frame: gb32960.Frame, sample_: int, found: _Found) -> str:
    """Take the bodies of a sample; tell what ended it before its end.

    Bodies before the fault are kept: the check says that the vehicle meant them.
    """
    unit, at = _Unit(frame.edition, frame.unit, sample_, found), 6
    while at < len(unit.data):
        kind = unit.data[at]
        if frame.edition == 2025 and kind == SIGNATURE:
            return ""
        width = _take(unit, kind, at + 1)
        if isinstance(width, str):
            return width
        at += 1 + width
    return ""


def _take(unit: _Unit, kind: int, at: int) -> int | str:
    """Take one body; give its length or what is wrong with it."""
    edition, data = unit.edition, unit.data
    key, left = (edition, kind), len(data) - at
    short = f"body {kind:02X} is cut short"
    if kind == 0x02:
        return _motors(unit, at)
    if key in BODIES:
        if left < WIDTHS[key]:
            return short
        unit.found.add(key, 0, unit.sample, data[at : at + WIDTHS[key]])
        return WIDTHS[key]
    if kind == 0x05:
        width = 9 if edition == 2016 else 10
        if left < width:
            return short
        unit.found.fixes.append((unit.sample, data[at : at + width], edition))
        return width
    if kind == 0x03 and edition == 2016:
        return _fuel_cell(unit, at)
    name = kind if edition == 2016 else {0x06: 0x07, 0x07: 0x08, 0x08: 0x09}.get(kind, 0)
    if name == 0x07:
        return _alarms(unit, at)
    if name in (0x08, 0x09):
        return _packs(unit, name, at)
    if kind >= 0x80 and left >= 2:
        # the maker's own: its length stands before it
        width = 2 + int.from_bytes(data[at : at + 2], "big")
        return width if width <= left else short
    return f"body {kind:02X} of the edition of {edition} is not understood"


def _motors(unit: _Unit, at: int) -> int | str:
    key, data = (unit.edition, 0x02), unit.data
    width = WIDTHS[key]
    count = data[at] if at < len(data) else 0
    if at + 1 + count * width > len(data) or at >= len(data):
        return "body 02 is cut short"
    for number in range(count):
        raw = data[at + 1 + number * width :][:width]
        if not 1 <= raw[0] <= NUMBERED_MAX:
            return f"motor {raw[0]} is none of 1 to {NUMBERED_MAX}"
        unit.found.add(key, raw[0], unit.sample, raw)
    return 1 + count * width


def _fuel_cell(unit: _Unit, at: int) -> int | str:
    data = unit.data
    probes = int.from_bytes(data[at + 6 : at + 8], "big")
    probes = 0 if probes >= 0xFFFE else probes
    width = 8 + probes + 10
    if at + width > len(data):
        return "body 03 is cut short"
    for fields, begins in ((FUEL_CELL, at), (FUEL_CELL_TAIL, at + 8 + probes)):
        here = begins
        for field in fields:
            raw = int.from_bytes(data[here : here + field.width], "big")
            here += field.width
            if field.stream and raw < (1 << 8 * field.width) - 2:
                unit.found.put(field.stream, unit.sample, scaled(raw, field.scale, field.shift))
    return width


def _alarms(unit: _Unit, at: int) -> int | str:
    """Read level and general flags; the lists of fault codes are passed over."""
    data, end = unit.data, at + 5
    for _ in range(4):
        count = data[end] if end < len(data) else 0
        end += 1 + 4 * (0 if count >= 0xFE else count)
    if unit.edition == 2025:
        end += 1 + 2 * (data[end] if end < len(data) else 0)
    if end > len(data):
        return "the body of alarms is cut short"
    if data[at] < 0xFE:
        unit.found.put("alarm_level", unit.sample, data[at])
    unit.found.put("alarm_flags", unit.sample, int.from_bytes(data[at + 1 : at + 5], "big"))
    return end - at


def _packs(unit: _Unit, name: int, at: int) -> int | str:
    """Read voltages (8) or temperatures (9) of the packs: totals, least and greatest cell."""
    data, begins = unit.data, at
    # number · (voltage · current · [cells · first cell]) · cells of this frame
    head = {(8, 2016): 10, (8, 2025): 7}.get((name, unit.edition), 3)
    wide = 1 if (name, unit.edition) == (8, 2016) else 2
    size = 2 if name == 8 else 1
    count = data[at] if at < len(data) else 0
    at += 1
    for _ in range(count):
        if at + head > len(data):
            break
        number = data[at]
        cells = int.from_bytes(data[at + head - wide : at + head], "big")
        cells = 0 if cells >= (1 << 8 * wide) - 2 else cells
        raw = data[at : at + head + cells * size]
        at += head + cells * size
        if at > len(data):
            break
        if not 1 <= number <= NUMBERED_MAX:
            return f"pack {number} is none of 1 to {NUMBERED_MAX}"
        if name == 8:
            _pack(unit, raw)
        _extremes(unit, number, raw[head:], size)
        count -= 1
    return at - begins if not count and at <= len(data) else "the body of packs is cut short"


def _pack(unit: _Unit, raw: bytes) -> None:
    for stream, offset, shift in (("v", 1, 0.0), ("a", 3, PACK_SHIFT[unit.edition])):
        value = int.from_bytes(raw[offset : offset + 2], "big")
        if value < 0xFFFE:
            unit.found.put(f"pack_{raw[0]}_{stream}", unit.sample, scaled(value, 0.1, shift))


def _extremes(unit: _Unit, number: int, values: bytes, size: int) -> None:
    raws = list(values) if size == 1 else struct.unpack(f">{len(values) // 2}H", values)
    limit = (1 << 8 * size) - 2
    told = [raw for raw in raws if raw < limit]
    sign, scale, shift = ("c", 1.0, -40.0) if size == 1 else ("v", 0.001, 0.0)
    for name, raw in (("min", min(told, default=None)), ("max", max(told, default=None))):
        if raw is not None:
            stream = f"pack_{number}_cell_{name}_{sign}"
            unit.found.put(stream, unit.sample, scaled(raw, scale, shift))


# ── columns ──


def _rows(found: _Found, refused: list[Piece], frames: list[bytes]) -> Rows:
    import numpy as np

    rows = Rows()
    for (edition, kind, number), (samples, bodies) in found.fixed.items():
        table = np.frombuffer(b"".join(bodies), np.uint8).reshape(len(bodies), -1)
        at = 0
        for field in BODIES[edition, kind]:
            raw = np.zeros(len(bodies), np.int64)
            for step in range(field.width):
                raw = (raw << 8) | table[:, at + step]
            at += field.width
            if not field.stream:
                continue
            values = scaled(raw, field.scale, field.shift)
            if field.stream in PLAIN:
                # since 2025 its highest bit says that the others tell nothing
                values = np.where((edition == 2025) & (raw >= 0x80), np.nan, values)
            else:
                values = np.where(raw >= (1 << 8 * field.width) - 2, np.nan, values)
            rows.put(field.stream.replace("*", str(number)), samples, values)
    for stream, (samples, given) in found.single.items():
        rows.put(stream, samples, given)
    _fixes(found, rows, refused, frames)
    return rows


def _fixes(found: _Found, rows: Rows, refused: list[Piece], frames: list[bytes]) -> None:
    samples, lats, lons = [], [], []
    for sample_, raw, edition in found.fixes:
        state, datum = raw[0], raw[1] if edition == 2025 else 1
        lon, lat = (int.from_bytes(raw[at : at + 4], "big") for at in (len(raw) - 8, len(raw) - 4))
        if state & 1 or lon >= 0xFFFFFFFE or lat >= 0xFFFFFFFE:
            continue
        if datum != 1:
            why = "a position in GCJ-02 or another datum than WGS 84 is refused"
            refused.append(Piece(frames[sample_], why))
            continue
        if lat > 90_000_000 or lon > 180_000_000:
            refused.append(Piece(frames[sample_], "its place is not on earth"))
            continue
        samples.append(sample_)
        lats.append(lat * 10 * (-1 if state & 2 else 1))
        lons.append(lon * 10 * (-1 if state & 4 else 1))
    rows.put_fixes(samples, {"lat_e7": lats, "lon_e7": lons})


# ── encoders ──


def body(kind: int, *, edition: int = 2016, number: int = 1, **values: float | None) -> bytes:
    """Give a body of fixed length (1 vehicle, 2 one motor, 4 engine, 6 extremes) by its streams.

    What is not given is invalid (all ones).

    Raises
    ------
    TanluError
        TL391 when there is no such body or stream, or a value does not fit.
    """
    fields = BODIES.get((edition, kind))
    if fields is None:
        raise TanluError("TL391", value=kind, why=f"no body of fixed length in {edition}")
    raw = bytes([kind]) + (b"\1" if kind == 0x02 else b"")
    for place, field in enumerate(fields):
        value = values.pop(field.stream.replace("_*", ""), None) if field.stream else None
        whole = (1 << 8 * field.width) - 1
        if value is not None:
            whole = round((value - field.shift) / field.scale)
        elif kind == 0x02 and place == 0:
            whole = number
        try:
            raw += whole.to_bytes(field.width, "big")
        except OverflowError as error:
            raise TanluError("TL391", value=value, why=f"{field.stream} has no room") from error
    if values:
        raise TanluError("TL391", value=", ".join(sorted(values)), why="no such field")
    return raw


def fix(lat_e7: int, lon_e7: int, *, valid: bool = True, edition: int = 2016) -> bytes:
    """Give a body of type 5: a position in WGS 84."""
    state = (0 if valid else 1) | (2 if lat_e7 < 0 else 0) | (4 if lon_e7 < 0 else 0)
    datum = b"\1" if edition == 2025 else b""
    place = (abs(lon_e7) // 10).to_bytes(4, "big") + (abs(lat_e7) // 10).to_bytes(4, "big")
    return bytes([5, state]) + datum + place


def sample(
    vin: str, at_us: int, bodies: Sequence[bytes], *, reissued: bool = False, edition: int = 2016
) -> bytes:
    """Give a frame of a sample on the wire, sent at once (2) or later again (3)."""
    unit = bytes(local(at_us)) + b"".join(bodies)
    return gb32960.encode(3 if reissued else 2, vin, unit, edition=edition)
