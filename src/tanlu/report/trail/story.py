"""The story of a subject: its legs, sums and places as recorded, without doing them again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanlu.report.trail.about import LEG, TOLD, about, emitted, grouped, total, unquantified
from tanlu.report.trail.origin import bare, places_of
from tanlu.report.trail.sheet import number

if TYPE_CHECKING:
    import polars as pl

__all__ = ["story"]


def story(
    workspace: Any, subject: str, *, as_of: int | None = None, profile: str = "iso14083"
) -> dict[str, Any]:
    """Give what is recorded of a subject, by the index alone.

    Every fact is one of `why` and equal to it; formulas, factors and files are left to `why`,
    which takes far longer.

    Parameters
    ----------
    workspace
        What `tanlu.store.open_workspace` gives.
    subject, as_of, profile
        As for `why`.

    Returns
    -------
    dict
        ``subject``, ``profile``, ``ledger``, ``total``, ``activities``, ``unquantified`` and
        ``legs``, these with what was recorded, their activity and their places in the ledger.

    Raises
    ------
    TanluError
        TL806 when nothing is recorded of the subject.
    """
    activities, count, named = about(workspace, subject, as_of)
    emissions, _ = emitted(workspace, activities, profile, as_of, TOLD)
    more = named if count > activities.height else None
    return {
        "subject": subject,
        "profile": profile,
        "ledger": {"version": int(workspace.version if as_of is None else as_of)},
        "total": total(workspace, emissions, profile, as_of, more),
        "activities": {"count": count, "shown": activities.height},
        "legs": _legs(workspace, activities, emissions, as_of),
        "unquantified": unquantified(workspace, activities, emissions, as_of),
    }


def _legs(
    workspace: Any, activities: pl.DataFrame, emissions: pl.DataFrame, as_of: int | None
) -> list[dict[str, Any]]:
    done = places_of(workspace, "activity", activities, activities, as_of)
    written = places_of(workspace, "emission", activities, emissions, as_of)
    told = {
        row["activity_id"]: {name: number(v) for name, v in row.items() if v is not None}
        for row in bare(activities).iter_rows(named=True)
    }
    return [
        {
            "leg": row["activity_id"] + (f"/{row['share_key']}" if row["share_key"] else ""),
            **{name: row[name] for name in LEG},
            "co2e_ug": str(sum(each["co2e_ug"] for each in rows)),
            "activity": told[row["activity_id"]],
            "ledger": {
                "activity": done.get(row["activity_id"]),
                "emission": written.get(row["emission_id"]),
            },
        }
        for rows in grouped(emissions)
        for row in rows[:1]
    ]
