"""What changed between two versions of a ledger, told as shipments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanlu.serve.searching.carrying import near
from tanlu.serve.searching.deriving import GROUPS, key
from tanlu.store.index import find

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

    from tanlu.store import Workspace

__all__ = ["changed"]

ABOUT = "activity:"


def changed(workspace: Workspace, since: int, until: int) -> set[str]:
    """Give the shipments of which a row was written, replaced or retracted after a version."""
    new = {
        table: [part for part in workspace.parts(table, until) if part.version > since]
        for table in ("activity", "emission", "event", "finding", "retraction")
    }

    def rows(table: str) -> pl.LazyFrame:
        return workspace.scan(table, raw=True, only=new[table])

    found = _keys(rows("activity")) | _keys(rows("emission"))
    replaced = rows("activity").select("supersedes").drop_nulls().unique().collect()
    found |= _of_activities(workspace, replaced["supersedes"])
    found |= _noticed(workspace, rows("finding"))
    found |= _of_things(workspace, near(workspace, rows("event")))
    gone = rows("retraction").select("of", "key", "id").unique().collect()
    for (table, by), some in gone.group_by("of", "key"):
        found |= _retracted(workspace, str(table), str(by), some["id"])
    return found


def _keys(rows: pl.LazyFrame) -> set[str]:
    return set(rows.select(key().drop_nulls().unique()).collect(engine="streaming")["of"])


def _of_activities(workspace: Workspace, ids: pl.Series) -> set[str]:
    if ids.is_empty():
        return set()
    return _keys(workspace.known("activity", ids, columns=list(GROUPS)).lazy())


def _retracted(workspace: Workspace, table: str, by: str, ids: pl.Series) -> set[str]:
    if by == "activity_id":
        return _of_activities(workspace, ids)
    if table == "emission":
        return _keys(workspace.known("emission", ids, columns=list(GROUPS)).lazy())
    if table == "finding":
        return _noticed(workspace, workspace.known("finding", ids).lazy())
    if table == "event":
        events = workspace.known("event", ids, columns=["subject", "parent", "role"])
        return _of_things(workspace, near(workspace, events.lazy()))
    return set()


def _of_things(workspace: Workspace, things: set[str]) -> set[str]:
    """Give the shipments that stand in events under some names."""
    named = {each for each in things if each.partition(":")[0] in GROUPS}
    if not things:
        return named
    held = find(workspace, "activity", {"subject": _plain(things)}, columns=GROUPS)
    return named | _keys(held.lazy())


def _noticed(workspace: Workspace, findings: pl.LazyFrame) -> set[str]:
    """Give the shipments that findings are about: by a leg, by what the shipment is called."""
    subjects = findings.select("subject").drop_nulls().unique().collect()["subject"]
    legs = subjects.filter(subjects.str.starts_with(ABOUT)).str.strip_prefix(ABOUT)
    others = set(subjects.filter(~subjects.str.starts_with(ABOUT)))
    return _of_activities(workspace, legs) | _of_things(workspace, others)


def _plain(values: Iterable[str]) -> list[str]:
    return sorted(set(values))
