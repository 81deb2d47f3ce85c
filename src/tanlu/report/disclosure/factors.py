"""The factors behind an inventory, with the documents that they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanlu.factors.packs import library_of
from tanlu.report.items.sources import sources
from tanlu.report.numbers import exact, plain

if TYPE_CHECKING:
    import polars as pl

__all__ = ["factors"]

COUNTED = "counted"


def factors(workspace: Any, lines: pl.DataFrame, as_of: int | None = None) -> dict[str, Any]:
    """Give what a disclosure tells of emission factors.

    Parameters
    ----------
    workspace
        What `tanlu.store.open_workspace` gives.
    lines
        As `tanlu.report.organisation.lines` gives them, of one profile.
    as_of
        Ledger version; the newest without one.

    Returns
    -------
    dict
        ``factors`` (factor_id, name, sources, co2e_kg counted; largest first), ``sources`` (the
        documents with licence) and ``factors_hash``.
    """
    import polars as pl

    counted = lines.filter(pl.col("standing") == COUNTED)
    sums = (
        counted.group_by("factor_id")
        .agg(pl.col("counted_ug").cast(pl.Int128).sum())
        .sort("counted_ug", "factor_id", descending=[True, False])
    )
    found = [
        {"factor_id": name, "co2e_kg": plain(exact(int(amount), 9))}
        for name, amount in sums.iter_rows()
    ]
    profiles = lines["profile"].unique().to_list()
    told = sources(found, library_of(workspace, as_of=as_of, profile=(profiles or [None])[0]))
    papers = {row["source_id"]: row["title"] for row in told["sources"]}
    for row in found:
        row["sources"] = [papers.get(each, each) for each in row["sources"]]
    return {
        "factors": found, "sources": told["sources"], "factors_hash": told["factors_hash"],
    }  # fmt: skip
