"""Forms in which many rows go out, batch by batch: Arrow, Parquet, lines of JSON, CSV."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import Request

from tanlu.errors import TanluError
from tanlu.serve.resources.telling.cells import for_json

if TYPE_CHECKING:
    import polars as pl

__all__ = ["BULK", "form_of", "streamed"]

JSON = "application/json"
ARROW = "application/vnd.apache.arrow.stream"
PARQUET = "application/vnd.apache.parquet"
NDJSON = "application/x-ndjson"
CSV = "text/csv"
BULK = (ARROW, PARQUET, NDJSON, CSV)
PIECE = 1 << 20
# an Arrow stream ends with this; what polars writes of each batch ends so too
END = b"\xff\xff\xff\xff\x00\x00\x00\x00"
WORD = 4


def form_of(request: Request, known: tuple[str, ...] = (JSON, *BULK)) -> str:
    """Give the form that the asker likes best of those that there are.

    Raises
    ------
    TanluError
        TL488 when he takes none of them.
    """
    said = request.headers.get("accept", "*/*") or "*/*"
    likes = sorted(map(_like, said.split(",")), key=lambda each: -each[1])
    for media, quality in likes:
        for form in known:
            kind = form.partition("/")[0]
            if quality > 0 and media in (form, "*/*", f"{kind}/*"):
                return form
    raise TanluError("TL488", value=said[:80], known=", ".join(known))


def _like(text: str) -> tuple[str, float]:
    media, *parameters = (part.strip().lower() for part in text.split(";"))
    for each in parameters:
        name, _, value = each.partition("=")
        if name == "q":
            try:
                return media, float(value)
            except ValueError:
                return media, 0.0
    return media, 1.0


def streamed(
    form: str, table: str, batches: Iterator[pl.DataFrame], sink: Callable[[Path], object]
) -> Iterator[bytes]:
    """Give the bytes of many rows; no more than a batch of them is in memory.

    ``sink`` writes the same rows into a file of Parquet, whose end says where its parts are.
    """
    if form == PARQUET:
        return _parquet(sink)
    writer = {ARROW: _arrow, NDJSON: _lines, CSV: _csv}[form]
    return writer(table, batches)


def _arrow(_: str, batches: Iterator[pl.DataFrame]) -> Iterator[bytes]:
    import polars as pl

    first = True
    for batch in batches:
        if not first and not batch.height:
            continue
        file = io.BytesIO()
        batch.write_ipc_stream(file, compat_level=pl.CompatLevel.oldest())
        raw = file.getvalue()[: -len(END)]
        # the schema is the first message: its size follows the mark of continuation
        size = int.from_bytes(raw[WORD : 2 * WORD], "little")
        yield raw if first else raw[2 * WORD + size :]
        first = False
    yield END


def _lines(table: str, batches: Iterator[pl.DataFrame]) -> Iterator[bytes]:
    for batch in batches:
        if batch.height:
            file = io.BytesIO()
            for_json(table, batch).write_ndjson(file)
            yield file.getvalue()


def _csv(_: str, batches: Iterator[pl.DataFrame]) -> Iterator[bytes]:
    first = True
    for batch in batches:
        if first or batch.height:
            file = io.BytesIO()
            batch.write_csv(file, include_header=first)
            yield file.getvalue()
        first = False


def _parquet(sink: Callable[[Path], object]) -> Iterator[bytes]:
    with tempfile.TemporaryDirectory(prefix="tanlu-out-") as folder:
        path = Path(folder) / "rows.parquet"
        sink(path)
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece
