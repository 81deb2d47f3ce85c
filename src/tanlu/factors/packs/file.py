"""A pack as one file: canonical JSON, compressed, whose content has one hash wherever it lies."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.factors.packs.load import TABLES, Pack, made_of, pack_of

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

__all__ = ["FORMAT", "SUFFIX", "packed", "unpacked", "write"]

FORMAT = "tanlu-pack/1"
SUFFIX = ".tanlupack"
META = ("pack_id", "semver", "title", "title_zh", "licence", "attribution", "supersedes")
OPTIONAL = ("bulk",)
# a pack is read into memory whole: beyond these it is refused, not read
LARGEST_BYTES = 256 * 2**20
MOST_ROWS = 1_000_000


def packed(pack: Pack) -> bytes:
    """Give the bytes of a pack: the same for the same pack, on every machine."""
    told = {name: getattr(pack, name) for name in (*META, *OPTIONAL)}
    tables = {
        name: [{key: value for key, value in row.items() if value} for row in pack.tables[name]]
        for name in TABLES
    }
    content = {"format": FORMAT, "pack": told, "tables": tables}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return gzip.compress(text.encode(), compresslevel=6, mtime=0)


def unpacked(data: bytes, name: str) -> Pack:
    """Give the pack of its bytes, checked row by row.

    Raises
    ------
    TanluError
        TL205 for what is no pack or is too large, TL202 for a row that breaks a rule.
    """
    try:
        content = json.loads(_inflated(data, name))
    except (ValueError, RecursionError) as error:
        raise TanluError(
            "TL205", value=name, why=f"not readable ({type(error).__name__})"
        ) from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise TanluError("TL205", value=name, why=f"not of format {FORMAT}")
    meta, tables = content.get("pack"), content.get("tables")
    if not isinstance(meta, dict) or not isinstance(tables, dict) or set(tables) != set(TABLES):
        raise TanluError("TL205", value=name, why="pack or tables are missing")
    rows = [row for table in tables.values() for row in (table if isinstance(table, list) else [0])]
    if len(rows) > MOST_ROWS or not all(map(_texts, (meta, *rows))):
        raise TanluError("TL205", value=name, why="a table is not rows of texts, or too long")
    given = {key: meta[key] for key in (*META, *OPTIONAL) if key in meta}
    if not {"pack_id", "semver", "licence", "attribution"} <= set(given):
        raise TanluError("TL205", value=name, why="identity, edition or licence is missing")
    pack = pack_of({"title": given["pack_id"], "title_zh": given["pack_id"], **given}, tables)
    made_of([pack])
    return pack


def write(pack: Pack, folder: Path) -> Path:
    """Write a pack into a folder and give its file, named after the pack and its edition."""
    file = folder / f"{pack.pack_id}-{pack.semver}{SUFFIX}"
    file.write_bytes(packed(pack))
    return file


def _inflated(data: bytes, name: str) -> bytes:
    if not data.startswith(b"\x1f\x8b"):
        return data
    machine = zlib.decompressobj(wbits=31)
    try:
        text = machine.decompress(data, LARGEST_BYTES)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if machine.unconsumed_tail:
        raise TanluError("TL205", value=name, why=f"larger than {LARGEST_BYTES} bytes")
    return text


def _texts(row: Any) -> bool:
    return isinstance(row, dict) and all(isinstance(value, str) for value in row.values())
