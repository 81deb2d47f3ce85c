"""Legs: the activities of all things that were found, in their order, with what carried them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanlu.store.index import find
from tanlu.terms import schema
from tanlu.track.trace.asked import COLUMNS
from tanlu.track.trace.reaching import ALWAYS, NEVER
from tanlu.track.trace.telling import told
from tanlu.track.trace.traced import CARRIED, types

if TYPE_CHECKING:
    import polars as pl

__all__ = ["legs_of"]

MOST = 5000
SHARED = ("shipment", "consignment", "chain")
OTHERS = 20
PLACE = ("_version", "_part", "_row")
FOUND = ("thing", "relation", "number", "carriers")


def legs_of(
    workspace: Any, things: pl.DataFrame, as_of: int
) -> tuple[pl.DataFrame, pl.DataFrame, list[pl.DataFrame]]:
    """Give the legs of the things, the links to who shares a key, and what was cut.

    Legs have the columns of an activity, ``thing``, ``relation``, ``number`` from 1 in time,
    ``carriers`` and where the row stands.
    """
    import polars as pl

    asked = _asked(things)
    guess = things["thing"][0].partition(":")[2] or things["thing"][0]
    # a shipment is often called as its waybill: then its other legs come in the same reading
    guessed = {key: [*asked.get(key, ()), guess] for key in SHARED}
    rows = find(workspace, "activity", asked | guessed, as_of=as_of, placed=True)
    legs = _matched(rows, things)
    more, shared = _by_keys(workspace, legs, (rows, guess), as_of)
    if more.height:
        legs = pl.concat([legs, more.select(legs.columns)])
    # what is its own is not also its carrier's
    legs = (
        legs.lazy()
        .sort("_rank", maintain_order=True)
        .unique("activity_id", keep="first", maintain_order=True)
        .sort("start", "leg_no", "end", "activity_id", nulls_last=True)
        .select(*_given(), pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("number"))
        .collect()
    )
    cut = []
    if legs.height > MOST:
        subject = things["thing"][0]
        cut.append(told("TL435", [subject], "warning", values=[str(legs.height - MOST)]))
        legs = legs.head(MOST)
    carried = pl.Series("carriers", _carried(legs, things), dtype=pl.String)
    columns = {each.name: each for each in (*legs.get_columns(), carried)}
    kept = [*FOUND, *schema("activity").names, *PLACE]
    return pl.DataFrame([columns[name] for name in kept]), shared, cut


def _given() -> list[str]:
    return ["thing", "relation", *schema("activity").names, *PLACE]


def _asked(things: pl.DataFrame) -> dict[str, list[str]]:
    names = things["thing"].unique(maintain_order=True).to_list()
    asked: dict[str, list[str]] = {"subject": names}
    for name in names:
        kind, _, value = name.partition(":")
        if kind in COLUMNS and value:
            asked.setdefault(COLUMNS[kind], []).append(value)
    return asked


def _matched(rows: pl.DataFrame, things: pl.DataFrame) -> pl.DataFrame:
    """Give the rows of each thing within the time in which it counts."""
    import polars as pl

    if things.height == 1:
        return _own(rows, things["thing"][0])
    ranks = {"self": 0, "input": 1, "child": 2, "output": 3, CARRIED: 4}
    spans = things.select(
        "thing", "relation", "until",
        # what was in it brings its past along
        pl.when(pl.col("relation") == "child").then(None).otherwise("since").alias("since"),
        pl.col("relation").replace_strict(ranks, return_dtype=pl.Int64).alias("_rank"),
    )  # fmt: skip
    found = [rows.join(spans, left_on="subject", right_on="thing", how="inner", coalesce=False)]
    typed = [
        (COLUMNS[kind], thing, value)
        for thing in spans["thing"].unique(maintain_order=True)
        for kind, _, value in [thing.partition(":")]
        if kind in COLUMNS
    ]
    for column in dict.fromkeys(column for column, *_ in typed):
        values = {value: thing for each, thing, value in typed if each == column}
        mine = rows.with_columns(
            thing=pl.col(column).replace_strict(values, default=None, return_dtype=pl.String)
        )
        mine = mine.join(spans, on="thing", how="inner").select(found[0].columns)
        # a vehicle also carries what is others'
        others = pl.col("subject").is_not_null() & (pl.col("relation") == CARRIED)
        found.append(mine.filter(~others))
    both = pl.concat(found)
    inside = (pl.col("start") < pl.col("until").fill_null(ALWAYS)) & (
        pl.col("end") > pl.col("since").fill_null(NEVER)
    )
    return both.filter(inside).drop("since", "until")


def _own(rows: pl.DataFrame, thing: str) -> pl.DataFrame:
    """Give the rows of a thing that stands alone, whenever they were."""
    import polars as pl

    kind, _, value = thing.partition(":")
    mine = pl.col("subject") == thing
    if kind in COLUMNS:
        mine = mine | (pl.col(COLUMNS[kind]) == value)
    return rows.filter(mine).with_columns(
        thing=pl.lit(thing), relation=pl.lit("self"), _rank=pl.lit(0, pl.Int64)
    )


def _by_keys(
    workspace: Any, legs: pl.DataFrame, read: tuple[pl.DataFrame, str], as_of: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give the legs without a subject that have a key of this one, and who else has it.

    A key that others have too gives no legs: whose they are the ledger does not say.
    """
    import polars as pl

    own = legs.filter(pl.col("relation") == "self")
    asked = {key: [v for v in dict.fromkeys(own[key].to_list()) if v is not None]
             for key in SHARED}  # fmt: skip
    links = pl.DataFrame(schema=types("links"))
    if not any(asked.values()):
        return own.clear(), links
    rows, guess = read
    left = {key: [value for value in values if value != guess] for key, values in asked.items()}
    if any(left.values()):
        rows = pl.concat([rows, find(workspace, "activity", left, as_of=as_of, placed=True)])
    if set(rows["activity_id"].to_list()) <= set(own["activity_id"].to_list()):
        return own.clear(), links
    rows = (
        rows.lazy()
        .filter(
            pl.any_horizontal(pl.col(k).is_in(v) for k, v in asked.items() if v),
            ~pl.col("activity_id").is_in(own["activity_id"].to_list()),
        )
        .unique("activity_id", keep="first", maintain_order=True)
        .collect()
    )
    if rows.is_empty():
        return own.clear(), links
    thing = own["thing"][0]
    lone: set[str] = set()
    for key in SHARED:
        mine = rows.filter(pl.col(key).is_in(asked[key]))
        others = mine.filter(pl.col("subject").is_not_null(), pl.col("subject") != thing)
        if others.is_empty():
            lone |= set(mine["activity_id"])
            continue
        lone -= set(mine["activity_id"])
        each = others.group_by("subject", maintain_order=True).agg(pl.col("start").min())
        links = pl.concat([links, each.head(OTHERS).select(
            pl.lit(thing).alias("source"), pl.col("subject").alias("target"),
            pl.lit(f"shares {key}").alias("relation"), pl.col("start").alias("at"),
            pl.lit(None, pl.String).alias("event"),
            *(pl.lit(None, pl.Int64).alias(name) for name in ("count", "mass_mg", "volume_ml")),
        )])  # fmt: skip
    more = rows.filter(pl.col("activity_id").is_in(sorted(lone)))
    return more.filter(pl.col("subject").is_null() | (pl.col("subject") == thing)).with_columns(
        thing=pl.lit(thing), relation=pl.lit("self"), _rank=pl.lit(0, pl.Int64)
    ), links


def _carried(legs: pl.DataFrame, things: pl.DataFrame) -> list[str | None]:
    """Tell in which boxes and on which pallets the subject was on each of its legs."""
    import polars as pl

    if CARRIED not in things["relation"]:
        return [None] * legs.height
    held = things.filter(pl.col("relation") == CARRIED).select(
        pl.col("thing").alias("_carrier"), "since", "until", "depth"
    )
    met = legs.filter(pl.col("relation") == "self").select("number", "start", "end")
    over = (
        met.join(held, how="cross")
        .filter(
            pl.col("since").fill_null(NEVER) < pl.col("end"),
            pl.col("until").fill_null(ALWAYS) > pl.col("start"),
        )
        .sort("number", "depth", "_carrier")
        .group_by("number", maintain_order=True)
        .agg(pl.col("_carrier").unique(maintain_order=True).str.join(";").alias("carriers"))
    )
    met_in = dict(over.iter_rows())
    return [met_in.get(number) for number in legs["number"]]
