"""GB/T 32960.3-2016 and -2025: frames of new-energy vehicles, their answers and encoders.

A frame is a mark (``##`` of 2016, ``$$`` of 2025) · command · answer flag · VIN (17) · encryption ·
length (2) · data unit · check; the check is the exclusive or from command to data unit. What the
data unit of a sample holds is read by `gb32960_rows`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from tanlu.errors import TanluError
from tanlu.monitor.protocols.pieces import Form, Scanner, xor

__all__ = ["COMMANDS", "Frame", "Session", "answer", "encode", "parse"]

HEAD = 24
# the standard lets a data unit have 65,531 bytes; what vehicles send has a few thousand
UNIT_BYTES_MAX = 8192
COMMANDS = {
    0x01: "login",
    0x02: "sample",
    0x03: "reissued",
    0x04: "logout",
    0x05: "platform_login",
    0x06: "platform_logout",
    0x07: "heartbeat",
    0x08: "time",
}
COMMAND, DONE, FAILED, UNKNOWN_VIN = 0xFE, 1, 2, 4
PLAIN = 1  # the data unit is not encrypted
VIN = re.compile(rb"[0-9A-Za-z \0]{17}")


class Frame(NamedTuple):
    """A frame: the edition by its mark, the flag `COMMAND` or an answer, and the data unit."""

    edition: int
    command: int
    flag: int
    vin: str
    encryption: int
    unit: bytes


def _size(head: bytes) -> int | str:
    if not VIN.fullmatch(head, 4, 21):
        return "the VIN is not 17 letters and digits"
    width = int.from_bytes(head[22:24], "big")
    if width > UNIT_BYTES_MAX:
        return f"a data unit of more than {UNIT_BYTES_MAX} bytes is not taken"
    return HEAD + width + 1


def _fault(frame: bytes) -> str:
    return "the check byte is not that of the frame" if xor(frame[2:]) else ""


FORM = Form(re.compile(rb"##|\$\$"), 2, HEAD, _size, _fault)


class Session(Scanner):
    """Frames of one connection."""

    def __init__(self) -> None:
        super().__init__(FORM)


def parse(frame: bytes) -> Frame:
    """Give the fields of a frame that a `Session` cut."""
    return Frame(
        2025 if frame[:1] == b"$" else 2016,
        frame[2],
        frame[3],
        frame[4:21].decode("ascii").strip("\0 "),
        frame[21],
        frame[HEAD:-1],
    )


def encode(
    command: int, vin: str, unit: bytes = b"", *, flag: int = COMMAND, edition: int = 2016,
    encryption: int = 1,
) -> bytes:  # fmt: skip
    """Give a frame on the wire.

    Raises
    ------
    TanluError
        TL391 when the VIN, a number or the data unit does not fit.
    """
    name = vin.encode("ascii", "replace").ljust(17, b"\0")
    if not VIN.fullmatch(name):
        raise TanluError("TL391", value=vin, why="a VIN has at most 17 letters and digits")
    if len(unit) > 65_531 or not all(0 <= each <= 255 for each in (command, flag, encryption)):
        raise TanluError("TL391", value=command, why="command, flag or data unit do not fit")
    head = bytes([command, flag]) + name + bytes([encryption]) + len(unit).to_bytes(2, "big")
    return (b"$$" if edition == 2025 else b"##") + head + unit + bytes([xor(head + unit)])


def answer(raw: bytes, flag: int) -> bytes:
    """Give the answer to a frame: its command and VIN, a flag, and the time that it told."""
    told = raw[HEAD:-1][:6] if raw[21] == PLAIN else b""
    inner = raw[2:3] + bytes([flag]) + raw[4:21] + bytes([PLAIN]) + len(told).to_bytes(2, "big")
    return raw[:2] + inner + told + bytes([xor(inner + told)])
