"""JT/T 808-2013 and -2019: frames of commercial vehicles, their parts, answers and encoders.

A frame is 7E · header · body · check · 7E, with 7E and 7D escaped; the check is the exclusive or of
header and body. The header has message, properties (10 bits of length, 3 of encryption, 1 for
parts, 1 for the edition of 2019), the terminal's phone number in BCD (6 bytes; 2019: a version
byte and 10 bytes) and a flow number. What stands inside a body is read by `jt808_rows`.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

from tanlu.errors import TanluError
from tanlu.monitor.protocols.pieces import PIECE_BYTES, Piece, xor

__all__ = [
    "Header",
    "Session",
    "acknowledge",
    "bcd",
    "encode",
    "encode_parts",
    "escape",
    "header",
    "registered",
    "unescape",
]

FLAG = b"\x7e"
PARTS, EDITION_2019, ENCRYPTED = 1 << 13, 1 << 14, 7 << 10
LENGTH = 1023
# header of 2019 with parts, 1,023 bytes of body and the check, every byte escaped
WIRE_BYTES_MAX = 2 * (21 + LENGTH + 1)
# messages in parts that a connection may have open, and the bytes of all of them
OPEN_MAX, OPEN_BYTES_MAX, PARTS_MAX = 4, 64 * 1024, 64
UNFINISHED = "the parts of a message did not all come"


class Header(NamedTuple):
    """Header of a frame; ``part`` and ``parts`` are 0 in a message of one piece."""

    message: int
    edition: int
    phone: str
    flow: int
    part: int
    parts: int
    begins: int


class Session:
    """Frames of one connection: cuts them, and joins messages that came in parts."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._long = False
        self._open: OrderedDict[tuple[str, int, int], dict[int, bytes]] = OrderedDict()

    def feed(self, chunk: bytes) -> list[Piece]:
        """Give the pieces that are whole with these bytes; frames come unescaped, without 7E."""
        pieces: list[Piece] = []
        *whole, rest = (bytes(self._held) + chunk).split(FLAG)
        for segment in whole:
            self._segment(segment, pieces)
        self._held = bytearray(rest)
        while len(self._held) > WIRE_BYTES_MAX:
            self._long = True
            self._refuse_long(bytes(self._held[:PIECE_BYTES]), pieces)
            del self._held[:PIECE_BYTES]
        return pieces

    def end(self) -> list[Piece]:
        """Give what is left when the connection has ended."""
        pieces = []
        if self._held:
            why = "no frame ends here" if self._long else "a frame was not finished"
            pieces.append(Piece(bytes(self._held), why))
        for parts in self._open.values():
            pieces += [Piece(part, UNFINISHED) for part in parts.values()]
        self._held.clear()
        self._open.clear()
        return pieces

    def _refuse_long(self, bytes_: bytes, pieces: list[Piece]) -> None:
        pieces.append(Piece(bytes_, f"no frame has more than {WIRE_BYTES_MAX} bytes"))

    def _segment(self, segment: bytes, pieces: list[Piece]) -> None:
        if self._long or len(segment) > WIRE_BYTES_MAX:
            # the same pieces as if its bytes had come one by one
            while len(segment) > WIRE_BYTES_MAX:
                self._refuse_long(segment[:PIECE_BYTES], pieces)
                segment = segment[PIECE_BYTES:]
            if segment:
                pieces.append(Piece(segment, "no frame ends here"))
            self._long = False
            return
        if not segment:
            return
        frame, why = unescape(segment)
        if not why and len(frame) < 13:
            why = f"{len(frame)} bytes are no frame"
        if why:
            pieces.append(Piece(FLAG + segment + FLAG, why))
        elif frame[2] & 0x20:
            self._part(frame, segment, pieces)
        else:
            pieces.append(Piece(frame))

    def _part(self, frame: bytes, segment: bytes, pieces: list[Piece]) -> None:
        """Keep a part; give the message when it is the last one that was missing."""
        head = header(frame)
        why = ""
        if head is None:
            why = "the header of a part is cut short"
        elif xor(frame):
            why = "the check byte is not that of the frame"
        elif frame[2] & 0x1C:
            why = "the body is encrypted"
        elif len(frame) - head.begins - 1 != int.from_bytes(frame[2:4], "big") & LENGTH:
            why = "the length in the header is not that of the body"
        elif not 1 <= head.part <= head.parts <= PARTS_MAX:
            why = f"part {head.part} of {head.parts} cannot be joined"
        if why or head is None:
            pieces.append(Piece(FLAG + segment + FLAG, why))
            return
        first = (head.flow - head.part + 1) & 0xFFFF
        key = (head.phone, head.message, first)
        parts = self._open.setdefault(key, {})
        parts[head.part] = frame
        if set(parts) >= set(range(1, head.parts + 1)):
            del self._open[key]
            pieces.append(Piece(_joined([parts[n] for n in range(1, head.parts + 1)], head)))
        while len(self._open) > OPEN_MAX or self._bytes() > OPEN_BYTES_MAX:
            _, lost = self._open.popitem(last=False)
            pieces += [Piece(part, UNFINISHED) for part in lost.values()]

    def _bytes(self) -> int:
        return sum(len(part) for parts in self._open.values() for part in parts.values())


