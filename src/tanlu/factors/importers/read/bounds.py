"""How much a file may ask for, and every failure of a decoder as one error that a user can mend."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tanlu.errors import TanluError

__all__ = [
    "CELLS",
    "DEPTH",
    "ENTRIES",
    "FILE",
    "JSON",
    "RATIO",
    "ROWS",
    "UNPACKED",
    "checked",
    "guarded",
    "within",
]  # fmt: skip

FILE = 256 << 20  # bytes of a file
UNPACKED = 1 << 29  # bytes of all that an archive holds
RATIO = 250  # an archive that unpacks to more of this is a bomb; real workbooks stay below 30
SMALL = 1 << 20  # below this no ratio is asked
ENTRIES = 100_000  # files of an archive
ROWS = 2_000_000  # rows of a table: the yearly release of Ember has 360 000
CELLS = 60_000_000  # cells of a sheet between the first and the last
JSON = 64 << 20  # bytes of a document: the objects that it makes are ten times as large
DEPTH = 64  # levels of a document within a document
SHOWN = 200


def checked(path: str | Path) -> Path:
    """Give the path of a file that may be opened.

    Raises
    ------
    TanluError
        TL220 when there is none, TL221 when it is larger than a file of factors can be.
    """
    found = Path(path)
    with guarded(found):
        if not found.is_file():
            raise TanluError("TL220", value=found.name, why="it is no file")
        size = found.stat().st_size
    within(found, size, FILE, "bytes")
    return found


def within(path: Path, asked: int, most: int, of: str) -> None:
    """Raise TL221 when a file asks for more than it may."""
    if asked > most:
        raise TanluError("TL221", value=path.name, asked=asked, most=most, of=of)


@contextmanager
def guarded(path: Path) -> Iterator[None]:
    """Turn any failure of a decoder into TL220; a panic of one in Rust is no `Exception`."""
    try:
        yield
    except (TanluError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        why = str(error).partition("\n")[0][:SHOWN] or type(error).__name__
        raise TanluError("TL220", value=path.name, why=why) from error
