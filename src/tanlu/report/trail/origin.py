"""Where a row came from: its place in the ledger, its file, its line as it was read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tanlu.errors import TanluError

__all__ = ["in_ledger", "original"]

LINE_LIMIT = 4000
ENCODINGS = ("utf-8-sig", "gb18030", "utf-16")


def in_ledger(
    workspace: Any, table: str, identity: str, as_of: int | None
) -> dict[str, Any] | None:
    """Give version, part and row (from 0) of the record with this identity, if it is found."""
    import polars as pl

    key = f"{table}_id"
    for part in reversed(workspace.parts(table, as_of)):
        least, most = part.ranges.get(key, (None, None))[:2] if part.ranges.get(key) else (None, None)
        if least is not None and not least <= identity <= most:
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


def original(workspace: Any, activity: dict[str, Any]) -> dict[str, Any] | None:
    """Give file hash, sheet, line and the raw line of an activity, as far as they are known."""
    sha256 = activity.get("source_sha256")
    if sha256 is None:
        return None
    found = {
        "sha256": sha256,
        "sheet": activity.get("source_sheet"),
        "line": activity.get("source_line"),
        "raw": None,
    }
    try:
        path = Path(workspace.originals.get(sha256))
    except TanluError:
        return found
    if found["line"] is not None and found["sheet"] is None:
        found["raw"] = _line(path, int(found["line"]))
    return found


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
