"""What a ledger amounts to, with what could not be quantified beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.account.unquantified import BESIDE

if TYPE_CHECKING:
    from tanlu.store import Workspace

__all__ = ["ABOUT_ACTIVITY", "decimal", "summary", "unquantified"]

ABOUT_ACTIVITY = r"^(?:TL201|TL204|TL5\d\d)$"


def summary(workspace: Workspace, profile: str) -> dict[str, Any]:
    """Give the totals of a profile as whole numbers and decimal texts.

    Returns
    -------
    dict
        ``activities``, ``emissions`` (rows), ``co2e_ttw_kg``, ``co2e_wtt_kg``, ``co2e_wtw_kg``
        (decimal texts), ``unquantified``.
    """
    rows = workspace.scan("emission", columns=["boundary", "profile", "method", "co2e_ug"])
    # a twin by market counts what its row by location does; a contract that stands alone is counted
    sums = (
        rows.filter(pl.col("profile") == profile, pl.col("method").ne_missing("market"))
        .group_by("boundary")
        .agg(pl.col("co2e_ug").cast(pl.Int128).sum(), pl.len().alias("rows"))
        .collect(engine="streaming")
    )
    by = dict(zip(sums["boundary"], sums["co2e_ug"], strict=True))
    # what is not emitted on the way is upstream of it, whatever its boundary is called
    ttw = int(by.pop("ttw", None) or 0)
    wtt = sum(int(each or 0) for each in by.values())
    count = workspace.scan("activity", columns=["activity_id"]).select(pl.len())
    return {
        "activities": int(count.collect(engine="streaming").item()),
        "emissions": int(sums["rows"].sum()),
        "co2e_ttw_kg": decimal(ttw, 9),
        "co2e_wtt_kg": decimal(wtt, 9),
        "co2e_wtw_kg": decimal(ttw + wtt, 9),
        "unquantified": unquantified(workspace, profile),
    }


def unquantified(workspace: Workspace, profile: str) -> dict[str, Any]:
    """Give the activities without a full emission: rows, tonnes, t·km and rows by code."""
    found = (
        workspace.scan("finding", columns=["code", "subject", "profile"])
        .filter(
            # a finding of before rules were named in it counts for all
            pl.col("profile").fill_null(profile) == profile,
            pl.col("code").str.contains(ABOUT_ACTIVITY) & ~pl.col("code").is_in(BESIDE),
            pl.col("subject").str.starts_with("activity:"),
        )
        .select("code", pl.col("subject").str.strip_prefix("activity:").alias("activity_id"))
        .unique()
        .collect(engine="streaming")
    )
    if not found.height:
        return {"rows": 0, "tonnes": "0.000000000", "tkm": "0.000000", "by_code": {}}
    columns = ["activity_id", "mass_mg", "distance_m"]
    named = found.select("activity_id").unique().lazy()
    current = (
        workspace.scan("activity", columns=columns)
        .join(named, on="activity_id", how="semi")
        .collect(engine="streaming")
    )
    codes = found.join(current, on="activity_id", how="semi").sort("activity_id", "code")
    by_code = codes.group_by("code").len().sort("code")
    kgm = (pl.col("mass_mg") / 1e6 * pl.col("distance_m") + 0.5).floor().cast(pl.Int128)
    sums = current.select(pl.col("mass_mg").cast(pl.Int128).sum(), kgm.sum().alias("kgm"))
    return {
        "rows": current.height,
        "tonnes": decimal(int(sums["mass_mg"].item() or 0), 9),
        "tkm": decimal(int(sums["kgm"].item() or 0), 6),
        "by_code": dict(zip(by_code["code"], by_code["len"], strict=True)),
    }


def decimal(amount: int, places: int) -> str:
    """Give a whole number divided by a power of ten as decimal text, exactly."""
    sign = "-" if amount < 0 else ""
    whole, rest = divmod(abs(amount), 10**places)
    return f"{sign}{whole}.{rest:0{places}d}"
