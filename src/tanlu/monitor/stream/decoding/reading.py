"""Bodies of one stream into one table of columns, each body's rows together and in order."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from tanlu.errors import TanluError
from tanlu.monitor.stream.bodies import ARROW, CORRECTS, JSON, NDJSON, PARQUET, Body, Undecodable
from tanlu.monitor.stream.decoding import texts
from tanlu.monitor.stream.decoding.bounds import (
    COLUMNS_MAX,
    ROWS_MAX,
    look_at_arrow,
    look_at_parquet,
)
from tanlu.monitor.stream.decoding.conform import conform
from tanlu.monitor.stream.decoding.texts import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = ["Read", "read"]

SHOWN = 200


@dataclass
class Read:
    """What was read of the bodies of one stream.

    ``sizes`` are the sound rows of each body, in order; ``lines`` their lines where some of the
    body's rows are missing; ``refused`` the unreadable rows and ``undecodable`` the bodies that
    could not be read at all, by their place among the bodies.
    """

    table: pl.DataFrame
    sizes: np.ndarray[Any, Any]
    lines: dict[int, np.ndarray[Any, Any]] = field(default_factory=dict)
    refused: dict[int, list[Refused]] = field(default_factory=dict)
    undecodable: dict[int, str] = field(default_factory=dict)


def read(bodies: Sequence[Body], of: str) -> Read:
    """Read the bodies of one stream whose rows go to the table ``of``."""
    found = Read(pl.DataFrame(), np.zeros(len(bodies), np.int64))
    tables: list[pl.DataFrame] = []
    waiting: list[tuple[int, list[Any]]] = []
    for place, body in enumerate(bodies):
        rows = None
        if isinstance(body.data, bytes) and body.media in (JSON, NDJSON):
            rows = texts.typed(body.data, body.media, of)
        if rows is not None:
            waiting.append((place, rows))
            continue
        tables += _joined(found, waiting, bodies, of)
        waiting = []
        try:
            tables.append(_opened(partial(_one, found, place, body, of), body.media))
        except Undecodable as error:
            found.sizes[place] = 0
            found.undecodable[place] = str(error.fields["why"])
    tables += _joined(found, waiting, bodies, of)
    there = [table for table in tables if table.height]
    if there:
        same = len(there) == 1
        found.table = there[0] if same else pl.concat(there, how="diagonal", rechunk=True)
    return found


def _joined(
    found: Read, waiting: list[tuple[int, list[Any]]], bodies: Sequence[Body], of: str
) -> Iterable[pl.DataFrame]:
    """Give the typed rows of several bodies as one table."""
    if not waiting:
        return
    names = texts.named((_bytes(bodies[place]) for place, _ in waiting), of)
    table = texts.table_of([row for _, rows in waiting for row in rows], of, names)
    if table["at"].null_count():
        # a text that is no time: only its own body is read again
        for place, rows in waiting:
            alone = texts.table_of(rows, of, names)
            if alone["at"].null_count():
                alone = _loosely(found, place, bodies[place], of)
            found.sizes[place] = alone.height
            yield alone
        return
    for place, rows in waiting:
        found.sizes[place] = len(rows)
    yield conform(table, of, JSON)[0] if of == "position" else table


def _one(found: Read, place: int, body: Body, of: str) -> pl.DataFrame:
    if isinstance(body.data, pl.DataFrame):
        told = body.data
    elif body.media == ARROW:
        told = _arrow(body.data)
    elif body.media == PARQUET:
        told = _parquet(body.data)
    elif body.media in (JSON, NDJSON):
        return _loosely(found, place, body, of)
    else:
        raise Undecodable(body.media, "no media type that is taken")
    table, faults = conform(told, of, body.media)
    if told is body.data and "evidence" in told.columns:
        # a gateway of ours knows the batch that it checked; from outside nobody may say so
        table = table.with_columns(told["evidence"])
    bad = np.zeros(table.height, bool)
    for fault in faults:
        fresh = fault.mask.to_numpy() & ~bad
        values = fault.values.filter(pl.Series(fresh[fault.mask.to_numpy()])).to_list()
        raws = told.filter(pl.Series(fresh)).select(_json(told)).to_series().to_list()
        there = found.refused.setdefault(place, [])
        for row, value, raw in zip(np.flatnonzero(fresh), values, raws, strict=True):
            there.append(Refused(int(row) + 1, fault.column, _shown(value), raw))
        bad |= fresh
    if bad.any():
        table = table.filter(pl.Series(~bad))
        found.lines[place] = np.flatnonzero(~bad) + 1
    found.sizes[place] = table.height
    return table


def _bytes(body: Body) -> bytes:
    assert isinstance(body.data, bytes)
    return body.data


def _loosely(found: Read, place: int, body: Body, of: str) -> pl.DataFrame:
    data = _bytes(body)
    kept = texts.loose(data, body.media, of)
    found.refused[place] = kept.refused
    found.lines[place] = np.array(kept.lines, np.int64)
    found.sizes[place] = len(kept.rows)
    table = texts.table_of(kept.rows, of, texts.named([data], of))
    return conform(table, of, JSON)[0] if of == "position" and kept.rows else table


def _json(table: pl.DataFrame) -> pl.Expr:
    """Give each row as JSON, without columns that have no form in it, and what it was to mend."""
    return pl.struct(
        pl.col(name).cast(pl.String, strict=False) if kind.is_temporal() else pl.col(name)
        for name, kind in table.schema.items()
        if not (name == CORRECTS or kind.is_nested() or kind in (pl.Binary, pl.Duration, pl.Object))
    ).struct.json_encode()


def _shown(value: str | None) -> str | None:
    return None if value is None else value[:SHOWN]


def _arrow(data: bytes) -> pl.DataFrame:
    look_at_arrow(data)
    return _bounded(pl.read_ipc_stream(io.BytesIO(data)), ARROW)


def _parquet(data: bytes) -> pl.DataFrame:
    look_at_parquet(data)
    return _bounded(pl.read_parquet(io.BytesIO(data)), PARQUET)


def _opened(opening: Callable[[], pl.DataFrame], media: str) -> pl.DataFrame:
    """Read what a stranger sent: whatever a reader stumbles over is the body's fault."""
    try:
        return opening()
    except TanluError:
        raise
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise Undecodable(media, str(error).partition("\n")[0][:SHOWN]) from error
    except Exception as error:
        raise Undecodable(media, type(error).__name__) from error


def _bounded(found: pl.DataFrame, media: str) -> pl.DataFrame:
    if found.height > ROWS_MAX or found.width > COLUMNS_MAX:
        raise Undecodable(media, f"more than {ROWS_MAX} rows or {COLUMNS_MAX} columns")
    return found
