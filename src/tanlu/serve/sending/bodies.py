"""Readings as the body of a request, in one of the forms that a server takes."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from tanlu.errors import TanluError

if TYPE_CHECKING:
    import polars as pl

__all__ = ["MEDIA", "body_of"]

MEDIA = {
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "arrow": "application/vnd.apache.arrow.stream",
}


def body_of(rows: pl.DataFrame, form: str) -> bytes:
    """Give rows as bytes: ``json`` (array of objects), ``ndjson`` (one a line) or ``arrow``.

    Raises
    ------
    TanluError
        TL902 for another form.
    """
    import polars as pl

    if form == "json":
        return rows.write_json().encode()
    if form == "ndjson":
        return rows.write_ndjson().encode()
    if form != "arrow":
        raise TanluError("TL902", value=form, why=f"the forms are {', '.join(MEDIA)}")
    buffer = io.BytesIO()
    # texts as any reader of Arrow has known them for years
    rows.write_ipc_stream(buffer, compat_level=pl.CompatLevel.oldest())
    return buffer.getvalue()
