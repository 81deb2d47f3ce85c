"""Tags that a reader saw (LLRP), as events: which thing was seen where and when."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import polars as pl

from tanlu.terms import schema

__all__ = ["tag_events"]


def tag_events(
    reader: str, seen: Sequence[tuple[str, int, int]], *, zone: str, place: str | None = None
) -> pl.DataFrame:
    """Give the events of tags seen: schema ``event``, type object, action observe.

    Parameters
    ----------
    reader
        The reader.
    seen
        Of each sight the tag's EPC [hex], the antenna [1] and the time [us UTC].
    zone, place
        Where the reader stands.

    Notes
    -----
    ``event_id`` is the SHA-256 of reader, antenna, tag and time: the same sight told twice is one.
    """
    ids = [
        hashlib.sha256(f"{reader}\n{antenna}\n{tag}\n{at}".encode()).hexdigest()
        for tag, antenna, at in seen
    ]
    rows = pl.DataFrame(
        {
            "event_id": ids,
            "at": [at for _, _, at in seen],
            "subject": [f"epc:{tag}" for tag, _, _ in seen],
            "place": [place or f"{reader}/{antenna}" for _, antenna, _ in seen],
        },
        schema={"event_id": pl.String, "at": pl.Int64, "subject": pl.String, "place": pl.String},
    ).with_columns(
        zone=pl.lit(zone), type=pl.lit("object"), action=pl.lit("observe"), step=pl.lit("observing")
    )
    return schema("event").fit(rows.unique("event_id", maintain_order=True))
