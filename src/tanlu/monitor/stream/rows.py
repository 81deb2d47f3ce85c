"""Accepted rows as the ledger keeps them, and what of them tells a window after a restart."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from tanlu.monitor.stream.bodies import EVENT
from tanlu.terms import schema

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "numbered",
    "numbered_here",
    "of_frame",
    "of_streams",
    "received",
    "stored",
]

WHERE = ("device", "seq", "stream")
# flag of quality: the number is the server's, for the sender gave none
NUMBERED = 16


def stored(
    table: pl.DataFrame, of: str, stream: str, received: np.ndarray[Any, Any], zone: str
) -> pl.DataFrame:
    """Give rows with the columns of their table that are known."""
    made = table.with_columns(
        pl.lit(stream).alias("stream"), pl.Series("received", received, pl.Int64)
    )
    if of == EVENT:
        made = _event(made, zone)
    names = [name for name in schema(of).names if name in made.columns]
    return made.select(names)


def numbered(
    table: pl.DataFrame, seq: np.ndarray[Any, Any], fine: np.ndarray[Any, Any]
) -> pl.DataFrame:
    """Give rows with the numbers that those without one got, and a flag of quality that says so.

    Rows that were refused keep none.
    """
    there = "seq" in table.columns
    if there and not table["seq"].null_count():
        return table
    bare = table["seq"].is_null().to_numpy() if there else np.ones(table.height, bool)
    made = pl.Series("seq", seq, pl.Int64).set(pl.Series(bare & ~fine), None)
    told = table["quality"].fill_null(0).to_numpy() if "quality" in table.columns else 0
    flags = pl.Series("quality", np.where(bare, told | NUMBERED, told), pl.Int64)
    if "quality" in table.columns:
        flags = flags.set(table["quality"].is_null() & pl.Series(~bare), None)
    else:
        flags = flags.set(pl.Series(~bare), None)
    return table.with_columns(made, flags)


def numbered_here(part: pl.DataFrame, of: str) -> np.ndarray[Any, Any]:
    """Give which logged rows may be of senders that give no numbers: events have no flags."""
    if of == EVENT:
        return np.ones(part.height, bool)
    flagged = part["quality"].fill_null(0).cast(pl.Int64).to_numpy() & NUMBERED
    return np.asarray(flagged != 0)


def received(part: pl.DataFrame, at: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Give when logged rows came; events do not tell, so their own time stands for it."""
    if "received" not in part.columns:
        return at
    return part["received"].fill_null(pl.Series(at)).to_numpy()


def _event(table: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Give events with the device, its number and the stream among their labels."""
    told = table["labels"] if "labels" in table.columns else None
    labels = table.select(pl.struct(WHERE).struct.json_encode().alias("labels")).to_series()
    if told is not None and told.null_count() < len(told):
        merged = pl.Series("labels", list(map(_merged, labels.to_list(), told.to_list())))
        # a restart reads them with the same reader, which takes less than Python's
        read = merged.str.json_path_match("$.device").eq_missing(table["device"])
        if not read.all():
            pairs = zip(labels.to_list(), told.to_list(), strict=True)
            plain = pl.Series("labels", [_beside(*pair) for pair in pairs])
            merged = merged.zip_with(read, plain)
        labels = merged
    own = pl.format("{}/{}/{}", "stream", "device", "seq")
    ids = pl.coalesce("event_id", own) if "event_id" in table.columns else own
    zones = pl.coalesce("zone", pl.lit(zone)) if "zone" in table.columns else pl.lit(zone)
    return table.with_columns(labels, ids.alias("event_id"), zones.alias("zone"))


def _merged(ours: str, theirs: str | None) -> str:
    if theirs is None:
        return ours
    try:
        told = json.loads(theirs, parse_constant=_no_number)
        more = told if isinstance(told, dict) else {"labels": told}
        made = json.dumps(
            {**more, **json.loads(ours)},
            ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True,
        )  # fmt: skip
        made.encode()
    except (ValueError, RecursionError):
        return _beside(ours, theirs)
    return made


def _beside(ours: str, theirs: str | None) -> str:
    """Give labels that are no JSON, or more than readers take, as one text among ours."""
    told = {"labels": theirs, **json.loads(ours)}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _no_number(text: str) -> float:
    raise ValueError(text)


def of_frame(tables: dict[str, pl.DataFrame]) -> Iterator[tuple[str, str, pl.DataFrame]]:
    """Give table, stream and rows of a group that was logged, with ``device`` and ``seq``."""
    for of in ("reading", "position", EVENT):
        rows = tables.get(of)
        if rows is None or rows.is_empty():
            continue
        if of == EVENT:
            path = pl.col("labels").str.json_path_match
            rows = rows.with_columns(
                path("$.device").alias("device"),
                path("$.seq").cast(pl.Int64).alias("seq"),
                path("$.stream").alias("stream"),
            )
        for (stream,), part in rows.group_by("stream", maintain_order=True):
            yield of, str(stream), part


def of_streams(rows: pl.DataFrame, of: str) -> pl.DataFrame:
    """Give those rows of a part that came by a stream."""
    if of == EVENT:
        return rows.filter(pl.col("labels").str.json_path_match("$.stream").is_not_null())
    return rows.filter(pl.col("stream").is_not_null())
