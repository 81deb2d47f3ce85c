"""DL/T 645-2007: frames of electricity meters, requests, answers, and registers into rows.

A frame is any number of FE · 68 · address (6 bytes BCD, lowest first) · 68 · control · length ·
data · sum of all bytes from the first 68 modulo 256 · 16. Each byte of the data has 33H added on
the wire. AA in the address asks any meter.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from tanlu.errors import TanluError
from tanlu.monitor.protocols.columns import scaled
from tanlu.monitor.protocols.pieces import Form, Scanner

__all__ = [
    "ANSWER",
    "MORE",
    "NO",
    "REGISTERS",
    "Frame",
    "Session",
    "answer",
    "ask",
    "encode",
    "follow",
    "parse",
    "values",
    "wanted",
]

READ, FOLLOW = 0x11, 0x12
ANSWER, ERROR, MORE = 0x80, 0x40, 0x20
OFFSET = 0x33
DATA_BYTES_MAX = 200  # "data read: L <= 200", 5.2.5
PREAMBLE = b"\xfe" * 4
NO = "the meter says: "
ERRORS = (
    "another error", "no such data", "wrong password", "the rate cannot be changed",
    "too many zones of the year", "too many periods of the day", "too many tariffs",
)  # fmt: skip


class Register(NamedTuple):
    """A register: its stream, bytes of BCD, and how much of the stream's unit is one."""

    stream: str
    width: int
    scale: float
    signed: bool


def _registers() -> dict[int, Register]:
    told: dict[int, Register] = {}
    energies = (
        (0x00, "energy_combined", True), (0x01, "energy", False), (0x02, "energy_export", False),
    )  # fmt: skip
    for di2, name, signed in energies:
        for tariff in range(64):
            stream = f"{name}_wh" if tariff == 0 else f"{name}_t{tariff}_wh"
            # eight digits, two of them after the point [kWh]
            told[di2 << 16 | tariff << 8] = Register(stream, 4, 10.0, signed)
    for phase in (1, 2, 3):
        told[0x02010000 | phase << 8] = Register(f"voltage_l{phase}_v", 2, 0.1, signed=False)
        told[0x02020000 | phase << 8] = Register(f"current_l{phase}_a", 3, 0.001, signed=True)
    powers = (
        (0x03, "power", "w", 0.1),
        (0x04, "reactive", "var", 0.1),
        (0x05, "apparent", "va", 0.1),
    )
    for di2, name, unit, scale in powers:
        for phase in range(4):
            stream = f"{name}_{unit}" if phase == 0 else f"{name}_l{phase}_{unit}"
            # six digits, four of them after the point [kW]
            told[0x02000000 | di2 << 16 | phase << 8] = Register(stream, 3, scale, signed=True)
    for phase in range(4):
        stream = "power_factor" if phase == 0 else f"power_factor_l{phase}"
        told[0x02060000 | phase << 8] = Register(stream, 2, 0.001, signed=True)
    told[0x02800002] = Register("frequency_hz", 2, 0.01, signed=False)
    return told


REGISTERS = _registers()


class Frame(NamedTuple):
    """A frame with its data as the meter means it, 33H taken away."""

    address: str
    control: int
    data: bytes


def _size(head: bytes) -> int | str:
    if head[7] != 0x68:
        return "no second 68 behind an address"
    if not all(byte == 0xAA or (byte >> 4 <= 9 and byte & 15 <= 9) for byte in head[1:7]):
        return "the address is not decimal"
    return 12 + head[9]


def _fault(frame: bytes) -> str:
    if frame[-1] != 0x16:
        return "the frame does not end with 16"
    if sum(frame[:-2]) & 0xFF != frame[-2]:
        return "the check sum is not that of the frame"
    if len(frame) - 12 > DATA_BYTES_MAX:
        return f"more than {DATA_BYTES_MAX} bytes of data"
    return ""


FORM = Form(re.compile(rb"\x68"), 1, 10, _size, _fault, fill=b"\xfe")


class Session(Scanner):
    """Frames of one connection."""

    def __init__(self) -> None:
        super().__init__(FORM)


def parse(frame: bytes) -> Frame:
    """Give the fields of a frame that a `Session` cut."""
    address = frame[6:0:-1].hex().upper()
    return Frame(address, frame[8], bytes((byte - OFFSET) & 0xFF for byte in frame[10:-2]))


