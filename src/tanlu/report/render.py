"""The only maker of files: a `Document` in, a file of the form that its suffix names out."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.report.data import as_json, parquet
from tanlu.report.html import page
from tanlu.report.pdf import pdf
from tanlu.report.svg import picture
from tanlu.report.terminal import text
from tanlu.report.xlsx import workbook
from tanlu.terms import Document

if TYPE_CHECKING:
    import polars as pl

__all__ = ["render"]


def _pictures(document: Document) -> bytes:
    """Give the first picture of a document."""
    for section in document.sections:
        if section.chart is not None:
            return picture(section.chart).encode()
    raise TanluError("TL804", value=document.title)


FORMS: dict[str, Callable[[Document], bytes]] = {
    ".html": lambda document: page(document).encode(),
    ".json": lambda document: as_json(document).encode(),
    ".parquet": parquet,
    ".pdf": pdf,
    ".svg": _pictures,
    ".txt": lambda document: text(document, width=100, colour=False).encode(),
    ".xlsx": workbook,
}


def render(
    document: Document, path: str | os.PathLike[str], rows: pl.LazyFrame | None = None
) -> Path:
    """Write a document to a file and give its path; the suffix decides the form.

    ``.html`` one self-contained page, ``.pdf`` A4 pages for archives (extra ``report``), ``.xlsx``
    a sheet a section, ``.json`` the document with its facts, ``.parquet`` its tables in long form,
    or the ``rows`` behind it where they are given, ``.txt`` the terminal's words, ``.svg`` its
    first picture. The file appears whole or not at all.

    Raises
    ------
    TanluError
        TL805 for another suffix, TL002 for ``.pdf`` without its extra, TL804 for ``.svg`` of a
        document without a picture.
    """
    target = Path(path)
    suffix = target.suffix.lower()
    form = FORMS.get(suffix)
    if form is None:
        raise TanluError("TL805", value=target.suffix or target.name, known=" ".join(sorted(FORMS)))
    if suffix == ".parquet" and rows is not None:
        _drafted(target, rows.sink_parquet)
        return target
    made = form(document)
    _drafted(target, lambda draft: draft.write_bytes(made))
    return target


def _drafted(target: Path, write: Callable[[Path], object]) -> None:
    """Let a draft be written beside the target and put it in its place when it is whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        error.filename = str(target)  # the name that was asked for, not that of the draft
        raise
    os.close(handle)
    draft = Path(name)
    try:
        write(draft)
        draft.chmod(0o644)
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
