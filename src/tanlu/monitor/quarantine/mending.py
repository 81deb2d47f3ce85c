"""A refused row with other values, fed in again by the mapping of its file."""

from __future__ import annotations

import csv
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.monitor.batch import CORRECTION
from tanlu.monitor.intake import intake
from tanlu.monitor.mapping import Mapping
from tanlu.monitor.quarantine.open import one
from tanlu.monitor.read.formulas import names_harmless

if TYPE_CHECKING:
    from collections.abc import Mapping as Table

    from tanlu.store import Workspace

__all__ = ["mapping_of", "mend"]


def mapping_of(workspace: Workspace, source_sha256: str) -> Mapping:
    """Give the mapping by which a file was read last.

    Raises
    ------
    TanluError
        TL484 where no mapping of the file is kept: it was read by other means.
    """
    for line in reversed(workspace.log()):
        source = line.get("source") or {}
        if source.get("file") == source_sha256 and source.get("mapping"):
            kept = workspace.originals.get(source["mapping"])
            return Mapping.parse(kept.read_text(encoding="utf-8"))
    raise TanluError("TL484", value=f"{source_sha256[:16]} mapping")


def mend(workspace: Workspace, name: str, cells: Table[str, str]) -> dict[str, Any]:
    """Read an open row again with some cells changed; give the receipt of that reading.

    The mended row is a file of its own, kept as an original; the activity that comes of it names
    the refused row that it corrects.

    Raises
    ------
    TanluError
        TL484 where the row is not open, or no mapping of its file is kept; as `intake`.
    """
    row = one(workspace, name)
    mapping = mapping_of(workspace, row.source_sha256)
    known = {key: value for key, value in row.cells.items() if key}
    whole = {key: cells.get(key, value) for key, value in known.items()}
    missing = {each: cells.get(each, "") for each in mapping.columns() if each not in whole}
    with TemporaryDirectory(prefix="tanlu-mend-") as folder:
        path = Path(folder) / "corrections.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(names_harmless([*whole, *missing, CORRECTION]))
            # reading takes the marks of such a file off
            writer.writerow(names_harmless([*whole.values(), *missing.values(), name]))
        found: dict[str, Any] = {}
        for step in intake(path, mapping, workspace):
            if isinstance(step.result, dict):
                found = step.result
    return found
