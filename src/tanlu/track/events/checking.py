"""Events looked at before they are taken: what is refused, and what is odd about the rest."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import msgspec

from tanlu.errors import catalogue
from tanlu.terms import schema
from tanlu.track.events.capturing import Captured
from tanlu.track.events.hashing import digest
from tanlu.track.events.opening import Origin
from tanlu.track.events.words.canon import said

if TYPE_CHECKING:
    import polars as pl

__all__ = ["check", "early"]

# so far a clock may be wrong before its events lie in the future
AHEAD_US = 3_600_000_000

NAMED = re.compile(r"ni:///sha-256;[0-9a-fA-F]{64}\?ver=CBV2\.0")


def check(captured: Captured) -> pl.DataFrame:
    """Give findings on what a document gave, schema ``finding``.

    Refused events with their codes, URIs that look like GS1 keys and are none (TL426), identities
    that say to be a CBV hash and are that of something else (TL428), events in the future (TL429),
    things that are put into themselves (TL431).
    """
    import polars as pl

    refused = [
        {
            "finding_id": row["quarantine_id"],
            "code": row["code"],
            "severity": "error",
            "column": row["column"],
            "value": row["value"],
            "hint": row["hint"],
            "count": 1,
            "source_sha256": row["source_sha256"],
            "source_line": row["source_line"],
        }
        for row in captured.rejected.rows(named=True)
    ]
    found = schema("finding").empty()
    if refused:
        found = schema("finding").fit(pl.DataFrame(refused))
    return pl.concat([found, captured.findings, early(captured), _misnamed(captured)])


def early(captured: Captured) -> pl.DataFrame:
    """Give a finding where events were captured more than an hour before they happen."""
    import polars as pl

    ahead = captured.epcis.filter(pl.col("at") > pl.col("recorded") + AHEAD_US).sort("at")
    if ahead.is_empty():
        return schema("finding").empty()
    last, sha256 = ahead["event_id"][-1], captured.source_sha256
    row = {
        "finding_id": hashlib.sha256(f"TL429 {sha256}".encode()).hexdigest(),
        "code": "TL429",
        "severity": "warning",
        "subject": last,
        "value": f"{ahead.height} × ≤ {said(ahead['at'][-1])}",
        "hint": catalogue()["TL429"].hint,
        "count": ahead.height,
        "source_sha256": sha256,
    }
    return schema("finding").fit(pl.DataFrame([row]))


def _misnamed(captured: Captured) -> pl.DataFrame:
    """Give a finding for each hash that a sender gave and that is not the event's own."""
    import polars as pl

    named = captured.epcis.filter(pl.col("event_id").str.starts_with("ni:///sha-256;"))
    rows = []
    for event_id, document, context in named.select("event_id", "document", "context").rows():
        if not NAMED.fullmatch(event_id):
            continue
        origin = Origin(msgspec.json.decode(context) if context else None, captured.ignored)
        own = digest(origin.pre_hash(msgspec.json.decode(document)))
        if own == event_id:
            continue
        rows.append(
            {
                "finding_id": hashlib.sha256(f"TL428 {event_id}".encode()).hexdigest(),
                "code": "TL428",
                "severity": "warning",
                "subject": event_id,
                "value": own,
                "hint": catalogue()["TL428"].hint,
                "count": 1,
                "source_sha256": captured.source_sha256,
            }
        )
    return schema("finding").fit(pl.DataFrame(rows)) if rows else schema("finding").empty()
