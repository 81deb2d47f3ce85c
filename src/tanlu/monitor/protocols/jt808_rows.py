"""Messages of JT/T 808 into rows, many frames at once, and positions into bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tanlu.errors import TanluError
from tanlu.monitor.protocols import jt808
from tanlu.monitor.protocols.columns import (
    REISSUED,
    Read,
    Rows,
    gather,
    instants,
    local,
    scaled,
    unpack,
)
from tanlu.monitor.protocols.pieces import Piece

__all__ = ["ITEMS", "KINDS", "batch", "clock", "location", "read"]

FIXED = 28
KINDS = {
    0x0001: "answer",
    0x0002: "heartbeat",
    0x0003: "leave",
    0x0100: "register",
    0x0102: "authenticate",
    0x0200: "position",
    0x0704: "positions",
}


class Item(NamedTuple):
    """An additional item of a position: its bytes, its stream, and the stream's units in one."""

    width: int
    stream: str
    scale: float


# JT/T 808-2019 table 27 [as its implementations tell it]
ITEMS = {
    0x01: Item(4, "odometer_m", 100.0),
    0x02: Item(2, "tank_ml", 100.0),
    0x03: Item(2, "recorder_speed_mm_s", 1000 / 36),
    0x30: Item(1, "signal_strength", 1.0),
    0x31: Item(1, "satellites", 1.0),
}
ITEMS_MAX = 64


