"""The static files of a log: its checkpoint, its tiles and bundles, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.serve.front import TEXT, Answer
from tanlu.store.witness import fetch
from tanlu.terms.proof import tiles

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["LogFiles"]

CHECKPOINT = "checkpoint"
MAX_BYTES = 32 * 1024 * 1024
FOR_EVER = "public, max-age=31536000, immutable"
FOR_SECONDS = "public, max-age=1"
BYTES = "application/octet-stream"
MISSING = Answer(404, b"not found\n")


class LogFiles:
    """Answers with the files of a log's folder (C2SP tlog-tiles).

    A path is looked up only if it is the one path of a tile or that of the checkpoint: keys and
    everything else beside them are out of reach.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def answer(self, method: str, path: str, body: bytes) -> Answer:
        """Give the file that a path names."""
        del body
        if method != "GET":
            return Answer(405, b"files are only given\n")
        name = path.removeprefix("/")
        if name == CHECKPOINT:
            return self._file(name, TEXT, FOR_SECONDS)
        try:
            tiles.parse(name)
        except TanluError:
            return MISSING
        return self._file(name, BYTES, FOR_EVER)

    def _file(self, name: str, media: str, cache: str) -> Answer:
        try:
            data = fetch(str(self.folder), name, max_bytes=MAX_BYTES)
        except TanluError:
            return Answer(500, b"the file cannot be read\n")
        return MISSING if data is None else Answer(200, data, media, cache)
