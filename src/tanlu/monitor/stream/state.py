"""The windows as bytes, so that a start need not read the whole log again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import polars as pl

from tanlu.monitor.devices import StreamDef

if TYPE_CHECKING:
    from tanlu.monitor.stream.feeds import Feed

__all__ = ["Held", "bare", "restore", "snapshot"]

VERSION = 2
ALIGNED = 8


class Held(NamedTuple):
    """What was kept of one stream."""

    table: str
    names: pl.Series
    arrays: dict[str, np.ndarray[Any, Any]]


def bare(name: str, of: str) -> StreamDef:
    """Give a definition that says nothing but where the rows go."""
    return StreamDef(name, 0, of if of in ("position", "event") else "gauge")


def snapshot(ids: list[str], feeds: dict[str, Feed]) -> bytes:
    """Give the windows of all streams and the remembered identities as bytes.

    A line of JSON says what follows; then the arrays, little-endian, each at a multiple of 8.
    """
    told: list[dict[str, Any]] = []
    pieces: list[bytes] = []
    for name, feed in feeds.items():
        arrays = feed.windows.arrays()
        said = [[each, array.dtype.str, list(array.shape)] for each, array in arrays.items()]
        told.append(
            {
                "stream": name, "table": feed.definition.table, "arrays": said,
                "names": feed.names.column.to_list(),
            }
        )  # fmt: skip
        pieces += [_padded(np.ascontiguousarray(array).tobytes()) for array in arrays.values()]
    head = json.dumps({"version": VERSION, "refused": ids, "streams": told}).encode()
    head += b" " * (-(len(head) + 1) % ALIGNED) + b"\n"
    return head + b"".join(pieces)


def restore(data: bytes) -> tuple[list[str], dict[str, Held]] | None:
    """Give what `snapshot` wrote, None where another version did: ledger and log tell it too."""
    end = data.index(b"\n") + 1
    said = json.loads(data[:end])
    if said["version"] != VERSION:
        return None
    feeds, at = {}, end
    for told in said["streams"]:
        arrays = {}
        for name, kind, shape in told["arrays"]:
            count = int(np.prod(shape))
            array = np.frombuffer(data, np.dtype(kind), count, at).reshape(shape)
            arrays[name] = array
            at += -(-array.nbytes // ALIGNED) * ALIGNED
        names = pl.Series("device", told["names"], pl.String)
        feeds[told["stream"]] = Held(told["table"], names, arrays)
    return said["refused"], feeds


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % ALIGNED)
