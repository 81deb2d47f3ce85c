"""Sealing in the background: the second root of each part, over salted leaves of its records."""

from __future__ import annotations

import time
from hashlib import sha256
from typing import TYPE_CHECKING

from tanlu.store.groups import batch_key, payload, salted_root
from tanlu.store.ledger.files import place, sync_folder
from tanlu.store.ledger.parts import read_part
from tanlu.terms import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tanlu.store.ledger.manifest import Manifest, PartEntry
    from tanlu.store.workspace import Workspace

__all__ = ["seal", "sealed_parts"]


def sealed_parts(manifest: Manifest) -> dict[str, dict[str, str]]:
    """Give the seal of each sealed part by the part's file."""
    return {
        sealed["part"]: sealed
        for line in manifest.lines
        if line["kind"] == "seal"
        for sealed in line["seals"]
    }


def seal(workspace: Workspace) -> Iterator[Progress]:
    """Seal the parts that are not sealed; result ``{records, parts, version}``.

    The hashing needs no lock: appends go on meanwhile. One commit names all new seals.
    """
    manifest = workspace.manifest
    done = sealed_parts(manifest)
    waiting = [
        entry
        for table in manifest.tables()
        for entry in manifest.parts(table)
        if entry.file not in done and not entry.personal
    ]
    total = sum(entry.rows for entry in waiting)
    records, seals = 0, []
    for entry in waiting:
        seals.append(_seal(workspace, entry))
        records += entry.rows
        yield Progress("seal", records, total)
    if seals:
        sync_folder(workspace.path / "seals")
        sync_folder(workspace.path)
        with workspace.writer():
            line = {"kind": "seal", "at": time.time_ns() // 1000, "seals": seals}
            workspace.manifest.append(line)
    result = {"records": records, "parts": len(seals), "version": workspace.version}
    yield Progress("seal", records, total, result=result)


def _seal(workspace: Workspace, entry: PartEntry) -> dict[str, str]:
    frame = read_part(workspace.path, entry)
    root = salted_root(entry.table, frame, batch_key(workspace.secret, entry.sha256))
    data = payload(entry, frame.columns, root)
    name = entry.file.replace("parts/", "seals/").replace(".parquet", ".cbor")
    name = f"seals/{name.removeprefix('seals/').replace('/', '-')}"
    with place(workspace.path / name) as draft:
        draft.write_bytes(data)
    return {
        "part": entry.file,
        "payload": name,
        "sha256": sha256(data).hexdigest(),
        "root": root.hex(),
    }