def encode(address: str, control: int, data: bytes = b"", *, preamble: bytes = PREAMBLE) -> bytes:
    """Give a frame on the wire; ``A`` in the address is a wildcard.

    Raises
    ------
    TanluError
        TL391 when the address, the control code or the data do not fit.
    """
    if not re.fullmatch(r"(?:[0-9]{2}|AA){0,6}", address.zfill(12)) or len(address) > 12:
        raise TanluError("TL391", value=address, why="an address has 12 digits, or AA for any two")
    if not 0 <= control <= 0xFF or len(data) > DATA_BYTES_MAX:
        raise TanluError("TL391", value=control, why="control code or data do not fit")
    name = bytes.fromhex(address.zfill(12))[::-1]
    shifted = bytes((byte + OFFSET) & 0xFF for byte in data)
    frame = b"\x68" + name + b"\x68" + bytes([control, len(data)]) + shifted
    return preamble + frame + bytes([sum(frame) & 0xFF, 0x16])


def ask(address: str, register: int) -> bytes:
    """Give the request for a register (11H)."""
    return encode(address, READ, register.to_bytes(4, "little"))


def follow(address: str, register: int, number: int) -> bytes:
    """Give the request for the rest of an answer (12H), by the number of the frame, from 1."""
    return encode(address, FOLLOW, register.to_bytes(4, "little") + bytes([number]))


def answer(
    address: str, register: int, data: bytes = b"", *, more: bool = False, number: int = 0,
    error: int = 0,
) -> bytes:  # fmt: skip
    """Give what a meter answers: data, a frame of the rest (``number``), or bits of an error."""
    base = (FOLLOW if number else READ) | ANSWER
    if error:
        return encode(address, base | ERROR, bytes([error]))
    tail = bytes([number]) if number else b""
    control = base | (MORE if more else 0)
    return encode(address, control, register.to_bytes(4, "little") + data + tail)


def wanted(frame: Frame, address: str, register: int, *, number: int = 0) -> str:
    """Tell why a frame is no answer to a request; empty when it is."""
    base = (FOLLOW if number else READ) | ANSWER
    asked = address.zfill(12)
    if any(a not in ("AA", b) for a, b in zip(_pairs(asked), _pairs(frame.address), strict=True)):
        return f"meter {frame.address} answers for {asked}"
    if frame.control == base | ERROR:
        bits = frame.data[0] if frame.data else 0
        told = [words for bit, words in enumerate(ERRORS) if bits & 1 << bit]
        return NO + (", ".join(told) or "an error without a name")
    if frame.control & ~MORE != base:
        return f"control code {frame.control:02X} is no answer"
    if frame.data[:4] != register.to_bytes(4, "little"):
        return "another register is answered"
    if number and frame.data[-1:] != bytes([number]):
        return "another frame of the rest is answered"
    return ""


def _pairs(digits: str) -> list[str]:
    return [digits[at : at + 2] for at in range(0, 12, 2)]


def values(register: int, data: bytes) -> tuple[dict[str, float], str]:
    """Give the values by stream that the data of a register hold, and what is wrong with them.

    A register with FF asks for a block: the total with its tariffs, or all phases. Streams:
    energy_wh and its tariffs energy_t1_wh …, energy_export_wh, energy_combined_wh [Wh],
    voltage_l1_v … [V], current_l1_a … [A], power_w, power_l1_w … [W], reactive_var … [var],
    apparent_va … [VA], power_factor … [1], frequency_hz [Hz].
    """
    places = _block(register)
    if not places:
        return {}, f"register {register:08X} is not understood"
    told: dict[str, float] = {}
    at = 0
    for place in places:
        if at == len(data):
            break
        entry = REGISTERS[place]
        raw = data[at : at + entry.width]
        value, why = _number(raw, entry)
        if why:
            return {}, f"register {place:08X}: {why}"
        if value is not None:
            told[entry.stream] = value
        at += entry.width
    if at != len(data) or not data:
        return {}, f"register {register:08X} has {len(data)} bytes of data"
    return told, ""


def _block(register: int) -> list[int]:
    if register in REGISTERS:
        return [register]
    if register >> 8 & 0xFF == 0xFF and register & 0xFF == 0:
        return [each for each in sorted(REGISTERS) if each & 0xFFFF00FF == register & 0xFFFF00FF]
    return []


def _number(raw: bytes, entry: Register) -> tuple[float | None, str]:
    if len(raw) < entry.width:
        return None, "its data are cut short"
    if raw == b"\xff" * entry.width:
        # a meter fills what it does not have
        return None, ""
    digits = raw[::-1]
    minus = entry.signed and digits[0] & 0x80
    if minus:
        digits = bytes([digits[0] & 0x7F]) + digits[1:]
    text = digits.hex()
    if not text.isdecimal():
        return None, "its data are not decimal"
    whole = -int(text) if minus else int(text)
    return scaled(whole, entry.scale), ""
