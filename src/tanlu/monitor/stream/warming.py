"""Compile and load before the first body comes, so that its sender waits no longer than others."""

from __future__ import annotations

import io
import json
import time
from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.monitor.stream.bodies import ARROW, JSON, NDJSON, PARQUET, Body
from tanlu.monitor.stream.pipeline import Pipeline
from tanlu.monitor.stream.state import snapshot
from tanlu.store.stream import Lag, Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tanlu.monitor.devices import Registry

__all__ = ["warm"]

NOWHERE = Place(0, 0)


class _Nowhere:
    """A log that keeps nothing."""

    place = drained = NOWHERE

    def append(self, tables: Mapping[str, pl.DataFrame]) -> Place:  # noqa: ARG002
        return NOWHERE

    def sync(self) -> None:
        pass

    def keep(self, place: Place, state: bytes) -> None:
        pass

    def kept(self) -> tuple[Place, bytes]:
        # nothing, so that no ledger is read for it
        return NOWHERE, snapshot([], {})

    def replay(self, since: Place | None = None) -> Iterator[Any]:  # noqa: ARG002
        return iter(())

    def lag(self) -> Lag:
        return Lag(0, 0, None)

    def close(self) -> None:
        pass


def warm(registry: Registry) -> None:
    """Send a few rows of all kinds through a pipeline that writes nowhere."""
    now = time.time_ns() // 1000
    pipeline = Pipeline(_Nowhere(), registry)  # type: ignore[arg-type]
    reading = {"device": "warm", "at": now, "value": 1.0}
    rows = [{**reading, "seq": seq} for seq in (5, 3, 3, 600, 4, 1)]
    table = pl.DataFrame(rows)
    arrow, parquet = io.BytesIO(), io.BytesIO()
    table.write_ipc_stream(arrow)
    table.write_parquet(parquet)
    fix = {"device": "warm", "seq": 1, "at": now, "lat": 0.5, "lon": 0.5}
    told = [
        ("energy_wh", JSON, json.dumps(rows).encode()),
        ("energy_wh", NDJSON, json.dumps(rows[0]).encode()),
        ("energy_wh", ARROW, arrow.getvalue()),
        ("energy_wh", PARQUET, parquet.getvalue()),
        ("position", JSON, json.dumps(fix).encode()),
    ]
    for stream, media, data in told:
        pipeline.take([Body(stream, media, data, now)])
    pipeline.counters()
    pipeline.gaps()
