"""The energy of own operations by source, from the lines of an inventory (ESRS E1-5)."""

from __future__ import annotations

import csv
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from tanlu.report.numbers import plain, quotient

if TYPE_CHECKING:
    import polars as pl

__all__ = ["energy_mix"]

JOULES_PER_MWH = 3_600_000_000
BOUGHT = "bought"
KINDS = ("energy.electricity", "energy.heat", "energy.cooling")
FUELS = ("coal", "oil", "gas", "other_fossil", "renewable_fuel")


@cache
def _classes() -> dict[str, str]:
    table = resources.files("tanlu.report.disclosure").joinpath("carriers.csv")
    rows = csv.DictReader(table.read_text(encoding="utf-8").splitlines())
    return {row["carrier"]: row["class"] for row in rows}


def energy_mix(lines: pl.DataFrame) -> dict[str, str | None]:
    """Give the energy of own operations by source [MWh], exactly, as decimal texts.

    Parameters
    ----------
    lines
        As `tanlu.report.organisation.lines` gives them, location-based: scopes 1 and 2 count, at
        the share that the inventory counts.

    Returns
    -------
    dict
        ``total_mwh``, fuels by class, ``bought_mwh``; ``fossil_mwh``, ``nuclear_mwh`` and
        ``renewable_mwh`` and the split of what was bought are null while its source is not known:
        the mix of a grid is no purchase of it. ``unclassed_mwh`` has no carrier of the table.

    References
    ----------
    ESRS E1-5 37, 38 and AR 32 (own operations; final energy as bought or generated).
    """
    import polars as pl

    own = lines.filter(
        pl.col("standing") == "counted", pl.col("scope").is_in([1, 2]), pl.col("gas").is_null(),
        pl.col("energy_j").is_not_null(),
    )  # fmt: skip
    summed = own.group_by("energy_carrier", "kind", "share").agg(
        pl.col("energy_j").cast(pl.Int128).sum()
    )
    sums: dict[str, Decimal] = {}
    for carrier, kind, share, joules in summed.iter_rows():
        name = _class(carrier, kind)
        sums[name] = sums.get(name, Decimal(0)) + Decimal(int(joules)) * Decimal(share or "0")
    told: dict[str, str | None] = {
        f"{name}_mwh": _mwh(sums.get(name, Decimal(0))) for name in (*FUELS, BOUGHT, "unclassed")
    }
    told["total_mwh"] = _mwh(sum(sums.values(), Decimal(0)))
    known = not sums.get(BOUGHT) and not sums.get("unclassed")
    fossil = sum((sums.get(name, Decimal(0)) for name in FUELS[:-1]), Decimal(0))
    told |= {
        "fossil_mwh": _mwh(fossil) if known else None,
        "renewable_mwh": _mwh(sums.get("renewable_fuel", Decimal(0))) if known else None,
        "nuclear_mwh": "0" if known else None,
        "bought_fossil_mwh": "0" if known else None,
        "bought_renewable_mwh": "0" if known else None,
        "own_renewable_mwh": None,
    }
    return told


def _class(carrier: str | None, kind: str) -> str:
    """Give the class of a carrier: its own, else that of the family it belongs to."""
    if carrier is None:
        return BOUGHT if kind in KINDS else "unclassed"
    name = carrier
    while name not in _classes() and "." in name:
        name = name.rsplit(".", 1)[0]
    return _classes().get(name, BOUGHT if kind in KINDS else "unclassed")


def _mwh(joules: Decimal) -> str:
    return plain(quotient(joules, JOULES_PER_MWH, 9) or Decimal(0))
