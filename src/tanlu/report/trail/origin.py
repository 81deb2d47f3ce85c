"""Where a row came from: its place in the ledger, its file, its line as it was read."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.monitor import Dialect, Mapping, sniff
from tanlu.store.index import find, near

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

__all__ = ["bare", "original", "places_of"]

LINE_LIMIT = 4000
ENCODINGS = ("utf-8-sig", "gb18030", "utf-16")


def places_of(
    workspace: Any, table: str, activities: pl.DataFrame, rows: pl.DataFrame, as_of: int | None
) -> dict[str, dict[str, Any]]:
    """Give version, part and row (from 0) of rows of some activities, by their identities.

    Rows that came from the index carry their places; the others are looked for.
    """
    if "_part" not in rows.columns:
        ids = rows[f"{table}_id"].to_list()
        return _in_ledger(workspace, table, activities["activity_id"].to_list(), ids, as_of)
    return {
        identity: {"version": version, "part": part, "row": row}
        for identity, version, part, row in rows.select(
            f"{table}_id", "_version", "_part", "_row"
        ).iter_rows()
    }


def bare(rows: pl.DataFrame) -> pl.DataFrame:
    """Give rows without their places."""
    return rows.drop("_version", "_part", "_row", strict=False)


def _in_ledger(
    workspace: Any, table: str, activities: Sequence[str], ids: Sequence[str], as_of: int | None
) -> dict[str, dict[str, Any]]:
    key = f"{table}_id"
    if near(workspace, table):
        asked = {"activity_id": activities}
        rows = find(workspace, table, asked, columns=[key], as_of=as_of, placed=True)
        return {
            identity: {"version": version, "part": part, "row": row}
            for identity, version, part, row in rows.iter_rows()
        }
    found = {identity: _looked_for(workspace, table, identity, as_of) for identity in ids}
    return {identity: place for identity, place in found.items() if place is not None}


def _looked_for(
    workspace: Any, table: str, identity: str, as_of: int | None
) -> dict[str, Any] | None:
    import polars as pl

    key = f"{table}_id"
    for part in reversed(workspace.parts(table, as_of)):
        limits = part.ranges.get(key)
        if limits and not limits[0] <= identity <= limits[1]:
            continue
        rows = (
            workspace.scan(table, raw=True, only=[part])
            .select(key)
            .with_row_index("row")
            .filter(pl.col(key) == identity)
            .collect(engine="streaming")
        )
        if rows.height:
            return {"version": part.version, "part": part.file, "row": int(rows["row"][-1])}
    return None


def original(
    workspace: Any, activity: dict[str, Any], version: int | None = None
) -> dict[str, Any] | None:
    """Give file hash, sheet, line, mapping and what the mapping read on that line.

    ``cells`` holds the columns that the mapping reads, without those of persons; ``hidden`` names
    the other columns of the line. A line that no mapping read has its text in ``raw``. A mapping
    that is named and not kept shows nothing: what is personal is not known then.
    """
    sha256 = activity.get("source_sha256")
    if sha256 is None:
        return None
    found = {
        "sha256": sha256,
        "sheet": activity.get("source_sheet"),
        "line": activity.get("source_line"),
        "mapping": _mapping(workspace, sha256, version),
        "raw": None,
        "cells": None,
        "hidden": [],
    }
    try:
        path = Path(workspace.originals.get(sha256))
        if found["line"] is None or found["sheet"] is not None:
            return found
        if found["mapping"] is None:
            return found | {"raw": _line(path, int(found["line"]))}
        text = Path(workspace.originals.get(found["mapping"])).read_bytes().decode()
        return found | _cells(path, int(found["line"]), text)
    except TanluError:
        return found


def _mapping(workspace: Any, sha256: str, version: int | None) -> str | None:
    """Give the hash of the mapping by which a commit read the file."""
    for line in workspace.log("append") if version is not None else ():
        source = line.get("source")
        if line["version"] == version and isinstance(source, dict) and source.get("file") == sha256:
            return source.get("mapping")
    return None


def _cells(path: Path, number: int, text: str) -> dict[str, Any]:
    mapping, dialect = _read_by(path, text)
    line = _line(path, number)
    if line is None or dialect.format != "csv":
        return {}
    quote = dialect.quote or ""
    reader = csv.reader(
        [line], delimiter=dialect.delimiter or ",", quotechar=quote or None,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
    )  # fmt: skip
    cells = next(reader, [])
    if len(cells) != len(dialect.columns):
        return {"hidden": list(dialect.columns)}
    shown = set(mapping.columns()) - set(mapping.personal)
    return {
        "cells": {
            name: cell for name, cell in zip(dialect.columns, cells, strict=True) if name in shown
        },
        "hidden": [name for name in dialect.columns if name not in shown],
    }


@lru_cache(maxsize=64)
def _read_by(path: Path, text: str) -> tuple[Mapping, Dialect]:
    # an original is named after its content: how it is written never changes
    mapping = Mapping.parse(text)
    return mapping, sniff(path, mapping.pins)


def _line(path: Path, number: int) -> str | None:
    """Give one line of a text file; nothing of a file that is no text."""
    with path.open("rb") as file:
        start = file.read(4096)
        if start[:4] in (b"PAR1", b"PK\x03\x04"):
            return None
        file.seek(0)
        for count, raw in enumerate(file, 1):
            if count == number:
                return _decoded(raw[:LINE_LIMIT].rstrip(b"\r\n"))
    return None


def _decoded(raw: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace")
