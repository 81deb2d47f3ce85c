"""What the writer of the log remembers beside it: one file, replaced as a whole."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING
from zlib import crc32

from tanlu.errors import TanluError
from tanlu.store.ledger.files import replace
from tanlu.store.stream.frames import Place

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read", "write"]

NAME = "kept"
MAGIC = b"TLWK"
VERSION = 1
HEADING = struct.Struct("<4sIQQQ")
CHECKSUM = 4


def write(folder: Path, place: Place, state: bytes) -> None:
    """Keep a state that covers all frames up to a place."""
    data = HEADING.pack(MAGIC, VERSION, *place, len(state)) + state
    replace(folder / NAME, data + struct.pack("<I", crc32(data)), private=True)


def read(folder: Path) -> tuple[Place, bytes] | None:
    """Give what was kept last with its place, null where nothing was.

    Raises
    ------
    TanluError
        TL664 when it is not what was written.
    """
    try:
        data = (folder / NAME).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        why = error.strerror or str(error)
        raise TanluError("TL664", value=folder / NAME, why=why) from error
    rest, checksum = data[:-CHECKSUM], data[-CHECKSUM:]
    if len(rest) >= HEADING.size and crc32(rest) == int.from_bytes(checksum, "little"):
        magic, version, segment, offset, size = HEADING.unpack_from(rest)
        state = rest[HEADING.size :]
        if (magic, version, size) == (MAGIC, VERSION, len(state)):
            return Place(segment, offset), state
    raise TanluError("TL664", value=folder / NAME, why="it is not what was written")
