"""What came since the last time: judged once, its findings kept in the ledger."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from tanlu.monitor.devices import Registry
from tanlu.monitor.quality.judging import Judged, judge
from tanlu.monitor.quality.limits import ROOM, Limits, limits
from tanlu.terms import Progress, schema
from tanlu.terms.rules import table

if TYPE_CHECKING:
    from tanlu.store import PartEntry, Workspace

__all__ = ["Checked", "check_new"]

BY = "quality"


class Checked(NamedTuple):
    """What `check_new` did: new findings (schema ``finding``), readings and parts judged."""

    findings: pl.DataFrame
    rows: int
    parts: int


def check_new(workspace: Workspace, *, limit: Limits | None = None) -> Iterator[Progress]:
    """Judge the parts of table reading that were not judged yet and keep what is found.

    Each part is an input of exactly one commit: whoever dies between two begins where the last
    one ended. The parts just before are read again, so that spans are whole; a finding that was
    kept is not kept again. What is usual is kept as well (table usual) as more of it is seen.

    Returns
    -------
    Iterator
        Progress in parts; the result of the last one is `Checked`.
    """
    at = limit or limits()
    registry = Registry.of(workspace)
    every = workspace.parts("reading")
    done = _judged(workspace)
    new = [place for place, part in enumerate(every) if part.file not in done]
    size, before = int(at["learn"]["batch_parts"]), int(at["learn"]["context_parts"])
    found, rows = [schema("finding").empty()], 0
    for start in range(0, len(new), size):
        yield Progress("judge", start, len(new), unit="parts")
        batch = [every[place] for place in new[start : start + size]]
        context = every[max(0, new[start] - before) : new[start]]
        judged = _judge(workspace, registry, context, batch, at)
        found.append(_keep(workspace, judged, batch, at))
        rows += sum(part.rows for part in batch)
    result = Checked(pl.concat(found), rows, len(new))
    yield Progress("judge", len(new), len(new), unit="parts", result=result)


def _judged(workspace: Workspace) -> set[str]:
    """Give the parts that were inputs of a judgement."""
    return {
        file
        for line in workspace.log("append")
        if isinstance(line.get("source"), dict) and BY in line["source"]
        for file in line["inputs"]
    }


def _judge(
    workspace: Workspace, registry: Registry, context: list[PartEntry], batch: list[PartEntry],
    at: Limits,
) -> Judged:  # fmt: skip
    new = workspace.scan("reading", only=batch)
    since = new.select(pl.col("at").min()).collect().item()
    both = new if not context else pl.concat([workspace.scan("reading", only=context), new])
    return judge(
        both, registry.streams, registry.devices,
        zone=workspace.zone, limit=at, kept=workspace.scan("usual").collect(), since=since,
    )  # fmt: skip


def _keep(workspace: Workspace, judged: Judged, batch: list[PartEntry], at: Limits) -> pl.DataFrame:
    """Commit the findings that are new, and what is usual where much more of it was seen."""
    ids = judged.findings["finding_id"]
    known = workspace.known_ids("finding", ids) if len(ids) else ids
    fresh = judged.findings.filter(~ids.is_in(known.implode()))
    kept = workspace.scan("usual", columns=["stream", "device", "count"]).collect()
    most = kept.group_by("stream", "device").agg(pl.col("count").max().alias("kept"))
    more = pl.col("count") >= at["learn"]["again"] * pl.col("kept").fill_null(0)
    usual = (
        judged.usual.join(most, on=["stream", "device"], how="left")
        .filter(pl.col("spread").is_not_null() & more)
        .drop("kept")
    )
    workspace.commit(
        {"finding": fresh, "usual": usual},
        source={BY: _pins()},
        inputs=[part.file for part in batch],
    )
    return fresh


def _pins() -> dict[str, Any]:
    """Give the hash of the thresholds by which was judged."""
    text = repr((table(ROOM, "limits.csv"), table(ROOM, "rules.csv")))
    return {"limits_sha256": hashlib.sha256(text.encode()).hexdigest()}
