"""What a server made of it, held against the truth: nothing lost, doubled, changed or invented."""

from __future__ import annotations

import polars as pl

from tanlu.simulate.devices.wire import Wire

__all__ = ["compare", "compare_gaps"]

_KEYS = ["stream", "device", "seq"]


def compare(wire: Wire, found: pl.DataFrame) -> dict[str, int]:
    """Give how rows of a ledger differ from what must be in it.

    Parameters
    ----------
    wire
        What was sent.
    found
        Rows of schema ``reading`` of these devices.

    Returns
    -------
    dict
        ``lost`` (true, not found), ``doubled`` (found more than once: the rows too many),
        ``changed`` (another time or value), ``strange`` (found, never true).
    """
    once = found.select(*_KEYS, "at", "value").unique(_KEYS, keep="first")
    both = wire.truth.join(once, on=_KEYS, how="left", suffix="_found", coalesce=True)
    here = both.filter(pl.col("at_found").is_not_null())
    differs = (pl.col("at") != pl.col("at_found")) | pl.col("value").ne_missing(
        pl.col("value_found")
    )
    return {
        "lost": both.height - here.height,
        "doubled": found.height - once.height,
        "changed": here.filter(differs).height,
        "strange": once.height - here.height,
    }


def compare_gaps(wire: Wire, found: pl.DataFrame) -> dict[str, int]:
    """Give how a gap report differs from the true gaps: schema ``gap`` both.

    Returns
    -------
    dict
        ``gaps_true``, ``gaps_found``, ``gaps_wrong`` (in one of them alone), ``missing_true`` and
        ``missing_found`` (readings in them).
    """
    columns = wire.gaps.columns
    mine, theirs = wire.gaps, found.select(columns)
    wrong = (
        mine.join(theirs, on=columns, how="anti").height
        + theirs.join(mine, on=columns, how="anti").height
        + theirs.height
        - theirs.unique().height
    )
    return {
        "gaps_true": mine.height,
        "gaps_found": theirs.height,
        "gaps_wrong": wrong,
        "missing_true": int(mine["count"].sum()),
        "missing_found": int(theirs["count"].sum()),
    }
