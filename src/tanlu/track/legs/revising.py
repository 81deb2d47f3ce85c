"""What tracking says anew against what the ledger holds: new, known, replaced, taken back."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

__all__ = ["Revision", "revised"]

# what stays the same when late positions change a leg
SAME = ("source_device", "kind", "consignment")


class Revision(NamedTuple):
    """What is to be written and what is to be taken back.

    ``fresh`` activities (with ``supersedes`` where they replace one), how many are ``known``, and
    the identities of those that are ``gone`` and that no other replaces.
    """

    fresh: pl.DataFrame
    known: int
    gone: pl.Series


def revised(made: pl.DataFrame, held: pl.DataFrame) -> Revision:
    """Give what must be written so that the ledger holds what was made now, and nothing else.

    Parameters
    ----------
    made
        Activities of all positions of some devices.
    held
        Activities of tracking that the ledger holds of the same devices: ``activity_id``,
        ``source_device``, ``kind``, ``consignment``, ``start``, ``end``.

    Returns
    -------
    Revision
        An activity that is no longer made is replaced by the new one of the same device, kind and
        consignment with which it has the most time in common; each replaces one at most.
    """
    fresh = made.join(
        held.select("activity_id"), on="activity_id", how="anti", maintain_order="left"
    )
    stale = held.join(made.select("activity_id"), on="activity_id", how="anti")
    pairs = (
        fresh.select("activity_id", *SAME, "start", "end")
        .join(
            stale.select(*SAME, _old="activity_id", _start="start", _end="end"),
            on=SAME, nulls_equal=True,
        )
        .with_columns(
            shared=pl.min_horizontal("end", "_end") - pl.max_horizontal("start", "_start")
        )
        .filter(pl.col("shared") > 0)
        .sort(["shared", "activity_id", "_old"], descending=[True, False, False])
    )  # fmt: skip
    replaced: dict[str, str] = {}
    taken: set[str] = set()
    for new, old in pairs.select("activity_id", "_old").iter_rows():
        if new not in replaced and old not in taken:
            replaced[new] = old
            taken.add(old)
    named = fresh.with_columns(
        supersedes=pl.col("activity_id").replace_strict(
            replaced, default=None, return_dtype=pl.String
        )
    )
    gone = stale.filter(~pl.col("activity_id").is_in(list(taken)))["activity_id"]
    return Revision(named, made.height - fresh.height, gone)
