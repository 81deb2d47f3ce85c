"""Hubs with several temperature classes: each bears the common part and what it alone causes."""

from __future__ import annotations

import polars as pl

from tanlu.account.allocation.divide import Divided, divide

__all__ = ["hub_shares"]


def hub_shares(totals: pl.DataFrame, members: pl.DataFrame) -> Divided:
    """Give the share of each outbound consignment in the emissions of its hub.

    Parameters
    ----------
    totals
        ``total_id``, ``group`` (the hub or its operation), ``co2e_ug`` and ``temperature_class``:
        null for what serves all goods, else the one class that causes it.
    members
        Outbound goods: ``activity_id``, ``group``, ``mass_mg``, ``temperature_class`` (null counts
        as ambient).

    Returns
    -------
    Divided
        As ``divide`` gives it; energy of a class that nothing left through is a finding (TL549).

    Notes
    -----
    g = E_common / T_all + E_class / T_class (ISO 14083:2023 annex H; GLEC v3 module 2). Outbound
    tonnes only: in plus out would halve the intensity.
    """
    named = members.with_columns(
        pl.col("temperature_class").fill_null("ambient"),
        pl.lit("hub.").alias("kind"),
        pl.lit(None, pl.String).alias("distance_type"),
    )
    by_class = pl.concat_str("group", pl.lit("|"), "temperature_class")
    lots = pl.concat([named, named.with_columns(by_class.alias("group"))])
    own = pl.col("temperature_class").is_not_null()
    keyed = totals.with_columns(pl.when(own).then(by_class).otherwise("group").alias("group"))
    return divide(keyed, lots)
