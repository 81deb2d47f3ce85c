"""Why two editions differ, row by row: every microgram of the difference under one reason.

First the same ledger is counted within the new boundary, then the new ledger within the same
boundary: what changes in the first step is the boundary's, what changes in the second has the
reason of its row. So the parts are differences of whole numbers and add up exactly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

__all__ = ["REASONS", "split"]

# in the order in which they are told
REASONS = (
    "boundary", "late", "corrected", "retracted", "factors", "method", "allocation", "other",
)  # fmt: skip
KEYS = ["emission_id", "part"]
# pins of the calculation beside the factors
METHOD = ("spec", "rules", "chains", "card", "assured", "gwp_set")
COLUMNS = (
    "emission_id", "part", "reason", "activity_id", "replaces", "kind", "subject",
    "factor_id", "factor_was", "old_ug", "new_ug", "change_ug",
)  # fmt: skip
TOLD = ("activity_id", "kind", "subject", "method", "share_key", "factor_id", "factor_hash")


def split(
    workspace: Any,
    versions: tuple[int, int],
    old: pl.LazyFrame,
    moved: pl.LazyFrame | None,
    new: pl.LazyFrame,
    *,
    pins: tuple[Mapping[str, str], Mapping[str, str]],
) -> pl.DataFrame:
    """Give each row in which two editions differ, with its reason.

    Parameters
    ----------
    workspace
        What `tanlu.store.open_workspace` gives.
    versions
        Ledger versions of the two, the earlier first.
    old, new
        What each counts, columns ``COUNTED`` of ``tanlu.verify.edition``; a pair of emission_id and
        part stands once.
    moved
        What the extent of the new one counts in the ledger of the old one; None where the
        extents are the same.
    pins
        What ``made_by`` gives of each.

    Returns
    -------
    DataFrame
        emission_id, part, reason (of `REASONS`), activity_id, replaces (the activity whose place
        it took, or that took its place), kind, subject, factor_id, factor_was, old_ug, new_ug,
        change_ug [ug, 128 bits]; the largest change first.

    Notes
    -----
    A row that was not there before is *late*, or *corrected* where its activity supersedes one that
    held then; a row that is gone is *retracted*, or *corrected*. A row that stands in both has
    *allocation* where its round or operation got, lost or corrected a member, *factors* where
    its factor has another content, *method* where formulas, rules, decisions, model, contracts or
    GWP set differ, *factors* where only the packs do, *allocation* where the holder of a
    contract used more or less.
    """
    import polars as pl

    held = old if moved is None else moved
    first = _changed(old, held).with_columns(reason=pl.lit("boundary"))
    second = _changed(held, new)
    links = _links(workspace, versions[1])
    second = _with_state(workspace, versions, second, links)
    still = second.filter(pl.col("_then") & pl.col("_now"))["activity_id"]
    touched = _touched(workspace, versions, still)
    second = second.with_columns(_reason(touched, pins).alias("reason"))
    first = first.with_columns(replaces=pl.lit(None, pl.String))
    both = pl.concat([first.select(COLUMNS), second.select(COLUMNS)])
    return both.sort(
        pl.col("change_ug").abs(), "emission_id", "part", descending=[True, False, False]
    )


def _changed(old: pl.LazyFrame, new: pl.LazyFrame) -> pl.DataFrame:
    """Give the rows whose amount differs, with both amounts; an absent one counts as nothing."""
    import polars as pl

    names = [*KEYS, "counted_ug", *TOLD]
    left, right = (side.select(names) for side in (old, new))
    same = [*KEYS, "counted_ug"]
    # most rows are the same: they leave before anything is put side by side
    gone = left.join(right, on=same, how="anti").collect(engine="streaming")
    come = right.join(left, on=same, how="anti").collect(engine="streaming")
    both = gone.join(come, on=KEYS, how="full", coalesce=True, suffix="_new")
    was, now = pl.col("counted_ug"), pl.col("counted_ug_new")
    wide = [each.fill_null(0).cast(pl.Int128) for each in (was, now)]
    return both.select(
        *KEYS,
        wide[0].alias("old_ug"),
        wide[1].alias("new_ug"),
        (wide[1] - wide[0]).alias("change_ug"),
        was.is_not_null().alias("_was"),
        now.is_not_null().alias("_is"),
        pl.col("factor_hash").ne_missing(pl.col("factor_hash_new")).alias("_other_factor"),
        pl.col("factor_id").alias("factor_was"),
        pl.col("factor_id_new").fill_null(pl.col("factor_id")).alias("factor_id"),
        *(
            pl.coalesce(f"{name}_new", name).alias(name)
            for name in ("activity_id", "kind", "subject", "method", "share_key")
        ),
    ).filter(pl.col("change_ug") != 0)


def _links(workspace: Any, version: int) -> pl.DataFrame:
    """Give every correction up to a version: activity_id and what it supersedes."""
    import polars as pl

    parts = [part for part in workspace.parts("activity", version) if part.superseding]
    rows = workspace.scan("activity", raw=True, only=parts, columns=["activity_id", "supersedes"])
    found = rows.filter(pl.col("supersedes").is_not_null()).unique(maintain_order=True)
    made: pl.DataFrame = found.collect(engine="streaming")
    return made


def _holding(workspace: Any, version: int, ids: pl.Series) -> pl.Series:
    """Give which of these activities hold at a version."""
    rows = workspace.scan("activity", as_of=version, columns=["activity_id"])
    wanted = ids.unique().to_frame("activity_id").lazy()
    found = rows.join(wanted, on="activity_id", how="semi").collect(engine="streaming")
    held: pl.Series = found["activity_id"].unique()
    return held


def _with_state(
    workspace: Any, versions: tuple[int, int], rows: pl.DataFrame, links: pl.DataFrame
) -> pl.DataFrame:
    """Add whether each activity held then and holds now, and what it replaces or is replaced by."""
    import polars as pl

    named = links["activity_id"].append(links["supersedes"])
    asked = pl.concat([rows["activity_id"], named])
    then, now = (_holding(workspace, version, asked) for version in versions)
    back = _ends(links.rename({"supersedes": "to"}), then)
    onward = _ends(links.select(pl.col("supersedes").alias("activity_id"), to="activity_id"), now)
    made = rows.with_columns(
        pl.col("activity_id").is_in(then.implode()).alias("_then"),
        pl.col("activity_id").is_in(now.implode()).alias("_now"),
    )
    made = made.join(back, on="activity_id", how="left").join(
        onward, on="activity_id", how="left", suffix="_by"
    )
    by = pl.when("_then").then("end_by").otherwise("end")
    return made.with_columns(by.alias("replaces")).drop("end", "end_by")


def _ends(links: pl.DataFrame, holding: pl.Series) -> pl.DataFrame:
    """Follow corrections from each activity until one that held: activity_id, end."""
    import polars as pl

    there = pl.col("to").is_in(holding.implode())
    step = links.rename({"activity_id": "to", "to": "next"})
    open_, seen, found = links, links, [links.filter(there)]
    while not (open_ := open_.filter(~there)).is_empty():
        further = open_.join(step, on="to", how="inner").select("activity_id", to="next").unique()
        # two that claim to correct each other lead nowhere
        open_ = further.join(seen, on=["activity_id", "to"], how="anti")
        seen = pl.concat([seen, open_])
        found.append(open_.filter(there))
    ends = pl.concat(found).rename({"to": "end"})
    return ends.sort("activity_id", "end").unique("activity_id", keep="first")


def _touched(workspace: Any, versions: tuple[int, int], ids: pl.Series) -> pl.Series:
    """Give which of these activities have a round or operation that got or lost a member."""
    import polars as pl

    keys = ["round", "operation"]
    then, now = (
        workspace.scan("activity", as_of=version, columns=["activity_id", *keys]).filter(
            pl.any_horizontal(pl.col(keys).is_not_null())
        )
        for version in versions
    )
    stirred = pl.concat([
        then.join(now, on="activity_id", how="anti"), now.join(then, on="activity_id", how="anti"),
    ]).collect(engine="streaming")  # fmt: skip
    hit = pl.lit(value=False)
    for name in keys:
        hit = hit | pl.col(name).is_in(stirred[name].drop_nulls().unique().implode())
    wanted = ids.unique().to_frame("activity_id").lazy()
    found = now.filter(hit.fill_null(value=False)).join(wanted, on="activity_id", how="semi")
    made: pl.Series = found.collect(engine="streaming")["activity_id"]
    return made


def _reason(touched: pl.Series, pins: tuple[Mapping[str, str], Mapping[str, str]]) -> pl.Expr:
    """Give the one reason of each row."""
    import polars as pl

    before, after = pins
    other_method = any(before.get(name) != after.get(name) for name in METHOD)
    other_packs = before.get("factors") != after.get("factors")
    then, now, meets = pl.col("_then"), pl.col("_now"), pl.col("replaces").is_not_null()
    both_rows = pl.col("_was") & pl.col("_is")
    # a contract covers its share of all that its holder used: another member moves the shares
    by_market = pl.col("method") == "market"
    other_contracts = before.get("instruments") != after.get("instruments")
    return (
        pl.when(~then & now)
        .then(pl.when(meets).then(pl.lit("corrected")).otherwise(pl.lit("late")))
        .when(then & ~now)
        .then(pl.when(meets).then(pl.lit("corrected")).otherwise(pl.lit("retracted")))
        .when(~then & ~now)
        .then(pl.lit("other"))
        .when(pl.col("activity_id").is_in(touched.implode()))
        .then(pl.lit("allocation"))
        .when(both_rows & pl.col("_other_factor") & pl.lit(value=other_packs))
        .then(pl.lit("factors"))
        .when(pl.lit(value=other_method) | (by_market & pl.lit(value=other_contracts)))
        .then(pl.lit("method"))
        .when(pl.lit(value=other_packs))
        .then(pl.lit("factors"))
        .when(by_market)
        .then(pl.lit("allocation"))
        .otherwise(pl.lit("other"))
    )
