"""JSON whose numbers stay the text that was written, with a bound on its depth."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tanlu.errors import TanluError
from tanlu.factors.importers.read import bounds
from tanlu.factors.importers.read.archive import Archive

__all__ = ["document", "documents", "parsed"]

STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)


def document(path: Path) -> Any:
    """Give what a JSON file holds; numbers are decimal text.

    Raises
    ------
    TanluError
        TL220 for what is no JSON, TL221 for one that is too deep.
    """
    with bounds.guarded(path):
        return parsed(path, path.read_bytes())


def documents(path: Path, under: str = "") -> Iterator[tuple[str, Any]]:
    """Give the name and content of each JSON file of an archive, or the file itself."""
    with bounds.guarded(path):
        packed = path.read_bytes()[:2] == b"PK"
    if not packed:
        yield path.name, document(path)
        return
    with Archive(path) as archive:
        for name in archive.names:
            if name.endswith((".json", ".jsonld")) and under in f"/{name}":
                yield name, parsed(path, archive.read(name))


def parsed(path: Path, held: bytes) -> Any:
    """Give what JSON bytes say."""
    bounds.within(path, len(held), bounds.JSON, "bytes")
    bounds.within(path, _depth(held), bounds.DEPTH, "levels of nesting")
    with bounds.guarded(path):
        return json.loads(
            held.decode("utf-8-sig"), parse_float=str, parse_int=str, parse_constant=_refused
        )


def _refused(name: str) -> None:
    raise TanluError("TL220", value=name, why="JSON has no such number")


def _depth(held: bytes) -> int:
    """Give the deepest nesting of brackets outside strings."""
    deepest = level = 0
    for sign in re.finditer(rb"[\[\]{}]", STRING.sub(b"", held)):
        level += 1 if sign.group() in b"[{" else -1
        deepest = max(deepest, level)
    return deepest