class _Batch:
    """Locations of many frames before they are read."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.devices: list[str] = []
        self.quality: list[int] = []

    def add(self, body: bytes, device: str, quality: int) -> None:
        self.bodies.append(body)
        self.devices.append(device)
        self.quality.append(quality)


def read(frames: Sequence[bytes]) -> Read:
    """Give the rows of frames that a `jt808.Session` cut.

    Streams: ``position`` and those of `ITEMS`: odometer_m [m], tank_ml [ml],
    recorder_speed_mm_s [mm/s], signal_strength [1]; satellites stand in the position. A position
    without a fix gives no place; what its items tell is kept.
    """
    import numpy as np

    refused: list[Piece] = []
    devices, answers, denials = [""] * len(frames), [b""] * len(frames), [b""] * len(frames)
    kinds: dict[str, int] = {}
    batch_, flows = _Batch(), []
    if frames:
        data, starts, _ = unpack(frames)
        checks = np.bitwise_xor.reduceat(data, starts)
        for number, frame in enumerate(frames):
            head, why = _head(frame, int(checks[number]))
            if head is None or why:
                refused.append(Piece(jt808.escape(frame), why))
                continue
            kind = KINDS.get(head.message, "unknown")
            kinds[kind] = kinds.get(kind, 0) + 1
            devices[number] = _device(head.phone)
            flows.append((devices[number], head.flow))
            wrong = _message(head, frame, devices[number], batch_, refused)
            answers[number], denials[number] = _answer(head, 2 if wrong else 0)
    tables = _locations(batch_, refused)
    return Read(tables, refused, devices, answers, denials, kinds, flows)


def _head(frame: bytes, check: int) -> tuple[jt808.Header | None, str]:
    head = jt808.header(frame)
    if head is None:
        return None, "the header is cut short"
    properties = int.from_bytes(frame[2:4], "big")
    if check:
        why = "the check byte is not that of the frame"
    elif properties & 0x8000:
        why = "a reserved property is set"
    elif properties & jt808.ENCRYPTED:
        why = "the body is encrypted"
    elif (len(frame) - head.begins - 1) & jt808.LENGTH != properties & jt808.LENGTH:
        why = "the length in the header is not that of the body"
    elif not head.phone.isdecimal():
        why = "the phone number is not decimal"
    else:
        why = ""
    return head, why


def _device(phone: str) -> str:
    # one terminal has one identity, whatever edition it speaks
    return "jt808:" + phone.lstrip("0").zfill(12)


def _message(
    head: jt808.Header, frame: bytes, device: str, batch_: _Batch, refused: list[Piece]
) -> bool:
    """Take what a message holds; tell whether something in it is wrong."""
    body = frame[head.begins : -1]
    if head.message == 0x0200:
        batch_.add(body, device, 0)
        return False
    if head.message == 0x0704:
        why = _unpack(body, device, batch_)
        if why:
            refused.append(Piece(jt808.escape(frame), why))
        return bool(why)
    if head.message not in KINDS:
        refused.append(Piece(jt808.escape(frame), f"message {head.message:04X} is not understood"))
    return False


def _unpack(body: bytes, device: str, batch_: _Batch) -> str:
    """Add the positions of a batch 0704, all or none; tell what is wrong."""
    if len(body) < 3:
        return "the batch is cut short"
    count, kind = int.from_bytes(body[:2], "big"), body[2]
    if kind > 1:
        return f"batches of kind {kind} are not known"
    at, found = 3, []
    while at < len(body):
        width = int.from_bytes(body[at : at + 2], "big")
        item = body[at + 2 : at + 2 + width]
        if len(item) < width or at + 2 > len(body):
            return "a position runs past the end of its batch"
        found.append(item)
        at += 2 + width
    if len(found) != count:
        return f"the batch tells {count} positions and holds {len(found)}"
    for item in found:
        batch_.add(item, device, REISSUED if kind else 0)
    return ""


def _answer(head: jt808.Header, result: int) -> tuple[bytes, bytes]:
    """Give what a terminal is answered, and what if nobody enrolled it."""
    if head.message == 0x0001:
        return b"", b""
    if head.message == 0x0100:
        return jt808.registered(head, result, "tanlu"), jt808.registered(head, 4)
    if head.message not in KINDS:
        return (jt808.acknowledge(head, 3),) * 2
    told = jt808.acknowledge(head, result)
    # rows of a terminal that is not enrolled are kept in quarantine: it need not send them again
    return told, jt808.acknowledge(head, 1) if head.message == 0x0102 else told


# ── positions, in columns ──


def _locations(batch_: _Batch, refused: list[Piece]) -> dict[str, Any]:
    import numpy as np

    bodies = batch_.bodies
    if not bodies:
        return {}
    sizes = np.fromiter(map(len, bodies), np.int64, len(bodies))
    if (sizes < FIXED).any():
        short = [each for each in bodies if len(each) < FIXED]
        refused += [Piece(each, f"a position of {len(each)} bytes") for each in short]
        whole = [n for n, each in enumerate(bodies) if len(each) >= FIXED]
        batch_.devices = [batch_.devices[n] for n in whole]
        batch_.quality = [batch_.quality[n] for n in whole]
        bodies = batch_.bodies = [bodies[n] for n in whole]
        if not bodies:
            return {}
    unpacked = unpack(bodies)
    data, starts, _ = unpacked
    at, timed = _times(data, starts)
    fix, wrong = _fixes(data, starts)
    hidden = timed & ~wrong & fix["fixed"] & fix["hidden"]
    for why, mask in (
        ("its time is none", ~timed),
        ("its place is not on earth", wrong & timed),
        ("its place is encrypted", hidden),
    ):
        refused += [Piece(bodies[n], f"a position is refused: {why}") for n in np.flatnonzero(mask)]
    good = timed & ~wrong
    rows = Rows()
    satellites, tails = _items(unpacked, good, rows)
    refused += [
        Piece(bodies[number][at:], "an additional item does not fit its length")
        for number, at in tails
    ]
    placed = np.flatnonzero(good & fix["fixed"] & ~hidden)
    names = ("lat_e7", "lon_e7", "altitude_m", "speed_mm_s", "heading_cdeg")
    columns = {name: fix[name][placed] for name in names}
    rows.put_fixes(placed, {**columns, "satellites": satellites[placed]})
    return rows.tables(batch_.devices, at, batch_.quality, bodies)


def _times(data: Any, starts: Any) -> tuple[Any, Any]:
    import numpy as np

    raw = np.stack([data[starts + 22 + step].astype(np.int64) for step in range(6)])
    tens, ones = raw >> 4, raw & 15
    at, fits = instants(tens * 10 + ones)
    return at, fits & ((tens <= 9) & (ones <= 9)).all(axis=0)


def _fixes(data: Any, starts: Any) -> tuple[dict[str, Any], Any]:
    """Give the fixed fields of each position, and which places cannot be."""
    import numpy as np

    status, altitude = gather(data, starts + 4, 4), gather(data, starts + 16, 2)
    lat, lon = gather(data, starts + 8, 4) * 10, gather(data, starts + 12, 4) * 10
    heading = gather(data, starts + 20, 2)
    fixed = (status & 2) != 0
    wrong = fixed & ((lat > 900_000_000) | (lon > 1_800_000_000) | (heading > 360))
    speed = gather(data, starts + 18, 2)
    return {
        "fixed": fixed,
        # bit 5 of the state: moved by the plug-in that keeps true places secret
        "hidden": (status & 32) != 0,
        "lat_e7": lat * (1 - ((status >> 1) & 2)),
        "lon_e7": lon * (1 - ((status >> 2) & 2)),
        # a depth below the sea that was written with a sign is no height of 65 km
        "altitude_m": np.where(altitude > 0x7FFF, np.nan, altitude),
        # 0.1 km/h = 1000/36 mm/s, half away from zero
        "speed_mm_s": (speed * 2000 + 36) // 72,
        "heading_cdeg": heading % 360 * 100,
    }, wrong


def _items(unpacked: tuple[Any, Any, Any], good: Any, rows: Rows) -> tuple[Any, list[Any]]:
    """Read the additional items of all positions side by side.

    Give the satellites, and from where on a position could not be read.
    """
    import numpy as np

    data, starts, sizes = unpacked
    satellites, tails = np.full(len(starts), np.nan), []
    live = np.flatnonzero(good)
    place = np.full(len(live), FIXED)
    for step in range(ITEMS_MAX + 1):
        left = sizes[live] - place
        more = left > 0
        live, place, left = live[more], place[more], left[more]
        if not len(live):
            break
        at = starts[live] + place
        name = data[at].astype(np.int64)
        width = np.where(left >= 2, data[np.minimum(at + 1, len(data) - 1)], 0).astype(np.int64)
        broken = (left < 2) | (width + 2 > left) | (step == ITEMS_MAX)
        for known, item in ITEMS.items():
            mask = ~broken & (name == known)
            if not mask.any():
                continue
            broken |= mask & (width != item.width)
            mask &= width == item.width
            values = gather(data, at[mask] + 2, item.width)
            if item.stream == "satellites":
                satellites[live[mask]] = values
                continue
            rows.put(item.stream, live[mask], scaled(values, item.scale))
        tails += [(live[number], place[number]) for number in np.flatnonzero(broken)]
        live, place = live[~broken], (place + 2 + width)[~broken]
    return satellites, tails


# ── encoders ──


def clock(at_us: int) -> bytes:
    """Give a time [µs UTC] as six bytes BCD at GMT+8."""
    return bytes.fromhex("".join(f"{each:02d}" for each in local(at_us)))


def location(
    at_us: int, lat_e7: int, lon_e7: int, *, speed_mm_s: int = 0, heading_cdeg: int = 0,
    altitude_m: int = 0, fixed: bool = True, alarm: int = 0,
    items: Mapping[int, bytes] | None = None,
) -> bytes:  # fmt: skip
    """Give the body of a message 0200: a position with its additional items.

    Raises
    ------
    TanluError
        TL391 when a value does not fit.
    """
    status = (2 if fixed else 0) | (4 if lat_e7 < 0 else 0) | (8 if lon_e7 < 0 else 0)
    speed = (abs(speed_mm_s) * 72 + 1000) // 2000
    try:
        head = alarm.to_bytes(4, "big") + status.to_bytes(4, "big")
        head += (abs(lat_e7) // 10).to_bytes(4, "big") + (abs(lon_e7) // 10).to_bytes(4, "big")
        head += altitude_m.to_bytes(2, "big") + speed.to_bytes(2, "big")
        head += (heading_cdeg // 100).to_bytes(2, "big")
        tail = b"".join(bytes([name, len(raw)]) + raw for name, raw in (items or {}).items())
    except (OverflowError, ValueError) as error:
        raise TanluError("TL391", value=lat_e7, why=str(error)) from error
    return head + clock(at_us) + tail


def batch(bodies: Sequence[bytes], *, reissued: bool = False) -> bytes:
    """Give the body of a message 0704: positions together, those of a blind area re-issued."""
    parts = [len(body).to_bytes(2, "big") + body for body in bodies]
    return len(bodies).to_bytes(2, "big") + bytes([int(reissued)]) + b"".join(parts)
