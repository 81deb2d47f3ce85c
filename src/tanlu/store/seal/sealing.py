"""Sealing in the background: the second root of each part, over salted leaves of its records.

Readings and positions have none: what is stated of them is the root of blocks that they have.
"""

from __future__ import annotations

import os
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from tanlu.store.groups import IN_BLOCKS, block_payload, payload
from tanlu.store.ledger.files import owned_folder, place, replace, sync_folder, writing
from tanlu.store.ledger.parts import read_part
from tanlu.store.salting import BLOCK, Salts, salted_leaves, salts_file
from tanlu.terms import Progress
from tanlu.terms.proof import tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from tanlu.store.ledger.manifest import Manifest, PartEntry
    from tanlu.store.workspace import Workspace

__all__ = ["many_at_once", "seal", "sealed_parts"]

COMMIT_RECORDS = 1_000_000
# from so many records on, loading what numba compiled is worth it
MANY_RECORDS = 500_000


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

    The hashing needs no lock: appends go on meanwhile. Each million records are one commit, so
    that an interrupted seal is continued and not begun again.
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
    records = parts = work = 0
    held: list[_Seal] = []
    for entry, made in zip(waiting, _made(workspace, waiting), strict=True):
        held.append(made)
        records += entry.rows
        work += entry.rows if made.salts else -(-entry.rows // BLOCK)
        if work >= COMMIT_RECORDS:
            parts += _write(workspace, held)
            held, work = [], 0
        yield Progress("seal", records, total)
    parts += _write(workspace, held)
    result = {"records": records, "parts": parts, "version": workspace.version}
    yield Progress("seal", records, total, result=result)


class _Seal(NamedTuple):
    """A payload; without salts that of a part whose records are proved in blocks."""

    part: str
    payload: bytes
    root: bytes = b""
    salts: Salts | None = None

    def line(self) -> dict[str, str]:
        """Give what the manifest says of it."""
        table, name = self.part.removeprefix("parts/").removesuffix(".parquet").split("/")
        said = {
            "part": self.part,
            "payload": f"seals/{table}-{name}.cbor",
            "sha256": sha256(self.payload).hexdigest(),
        }
        if self.salts is not None:
            said |= {"root": self.root.hex(), "salts": salts_file(self.part)}
        return said


def _write(workspace: Workspace, held: list[_Seal]) -> int:
    """Write the payloads and the commit that names them; another process may have sealed some."""
    with workspace.writer(), writing(workspace.path):
        done = sealed_parts(workspace.manifest)
        new = [seal for seal in held if seal.part not in done]
        if not new:
            return 0
        lines = [seal.line() for seal in new]
        for seal, line in zip(new, lines, strict=True):
            owned_folder(workspace.path / "keys")
            if seal.salts is not None:
                replace(workspace.path / line["salts"], seal.salts.encode(), private=True)
            with place(workspace.path / line["payload"]) as draft:
                draft.write_bytes(seal.payload)
        sync_folder(workspace.path / "seals")
        workspace.manifest.append({"kind": "seal", "at": time.time_ns() // 1000, "seals": lines})
        return len(new)


def _made(workspace: Workspace, waiting: list[PartEntry]) -> Iterator[_Seal]:
    """Give the seals in the order of the parts, on all cores where it is worth it.

    Hashing one record after the other holds Python's lock; side by side it does not.
    """
    salted = sum(entry.rows for entry in waiting if entry.table not in IN_BLOCKS)
    side_by_side = many_at_once() if salted >= MANY_RECORDS else None
    if side_by_side is None:
        for entry in waiting:
            yield _sealed(workspace, entry)
        return
    cores = os.cpu_count() or 1
    with ThreadPoolExecutor(cores) as pool:
        begun: deque[Future[_Seal]] = deque()
        try:
            for entry in waiting:
                begun.append(pool.submit(_sealed, workspace, entry, side_by_side))
                if len(begun) > cores:
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
        finally:
            for each in begun:
                each.cancel()


@cache
def many_at_once() -> ModuleType | None:
    """Give what hashes many records side by side, null where numba is not there."""
    try:
        from tanlu.store import lanes
    except (ModuleNotFoundError, RuntimeError):
        # numba is not there, or finds no folder in which to keep what it compiles
        return None
    return lanes


def _sealed(
    workspace: Workspace, entry: PartEntry, side_by_side: ModuleType | None = None
) -> _Seal:
    if entry.table in IN_BLOCKS:
        return _Seal(entry.file, block_payload(entry))
    frame = read_part(workspace.path, entry)
    salts = Salts.draw(frame.height)
    leaves = salted_leaves(entry.table, frame, salts, side_by_side)
    root = tree.root(leaves) if side_by_side is None else side_by_side.root(leaves)
    return _Seal(entry.file, payload(entry, frame.columns, root), root, salts)
