"""The importers by name, what each of them reads, and the one way into all of them."""

from __future__ import annotations

import csv
from functools import cache
from importlib import import_module, resources
from pathlib import Path
from typing import NamedTuple

from tanlu.errors import TanluError
from tanlu.factors.importers.imported import Imported
from tanlu.factors.importers.read import checked, guarded
from tanlu.factors.importers.words import nearest

__all__ = ["Source", "load", "sources"]


class Source(NamedTuple):
    """One kind of file: its name, what it is in both tongues, its formats, the extra it needs."""

    name: str
    en: str
    zh: str
    formats: tuple[str, ...]
    extra: str


@cache
def sources() -> tuple[Source, ...]:
    """Give the kinds of files that can be imported."""
    return tuple(
        Source(row["name"], row["en"], row["zh"], tuple(row["formats"].split(";")), row["extra"])
        for row in _rows()
    )


def load(source: str, path: str | Path) -> Imported:
    """Give the pack that a file of this kind makes; nothing is written.

    Parameters
    ----------
    source
        Name of one of `sources`.
    path
        The file as its publisher offers it.

    Raises
    ------
    TanluError
        TL222 for an unknown kind, TL220 for a file that is not of it, TL221 for one that asks for
        too much, TL002 when the kind needs an extra that is not installed. A bad row is no error:
        it stands in ``quarantine``.
    """
    files = {row["name"]: row["file"] for row in _rows()}
    if source not in files:
        raise TanluError("TL222", value=source, nearest=nearest(source, files))
    found = checked(path)
    reader = import_module(f"tanlu.factors.importers.{files[source]}")
    with guarded(found):
        imported: Imported = reader.load(found)
    return imported


def _rows() -> list[dict[str, str]]:
    file = resources.files("tanlu.factors.importers").joinpath("sources.csv")
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
