"""In what shipments lay: boxes, pallets and containers, as events of aggregation tell it.

A shipment is found by each that ever held it, and by each that it ever held: a code on a box that
came back leads to all that it carried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanlu.store.index import find

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from tanlu.store import Workspace

__all__ = ["carried", "near", "nothing", "pairs", "pairs_near"]

# a parcel in a box, on a pallet, in a container, on what moves it
DEPTH = 4
# of what is inside only these have codes that somebody reads off: items are looked up by trace
CODED = ("parcel", "box", "pallet", "container", "sscc", "grai", "giai", "bic")
# so many codes of a shipment are searched
MOST = 200
COLUMNS = ("subject", "parent")


def nothing() -> pl.DataFrame:
    """Give no pairs."""
    import polars as pl

    return pl.DataFrame(schema=dict.fromkeys(COLUMNS, pl.String))


def pairs(workspace: Workspace, version: int) -> pl.DataFrame:
    """Give each thing that was ever put into another, with it: ``subject`` and ``parent``."""
    rows = workspace.scan("event", as_of=version, columns=[*COLUMNS, "role"])
    return _put(rows).collect(engine="streaming")


def pairs_near(workspace: Workspace, things: Sequence[str], version: int) -> pl.DataFrame:
    """Give the pairs on the ways up and down from some things."""
    import polars as pl

    found = nothing()
    for here, there in (COLUMNS, COLUMNS[::-1]):
        frontier, met = list(things), set(things)
        for _ in range(DEPTH):
            if not frontier:
                break
            rows = find(workspace, "event", {here: frontier}, columns=[*COLUMNS, "role"],
                        as_of=version)  # fmt: skip
            some = _put(rows.lazy()).collect()
            found = pl.concat([found, some])
            frontier = sorted(set(some[there]) - met)
            met |= set(frontier)
    return found.unique(maintain_order=True)


def near(workspace: Workspace, rows: pl.LazyFrame) -> set[str]:
    """Give what new events may have changed: what they put together, and what is above or below."""
    some = _put(rows.select(*COLUMNS, "role")).collect(engine="streaming")
    things = sorted({*some["subject"], *some["parent"]})
    if not things:
        return set()
    around = pairs_near(workspace, things, workspace.version)
    return {*things, *around["subject"], *around["parent"]}


def carried(things: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """Give for each ``of`` the codes of what its things were in, and of what was in them.

    Parameters
    ----------
    things
        ``of`` and ``subject``: under which names a shipment stands in events.
    held
        What `pairs` gives.
    """
    import polars as pl

    if held.is_empty() or things.is_empty():
        return pl.DataFrame(schema={"of": pl.String(), "codes": pl.List(pl.String)})
    coded = pl.col("code").str.split(":").list.first().is_in(CODED)
    above, below = (_followed(things, held, *way) for way in (COLUMNS, COLUMNS[::-1]))
    codes = pl.concat([above, below.filter(coded)]).unique().sort("of", "code")
    return codes.group_by("of", maintain_order=True).agg(pl.col("code").head(MOST).alias("codes"))


def _followed(things: pl.DataFrame, held: pl.DataFrame, here: str, there: str) -> pl.DataFrame:
    """Give what is met from some things in one direction: ``of`` and ``code``."""
    import polars as pl

    step = held.select(pl.col(here).alias("code"), pl.col(there).alias("next"))
    frontier = things.select("of", pl.col("subject").alias("code")).unique()
    met = [frontier.clear()]
    for _ in range(DEPTH):
        frontier = frontier.join(step, on="code").select("of", pl.col("next").alias("code"))
        # who was met already goes no further: a circle in the events ends
        frontier = frontier.unique().join(pl.concat(met), on=["of", "code"], how="anti")
        if frontier.is_empty():
            break
        met.append(frontier)
    return pl.concat(met)


def _put(rows: pl.LazyFrame) -> pl.LazyFrame:
    import polars as pl

    told = rows.filter(pl.col("role") == "child", pl.col("parent").is_not_null())
    return told.select(*COLUMNS).drop_nulls().unique()
