"""A run: the sorted entries of some parts in one file, looked up through a memory map.

Entries come first, in pages of 2,048; then the first entry and the SHA-256 of each page, a JSON
header that names the parts by their hashes, and the SHA-256 of all that follows the entries. What
was verified once is not verified again; a page that is not what was written is `Damaged`, and
whoever meets it builds the run anew.
"""

from __future__ import annotations

import json
import mmap
import sys
from array import array
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from tanlu.store.index.keys import BLOCK, COLUMNS, KEPT, LOW, hashing

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from tanlu.store.ledger.manifest import PartEntry

__all__ = ["Covered", "Damaged", "Run", "written"]

PAGE = 2048
WORD = 8
DIGEST = 32
STEP = 1 << 20
# 2: the rows stand beside it
TYPE = "tanlu/index/v2"


class Damaged(Exception):
    """A derived file that is not what was written."""


@dataclass(frozen=True, slots=True)
class Covered:
    """A part of which a run knows every key: its block in the run, and what its columns hold.

    ``constant`` has the columns that hold one value throughout, null included.
    """

    file: str
    sha256: str
    rows: int
    first: int
    constant: dict[str, Any]

    def of(self, part: PartEntry) -> bool:
        """Tell whether this is the part that the manifest names."""
        return (self.file, self.sha256, self.rows) == (part.file, part.sha256, part.rows)


def written(table: str, entries: pl.Series, parts: list[Covered]) -> bytes:
    """Give the bytes of a run: entries sorted, pages, header."""
    ordered = entries.sort()
    body = b"".join(_little(each.to_list()) for each in _slices(ordered))
    size = len(body) // WORD
    fences = _little(ordered.gather_every(PAGE).to_list())
    digests = b"".join(
        sha256(body[at * WORD : (at + PAGE) * WORD]).digest() for at in range(0, size, PAGE)
    )
    about = {
        "type": TYPE, "table": table, "columns": COLUMNS[table], "hashing": hashing(),
        "kept": KEPT.get(table, ()), "entries": size,
        "parts": [[p.file, p.sha256, p.rows, p.first, p.constant] for p in parts],
    }  # fmt: skip
    header = json.dumps(about, ensure_ascii=False).encode()
    tail = fences + digests + header + len(header).to_bytes(WORD, "little")
    return body + tail + sha256(tail).digest()


def _slices(series: pl.Series) -> list[pl.Series]:
    return [series.slice(at, STEP) for at in range(0, len(series), STEP)]


def _little(values: list[int]) -> bytes:
    words = array("Q", values)
    if sys.byteorder == "big":
        words.byteswap()
    return words.tobytes()


class Run:
    """A run that can be asked.

    Raises
    ------
    Damaged
        When it is not a run of this table, these columns and the hashes of here.
    """

    def __init__(self, table: str, data: bytes | mmap.mmap, path: Path | None = None) -> None:
        self.path = path
        self._data = data
        about, at = _header(data)
        self.entries = int(about["entries"])
        wanted = (TYPE, table, list(COLUMNS[table]), hashing(), list(KEPT.get(table, ())))
        told = tuple(about.get(name) for name in ("type", "table", "columns", "hashing"))
        # beside an older run stand rows with fewer columns: it is made anew
        if wanted != (*told, about.get("kept", [])):
            raise Damaged(table)
        self.parts = [Covered(*each) for each in about["parts"]]
        self._firsts = [part.first for part in self.parts]
        pages = -(-self.entries // PAGE)
        fences = self.entries * WORD
        if at - fences != pages * (WORD + DIGEST):
            raise Damaged(table)
        self._fences = _words(data[fences : fences + pages * WORD])
        self._digests = bytes(data[fences + pages * WORD : at])
        self._sound: dict[int, bool] = {}

    @classmethod
    def read(cls, table: str, path: Path) -> Run:
        """Map a file; raise `Damaged` when it is gone or not a run."""
        try:
            with path.open("rb") as file:
                data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            return cls(table, data, path)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Damaged(path) from error

    @property
    def blocks(self) -> int:
        """How many blocks its parts have."""
        last = self.parts[-1]
        return last.first + -(-last.rows // BLOCK)

    def all(self) -> pl.Series:
        """Give all entries, every page verified."""
        import polars as pl

        pages = [self._page(at).tolist() for at in range(len(self._fences))]
        return pl.concat([pl.Series(page, dtype=pl.UInt64) for page in pages], rechunk=True)

    def blocks_of(self, hashed: int) -> list[int]:
        """Give the blocks where a hash stands."""
        found: list[int] = []
        low, high = hashed, hashed | LOW
        page = max(bisect_right(self._fences, low) - 1, 0)
        while page < len(self._fences) and self._fences[page] <= high:
            words = self._page(page)
            start, end = bisect_left(words, low), bisect_right(words, high)
            found += [word & LOW for word in words[start:end].tolist()]
            if end < len(words):
                break
            page += 1
        return found

    def part_of(self, block: int) -> tuple[Covered, int]:
        """Give the part that has a block, and the block's first row in it."""
        part = self.parts[bisect_right(self._firsts, block) - 1]
        return part, (block - part.first) * BLOCK

    def _page(self, number: int) -> memoryview:
        start = number * PAGE * WORD
        raw = self._data[start : min(start + PAGE * WORD, self.entries * WORD)]
        if number not in self._sound:
            digest = self._digests[number * DIGEST : (number + 1) * DIGEST]
            if sha256(raw).digest() != digest:
                raise Damaged(self.path)
            self._sound[number] = True
        return _words(raw)


def _words(raw: bytes) -> memoryview:
    if sys.byteorder == "big":
        words = array("Q", raw)
        words.byteswap()
        return memoryview(words)
    return memoryview(raw).cast("Q")


def _header(data: bytes | mmap.mmap) -> tuple[dict[str, Any], int]:
    """Give the header and where it begins, verified with the pages' own hashes."""
    end = len(data) - DIGEST - WORD
    if end < 0:
        raise Damaged(len(data))
    size = int.from_bytes(data[end : end + WORD], "little")
    at = end - size
    if at < 0:
        raise Damaged(size)
    try:
        about = json.loads(data[at:end])
        begin = int(about["entries"]) * WORD
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged(size) from error
    if sha256(data[begin : end + WORD]).digest() != bytes(data[-DIGEST:]):
        raise Damaged(size)
    return about, at
