"""What a repository knows: types of events, things, steps, places and dispositions, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from tanlu.track.events.asking import known_as
from tanlu.track.events.queries.values import TYPES
from tanlu.track.events.words.gs1 import HOST, SPELT
from tanlu.track.events.words.links import normal_link
from tanlu.track.events.words.vocabulary import bare

if TYPE_CHECKING:
    import polars as pl

    from tanlu.store import Workspace

__all__ = ["RESOURCES", "Resource", "listed"]


class Resource(NamedTuple):
    """A top-level resource: the parameter that asks for its events, its table and column."""

    parameter: str
    table: str
    column: str


RESOURCES: dict[str, Resource] = {
    "eventTypes": Resource("eventType", "epcis", "type"),
    "epcs": Resource("MATCH_anyEPC", "event", "subject"),
    "bizSteps": Resource("EQ_bizStep", "epcis", "step"),
    "bizLocations": Resource("EQ_bizLocation", "epcis", "location"),
    "readPoints": Resource("EQ_readPoint", "epcis", "read_point"),
    "dispositions": Resource("EQ_disposition", "epcis", "disposition"),
}
KNOWN = {kind: name for name, kind in TYPES.items()}
VOCABULARIES = {"bizSteps": "bizStep", "dispositions": "disposition"}
ROLES = ("object", "child", "parent", "input", "output")
# classes of things are no EPC
CLASSES = r"^(gtin|lgtin):"


def listed(
    workspace: Workspace,
    resource: str,
    *,
    size: int,
    after: str | None = None,
    as_of: int | None = None,
    name: str | None = None,
) -> tuple[list[str], str | None]:
    """Give the names that a ledger knows of a resource, and where the next page begins.

    Parameters
    ----------
    resource
        One of ``RESOURCES``.
    size
        Names of a page at most.
    after
        What the page before gave as the second.
    name
        Only this one, to learn whether it is there.

    Returns
    -------
    tuple
        Names as a URL takes them, keys of GS1 as Digital Links.
    """
    if resource == "eventTypes":
        return _types(workspace, size, after, as_of, name)
    import polars as pl

    about = RESOURCES[resource]
    rows = workspace.scan(
        about.table, as_of=as_of,
        columns=[about.column, *(["role"] if about.table == "event" else [])],
    )  # fmt: skip
    column = pl.col(about.column)
    if about.table == "event":
        rows = rows.filter(pl.col("role").is_in(ROLES), ~column.str.contains(CLASSES))
    if name is not None:
        return _whether(workspace, rows, resource, name), None
    rows = rows.select(column.alias("name")).drop_nulls()
    if after is not None:
        rows = rows.filter(pl.col("name") > after)
    found = rows.unique().sort("name").head(size + 1).collect()["name"].to_list()
    following = found[size - 1] if len(found) > size else None
    return [_spelt(one) for one in found[:size]], following


def _types(
    workspace: Workspace, size: int, after: str | None, as_of: int | None, name: str | None
) -> tuple[list[str], str | None]:
    """Give the five types of the standard, then those of somebody's own that were captured."""
    rows = workspace.scan("epcis", columns=["type"], as_of=as_of).unique().collect()["type"]
    every = [*sorted(TYPES), *sorted(set(rows) - KNOWN.keys())]
    if name is not None:
        return [one for one in every if one == name], None
    first = 0 if after is None else every.index(after) + 1 if after in every else len(every)
    found = every[first : first + size]
    return found, found[-1] if first + size < len(every) else None


def _whether(workspace: Workspace, rows: pl.LazyFrame, resource: str, name: str) -> list[str]:
    import polars as pl

    if resource in VOCABULARIES:
        names = [bare(VOCABULARIES[resource], name) or name]
    else:
        names = known_as(workspace, [name])
    column = RESOURCES[resource].column
    there = rows.filter(pl.col(column).is_in(names)).head(1).collect().height
    return [name] if there else []


def _spelt(subject: str) -> str:
    """Give a subject as a URI: a GS1 key as its Digital Link."""
    kind, _, rest = subject.partition(":")
    spelt = SPELT.get(kind)
    if spelt is None or "/" in rest[:2]:
        return subject
    ai, tail_ai = spelt
    key, point, tail = (rest, "", "") if kind in ("giai", "ginc") else rest.partition(".")
    link = f"{HOST}{ai}/{quote(key, safe='')}"
    if point:
        link += f"/{tail_ai}/{quote(tail, safe='')}" if tail_ai else quote(tail, safe="")
    return normal_link(link) or link
