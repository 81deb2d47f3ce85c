"""Files between their upload and their reading: bytes in the server's home, a row in its state."""

from __future__ import annotations

import io
import secrets
import shutil
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tanlu.errors import TanluError
from tanlu.serve.api import Asked
from tanlu.serve.resources.asking.bodies import MOST_UNPACKED, Received
from tanlu.store.relational.tables import UPLOADS

__all__ = ["drop", "file_of", "keep", "mine", "narrow", "told"]

DAY_US = 86_400_000_000
# so long a file waits; then whoever uploads next clears it away
WAITS_US = 7 * DAY_US
# the directory of a workbook: ten thousand parts; each of its lines costs ten times its bytes
MOST_DIRECTORY = 1 << 20
# a table that a person maps; what has more columns is no such table
MOST_COLUMNS = 2_000
SUPPLIER = "supplier"


def keep(asked: Asked, body: Received, name: str) -> dict[str, Any]:
    """Keep a body as a file that waits to be read, and give its row.

    Raises
    ------
    TanluError
        TL467 for a workbook that unpacks to more than the limit.
    """
    _unpacked(body.path)
    _clear(asked)
    identity = secrets.token_hex(16)
    folder = _folder(asked)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.copyfile(body.path, folder / identity)
    row = {
        "upload": identity, "name": name, "sha256": body.sha256, "bytes": body.bytes,
        "by": asked.principal.identity if asked.principal else "",
        "created_us": time.time_ns() // 1000,
    }  # fmt: skip
    with asked.state() as state:
        state.add(UPLOADS, row)
    return row


def mine(asked: Asked) -> tuple[Any, ...]:
    """Give the condition of the uploads that one may know of: a supplier of his own alone."""
    assert asked.principal is not None
    his = UPLOADS.c.by == asked.principal.identity
    return (his,) if asked.principal.role == SUPPLIER else ()


def narrow(columns: Sequence[str]) -> None:
    """Refuse with TL467 what has more columns than any table that a person maps."""
    if len(columns) > MOST_COLUMNS:
        said = f"{MOST_COLUMNS:,} columns"
        raise TanluError("TL467", value=f"{len(columns):,} columns", most=said)


def told(asked: Asked, upload: str) -> dict[str, Any]:
    """Give the row of an upload; TL484 when there is none, or it is another supplier's."""
    with asked.state() as state:
        row = state.one(UPLOADS, UPLOADS.c.upload == upload, *mine(asked))
    if row is None:
        raise TanluError("TL484", value=upload)
    return row


def file_of(asked: Asked, upload: str, folder: Path) -> Path:
    """Give an upload under its own name, which the ledger keeps."""
    row = told(asked, upload)
    there = _folder(asked) / upload
    if not there.is_file():
        raise TanluError("TL484", value=upload)
    path = folder / Path(row["name"]).name
    path.symlink_to(there)
    return path


def drop(asked: Asked, upload: str) -> None:
    """Clear an upload away; TL484 when there is none."""
    told(asked, upload)
    with asked.state() as state:
        state.drop(UPLOADS, UPLOADS.c.upload == upload)
    (_folder(asked) / upload).unlink(missing_ok=True)


def _folder(asked: Asked) -> Path:
    return Path(asked.home.path).resolve() / "uploads" / asked.tenant


def _clear(asked: Asked) -> None:
    old = UPLOADS.c.created_us < time.time_ns() // 1000 - WAITS_US
    with asked.state() as state:
        gone = [row["upload"] for row in state.rows(UPLOADS, old)]
        state.drop(UPLOADS, old)
    for each in gone:
        (_folder(asked) / each).unlink(missing_ok=True)


class _Sparing(io.FileIO):
    """A file of which a ZIP's directory is read only where it is small."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > MOST_DIRECTORY:
            said = f"{MOST_DIRECTORY:,} B"
            raise TanluError("TL467", value=f"{size:,} B of names of parts", most=said)
        return super().read(size)


def _unpacked(path: Path) -> None:
    """Refuse a workbook that says of itself that it is huge, or of a million parts; it is a ZIP."""
    if not zipfile.is_zipfile(path):
        return
    try:
        with _Sparing(path) as file, zipfile.ZipFile(file) as packed:
            size = sum(each.file_size for each in packed.infolist())
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError) as error:
        raise TanluError("TL301", value="body", why=str(error)) from error
    if size > MOST_UNPACKED:
        raise TanluError("TL467", value=f"{size:,} B unpacked", most=f"{MOST_UNPACKED:,} B")
