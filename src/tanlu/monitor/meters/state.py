"""How far the meters of a ledger are: told by the ledger's own lines, nothing is kept beside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

if TYPE_CHECKING:
    from tanlu.store import PartEntry, Workspace

__all__ = ["BY", "State", "first_readings", "fresh", "state"]

BY = "meters"
TOLD = ("stream", "device")


class State(NamedTuple):
    """What earlier runs left: hours given out until, times that parts span, parts taken.

    ``streams`` are those that were looked for in these parts, ``looked`` the version up to which
    they know what was taken back.
    """

    until: dict[str, int]
    spans: dict[str, tuple[int, int]]
    taken: frozenset[str]
    version: int
    streams: frozenset[str] = frozenset()
    looked: int = 0

    def of(self, stream: str) -> int | None:
        """Give until when the hours of a stream were given out [us UTC]."""
        return self.until.get(stream)


def state(workspace: Workspace) -> State:
    """Give how far the meters are, from the lines that earlier runs wrote."""
    until: dict[str, int] = {}
    spans: dict[str, tuple[int, int]] = {}
    taken: set[str] = set()
    version, looked = 0, 0
    streams: list[str] = []
    for line in workspace.log("append"):
        told: Any = line.get("source")
        if not isinstance(told, dict) or told.get("by") != BY:
            continue
        version = line["version"]
        until |= told.get("until", {})
        spans |= {file: (low, high) for file, (low, high) in told.get("spans", {}).items()}
        streams = told.get("streams", streams)
        looked = told.get("looked", looked)
        taken |= set(line.get("inputs", ()))
    return State(until, spans, frozenset(taken), version, frozenset(streams), looked)


def fresh(workspace: Workspace, known: State, table: str) -> list[PartEntry]:
    """Give the parts of a table that no run took."""
    return [part for part in workspace.parts(table) if part.file not in known.taken]


def first_readings(workspace: Workspace) -> pl.DataFrame:
    """Give the first reading of each device in each stream [us UTC]."""
    rows = workspace.scan("channel").group_by("stream", "device").agg(pl.col("first").min())
    return rows.collect(engine="streaming")
