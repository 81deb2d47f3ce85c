"""Files dropped into a folder: each read when it is whole, moved when its rows are durable.

``<folder>/<stream>/<file>.ndjson|json|arrow|parquet|csv``. A file is whole when it was renamed
into place (names that begin with a dot or end in ``.part`` or ``.tmp`` are passed over) and size
and time stood still between two looks. Its rows carry device and sequence number, so a file that
is read twice, for the process died before it was moved, doubles nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING, NamedTuple

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["MEDIA", "Drop", "Folder"]

MEDIA = {
    ".ndjson": "application/x-ndjson",
    ".jsonl": "application/x-ndjson",
    ".json": "application/json",
    ".arrow": "application/vnd.apache.arrow.stream",
    ".arrows": "application/vnd.apache.arrow.stream",
    ".parquet": "application/vnd.apache.parquet",
    ".csv": "text/csv",
}
DONE, REFUSED, RECEIPT = "done", "refused", ".receipt.json"
UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload", RECEIPT)
# a larger one is to be split by who writes it: it is one body, and kept as one
MOST_BYTES = 256 << 20


class Drop(NamedTuple):
    """A whole file: its stream, media type, bytes, their SHA-256 (hexadecimal), and its state."""

    path: Path
    stream: str
    media: str
    data: bytes
    sha256: str
    state: tuple[int, int, int]


class Folder:
    """The folder: what is whole in it, and where it goes.

    Raises
    ------
    TanluError
        TL301 when the folder cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: dict[Path, tuple[int, int, int]] = {}
        try:
            for name in (DONE, REFUSED):
                (path / name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unread(path, error) from error

    def whole(self) -> list[Path]:
        """Give the files that stood still since the last look, by name."""
        seen: dict[Path, tuple[int, int, int]] = {}
        try:
            for stream in sorted(self.path.iterdir()):
                # who can write here may not make us take away what lies elsewhere
                if stream.name in (DONE, REFUSED) or stream.is_symlink() or not stream.is_dir():
                    continue
                for file in sorted(stream.iterdir()):
                    if file.is_symlink() or not file.is_file() or _unfinished(file.name):
                        continue
                    seen[file] = _state(file.lstat())
        except FileNotFoundError:
            # somebody took one away while we looked: the next look tells
            return []
        except OSError as error:
            raise _unread(self.path, error) from error
        found = [file for file, state in seen.items() if self._seen.get(file) == state]
        self._seen = seen
        return found

    def read(self, path: Path) -> Drop:
        """Give a file's bytes, with what they are by its name.

        Raises
        ------
        TanluError
            TL301 when it cannot be read, is of no known kind or is larger than 256 MiB.
        """
        try:
            with os.fdopen(
                os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb"
            ) as file:
                state = _state(os.fstat(file.fileno()))
                data = file.read(MOST_BYTES + 1)
        except OSError as error:
            raise _unread(path, error) from error
        if len(data) > MOST_BYTES:
            raise TanluError("TL301", value=path.name, why=f"it is larger than {MOST_BYTES} bytes")
        media = MEDIA.get(path.suffix.lower())
        if media is None:
            why = f"its name ends in none of {', '.join(sorted(MEDIA))}"
            raise TanluError("TL301", value=path.name, why=why)
        if media == "text/csv":
            data, media = _csv(path, data)
        digest = hashlib.sha256(data).hexdigest()
        return Drop(path, path.parent.name, media, data, digest, state)

    def grown(self, drop: Drop) -> bool:
        """Tell whether a file is no longer as it was read: somebody still writes it."""
        try:
            return _state(drop.path.lstat()) != drop.state
        except OSError:
            return True

    def finish(self, path: Path, receipt: Mapping[str, object], *, refused: bool = False) -> Path:
        """Move a file away, its receipt beside it, and give where it is.

        The receipt is durable before the file moves: whoever finds the file there finds it.
        """
        target = self.path / (REFUSED if refused else DONE) / path.parent.name
        try:
            target.mkdir(exist_ok=True)
            place = _free(target / path.name)
            note = place.with_name(place.name + RECEIPT)
            # a name may hold bytes that are no text
            with note.open("w", encoding="utf-8", errors="backslashreplace") as file:
                file.write(json.dumps(dict(receipt), ensure_ascii=False, sort_keys=True) + "\n")
                file.flush()
                os.fsync(file.fileno())
            path.rename(place)
        except OSError as error:
            raise _unread(path, error) from error
        self._seen.pop(path, None)
        return place


def _state(told: os.stat_result) -> tuple[int, int, int]:
    return told.st_size, told.st_mtime_ns, told.st_ino


def _unfinished(name: str) -> bool:
    return name.startswith(".") or name.endswith(UNFINISHED)


def _free(path: Path) -> Path:
    """Give the path, with a number before its suffix where there is such a file."""
    number, found = 1, path
    while found.exists():
        number += 1
        found = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return found


def _csv(path: Path, data: bytes) -> tuple[bytes, str]:
    """Give a CSV of readings as an Arrow stream: the pipeline knows no CSV."""
    import io

    import polars as pl

    try:
        table = pl.read_csv(data, infer_schema_length=None)
    except pl.exceptions.PolarsError as error:
        raise TanluError("TL301", value=path.name, why=str(error).splitlines()[0]) from error
    made = io.BytesIO()
    table.write_ipc_stream(made)
    return made.getvalue(), MEDIA[".arrow"]


def _unread(path: Path, error: OSError) -> TanluError:
    return TanluError("TL301", value=path.name, why=error.strerror or str(error))
