"""Rows beside the runs: what varies in a part, 64 rows a block, so that a few rows cost few bytes.

A part gives its rows by whole pages of each column; here a block of 64 rows is one piece, packed by
zlib: a line a column, its values parted by U+001F, null as U+0000, which no text of a ledger
holds. After the blocks come the end and the SHA-256 of each, a JSON header that names the part by
its hash, and the SHA-256 of all that follows the blocks. Columns that hold one value throughout
stand in the run. A block that is not what was written is `Damaged`.
"""

from __future__ import annotations

import json
import mmap
import zlib
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.store.index.keys import BLOCK, KEPT
from tanlu.store.index.runs import Damaged
from tanlu.store.ledger.files import place, writing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from tanlu.store.index.runs import Covered

__all__ = ["NULL", "PARTED", "Rows", "keep", "rows_at", "suffixed"]

TYPE = "tanlu/index/rows/v1"
PARTED, NULL = "\x1f", "\x00"
WORD, DIGEST = 8, 32
ENTRY = WORD + DIGEST
# fast packing: what the slower levels save is a tenth
LEVEL = 1
# files that stay mapped
OPEN = 512


def suffixed(table: str, hashed: str) -> str:
    """Give the name of the file of a part with this SHA-256."""
    return f"{table}-{hashed[:16]}.rows"


def keep(folder: Path, part: Covered, table: str, frame: pl.DataFrame) -> bool:
    """Write the rows of a part; tell whether the disk took them."""
    path = folder / suffixed(table, part.sha256)
    try:
        with writing(path), place(path) as draft:
            draft.write_bytes(_written(table, part, frame))
    except TanluError:
        return False
    return True


def _written(table: str, part: Covered, frame: pl.DataFrame) -> bytes:
    import polars as pl

    kept = KEPT.get(table, frame.columns)
    names = [name for name in frame.columns if name in kept and name not in part.constant]
    texts = frame.select(pl.col(names).cast(pl.String).fill_null(NULL))
    at = (pl.int_range(pl.len()) // BLOCK).alias("")
    blocks: list[str] = []
    if names:
        joined = texts.group_by(at, maintain_order=True).agg(pl.all().str.join(PARTED))
        blocks = joined.select(pl.concat_str(names, separator="\n")).to_series().to_list()
    packed = [zlib.compress(block.encode(), LEVEL) for block in blocks]
    ends = accumulate(len(each) for each in packed)
    table_ = b"".join(
        end.to_bytes(WORD, "little") + sha256(each).digest()
        for end, each in zip(ends, packed, strict=True)
    )
    about = {"type": TYPE, "part": part.sha256, "blocks": len(packed), "columns": names}
    header = json.dumps(about).encode()
    tail = table_ + header + len(header).to_bytes(WORD, "little")
    return b"".join([*packed, tail, sha256(tail).digest()])


class Rows:
    """The rows of one part that can be asked.

    Raises
    ------
    Damaged
        When it is not what was written of this part.
    """

    def __init__(self, data: bytes | mmap.mmap, part: str) -> None:
        self._data = data
        end = len(data) - DIGEST - WORD
        size = int.from_bytes(data[max(end, 0) : end + WORD], "little")
        if not 0 < size <= end:
            raise Damaged(part)
        try:
            about: dict[str, Any] = json.loads(data[end - size : end])
            self.blocks = int(about["blocks"])
            self._table = end - size - self.blocks * ENTRY
            if self._table < 0 or (about["type"], about["part"]) != (TYPE, part):
                raise Damaged(part)
            self.columns = {name: at for at, name in enumerate(about["columns"])}
        except (ValueError, KeyError, TypeError) as error:
            raise Damaged(part) from error
        if sha256(data[self._table : end + WORD]).digest() != bytes(data[-DIGEST:]):
            raise Damaged(part)
        self.part = part

    def block(self, number: int) -> list[str]:
        """Give the columns of a block, in each its values with ``PARTED`` between them."""
        at = self._table + number * ENTRY
        entry = self._data[at : at + ENTRY]
        start = int.from_bytes(self._data[at - ENTRY : at - DIGEST], "little") if number else 0
        raw = self._data[start : int.from_bytes(entry[:WORD], "little")]
        if not 0 <= number < self.blocks or sha256(raw).digest() != entry[WORD:]:
            raise Damaged(self.part)
        return zlib.decompress(raw).decode().split("\n")


@lru_cache(maxsize=OPEN)
def _mapped(path: Path, part: str) -> Rows:
    try:
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise Damaged(part) from error
    return Rows(data, part)


def rows_at(
    folder: Path, table: str, part: Covered, sought: tuple[Sequence[int], Sequence[str]],
    values: Mapping[str, Sequence[str]],
) -> dict[str, list[Any]] | None:  # fmt: skip
    """Give the rows of a part with one of some values, by column, with ``_row`` their numbers.

    ``sought`` are the first rows of the blocks to look in and the columns to give; None when one
    of the columns is not kept here or the file is gone or damaged.
    """
    path = folder / suffixed(table, part.sha256)
    try:
        held = _mapped(path, part.sha256)
        firsts, columns = sought
        if not all(name in held.columns or name in part.constant for name in (*columns, *values)):
            return None
        return _matched(held, part, (sorted(firsts), columns), values)
    except Damaged:
        _mapped.cache_clear()
        with suppress(OSError):
            path.unlink(missing_ok=True)
        return None


def _matched(
    held: Rows, part: Covered, sought: tuple[Sequence[int], Sequence[str]],
    values: Mapping[str, Sequence[str]],
) -> dict[str, list[Any]]:  # fmt: skip
    firsts, columns = sought
    read = {name: held.columns[name] for name in columns if name in held.columns}
    found: dict[str, list[Any]] = {name: [] for name in (*read, "_row")}
    asked = {name: frozenset(each) for name, each in values.items()}
    every = any(part.constant.get(name) in each for name, each in asked.items())
    varied = [(held.columns[name], each) for name, each in asked.items() if name in held.columns]
    for first in firsts:
        # of a part in which nothing varies, as one of one row, no block is kept
        lines = held.block(first // BLOCK) if held.columns else []
        if every:
            hits = list(range(min(BLOCK, part.rows - first)))
        else:
            hits = sorted({
                at
                for line, wanted in varied
                for at, cell in enumerate(lines[line].split(PARTED))
                if cell in wanted
            })  # fmt: skip
        if not hits:
            continue
        found["_row"] += [first + at for at in hits]
        for name, line in read.items():
            cells = lines[line].split(PARTED)
            found[name] += [None if cells[at] == NULL else cells[at] for at in hits]
    return found | {
        name: [part.constant[name]] * len(found["_row"]) for name in columns if name not in read
    }
