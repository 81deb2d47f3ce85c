"""What changed between two versions of a ledger, told as shipments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanlu.serve.searching.deriving import GROUPS, key
from tanlu.store.index import find

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import polars as pl

    from tanlu.store import Workspace

__all__ = ["changed"]

ABOUT = "activity:"


def changed(workspace: Workspace, since: int, until: int) -> set[str]:
    """Give the shipments of which a row was written, replaced or retracted after a version."""
    new = {
        table: [part for part in workspace.parts(table, until) if part.version > since]
        for table in ("activity", "emission", "finding", "retraction")
    }

    def rows(table: str) -> pl.LazyFrame:
        return workspace.scan(table, raw=True, only=new[table])

    found = _keys(rows("activity")) | _keys(rows("emission"))
    replaced = rows("activity").select("supersedes").drop_nulls().unique().collect()
    found |= _of_activities(workspace, replaced["supersedes"])
    found |= _noticed(workspace, rows("finding"))
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
    return set()


def _noticed(workspace: Workspace, findings: pl.LazyFrame) -> set[str]:
    """Give the shipments that findings are about: by a leg, by what the shipment is called."""
    import polars as pl

    subjects = findings.select("subject").drop_nulls().unique().collect()["subject"]
    legs = subjects.filter(subjects.str.starts_with(ABOUT)).str.strip_prefix(ABOUT)
    others = subjects.filter(~subjects.str.starts_with(ABOUT)).to_list()
    named = {each for each in others if each.partition(":")[0] in GROUPS}
    asked: dict[str, Sequence[str]] = {"subject": _plain(others)}
    held = find(workspace, "activity", asked, columns=GROUPS) if others else pl.DataFrame()
    return named | _of_activities(workspace, legs) | (_keys(held.lazy()) if others else set())


def _plain(values: Iterable[str]) -> list[str]:
    return sorted(set(values))
