"""Retention: old telemetry goes, its roots stay."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.store.groups import IN_BLOCKS
from tanlu.store.ledger.files import writing
from tanlu.store.ledger.personal import drop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tanlu.store.workspace import Workspace

__all__ = ["retire_before"]


def retire_before(
    workspace: Workspace, table: str, before_us: int, *, reason: str
) -> Iterator[str]:
    """Erase the parts of telemetry that hold nothing from a time on; give the file of each.

    Every part has its ``retire`` entry: what it was, its root and what was stated of it stay, so
    a copy that somebody kept can still be proved.

    Parameters
    ----------
    table
        ``reading`` or ``position``.
    before_us
        Parts whose last row is before it go [us UTC].
    reason
        Why, in words.

    Raises
    ------
    TanluError
        TL608 for another table, TL602 or TL614 when the ledger cannot be written.
    """
    if table not in IN_BLOCKS:
        raise TanluError("TL608", value=table)
    for part in workspace.parts(table):
        # who wrote before ranges had the time keeps the part
        if part.ranges.get("at", [before_us, before_us])[1] >= before_us:
            continue
        with workspace.writer(), writing(workspace.path):
            about = {"at": time.time_ns() // 1000, "file": part.file, "reason": reason}
            workspace.manifest.append({"kind": "retire", **about})
            drop(workspace.path, part.file)
        yield part.file
