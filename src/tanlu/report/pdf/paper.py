"""The PDF itself: the template of this room, set by Typst with the data of one document."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from tanlu.errors import TanluError
from tanlu.report.pdf.fonts import folders
from tanlu.report.pdf.layout import layout
from tanlu.terms import Document

__all__ = ["pdf"]

# for archives (level A: tagged, every glyph a character) and for readers that speak
STANDARDS = ["a-2a", "ua-1"]
EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def pdf(document: Document) -> bytes:
    """Give a document as an A4 PDF: PDF/A-2a and PDF/UA-1, tagged, with fonts inside.

    No clock, system font or network is read: the same document gives the same bytes. Its date is
    the end of the period of its facts; without one it is PDF/UA only. Texts pass as data, so none
    can become markup.

    Raises
    ------
    TanluError
        TL002 without the extra ``report``, TL820 when a page cannot be set.
    """
    compiler = _compiler()
    data = layout(document)
    # an archive wants a date, and a document whose facts have no period has none
    standards = STANDARDS if data["date"] else STANDARDS[1:]
    try:
        made = compiler.compile(
            format="pdf", sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards=standards, timestamp=EPOCH,
        )  # fmt: skip
    except Exception as error:
        if type(error).__module__.split(".")[0] != "typst":
            raise
        raise TanluError("TL820", value=document.title[:80], why=str(error)[:300]) from error
    return bytes(made)


@cache
def _compiler() -> Any:
    """Give the compiler with its fonts: making it takes longer than setting a page."""
    try:
        import typst
    except ModuleNotFoundError as error:
        raise TanluError("TL002", value="typst", extra="report") from error
    template = Path(str(resources.files("tanlu.report.pdf").joinpath("page.typ")))
    return typst.Compiler(
        input=str(template), root=str(template.parent), font_paths=list(folders()),
        ignore_system_fonts=True,
    )  # fmt: skip
