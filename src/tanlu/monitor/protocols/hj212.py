"""HJ 212-2017: text frames of pollutant monitors, their parts, answers, rows and encoders.

A frame is ``##`` · length of the data segment (4 digits) · data segment · CRC (4 hexadecimal
digits) · CR LF. The segment has fields ``name=value`` joined by ``;``; the last, CP, stands between
``&&`` and holds items ``factor-kind=value``. The CRC is that of annex A: the register is shifted
right by eight *before* a byte is joined, so it is not the CRC of Modbus.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

from tanlu.errors import TanluError
from tanlu.monitor.protocols.columns import Read, Rows, instants
from tanlu.monitor.protocols.pieces import Form, Piece, Scanner

__all__ = ["Session", "answer", "crc", "encode", "fields", "frame", "read"]

# "0 <= n <= 1024" of the data segment, table 2
SEGMENT_BYTES_MAX = 1024
UNFINISHED = "the parts of a message did not all come"
OPEN_MAX, OPEN_BYTES_MAX, PARTS_MAX, ITEMS_MAX = 4, 64 * 1024, 64, 1024
# uploads of data
UPLOADS = {"2011": "rtd", "2051": "minute", "2061": "hour", "2031": "day"}
ANSWERED = "9014"
KINDS = {"Rtd": "rtd", "Avg": "avg", "Min": "min", "Max": "max", "Cou": "sum", "ZsRtd": "converted",
         "ZsAvg": "avg_converted", "ZsMin": "min_converted", "ZsMax": "max_converted"}  # fmt: skip
# table 8: N normal, S set by hand, the others doubt what they tell
QUALITY = {"N": 0, "S": 1}
DOUBTED = 4
FACTOR = re.compile(r"[0-9A-Za-z]{1,12}", re.ASCII)
NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,9})?", re.ASCII)
STAMP = re.compile(r"20\d{12}", re.ASCII)
PART = re.compile(r"[0-9]{1,4}")
DEVICE = re.compile(r"[0-9A-Za-z]{1,24}")


def _table() -> list[int]:
    table = []
    for value in range(256):
        register = value
        for _ in range(8):
            register = (register >> 1) ^ (0xA001 if register & 1 else 0)
        table.append(register)
    return table


TABLE = _table()


def crc(segment: bytes) -> int:
    """Give the CRC16 of a data segment by annex A of HJ 212-2017."""
    register = 0xFFFF
    for byte in segment:
        # eight steps are linear, and the high byte takes no part in them after its shift
        register = TABLE[(register >> 8) ^ byte]
    return register


def _size(head: bytes) -> int | str:
    told = head[2:6]
    if not told.isdigit():
        return "the length is not four digits"
    if int(told) > SEGMENT_BYTES_MAX:
        return f"a data segment of more than {SEGMENT_BYTES_MAX} bytes"
    return 6 + int(told) + 6


def _fault(frame: bytes) -> str:
    if frame[-2:] != b"\r\n":
        return "the frame does not end where its length says"
    told = frame[-6:-2]
    if not re.fullmatch(rb"[0-9A-Fa-f]{4}", told):
        return "the CRC is not four hexadecimal digits"
    segment = frame[6:-6]
    if int(told, 16) != crc(segment):
        return "the CRC is not that of the data segment"
    try:
        segment.decode()
    except UnicodeDecodeError:
        return "the data segment is neither ASCII nor UTF-8"
    return ""


FORM = Form(re.compile(rb"##"), 2, 6, _size, _fault)


class Session(Scanner):
    """Frames of one connection: cuts data segments, and joins messages that came in parts."""

    def __init__(self) -> None:
        super().__init__(FORM)
        self._open: OrderedDict[tuple[str, ...], dict[int, bytes]] = OrderedDict()

    def feed(self, chunk: bytes) -> list[Piece]:
        """Give the pieces that are whole with these bytes; frames come as data segments."""
        return self._join(super().feed(chunk))

    def end(self) -> list[Piece]:
        """Give what is left when the connection has ended."""
        pieces = self._join(super().end())
        for parts in self._open.values():
            pieces += [Piece(part, UNFINISHED) for part in parts.values()]
        self._open.clear()
        return pieces

    def _join(self, pieces: list[Piece]) -> list[Piece]:
        whole: list[Piece] = []
        for piece in pieces:
            if piece.why:
                whole.append(piece)
                continue
            segment = piece.raw[6:-6]
            head, _ = fields(segment)
            if "PNUM" in head:
                self._part(head, segment, whole)
            else:
                whole.append(Piece(segment))
        return whole

    def _part(self, head: dict[str, str], segment: bytes, whole: list[Piece]) -> None:
        count, number = head.get("PNUM", ""), head.get("PNO", "")
        told = PART.fullmatch(count) and PART.fullmatch(number)
        if not told or not 1 <= int(number) <= int(count) <= PARTS_MAX:
            whole.append(Piece(segment, f"part {number[:9]} of {count[:9]} cannot be joined"))
            return
        key = tuple(head.get(name, "") for name in ("QN", "ST", "CN", "MN", "PNUM"))
        parts = self._open.setdefault(key, {})
        parts[int(number)] = segment
        if len(parts) == int(count):
            del self._open[key]
            whole.append(Piece(_joined([parts[n] for n in range(1, int(count) + 1)])))
        while len(self._open) > OPEN_MAX or self._bytes() > OPEN_BYTES_MAX:
            _, lost = self._open.popitem(last=False)
            whole += [Piece(part, UNFINISHED) for part in lost.values()]

    def _bytes(self) -> int:
        return sum(len(part) for parts in self._open.values() for part in parts.values())


def _joined(parts: Sequence[bytes]) -> bytes:
    """Give one data segment; a part may begin with the DataTime of the first again."""
    before = re.sub(rb"PNUM=\d+;|PNO=\d+;", b"", parts[0].partition(b"CP=")[0])
    texts = [part.partition(b"CP=&&")[2].removesuffix(b"&&") for part in parts]
    first = texts[0].partition(b";")[0]
    if first.startswith(b"DataTime="):
        texts[1:] = [text.removeprefix(first).removeprefix(b";") for text in texts[1:]]
    return before + b"CP=&&" + b";".join(text for text in texts if text) + b"&&"


def fields(segment: bytes) -> tuple[dict[str, str], str | None]:
    """Give the fields of a data segment before CP, and CP; None where there is no CP."""
    text = segment.decode("utf-8", "replace")
    before, found, after = text.partition("CP=&&")
    head: dict[str, str] = {}
    for item in before.split(";"):
        name, _, value = item.partition("=")
        if name:
            head.setdefault(name.strip(), value.strip())
    return head, after.removesuffix("&&") if found and after.endswith("&&") else None


class _Found:
    def __init__(self) -> None:
        self.devices: list[str] = []
        self.times: list[tuple[int, ...]] = []
        self.quality: list[int] = []
        self.contents: list[bytes] = []
        self.values: list[tuple[str, float]] = []


def read(frames: Sequence[bytes]) -> Read:
    """Give the rows of data segments that a `Session` cut.

    Streams: ``hj212_{factor}_rtd`` of real-time data and ``hj212_{factor}_{avg|min|max|sum}_{minute
    |hour|day}`` of statistics, in the unit that the standard gives the factor.
    """
    refused: list[Piece] = []
    devices, answers = [""] * len(frames), [b""] * len(frames)
    kinds: dict[str, int] = {}
    found = _Found()
    for number, segment in enumerate(frames):
        head, content = fields(segment)
        why = _wrong(head, content)
        kind = UPLOADS.get(head.get("CN", ""), "other")
        kinds[kind] = kinds.get(kind, 0) + 1
        if why or content is None:
            refused.append(Piece(segment, why))
            continue
        devices[number] = "hj212:" + head["MN"]
        if kind == "other":
            if not head["CN"].startswith("9"):
                refused.append(Piece(segment, f"command {head['CN'][:9]} is not understood"))
            continue
        _upload(head, content, found, refused)
        if int(head.get("Flag", "0")) & 1:
            answers[number] = answer(head)
    return Read(_tables(found, refused), refused, devices, answers, list(answers), kinds)


def _wrong(head: dict[str, str], content: str | None) -> str:
    if content is None:
        return "the data segment has no CP between &&"
    if not DEVICE.fullmatch(head.get("MN", "")):
        return "MN is not 1 to 24 letters and digits"
    if not re.fullmatch(r"[0-9]{4}", head.get("CN", "")):
        return "CN is not four digits"
    if not re.fullmatch(r"[0-9]{1,3}", head.get("Flag", "0")):
        return "Flag is not a number"
    return ""


def _upload(head: dict[str, str], content: str, found: _Found, refused: list[Piece]) -> None:
    kind = UPLOADS[head["CN"]]
    items = [each.strip() for each in re.split("[;,]", content) if each.strip()]
    if len(items) > ITEMS_MAX:
        refused.append(Piece(content.encode(), f"more than {ITEMS_MAX} items"))
        return
    pairs = [each.partition("=")[::2] for each in items]
    told = dict(pairs)
    stamp = told.get("DataTime", head.get("QN", "")[:14])
    if not STAMP.fullmatch(stamp):
        refused.append(Piece(content.encode(), "DataTime is not a time of 14 digits"))
        return
    moment = tuple(int(stamp[at : at + 2]) for at in range(2, 14, 2))
    for name, value in pairs:
        factor, _, part = name.partition("-")
        if name == "DataTime" or part in ("Flag", "SampleTime", "EFlag", "Info", "SN"):
            continue
        why = ""
        if part not in KINDS or not FACTOR.fullmatch(factor):
            why = "an item is not factor-kind of a known kind"
        elif not NUMBER.fullmatch(value):
            why = "a value is not a decimal number"
        if why:
            refused.append(Piece(f"{stamp} {name}={value}".encode(), why))
            continue
        flag = told.get(f"{factor}-Flag", "N")
        found.devices.append("hj212:" + head["MN"])
        found.times.append(moment)
        found.quality.append(QUALITY.get(flag, DOUBTED))
        found.contents.append(f"{stamp} {name}={value}".encode())
        tail = "" if kind == "rtd" else f"_{kind}"
        found.values.append((f"hj212_{factor.lower()}_{KINDS[part]}{tail}", float(value)))


def _tables(found: _Found, refused: list[Piece]) -> dict[str, Any]:
    import numpy as np

    at, fits = instants(np.array(found.times, np.int64).reshape(-1, 6).T)
    for place in np.flatnonzero(~fits):
        refused.append(Piece(found.contents[place], "DataTime is no time"))  # noqa: PERF401
    rows = Rows()
    places: dict[str, list[int]] = {}
    for place in np.flatnonzero(fits):
        places.setdefault(found.values[place][0], []).append(int(place))
    for stream, samples in places.items():
        rows.put(stream, samples, [found.values[place][1] for place in samples])
    return rows.tables(found.devices, at, found.quality, found.contents)


def answer(head: Mapping[str, str]) -> bytes:
    """Give the answer to an upload, 9014, as a frame on the wire."""
    names = {name: head.get(name, "") for name in ("QN", "PW", "MN")}
    told = {"QN": names["QN"], "ST": "91", "CN": ANSWERED, "PW": names["PW"], "MN": names["MN"]}
    return encode({**told, "Flag": "4"}, "")


def encode(head: Mapping[str, str], content: str) -> bytes:
    """Give a frame on the wire from the fields before CP and what stands in CP.

    Raises
    ------
    TanluError
        TL391 when the segment is too long.
    """
    return frame(";".join(f"{name}={value}" for name, value in head.items()) + f";CP=&&{content}&&")


def frame(text: str) -> bytes:
    """Give a frame on the wire from its data segment.

    Raises
    ------
    TanluError
        TL391 when the segment is too long.
    """
    segment = text.encode()
    if len(segment) > SEGMENT_BYTES_MAX:
        raise TanluError("TL391", value=len(segment), why=f"at most {SEGMENT_BYTES_MAX} bytes")
    return f"##{len(segment):04d}".encode() + segment + f"{crc(segment):04X}\r\n".encode()
