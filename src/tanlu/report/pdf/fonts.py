"""The two fonts of a page: where their packages lie, and which characters they can show.

Fonts come from packages with the Open Font License and never from the system, so that a report has
the same bytes everywhere. A character that neither has is written as its code point: a box would
hide what stood there, and PDF/A forbids it.
"""

from __future__ import annotations

import re
import struct
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO

from tanlu.errors import TanluError

__all__ = ["LATIN", "WIDE", "folders", "shown"]

LATIN, WIDE = "Inter", "Noto Sans CJK SC"
# package, folder inside it and file of each font
PACKAGES = (
    ("fontpkg_inter", "files", "Inter[opsz,wght].ttf"),
    ("manimgx_fonts_cjk", "", "NotoSansCJK-VF.otf.ttc"),
)
# areas of private use, and marks of byte order: fonts have glyphs there, archives refuse them
PRIVATE = ((0xE000, 0xF8FF), (0xF0000, 0xFFFFD), (0x100000, 0x10FFFD), (0xFEFF, 0xFEFF),
           (0xFFFE, 0xFFFF))  # fmt: skip
SPACES = re.compile(r"[\t\r\n\f\v\u2028\u2029]+")


@cache
def folders() -> tuple[str, ...]:
    """Give the folders of the font files.

    Raises
    ------
    TanluError
        TL002 without the extra ``report``.
    """
    return tuple(str(path.parent) for path in _files())


@cache
def _files() -> tuple[Path, ...]:
    files = []
    for package, inside, name in PACKAGES:
        found = find_spec(package)
        if found is None or found.origin is None:
            raise TanluError("TL002", value=package.replace("_", "-"), extra="report")
        files.append(Path(found.origin).parent / inside / name)
    return tuple(files)


def shown(text: str) -> str:
    """Give a text as the fonts can show it: others as 〔U+1F600〕, line ends as spaces."""
    flat = SPACES.sub(" ", text)
    if flat.isascii() and flat.isprintable():
        return flat
    return _strange().sub(_coded, flat)


def _coded(match: re.Match[str]) -> str:
    return f"〔{' '.join(f'U+{ord(glyph):04X}' for glyph in match.group())}〕"


def _public(code: int) -> bool:
    """Tell whether a character means the same to everyone: an archive takes no other (PDF/A-2a)."""
    return not any(first <= code <= last for first, last in PRIVATE)


@cache
def _strange() -> re.Pattern[str]:
    """Give the pattern of runs of characters that no font has."""
    covered = sorted(
        {code for path in _files() for code in _covered(path) if code >= 0x20 and _public(code)}
    )
    spans: list[list[int]] = []
    for code in covered:
        if spans and code == spans[-1][1] + 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    kept = "".join(f"{re.escape(chr(a))}-{re.escape(chr(b))}" for a, b in spans)
    return re.compile(f"[^{kept}]+")


def _covered(path: Path) -> set[int]:
    """Give the code points of a font's character map (OpenType ``cmap``, formats 4 and 12)."""
    with path.open("rb") as file:
        start = 0
        if file.read(4) == b"ttcf":
            file.seek(12)
            (start,) = struct.unpack(">I", file.read(4))
        file.seek(start + 4)
        (count,) = struct.unpack(">H", file.read(2))
        file.seek(start + 12)
        for _ in range(count):
            tag, _sum, at, _length = struct.unpack(">4sIII", file.read(16))
            if tag == b"cmap":
                return _characters(file, at)
    return set()


def _characters(file: BinaryIO, at: int) -> set[int]:
    file.seek(at + 2)
    (tables,) = struct.unpack(">H", file.read(2))
    places = [struct.unpack(">HHI", file.read(8))[2] for _ in range(tables)]
    found: set[int] = set()
    for place in set(places):
        file.seek(at + place)
        (form,) = struct.unpack(">H", file.read(2))
        if form == 12:
            file.seek(at + place + 12)
            (groups,) = struct.unpack(">I", file.read(4))
            for first, last, _ in struct.iter_unpack(">III", file.read(12 * groups)):
                found.update(range(first, last + 1))
        elif form == 4:
            file.seek(at + place + 6)
            (double,) = struct.unpack(">H", file.read(2))
            file.seek(at + place + 14)
            ends = struct.unpack(f">{double // 2}H", file.read(double))
            file.seek(2, 1)
            starts = struct.unpack(f">{double // 2}H", file.read(double))
            for first, last in zip(starts, ends, strict=True):
                found.update(range(first, last + 1))
    return found - {0xFFFF}
