"""What a damaged file makes a decoder do, as one error that a user can mend."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tanlu.errors import TanluError

__all__ = ["guarded"]

SHOWN = 200


@contextmanager
def guarded(path: Path) -> Iterator[None]:
    """Turn any failure of a decoder into TL301.

    A decoder written in Rust may panic on a damaged file; its exception is no `Exception`.
    """
    try:
        yield
    except (TanluError, KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError):
        raise
    except BaseException as error:
        why = str(error).partition("\n")[0][:SHOWN] or type(error).__name__
        raise TanluError("TL301", value=path.name, why=why) from error
