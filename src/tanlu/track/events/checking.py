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

__all__ = ["check", "circles", "early"]

# so far a clock may be wrong before its events lie in the future
AHEAD_US = 3_600_000_000
# no thing lies in so many others
DEEPEST = 64

NAMED = re.compile(r"ni:///sha-256;[0-9a-fA-F]{64}\?ver=CBV2\.0")


def check(captured: Captured) -> pl.DataFrame:
    """Give findings on what a document gave, schema ``finding``.

    Refused events with their codes, URIs that look like GS1 keys and are none (TL426), identities
    that say to be a CBV hash and are that of something else (TL428), events in the future (TL429),
    things that are put into themselves, by one event or by several (TL431).
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
    odd = [captured.findings, early(captured), circles(captured.events), _misnamed(captured)]
    return pl.concat([found, *odd])


def circles(events: pl.DataFrame) -> pl.DataFrame:
    """Give a finding for each thing that several events put into itself, however far around.

    Parameters
    ----------
    events
        Rows of the schema ``event``, with all that tell where the things in them lie.
    """
    import polars as pl

    tied = pl.col("role").is_in(("child", "parent")) & pl.col("action").is_in(("add", "delete"))
    rows = events.filter(tied)
    edges = rows.filter(role="child", action="add").select("subject", "parent").unique()
    height = -1
    # what lies in nothing and what nothing lies in are in no circle
    while edges.height not in (0, height):
        height = edges.height
        edges = edges.join(edges.select(parent="subject").unique(), on="parent", how="semi")
        edges = edges.join(edges.select(subject="parent").unique(), on="subject", how="semi")
    edges = edges.filter(pl.col("subject") != pl.col("parent"))
    if edges.is_empty():
        return schema("finding").empty()
    near = pl.concat([edges["subject"], edges["parent"]]).unique().implode()
    order = pl.col("action") == "add"
    found = _closing(rows.filter(pl.col("subject").is_in(near)).sort("at", order, "event_id"))
    return schema("finding").fit(pl.DataFrame(found)) if found else schema("finding").empty()


def _closing(rows: pl.DataFrame) -> list[dict[str, object]]:
    """Give a finding for each event that closes a circle, as things are moved in time."""
    into: dict[str, str] = {}
    found: dict[str, dict[str, object]] = {}
    children = set(rows.filter(role="child")["event"])
    for row in rows.select("event", "action", "role", "subject", "parent").rows(named=True):
        thing, parent = row["subject"], row["parent"]
        if row["role"] == "parent":
            if row["action"] == "delete" and row["event"] not in children:
                # without children it is about all of them
                into = {child: above for child, above in into.items() if above != thing}
        elif row["action"] == "delete":
            into.pop(thing, None)
        elif thing != parent and parent is not None:
            way = [thing]
            while parent is not None and parent != thing and len(way) < DEEPEST:
                way.append(parent)
                parent = into.get(parent)
            if parent == thing:
                found[thing] = _circle(row["event"], [*way, thing])
            into[thing] = row["parent"]
    return list(found.values())


def _circle(event: str, way: list[str]) -> dict[str, object]:
    name = hashlib.sha256(f"TL431 {event} {way[0]}".encode()).hexdigest()
    return {
        "finding_id": name, "code": "TL431", "severity": "error", "subject": way[0],
        "value": " < ".join(way), "hint": catalogue()["TL431"].hint, "count": 1,
    }  # fmt: skip


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
