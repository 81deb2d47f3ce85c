"""What electricity was bought: the rows by market of a subject with what covers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

__all__ = ["bought"]


def bought(
    workspace: Any, rows: pl.DataFrame, profile: str, as_of: int | None
) -> list[dict[str, Any]]:
    """Give each row by market with its energy, share covered, instruments and mean rate.

    Parameters
    ----------
    workspace
        What `tanlu.store.open_workspace` gives.
    rows
        Schema ``emission``, of basis market.
    profile, as_of
        As for ``why``.

    Returns
    -------
    list
        ``leg``, ``energy_j`` [J], ``covered_percent`` and ``rate_g_per_kwh`` (of what covers;
        decimal texts, null where nothing covers), ``instruments``, ``factor_id`` (of the rest)
        and ``co2e_ug``.
    """
    if rows.is_empty():
        return []
    from tanlu.account.market import market, placed

    made = market(workspace, profile, as_of=as_of)
    supply = {
        (row["holder"], row["market"], row["year"], row["own"]): row
        for row in made.supply.iter_rows(named=True)
    }
    told = made.rows.select("activity_id", "share_key", "technology").join(
        rows.lazy().select("activity_id"), on="activity_id", how="semi"
    )
    keys = ["activity_id", "share_key"]
    joined = rows.lazy().join(told, on=keys, how="left", nulls_equal=True)
    where = placed(joined, str(workspace.zone)).collect(engine="streaming")
    found = []
    for row in where.sort(*keys, nulls_last=False).iter_rows(named=True):
        cover = supply.get((row["holder"], row["market"], row["year"], row["own"]), {})
        share = 0.0 if row["technology"] and not row["own"] else cover.get("covered", 0.0)
        rate = cover.get("rate_ug_per_j", 0.0) / share * 3.6 if share else None
        found.append(
            {
                "leg": "/".join(filter(None, (row["activity_id"], row["share_key"]))),
                "energy_j": row["energy_j"],
                "covered_percent": f"{100 * share:.4f}",
                "instruments": (cover.get("used") or None) if share else None,
                "rate_g_per_kwh": None if rate is None else f"{rate:.6g}",
                "factor_id": row["factor_id"],
                "co2e_ug": str(row["co2e_ug"]),
            }
        )
    return found
