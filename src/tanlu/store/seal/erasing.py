"""Erasing one person (PIPL art. 47, GDPR art. 17): values, pseudonym, salts, and the file itself.

What stays is a random number in the activities to which nothing leads, and the hashes of leaves
that nobody can make again; all other records are proved as before.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.store.groups import GROUPS, group_columns
from tanlu.store.ledger import personal as persons
from tanlu.store.ledger.files import writing
from tanlu.store.ledger.parts import read_part
from tanlu.store.ledger.persons import erased, names
from tanlu.store.seal.sealing import sealed_parts
from tanlu.terms.disclosed import BY_BLOCK, position

if TYPE_CHECKING:
    import polars as pl

    from tanlu.store.ledger.manifest import PartEntry
    from tanlu.store.workspace import Workspace

__all__ = ["erase"]


def erase(workspace: Workspace, person: str, *, reason: str) -> dict[str, Any]:
    """Erase a person and give what was done; see `Workspace.erase`."""
    with workspace.writer(), writing(workspace.path):
        found = _pseudonym(workspace, person)
        leaves, kept, versions = _leaves(workspace, found)
        files = _files(workspace, found, versions)
        for file, rest in files.items():
            if rest is not None and rest.height:
                workspace.commit({}, personal=rest, source={"kept_of": file})
        lines: list[dict[str, Any]] = [{"file": file} for file in files]
        sealed = sealed_parts(workspace.manifest)
        lines += [
            {"file": sealed[part]["salts"], "part": part, "leaves": places}
            for part, places in leaves.items()
        ]
        if workspace.drawn:
            lines.append({"file": names.FILE, "pseudonym": found})
        for line in lines:
            about = {"kind": "retire", "at": time.time_ns() // 1000, "reason": reason, **line}
            workspace.manifest.append(about)
            erased.erase(workspace.path, workspace.manifest, about)
        return {
            "pseudonym": found,
            "leaves": sum(map(len, leaves.values())),
            "kept": kept,
            "files": list(files),
            "version": workspace.version,
        }


def _pseudonym(workspace: Workspace, person: str) -> str:
    """Give the pseudonym of somebody whose value or pseudonym it is."""
    import polars as pl

    rows = workspace.scan("personal").collect()
    if person in rows["pseudonym"]:
        return person
    mine = rows.filter(pl.col("value") == person)["pseudonym"]
    if mine.len():
        return str(mine[0])
    found = names.known(workspace.path, workspace.secret, person) if workspace.drawn else None
    if found is None:
        raise TanluError("TL856", value=person)
    return found


def _leaves(workspace: Workspace, pseudonym: str) -> tuple[dict[str, list[int]], int, set[int]]:
    """Give the leaves that hold a pseudonym by part, those whose salts stay, and the versions."""
    sealed = sealed_parts(workspace.manifest)
    found: dict[str, list[int]] = {}
    kept, versions = 0, set()
    for table in workspace.manifest.tables():
        for entry in workspace.manifest.parts(table):
            if entry.personal or entry.file in workspace.manifest.retired:
                continue
            places = _places(workspace, entry, pseudonym)
            if places:
                versions.add(entry.version)
            line = sealed.get(entry.file, {})
            if places and "salts" in line:
                found[entry.file] = places
            elif line:
                kept += len(places)
    return found, kept, versions


def _places(workspace: Workspace, entry: PartEntry, pseudonym: str) -> list[int]:
    """Give the leaves of a part in whose columns a pseudonym stands."""
    import polars as pl

    frame = read_part(workspace.path, entry)
    found = []
    for group, columns in enumerate(group_columns(entry.table, frame.columns)):
        texts = [name for name in columns if frame.schema[name] == pl.String]
        if texts:
            # an event is kept as it came, with the pseudonym within its text
            held = pl.any_horizontal(
                pl.col(name).str.contains(pseudonym, literal=True) for name in texts
            )
            records = frame.select(held.fill_null(value=False).arg_true()).to_series()
            found += [
                position(BY_BLOCK, frame.height, len(GROUPS), record, group) for record in records
            ]
    return sorted(found)


def _files(
    workspace: Workspace, pseudonym: str, versions: set[int]
) -> dict[str, pl.DataFrame | None]:
    """Give the files that hold the person, and of personal parts the rows of all others."""
    import polars as pl

    found: dict[str, pl.DataFrame | None] = {}
    gone = workspace.manifest.retired
    for entry in workspace.manifest.parts("personal"):
        if entry.file in gone or persons.key_of(workspace.path, entry.file) is None:
            continue
        rows = read_part(workspace.path, entry)
        rest = rows.filter(pl.col("pseudonym") != pseudonym)
        if rest.height < rows.height:
            found[entry.file] = rest
            versions.add(entry.version)
    erasable = workspace.erasable()
    for line in workspace.log("append"):
        source = line.get("source")
        if line["version"] in versions and isinstance(source, dict):
            file = f"originals/{source.get('file')}"
            if file in erasable:
                found[file] = None
    return found