def _joined(parts: list[bytes], head: Header) -> bytes:
    """Give a message as one frame; its length stands in the header as far as ten bits go."""
    body = b"".join(part[head.begins : -1] for part in parts)
    first = parts[0]
    properties = int.from_bytes(first[2:4], "big") & EDITION_2019 | len(body) & LENGTH
    # it is answered by the flow number of its last part, as a frame of its own would be
    start = first[:2] + properties.to_bytes(2, "big") + first[4 : head.begins - 6]
    whole = start + head.flow.to_bytes(2, "big") + body
    return whole + bytes([xor(whole)])


def header(frame: bytes) -> Header | None:
    """Give the header of an unescaped frame; None when the frame is too short for it."""
    properties = int.from_bytes(frame[2:4], "big")
    later = bool(properties & EDITION_2019)
    begins = (17 if later else 12) + (4 if properties & PARTS else 0)
    if len(frame) < begins + 1:
        return None
    at = 5 if later else 4
    digits = frame[at : at + (10 if later else 6)]
    after = at + len(digits)
    part = parts = 0
    if properties & PARTS:
        parts = int.from_bytes(frame[after + 2 : after + 4], "big")
        part = int.from_bytes(frame[after + 4 : after + 6], "big")
    return Header(
        int.from_bytes(frame[:2], "big"),
        2019 if later else 2013,
        digits.hex(),
        int.from_bytes(frame[after : after + 2], "big"),
        part,
        parts,
        begins,
    )


def unescape(segment: bytes) -> tuple[bytes, str]:
    """Give what stands between two 7E without escapes, and what is wrong with them."""
    if b"\x7d" not in segment:
        return segment, ""
    if segment.count(b"\x7d") != segment.count(b"\x7d\x01") + segment.count(b"\x7d\x02"):
        return segment, "7D is followed by neither 01 nor 02"
    return segment.replace(b"\x7d\x02", b"\x7e").replace(b"\x7d\x01", b"\x7d"), ""


def escape(frame: bytes) -> bytes:
    """Give a frame as it goes over the wire."""
    return FLAG + frame.replace(b"\x7d", b"\x7d\x01").replace(b"\x7e", b"\x7d\x02") + FLAG


def bcd(digits: str, width: int) -> bytes:
    """Give decimal digits in BCD, with zeros before them.

    Raises
    ------
    TanluError
        TL391 when they are no digits or too many.
    """
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 2 * width:
        raise TanluError("TL391", value=digits, why=f"{2 * width} decimal digits are due")
    return bytes.fromhex(digits.zfill(2 * width))


def encode(message: int, phone: str, flow: int, body: bytes = b"", *, edition: int = 2013) -> bytes:
    """Give a message as one frame on the wire.

    Raises
    ------
    TanluError
        TL391 when the body has more than 1,023 bytes (see `encode_parts`) or a number does not fit.
    """
    if len(body) > LENGTH:
        raise TanluError("TL391", value=len(body), why=f"a body has at most {LENGTH} bytes")
    return _encode(message, phone, flow, body, edition=edition)


def encode_parts(
    message: int, phone: str, flow: int, body: bytes, *, part_bytes: int, edition: int = 2013
) -> list[bytes]:
    """Give a message in parts of some bytes, each a frame with a flow number of its own."""
    pieces = [body[at : at + part_bytes] for at in range(0, len(body), part_bytes)]
    return [
        _encode(
            message, phone, (flow + number) & 0xFFFF, piece, edition=edition,
            parts=len(pieces).to_bytes(2, "big") + (number + 1).to_bytes(2, "big"),
        )
        for number, piece in enumerate(pieces)
    ]  # fmt: skip


def _encode(
    message: int, phone: str, flow: int, body: bytes, *, edition: int, parts: bytes = b""
) -> bytes:
    if not (0 <= message <= 0xFFFF and 0 <= flow <= 0xFFFF and edition in (2013, 2019)):
        raise TanluError("TL391", value=message, why="message, flow number or edition do not fit")
    later = edition == 2019
    properties = len(body) | (EDITION_2019 if later else 0) | (PARTS if parts else 0)
    number = b"\x01" + bcd(phone, 10) if later else bcd(phone, 6)
    head = message.to_bytes(2, "big") + properties.to_bytes(2, "big") + number
    frame = head + flow.to_bytes(2, "big") + parts + body
    return escape(frame + bytes([xor(frame)]))


def acknowledge(head: Header, result: int, *, flow: int = 0) -> bytes:
    """Give the general answer of the platform, 8001: 0 done, 1 failed, 2 wrong, 3 not known."""
    body = head.flow.to_bytes(2, "big") + head.message.to_bytes(2, "big") + bytes([result])
    return encode(0x8001, head.phone, flow, body, edition=head.edition)


def registered(head: Header, result: int, code: str = "", *, flow: int = 0) -> bytes:
    """Give the answer to a registration, 8100: 0 done with a code, 4 no such terminal."""
    body = head.flow.to_bytes(2, "big") + bytes([result]) + code.encode("gbk")
    return encode(0x8100, head.phone, flow, body, edition=head.edition)
