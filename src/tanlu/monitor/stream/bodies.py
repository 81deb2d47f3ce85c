"""What comes in and what is answered: one body of one stream, one receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tanlu.errors import TanluError
from tanlu.terms import schema

if TYPE_CHECKING:
    import polars as pl

    from tanlu.monitor.devices import Sender

__all__ = [
    "ARROW", "CORRECTS", "EVENT", "JSON", "MEDIA", "NDJSON", "PARQUET", "POSITION", "READING",
    "Body", "Receipt", "Undecodable", "columns_of",
]  # fmt: skip

JSON = "application/json"
NDJSON = "application/x-ndjson"
ARROW = "application/vnd.apache.arrow.stream"
PARQUET = "application/vnd.apache.parquet"
MEDIA = (JSON, NDJSON, ARROW, PARQUET)
READING, POSITION, EVENT = "reading", "position", "event"
# a row that mends a quarantined one names it
CORRECTS = "_quarantine_id"
# what the server itself writes into a row
OURS = ("stream", "received", "evidence")


class Body(NamedTuple):
    """One body of one stream as it came.

    ``data`` are the bytes, or a table that a gateway decoded: columns of its table (reading,
    position or event) with ``device``, ``seq`` and ``at`` [us UTC]. ``received_us`` is the
    server's clock [us UTC]; ``sender`` is who showed a token, None where none was asked for;
    ``raw`` are the bytes that a table was decoded from; ``evidence`` the signed batches that its
    rows came in, schema ``evidence``: those of new rows are kept.
    """

    stream: str
    media: str
    data: bytes | pl.DataFrame
    received_us: int
    sender: Sender | None = None
    raw: bytes | None = None
    evidence: pl.DataFrame | None = None


class Receipt(NamedTuple):
    """What became of the rows of a body: ``rows_in = rows_new + rows_known + rows_quarantined``.

    ``codes`` counts the quarantined rows by error code.
    """

    rows_in: int
    rows_new: int
    rows_known: int
    rows_quarantined: int
    codes: dict[str, int]


class Undecodable(TanluError):
    """A body that cannot be read at all."""

    def __init__(self, media: str, why: str) -> None:
        super().__init__("TL352", value=media, why=why)

    def __reduce__(self) -> tuple[object, ...]:
        """Let it cross a process."""
        return (Undecodable, (self.fields["value"], self.fields["why"]))


def columns_of(table: str) -> dict[str, str]:
    """Give the columns that a sender may send in rows of a table, with their types."""
    told = {column.name: column.type for column in schema(table).columns if column.name not in OURS}
    first = {"device": "string", "seq": "int64", "at": "int64"}
    return {**first, **{name: str(kind) for name, kind in told.items()}}
