"""Blocks of whole lines as UTF-8 with line feeds, whatever the file is written in."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tanlu.errors import TanluError
from tanlu.monitor.read.encoding import BAD, BLOCK

if TYPE_CHECKING:
    from tanlu.monitor.read.dialect import Dialect

__all__ = ["LONGEST", "Lines", "blocks", "decoded", "normal_ends"]

LONGEST = 1 << 20  # bytes of one line; what is longer is told and skipped to its end
SHOWN = 4096


class Lines(NamedTuple):
    """Whole lines: their bytes, the number of the first, and how many lines they are.

    ``cut`` tells one line that is longer than may be, of which only the beginning is here.
    """

    data: bytes
    first: int
    height: int
    cut: bool = False


def _mark_bad(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return BAD, error.end


codecs.register_error("tanlu-bad", _mark_bad)


def decoded(raw: bytes, encoding: str) -> str:
    """Give the text of bytes, each run that is not of the encoding as one noncharacter."""
    return raw.decode(encoding, "tanlu-bad")


def normal_ends(text: str, line_end: str | None) -> str:
    """Give the text with line feeds only; a lone CR is a line end only where the file says so."""
    text = text.replace("\r\n", "\n")
    return text.replace("\r", "\n") if line_end in ("CR", "mixed") else text


def blocks(path: Path, dialect: Dialect) -> Iterator[Lines]:
    """Give the lines of a text file in blocks of some megabytes."""
    number, rest = 1, b""
    skipping = False
    for piece in _pieces(path, dialect):
        data = rest + piece
        if skipping:
            cut = data.find(b"\n")
            data, skipping = (data[cut + 1 :], False) if cut >= 0 else (b"", True)
        cut = data.rfind(b"\n")
        whole, rest = data[: cut + 1], data[cut + 1 :]
        if whole:
            count = whole.count(b"\n")
            yield Lines(whole, number, count)
            number += count
        if len(rest) > LONGEST:
            yield Lines(rest[:SHOWN], number, 1, cut=True)
            number += 1
            rest, skipping = b"", True
    if rest and not skipping:
        yield Lines(rest + b"\n", number, 1)


def _pieces(path: Path, dialect: Dialect) -> Iterator[bytes]:
    """Give the file as UTF-8 with line feeds."""
    decoder = None
    if dialect.encoding != "utf-8" or not dialect.sound:
        decoder = codecs.getincrementaldecoder(dialect.encoding or "utf-8")("tanlu-bad")
    held = b""
    with path.open("rb") as file:
        file.seek(dialect.mark)
        while block := file.read(BLOCK):
            data = held + (_utf8(path, decoder, block) if decoder else block)
            # the two signs of one line end may lie in two blocks
            held = b"\r" if data.endswith(b"\r") else b""
            yield _ends(data[: len(data) - len(held)], dialect.line_end)
    last = held + (_utf8(path, decoder, b"", final=True) if decoder else b"")
    if last:
        yield _ends(last, dialect.line_end)


def _utf8(
    path: Path, decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False
) -> bytes:
    try:
        return decoder.decode(block, final).encode("utf-8", "replace")
    except UnicodeError as error:  # a codec that knows no way around bytes that are not its own
        raise TanluError("TL301", value=path.name, why=str(error)) from error


def _ends(data: bytes, line_end: str | None) -> bytes:
    if b"\r" not in data:
        return data
    data = data.replace(b"\r\n", b"\n")
    return data.replace(b"\r", b"\n") if line_end in ("CR", "mixed") else data
