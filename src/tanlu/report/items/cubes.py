"""What is kept of a ledger's emissions, so that a page need not read them: cells by local day.

Profiles and bases stay apart, boundaries too; what is no transport is known by kind alone. A
period that is not of whole days, or of whole months where shipments are counted, is scanned.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from tanlu.report.items.totals import (
    ONCE,
    beyond,
    further,
    of_receipts,
    of_transport,
    one_sum,
    within,
)
from tanlu.store.cube import Cube, Lack, cells, extend
from tanlu.terms import schema

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    import polars as pl

    from tanlu.terms import Progress

__all__ = ["carry", "counted", "day_of", "kept_cells", "lacking", "ready", "summed_cells"]

# of a whole day a clock can be set back past midnight, and a whole day can be left out
QUARTER, AROUND = 900_000_000, 100
KINDS = (
    "profile", "basis", "kind", "tier", "factor_id", "assumptions", "energy_carrier", "boundary",
)  # fmt: skip
LANES = ("profile", "basis", "kind", "place", "origin", "destination")
# by what cells are told apart, beside their day
KEYS = {"kinds": (*KINDS, "transport"), "lanes": LANES}


def day_of(zone: str) -> pl.Expr:
    """Give the local date on which a row starts."""
    import polars as pl

    utc = pl.from_epoch("start", time_unit="us").dt.replace_time_zone("UTC")
    return utc.dt.convert_time_zone(zone).dt.date().alias("day")


def carry(workspace: Any) -> Iterator[Progress]:
    """Bring what is kept of a ledger up to its newest version, and onto the disk."""
    yield from extend(workspace, _sums(workspace))
    yield from extend(workspace, _lacks(workspace))


def ready(workspace: Any) -> bool:
    """Tell whether what is kept answers soon; if not, `carry` it, beside whoever asks."""
    import polars as pl

    every: list[Cube | Lack] = [*_sums(workspace), *_lacks(workspace)]
    return all(cells(workspace, each, pl.lit(value=False)) is not None for each in every)


def _sums(workspace: Any) -> list[Cube]:
    return [_cube(name, str(workspace.zone)) for name in ("kinds", "again", "lanes", "names")]


def _lacks(workspace: Any) -> list[Lack]:
    """Give what is kept of each profile that the ledger holds."""
    held = kept_cells(workspace)
    profiles = [] if held is None else held["profile"].unique().sort().to_list()
    return [_lack(profile, str(workspace.zone)) for profile in profiles]


def kept_cells(workspace: Any, *, as_of: int | None = None) -> pl.DataFrame | None:
    """Give the cells ``kinds`` of all emissions, whatever their profile; None if they must be read.

    Columns as `summed_cells` says; no sum of them is legal before one profile was chosen.
    """
    return _kept(workspace, "kinds", None, as_of)


def summed_cells(
    workspace: Any,
    name: str,
    span: tuple[int, int] | None,
    *,
    as_of: int | None = None,
    profile: str | None = None,
    basis: str | None = None,
) -> tuple[pl.DataFrame, str, str]:
    """Give the cells of a period that may be summed, with their profile and basis.

    Parameters
    ----------
    name
        ``kinds`` has the keys profile, basis, kind, tier, factor_id, assumptions, energy_carrier,
        boundary, transport (whether it is of a transport chain) and day; ``lanes`` has profile,
        basis, kind, place, origin, destination and day, of transport alone.
    span
        Half-open time [us UTC] in which rows start; all time without one.

    Returns
    -------
    tuple
        Cells with co2e_ug, transport_kgm, legs and, of ``kinds``, weighed_ug, Σ co2e · σ
        [µg, millionths], in 128 bits, and ``rows``; profile; basis.

    Raises
    ------
    TanluError
        TL801 for a sum across profiles or bases.
    """
    kinds = _kept(workspace, "kinds", span, as_of) if basis != "market" else None
    if kinds is not None:
        _, chosen, ground = one_sum(kinds.lazy(), profile, basis)
        held = kinds if name == "kinds" else _kept(workspace, name, span, as_of)
        shares = _kept(workspace, "again", span, as_of)
        if held is not None and shares is not None:
            pair = (one_sum(each.lazy(), chosen, ground)[0].collect() for each in (held, shares))
            return _once(name, *pair), chosen, ground
    # by market a row by location stands for what has no twin: that is told row by row
    rows = within(workspace.scan("emission", as_of=as_of), span)
    rows, chosen, ground = one_sum(rows, profile, basis)
    zone = str(workspace.zone)
    pair = (_cube(each, zone).of(rows) for each in (name, "again"))
    return _once(name, *pair), chosen, ground


def _once(name: str, cells: pl.DataFrame, shares: pl.DataFrame) -> pl.DataFrame:
    """Take from cells what legs tell again of a further receipt of their round."""
    import polars as pl

    again = further(shares)
    if again.is_empty():
        return cells
    by, sums = [*KEYS[name], "day"], ("transport_kgm", "legs")
    less = again.group_by(by).agg(pl.col(each).sum().alias(f"_{each}") for each in sums)
    both = cells.join(less, on=by, how="left", nulls_equal=True, maintain_order="left")
    left = (pl.col(each) - pl.col(f"_{each}").fill_null(0) for each in sums)
    return both.with_columns(left).select(cells.columns)


def counted(
    workspace: Any, span: tuple[int, int] | None, *, as_of: int | None, profile: str, basis: str
) -> int:
    """Give how many shipments, else consignments, the transport rows of a period are of."""
    import polars as pl

    found = _kept(workspace, "names", span, as_of) if basis != "market" else None
    if found is not None:
        return one_sum(found.lazy(), profile, basis)[0].collect()["name"].n_unique()
    rows = within(workspace.scan("emission", as_of=as_of), span)
    rows = one_sum(rows, profile, basis)[0]
    named = rows.filter(of_transport(rows)).select(pl.coalesce("shipment", "consignment"))
    count = pl.all().drop_nulls().n_unique()
    return int(named.select(count).collect(engine="streaming").item())


def lacking(
    workspace: Any, span: tuple[int, int] | None, profile: str, *, as_of: int | None = None
) -> int | None:
    """Give how many activities of transport no row of a profile is of; None if it must be scanned.

    Of a period, and of kinds that the profile accounts for. As
    `tanlu.report.items.totals.unquantified`, where a row starts when its activity does.
    """
    import polars as pl

    zone = str(workspace.zone)
    where = _days(span, zone)
    if where is None:
        return None
    where &= pl.col("transport") & ~beyond(profile)
    found = cells(workspace, _lack(profile, zone), where, as_of=as_of)
    return None if found is None else found.height


def _kept(
    workspace: Any, name: str, span: tuple[int, int] | None, as_of: int | None
) -> pl.DataFrame | None:
    zone = str(workspace.zone)
    where = _days(span, zone, months=name == "names")
    if where is None:
        return None
    return cells(workspace, _cube(name, zone), where, as_of=as_of)


def _days(span: tuple[int, int] | None, zone: str, *, months: bool = False) -> pl.Expr | None:
    """Tell which local days a period is of; None where it is not of whole days, or months."""
    import polars as pl

    if span is None:
        return pl.lit(value=True)
    first, last = (_begins(at, zone) for at in span)
    if first is None or last is None or (months and (first.day, last.day) != (1, 1)):
        return None
    return pl.col("day").is_between(pl.lit(first), pl.lit(last), closed="left")


@cache
def _begins(at: int, zone: str) -> dt.date | None:
    """Give the local day that begins at an instant; None where none does, or days overlap there."""
    import polars as pl

    near = [at + step * QUARTER for step in range(-AROUND, AROUND)]
    days = pl.DataFrame({"start": [*near, at - 1]}).select(day_of(zone))["day"].to_list()
    *around, eve = days
    first: dt.date = around[AROUND]
    before, after = around[:AROUND], around[AROUND:]
    return first if max([*before, eve]) < first <= min(after) else None


@cache
def _cube(name: str, zone: str) -> Cube:
    import polars as pl

    transport = of_transport(schema("emission").empty().lazy())
    once = pl.col("boundary").is_in(ONCE) & pl.col("gas").is_null()
    sums = (
        pl.col("co2e_ug"),
        pl.when(once).then("transport_kgm").alias("transport_kgm"),
        once.cast(pl.Int64).alias("legs"),
    )
    day = day_of(zone)
    if name == "kinds":
        weighed = (pl.col("co2e_ug").cast(pl.Int128) * pl.col("sigma_ln_ppm")).alias("weighed_ug")
        keys = (*map(pl.col, KINDS), transport.alias("transport"), day)
        return Cube(name, "emission", keys, (*sums, weighed))
    if name == "again":
        shared, receipts = of_receipts()
        keys = (*map(pl.col, dict.fromkeys(KINDS + LANES)), transport.alias("transport"), day,
                *receipts)  # fmt: skip
        return Cube(name, "emission", keys, sums[1:], shared)
    if name == "lanes":
        return Cube(name, "emission", (*map(pl.col, LANES), day), sums, transport)
    # of a month, for a name has many days
    named = pl.coalesce("shipment", "consignment").alias("name")
    keys = (pl.col("profile"), pl.col("basis"), day.dt.truncate("1mo").alias("day"), named)
    return Cube(name, "emission", keys, (), transport & named.is_not_null())


@cache
def _lack(profile: str, zone: str) -> Lack:
    import polars as pl

    transport = of_transport(schema("activity").empty().lazy())
    name = f"lacking.{sha256(profile.encode()).hexdigest()[:8]}"
    return Lack(
        name, "activity", "activity_id", "emission", ("activity_id", "share_of"),
        (day_of(zone), pl.col("kind"), transport.alias("transport")), pl.col("profile") == profile,
    )  # fmt: skip
