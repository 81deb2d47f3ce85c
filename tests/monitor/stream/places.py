"""Workspaces, pipelines and bodies for the tests of streams."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import polars as pl

from tanlu.monitor.devices import Registry
from tanlu.monitor.stream import Body, Pipeline
from tanlu.monitor.stream.bodies import ARROW, JSON, NDJSON, PARQUET
from tanlu.store import open_workspace
from tanlu.store.stream import drain, open_stream_log

NOW = 1_795_000_000_000_000
STREAM = "energy_wh"


def pipeline(path: Path) -> Pipeline:
    """A pipeline on a real log."""
    workspace = open_workspace(path, create=True)
    return Pipeline(open_stream_log(workspace), Registry.of(workspace))


def row(device: str = "m-1", seq: Any = 1, **more: Any) -> dict[str, Any]:
    """One reading."""
    number = seq if isinstance(seq, int) else 0
    return {"device": device, "seq": seq, "at": NOW + number, "value": 1.5 * number, **more}


def body(rows: Any, media: str = JSON, stream: str = STREAM, **more: Any) -> Body:
    """A body of rows in one of the media types."""
    return Body(stream, media, encoded(rows, media), NOW + 1_000_000, **more)


def encoded(rows: Any, media: str) -> bytes:
    if isinstance(rows, bytes):
        return rows
    if media == JSON:
        return json.dumps(rows).encode()
    if media == NDJSON:
        return b"\n".join(json.dumps(each).encode() for each in rows)
    out = io.BytesIO()
    table = pl.DataFrame(rows)
    if media == ARROW:
        table.write_ipc_stream(out)
    else:
        assert media == PARQUET
        table.write_parquet(out)
    return out.getvalue()


def drained(made: Pipeline, table: str) -> pl.DataFrame:
    """The rows of a table of the ledger once all of the log is there."""
    for _ in drain(made.registry.workspace):
        pass
    return made.registry.workspace.scan(table).collect()
