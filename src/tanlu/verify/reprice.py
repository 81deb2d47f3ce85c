"""What the numbers of a ledger would be by other factors, before anybody adopts them.

Every activity is quantified again by the other library, as ``replay`` does by its own, and the
sums are set side by side: by kind, boundary and year, and for each published edition.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanlu.terms import Progress
from tanlu.verify.replay import assured, batches, recorded, ruled

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from tanlu.factors import Library
    from tanlu.store import Workspace

__all__ = ["kilograms", "reprice"]

BY = ("profile", "kind", "boundary", "year")
SUMS = ("rows", "old_ug", "new_ug", "changed")


def reprice(
    workspace: Workspace, library: Library, *, as_of: int | None = None
) -> Iterator[Progress]:
    """Give what a ledger's emissions would be by another library; nothing is written.

    Parameters
    ----------
    workspace
        What `tanlu.store.open_workspace` gives.
    library
        The factors to quantify by.
    as_of
        Ledger version; the newest without one.

    Yields
    ------
    Progress
        In activities. The last one's result is a dict: ``activities``, ``old_kg`` and ``new_kg``
        (decimal texts), ``relative_change``, ``changed`` (emission rows of another amount), and
        ``rows`` by profile, kind, boundary and year of the start in UTC, the largest change first.
    """
    import polars as pl

    from tanlu.account import in_force, quantify
    from tanlu.account.choose import card_in_force

    activities = workspace.scan("activity", as_of=as_of)
    emissions = workspace.scan("emission", as_of=as_of).filter(pl.col("method") != "market")
    rules = ruled(emissions)
    decided = {profile: in_force(workspace, profile=profile, as_of=as_of) for profile, _ in rules}
    cards = {name: card_in_force(workspace, profile=name, as_of=as_of) for name, _ in rules}
    total = int(activities.select(pl.len()).collect(engine="streaming").item())
    done, tables = 0, []
    for batch, span in batches(activities):
        done += batch.height
        for profile, gwp_set in rules:
            again = quantify(
                batch,
                library=library,
                profile=profile,
                gwp_set=gwp_set,
                chains=decided[profile],
                assured=assured(workspace, profile, as_of),
                card=cards[profile],
            )
            tables.append(_beside(recorded(emissions, batch, span, profile), again.emissions))
        yield Progress("reprice", done, total, "activities")
    result = {"activities": done, **_summed(tables)}
    yield Progress("reprice", done, total, "activities", result)


def _beside(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Give the sums of both sides by what they are compared by."""
    import polars as pl

    year = pl.from_epoch("start", "us").dt.year().alias("year")
    names = ("emission_id", *BY[:3], year, pl.col("co2e_ug").cast(pl.Int128))
    sides = [each.select(names) for each in (old, new)]
    on = ["emission_id", *BY]
    both = sides[0].join(sides[1], on=on, how="full", coalesce=True, suffix="_new")
    return both.group_by(BY).agg(
        pl.len().cast(pl.Int64).alias("rows"),
        pl.col("co2e_ug").sum().alias("old_ug"),
        pl.col("co2e_ug_new").sum().alias("new_ug"),
        pl.col("co2e_ug").ne_missing(pl.col("co2e_ug_new")).sum().cast(pl.Int64).alias("changed"),
    )


def _summed(tables: list[pl.DataFrame]) -> dict[str, Any]:
    import polars as pl

    if not tables:
        return {"old_kg": "0", "new_kg": "0", "relative_change": None, "changed": 0, "rows": []}
    whole = pl.concat(tables).group_by(BY).agg(pl.col(SUMS).sum()).sort(BY)
    rows = [
        {
            **{name: row[name] for name in (*BY, "rows", "changed")},
            **_change(row["old_ug"], row["new_ug"]),
        }
        for row in whole.iter_rows(named=True)
    ]
    rows.sort(key=lambda row: -abs(row["difference_ug"]))
    old, new = (int(whole[name].sum()) for name in ("old_ug", "new_ug"))
    return {**_change(old, new), "changed": int(whole["changed"].sum()), "rows": rows}


def _change(old: int, new: int) -> dict[str, Any]:
    return {
        "old_kg": kilograms(old),
        "new_kg": kilograms(new),
        "difference_ug": new - old,
        "relative_change": (new - old) / old if old else None,
    }


def kilograms(ug: int) -> str:
    """Give micrograms as decimal text [kg], exactly."""
    sign = "-" if ug < 0 else ""
    return f"{sign}{abs(ug) // 10**9}.{abs(ug) % 10**9:09d}"
