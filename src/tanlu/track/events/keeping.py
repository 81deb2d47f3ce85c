"""What is new of a capture: an event is kept once, a declared error takes its things back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tanlu.errors import catalogue
from tanlu.terms import schema
from tanlu.track.events.capturing import Captured, same

if TYPE_CHECKING:
    import polars as pl

    from tanlu.store import Workspace

__all__ = ["Settled", "settle"]


class Settled(NamedTuple):
    """What to write of a capture, first the retraction, then the tables in one commit.

    ``wrong`` has the identities of the rows of ``event`` that no longer hold.
    ``rows_in = rows_new + rows_known + rows_quarantined``.
    """

    epcis: pl.DataFrame
    events: pl.DataFrame
    quarantine: pl.DataFrame
    findings: pl.DataFrame
    wrong: pl.Series
    rows_in: int
    rows_new: int
    rows_known: int
    rows_quarantined: int


def settle(workspace: Workspace, captured: Captured) -> Settled:
    """Give what is new of a capture beside what a ledger has; nothing is written.

    An event of the same identity and content is known. One of the same identity and other content
    is refused (TL424), unless it declares the first one wrong (EPCIS 2.0 7.4.1): then both stay
    as they were sent, and the things of the first one are taken back. Hold the writer's lock from
    here to the commit.
    """
    import polars as pl

    epcis = captured.epcis
    before = workspace.known(
        "epcis", epcis["event_id"], columns=["event_id", "at", "corrects", "document", "context"]
    )
    declared = pl.col("corrects").is_not_null()
    key = ["event_id", "declared"]
    beside = epcis.with_row_index().with_columns(declared=declared).join(
        before.with_columns(declared=declared).unique(key), on=key, how="inner", suffix="_before"
    )  # fmt: skip
    odd = [
        row["index"]
        for row in beside.filter(pl.col("document") != pl.col("document_before")).rows(named=True)
        if not same(
            (row["document_before"], row["context_before"]), (row["document"], row["context"])
        )
    ]
    there = pl.int_range(epcis.height, eager=True).is_in(beside["index"].cast(pl.Int64).implode())
    fresh = epcis.filter(~there)
    wrong_before = before.filter(declared)["event_id"]
    wrong = fresh["corrects"].drop_nulls()
    events = captured.events.filter(
        pl.col("event").is_in(fresh["event_id"].implode())
        & ~pl.col("event").is_in(wrong_before.implode())
    )
    held = before.filter(~declared)["event_id"]
    rejected = pl.concat([captured.rejected, _conflicts(epcis[odd], captured)])
    seen = workspace.known_ids("quarantine", rejected["quarantine_id"])
    alone = wrong.filter(~wrong.is_in(held.implode()) & ~wrong.is_in(_original(epcis).implode()))
    findings = pl.concat([captured.findings, _unmet(alone)])
    told = workspace.known_ids("finding", findings["finding_id"])
    return Settled(
        fresh, events, rejected.filter(~pl.col("quarantine_id").is_in(seen.implode())),
        findings.filter(~pl.col("finding_id").is_in(told.implode())),
        _things_of(workspace, before.filter(~declared & pl.col("event_id").is_in(wrong.implode()))),
        captured.rows_in, fresh.height, captured.known + beside.height - len(odd), rejected.height,
    )  # fmt: skip


def _things_of(workspace: Workspace, epcis: pl.DataFrame) -> pl.Series:
    """Give the identities of the rows that a ledger has of the things of some events."""
    import polars as pl

    if epcis.is_empty():
        return pl.Series(dtype=pl.String)
    times = epcis["at"].to_list()
    rows = workspace.scan(
        "event", columns=["event_id", "event"], between=(min(times), max(times) + 1)
    )
    return rows.filter(pl.col("event").is_in(epcis["event_id"].implode())).collect()["event_id"]


def _original(epcis: pl.DataFrame) -> pl.Series:
    import polars as pl

    return epcis.filter(pl.col("corrects").is_null())["event_id"]


def _conflicts(epcis: pl.DataFrame, captured: Captured) -> pl.DataFrame:
    """Give events whose identity the ledger has with other content, in schema ``quarantine``."""
    import polars as pl

    sha256 = captured.source_sha256
    rows = epcis.select(
        pl.concat_str(pl.lit(f"{sha256}:"), "event_id").alias("quarantine_id"),
        code=pl.lit("TL424"),
        column=pl.lit("event.eventID"),
        value=pl.col("event_id"),
        hint=pl.lit(catalogue()["TL424"].hint),
        source_sha256=pl.lit(sha256),
        source_line=pl.lit(1, pl.Int64),
        raw=pl.col("document"),
        activity_id=pl.col("event_id"),
    )
    return schema("quarantine").fit(rows)


def _unmet(ids: pl.Series) -> pl.DataFrame:
    """Give a finding for each declaration whose event is not there."""
    import hashlib

    import polars as pl

    rows = [
        {
            "finding_id": hashlib.sha256(f"TL427 {one}".encode()).hexdigest(),
            "code": "TL427",
            "severity": "info",
            "subject": one,
            "value": one,
            "hint": catalogue()["TL427"].hint,
            "count": 1,
        }
        for one in ids
    ]
    return schema("finding").fit(pl.DataFrame(rows)) if rows else schema("finding").empty()
