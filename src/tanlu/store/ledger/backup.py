"""Backup: a workspace as one file, and back, with every byte checked."""

from __future__ import annotations

import io
import json
import shutil
import tarfile
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from tanlu.errors import TanluError
from tanlu.store.ledger import checking
from tanlu.store.ledger.files import digest, make_folder, place, sync_folder, writing
from tanlu.store.ledger.manifest import Manifest, first_link
from tanlu.store.ledger.originals import Originals
from tanlu.store.ledger.upgrade import about_workspace
from tanlu.terms import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tanlu.store.workspace import Workspace

__all__ = ["export", "restore"]

LISTING = "tanlu-export.json"
KEPT = ("workspace.json", "manifest.jsonl")
# what people decided for the workspace, where they did
DECIDED = ("chain.toml",)
FOLDERS = ("parts", "originals", "personal", "keys", "seals", "log")
TYPE = "tanlu/export/v1"


def export(workspace: Workspace, path: Path) -> Iterator[Progress]:
    """Write a workspace into one tar file whose first member lists every other with its hash.

    Keys and personal parts go along, so the file is as secret as the workspace: only its owner
    may read it. Writers wait meanwhile.
    """
    with workspace.writer(), writing(path), place(path, private=True) as draft:
        files = _files(workspace.path)
        draft.touch(0o600)
        listed = {}
        for done, name in enumerate(files, 1):
            listed[name] = digest(workspace.path / name)
            yield Progress("hash", done, len(files), unit="files")
        about = {"type": TYPE, "id": workspace.id, "version": workspace.version, "files": listed}
        with tarfile.open(draft, "w", format=tarfile.PAX_FORMAT) as out:
            _put(out, LISTING, json.dumps(about, sort_keys=True).encode())
            for done, name in enumerate(files, 1):
                with (workspace.path / name).open("rb") as file:
                    out.addfile(_member(name, (workspace.path / name).stat().st_size), file)
                yield Progress("export", done, len(files), unit="files")
        size = draft.stat().st_size
    sync_folder(path.parent)
    result = {"files": len(files), "bytes": size, "version": workspace.version, "path": str(path)}
    yield Progress("export", len(files), len(files), unit="files", result=result)


def restore(file: str | Path, path: str | Path) -> Iterator[Progress]:
    """Make a workspace of an exported file, in a folder that must not exist or be empty.

    The folder gets its name only when every byte was found as listed and holds; result
    ``{files, version, path}``.

    Raises
    ------
    TanluError
        TL612 when the file is not a whole export, or the folder is not empty.
    """
    source, target = Path(file), Path(path)
    if target.exists() and any(target.iterdir()):
        raise TanluError("TL612", value=source.name, why=f"{target} is not empty")
    draft = target.with_name(f".{target.name}.{uuid4().hex}.tmp")
    make_folder(draft)
    try:
        about = {}
        try:
            with tarfile.open(source, "r:") as held:
                about = _listing(held)
                for done, name in enumerate(about["files"], 1):
                    _take(held, name, draft, about["files"][name])
                    yield Progress("restore", done, len(about["files"]), unit="files")
        except (tarfile.TarError, OSError, KeyError, ValueError) as error:
            raise TanluError("TL612", value=source.name, why=str(error)) from error
        yield from _held(draft, source, about)
        if target.exists():
            target.rmdir()
        draft.rename(target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    sync_folder(target.parent)
    count = len(about["files"])
    result = {"files": count, "version": about["version"], "path": str(target)}
    yield Progress("restore", count, count, unit="files", result=result)


def _held(folder: Path, source: Path, about: dict[str, Any]) -> Iterator[Progress]:
    """Check the unpacked workspace as any other, and put its names on the disk."""
    held = about_workspace(folder)
    manifest = Manifest(folder / "manifest.jsonl", first_link(held))
    manifest.refresh()
    result: Any = None
    for step in checking.check(folder, manifest, Originals(folder / "originals")):
        result = step.result
        if result is None:
            yield step
    findings = list(result["findings"])
    if (held["id"], manifest.version) != (about["id"], about["version"]):
        findings.append("its listing is of another workspace")
    if findings:
        raise TanluError("TL612", value=source.name, why=findings[0])
    for inner in [folder, *(path for path in folder.rglob("*") if path.is_dir())]:
        sync_folder(inner)


def _files(folder: Path) -> list[str]:
    found = [
        path.relative_to(folder).as_posix()
        for name in FOLDERS
        for path in sorted((folder / name).rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    ]
    decided = [name for name in DECIDED if (folder / name).exists()]
    return [*KEPT, *decided, *found]


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


def _put(out: tarfile.TarFile, name: str, data: bytes) -> None:
    out.addfile(_member(name, len(data)), io.BytesIO(data))


def _listing(held: tarfile.TarFile) -> dict[str, Any]:
    first = held.next()
    raw = held.extractfile(first) if first is not None and first.name == LISTING else None
    if raw is None:
        raise ValueError("it does not begin with its listing")
    about: dict[str, Any] = json.loads(raw.read())
    if about.get("type") != TYPE:
        raise ValueError("its listing is of another type")
    return about


def _take(held: tarfile.TarFile, name: str, folder: Path, wanted: str) -> None:
    parts = PurePosixPath(name).parts
    if name not in (*KEPT, *DECIDED) and (parts[0] not in FOLDERS or ".." in parts):
        raise ValueError(f"{name} has no place in a workspace")
    member = held.extractfile(held.getmember(name))
    if member is None:
        raise ValueError(f"{name} is no file")
    target = folder / name
    secret = parts[0] in ("keys", "personal")
    target.parent.mkdir(mode=0o700 if secret else 0o777, parents=True, exist_ok=True)
    hashed = sha256()
    with place(target, private=secret) as draft, draft.open("wb") as out:
        while piece := member.read(1 << 20):
            hashed.update(piece)
            out.write(piece)
    if hashed.hexdigest() != wanted:
        raise ValueError(f"{name} is damaged")
