"""Which encoding the bytes of a text file are in, by proof where there is one.

A byte-order mark decides; else a file that is strict UTF-8 from end to end is UTF-8; else the
lines with high bytes are judged: Chinese double bytes, Western single bytes, or the guess of
charset-normalizer. How sure it is is told.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import NamedTuple

__all__ = ["BAD", "BLOCK", "Encoding", "detect", "exact"]

BLOCK = 1 << 22
EVIDENCE = 1 << 18
BAD = "\ufdd0"  # a noncharacter stands for bytes that are not of the encoding

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
HIGH = re.compile(rb"[\x80-\xff]+")
HANZI = re.compile(rb"[\xa1-\xa9\xb0-\xf7][\xa1-\xfe]")
KANA = re.compile(rb"[\xa4\xa5][\xa1-\xf6]")
KOREAN = re.compile(rb"[\xb0-\xc8][\xa1-\xfe]")
PUNCTUATION = "€£°–—‘’“”…·±²³µ«»¿¡©®™§´¨ºª½¼¾×÷ "


class Encoding(NamedTuple):
    """A codec, the length of the mark before the text [bytes], and how sure it is.

    ``certainty`` is marked, proven, likely or guessed; ``sound`` tells that every byte fits.
    """

    name: str
    mark: int
    certainty: str
    sound: bool


def detect(path: Path) -> Encoding:
    """Give the encoding of a text file."""
    with path.open("rb") as file:
        head = file.read(1 << 16)
    for mark, name in MARKS:
        if head.startswith(mark):
            return Encoding(name, len(mark), "marked", _sound(path, name))
    wide = _wide(head)
    if wide:
        return Encoding(wide, 0, "likely", _sound(path, wide))
    if _sound(path, "utf-8"):
        return Encoding("utf-8", 0, "proven", True)
    return _judge(_evidence(path))


def _sound(path: Path, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _wide(head: bytes) -> str | None:
    """Tell UTF-16 without a mark by where its zero bytes stand."""
    pairs = len(head) // 2
    if pairs < 2:
        return None
    low, high = head[0 : 2 * pairs : 2].count(0), head[1 : 2 * pairs : 2].count(0)
    if high > 0.4 * pairs and low < 0.1 * pairs:
        return "utf-16-le"
    if low > 0.4 * pairs and high < 0.1 * pairs:
        return "utf-16-be"
    return None


def _evidence(path: Path) -> bytes:
    """Give the first lines that have high bytes, at most 256 KiB of them."""
    found: list[bytes] = []
    size = 0
    with path.open("rb") as file:
        while size < EVIDENCE and (block := file.read(BLOCK)):
            for line in re.split(rb"[\r\n]+", block):
                if HIGH.search(line):
                    found.append(line[:4096])
                    size += len(found[-1])
                    if size >= EVIDENCE:
                        break
    return b"\n".join(found)


def _judge(evidence: bytes) -> Encoding:
    text = evidence.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(1 for sign in text if sign > "\x7f") - bad
    if good >= 4 * bad:  # UTF-8 with a few broken bytes
        return Encoding("utf-8", 0, "likely", False)
    runs = HIGH.findall(evidence)
    high = sum(map(len, runs))
    if 2 * len(HANZI.findall(evidence)) >= 0.9 * high and high >= 1.6 * len(runs):
        return _east(evidence)
    western = _western(evidence)
    if western and high < 1.6 * len(runs):
        return Encoding(western, 0, "likely", True)
    return _guess(evidence)


def _east(evidence: bytes) -> Encoding:
    pairs = len(HANZI.findall(evidence))
    for name, share in (("euc_jp", KANA), ("euc_kr", KOREAN)):
        bound = 0.3 if name == "euc_jp" else 0.97
        if pairs >= 40 and len(share.findall(evidence)) > bound * pairs and _fits(evidence, name):
            return Encoding(name, 0, "likely", True)
    return Encoding("gb18030", 0, "likely", _fits(evidence, "gb18030"))


def _western(evidence: bytes) -> str | None:
    for name in ("cp1252", "latin-1"):
        try:
            text = evidence.decode(name)
        except UnicodeDecodeError:
            continue
        high = [sign for sign in text if sign > "\x7f"]
        fitting = sum(1 for sign in high if sign.isalpha() or sign in PUNCTUATION)
        if fitting >= 0.9 * len(high):
            return name
    return None


def _fits(evidence: bytes, name: str) -> bool:
    # a line may be cut in the middle of a sign
    return evidence.decode(name, "replace").count("\ufffd") <= 2


def _guess(evidence: bytes) -> Encoding:
    from charset_normalizer import from_bytes

    best = from_bytes(evidence[: 1 << 16]).best()
    name = exact(best.encoding if best is not None else "latin-1")
    return Encoding(name, 0, "guessed", _fits(evidence, name))


def exact(name: str) -> str:
    """Give the name of a codec that needs no mark to know the order of its bytes.

    Raises
    ------
    LookupError
        When there is no such codec of texts.
    """
    "".encode(name)
    found = codecs.lookup(name).name
    return f"{found}-le" if found in ("utf-16", "utf-32") else found
