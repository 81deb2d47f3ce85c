"""XML without entities: a document type is refused before anything of it is expanded."""

from __future__ import annotations

from pathlib import Path
from typing import Never
from xml.etree import ElementTree as ET
from xml.parsers import expat

from tanlu.errors import TanluError
from tanlu.factors.importers.read import bounds

__all__ = ["tree"]

STEP = 1 << 14  # bytes between two looks


def tree(path: Path, held: bytes) -> ET.Element:
    """Give the root of an XML document.

    Raises
    ------
    TanluError
        TL220 for what is no XML or has a document type, TL221 for one that is too deep.
    """
    with bounds.guarded(path):
        _looked_through(path, held)
        return ET.fromstring(held)  # noqa: S314 - without a document type there is no entity


def _looked_through(path: Path, held: bytes) -> None:
    level = 0

    def refused(*_: object) -> Never:
        raise TanluError("TL220", value=path.name, why="XML with a document type")

    def deeper(*_: object) -> None:
        nonlocal level
        level += 1
        bounds.within(path, level, bounds.DEPTH, "levels of nesting")

    def shallower(*_: object) -> None:
        nonlocal level
        level -= 1

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refused
    parser.EntityDeclHandler = refused
    parser.StartElementHandler = deeper
    parser.EndElementHandler = shallower
    for start in range(0, len(held), STEP):
        parser.Parse(held[start : start + STEP], start + STEP >= len(held))
