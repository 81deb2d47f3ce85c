"""Erasing what a ``retire`` line names: a file, the salts of leaves, or a pseudonym.

The line comes first and the deed after it, so a deed that a death cut short is done again by the
next writer: every one of them may be done twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.store.ledger.files import replace
from tanlu.store.ledger.manifest import whole
from tanlu.store.ledger.parts import read_part
from tanlu.store.ledger.personal import drop, key_of
from tanlu.store.ledger.persons import names
from tanlu.store.salting import Salts, salted_leaves

if TYPE_CHECKING:
    from pathlib import Path

    from tanlu.store.ledger.manifest import Manifest, PartEntry
    from tanlu.store.ledger.originals import Originals

__all__ = ["erasable", "erase", "left"]


def erasable(folder: Path, manifest: Manifest, originals: Originals) -> dict[str, str]:
    """Give what may be erased as a whole: personal parts and originals, with what each is of."""
    sources = [
        line["source"]
        for line in manifest.lines
        if line["kind"] == "append" and isinstance(line.get("source"), dict)
    ]
    of = {
        f"originals/{source[key]}": str(source.get("name", "")) if key == "file" else key
        for source in sources
        for key in ("mapping", "file")
        if source.get(key)
    }
    of |= {
        f"originals/{chains}": "chain.toml"
        for source in sources
        if (chains := source.get("pins", {}).get("chains"))
    }
    found = {
        part.file: f"version {part.version}"
        for part in manifest.parts("personal")
        if (folder / part.file).exists()
    }
    # a pack or card holds nothing of a person, and every number needs it to be done again
    packs = {
        each["original"]
        for line in manifest.lines
        if line["kind"] in ("packs", "cards")
        for each in line[line["kind"]]
    }
    # nor does the boundary file of a published edition
    packs |= {
        line["edition"].get("boundary") for line in manifest.lines if line["kind"] == "edition"
    }
    listed = (f"originals/{name}" for name in originals.names() if name not in packs)
    return found | {name: of.get(name, "") for name in listed}


def erase(folder: Path, manifest: Manifest, line: dict[str, Any]) -> None:
    """Do what a line says."""
    if whole(line):
        drop(folder, line["file"])
    elif "pseudonym" in line:
        names.forget(folder, line["pseudonym"])
    else:
        _forget(folder, _entry(manifest, line["part"]), line)


def left(folder: Path, manifest: Manifest, line: dict[str, Any]) -> bool:
    """Tell whether something of what a line erases is still there."""
    if whole(line):
        return (folder / line["file"]).exists() or key_of(folder, line["file"]) is not None
    if "pseudonym" in line:
        shown = {f"p:{name.hex()}" for name in names.read(folder).values()}
        return line["pseudonym"] in shown
    salts = _salts(folder, _entry(manifest, line["part"]), line)
    return not all(place in salts.gone for place in line["leaves"])


def _forget(folder: Path, entry: PartEntry, line: dict[str, Any]) -> None:
    salts = _salts(folder, entry, line)
    waiting = [place for place in line["leaves"] if place not in salts.gone]
    if not waiting:
        return
    row = salted_leaves(entry.table, read_part(folder, entry), salts)
    salts.erase({place: row[32 * place : 32 * place + 32] for place in waiting})
    replace(folder / line["file"], salts.encode(), private=True)


def _salts(folder: Path, entry: PartEntry, line: dict[str, Any]) -> Salts:
    try:
        return Salts.decode((folder / line["file"]).read_bytes(), entry.rows)
    except OSError as error:
        raise TanluError("TL603", value=line["file"], why=str(error)) from error


def _entry(manifest: Manifest, file: str) -> PartEntry:
    found = [each for table in manifest.tables() for each in manifest.parts(table)]
    return next(each for each in found if each.file == file)
