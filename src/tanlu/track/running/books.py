"""Tracking over the ledger: its positions, events and readings in, activities out, exactly once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from tanlu.terms import Progress, schema
from tanlu.track.legs import finished, loaded, revised
from tanlu.track.running.steps import tracked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tanlu.store import Workspace
    from tanlu.track.network import Network

__all__ = ["tracked_ledger"]

MOST_ROWS = 2_000_000
MADE = "TRK"
STREAMS = ("energy_j", "fuel_ml", "odometer_m")
HELD = ["activity_id", "source_device", "kind", "consignment", "start", "end"]


def tracked_ledger(
    workspace: Workspace,
    *,
    datum: str = "wgs84",
    motion: Literal["full", "one"] = "full",
    most: int = MOST_ROWS,
    network: Network | None = None,
) -> Iterator[Progress]:
    """Make the activities of all positions of a ledger and write those that it does not hold.

    What is written is a function of the positions, events and readings that the ledger holds, and
    of the network where one is given (its hash stands in the commit): a second run writes nothing,
    one that was killed is finished by running again. Late positions make new activities for the
    legs that they change, each with the one that it supersedes; a leg that is no longer one is
    retracted. All of it is one commit.

    An activity of which the ledger does not hold the positions (any more) stays as it is: what was
    retired for privacy must not take its carbon with it. What is left of a leg that was cut so is
    not made a second time.

    Yields
    ------
    Progress
        The last one has the result: ``positions = fixes + rejected``, ``activities``, ``new``,
        ``known``, ``superseded``, ``retracted``, ``settled`` (stay without positions), ``findings``
        by code, ``version``.
    """
    counts = (
        workspace.scan("position", columns=["device", "at"])
        .group_by("device")
        .agg(count=pl.len().cast(pl.Int64), first=pl.col("at").min())
        .sort("device")
        .collect(engine="streaming")
    )
    total = int(counts["count"].sum() or 0)
    yield Progress("track", 0, total)
    events = workspace.scan("event").collect()
    readings = _readings(workspace)
    loads = loaded(
        events, counts["device"].to_list(), positions=workspace.scan("position"), energy=readings
    )
    names, personal = _vehicles(workspace, counts["device"])
    done, facts = [], {"positions": 0, "fixes": 0, "rejected": 0, "network_m": 0}
    found = [schema("finding").empty()]
    for batch in tracked(
        _batches(workspace, counts, most), loads=loads, readings=readings,
        datum=datum, motion=motion, zone=workspace.zone, vehicles=names,
        network=None if network is None else network.graph,
    ):  # fmt: skip
        done.append(batch.moving)
        found.append(batch.findings)
        facts["positions"] += batch.positions
        facts["fixes"] += batch.fixes.height
        facts["rejected"] += batch.rejected.height
        facts["network_m"] += batch.network_m
        yield Progress("track", facts["positions"], total)
    made = finished(done, loads)
    findings = pl.concat([*found, made.findings])
    with workspace.writer():
        source = {"track": "run"} if network is None else {"track": "run", "network": network.hash}
        written = _write(workspace, made.activities, findings, personal, counts, source=source)
    codes = dict(findings.group_by("code").len().sort("code").iter_rows())
    result = {**facts, **written, "devices": counts.height, "findings": codes}
    yield Progress("track", facts["positions"], total, result=result)


def _batches(workspace: Workspace, counts: pl.DataFrame, most: int) -> Iterator[pl.DataFrame]:
    """Give the positions of whole devices, about ``most`` at a time."""
    groups = counts.with_columns(batch=(pl.col("count").cum_sum() - pl.col("count")) // most)
    for _, group in groups.group_by("batch", maintain_order=True):
        names = group["device"].implode()
        rows = workspace.scan("position").filter(pl.col("device").is_in(names))
        yield rows.sort("device", "at", "seq").collect(engine="streaming")


def _readings(workspace: Workspace) -> pl.DataFrame:
    return (
        workspace.scan("reading", columns=["stream", "device", "at", "value"])
        .filter(pl.col("stream").is_in(STREAMS))
        .collect(engine="streaming")
    )


def _vehicles(
    workspace: Workspace, devices: pl.Series
) -> tuple[pl.DataFrame | None, pl.DataFrame | None]:
    """Give the pseudonym of each device that is enrolled as a vehicle, and what it stands for."""
    known = (
        workspace.scan("device", columns=["device", "type"])
        .filter((pl.col("type") == "vehicle") & pl.col("device").is_in(devices.implode()))
        .collect()["device"]
        .unique()
        .sort()
    )
    if not known.len():
        return None, None
    keyed = workspace.pseudonyms(known)
    named = pl.DataFrame({"device": known, "vehicle": keyed})
    return named, named.select(pseudonym="vehicle", field=pl.lit("vehicle"), value="device")


def _write(
    workspace: Workspace,
    made: pl.DataFrame,
    findings: pl.DataFrame,
    personal: pl.DataFrame | None,
    counts: pl.DataFrame,
    *,
    source: dict[str, str],
) -> dict[str, Any]:
    """Write what the ledger does not hold yet, and take back what no longer holds."""
    held = (
        workspace.scan("activity", columns=HELD)
        .filter(pl.col("activity_id").str.starts_with(MADE))
        .collect(engine="streaming")
    )
    made, held, settled = _open(made, held, counts)
    revision = revised(made, held)
    ids = workspace.known_ids("finding", findings["finding_id"])
    fresh = findings.unique("finding_id", maintain_order=True).filter(
        ~pl.col("finding_id").is_in(ids.implode())
    )
    gone = pl.DataFrame({"id": revision.gone}).with_columns(
        key=pl.lit("activity_id"), of=pl.lit("activity"), reason=pl.lit("tracked anew")
    )
    tables = {"activity": revision.fresh, "finding": fresh, "retraction": gone}
    filled = {name: rows for name, rows in tables.items() if rows.height}
    # what a pseudonym stands for is kept where the rows that name it are new
    told = personal if revision.fresh.height else None
    if filled:
        workspace.commit(filled, source=source, personal=told)
    return {
        "activities": made.height, "new": revision.fresh.height, "known": revision.known,
        "superseded": revision.fresh["supersedes"].count(), "retracted": revision.gone.len(),
        "settled": settled, "version": workspace.version,
    }  # fmt: skip


def _open(
    made: pl.DataFrame, held: pl.DataFrame, counts: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    """Give what may be revised: activities that begin where the ledger holds positions."""
    known = held.join(
        counts.select("first", source_device="device"), on="source_device", how="left"
    )
    begun = pl.col("first").is_not_null() & (pl.col("start") >= pl.col("first"))
    settled = known.filter(~begun)
    until = settled.group_by("source_device").agg(until=pl.col("end").max())
    free = (
        made.join(until, on="source_device", how="left", maintain_order="left")
        .filter(pl.col("until").is_null() | (pl.col("start") >= pl.col("until")))
        .drop("until")
    )
    return _untold(free, settled), known.filter(begun).drop("first"), settled.height


def _untold(made: pl.DataFrame, settled: pl.DataFrame) -> pl.DataFrame:
    """Leave out what tells once more, by another device, of a thing whose way stays as it is."""
    kept = settled.filter(pl.col("consignment").is_not_null()).select(
        "consignment", "kind", _by="source_device", _start="start", _end="end"
    )
    again = (
        made.join(kept, on=["consignment", "kind"])
        .filter(
            (pl.col("_by") != pl.col("source_device"))
            & (pl.col("start") < pl.col("_end")) & (pl.col("_start") < pl.col("end"))
        )
        .select("activity_id")
        .unique()
    )  # fmt: skip
    return made.join(again, on="activity_id", how="anti", maintain_order="left")
