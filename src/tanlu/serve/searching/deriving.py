"""From legs and their emissions to one row a shipment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanlu.serve.searching.carrying import carried, nothing
from tanlu.serve.searching.places import Places
from tanlu.store.relational.search import COLUMNS, MODES, NOTHING, PARTED, TIERS, marked

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

__all__ = ["ACTIVITY", "EMISSION", "GROUPS", "derive", "kept", "key", "named"]

# by what a shipment is told, the nearest first
GROUPS = ("shipment", "consignment", "chain")
PLACED = ("origin", "destination", "place")
PARTIES = ("operator", "payer", "consignor", "consignee")
ACTIVITY = (
    "activity_id", "subject", *GROUPS, "leg_no", "kind", "start", "end", *PLACED, *PARTIES,
    "vehicle",
)  # fmt: skip
EMISSION = (
    "activity_id", "profile", "basis", "tier", "transport_kgm", "co2e_ug", "sigma_ln_ppm",
    "factor_id", "factor_hash",
)  # fmt: skip
# what a row of 64 bits holds at most
MOST = (1 << 63) - 1
# rows of a slice
AT_ONCE = 1_000


def key() -> pl.Expr:
    """Give of what a row is: ``shipment:X``, ``consignment:X`` or ``chain:X``, or null."""
    import polars as pl

    return pl.coalesce(pl.lit(f"{name}:") + pl.col(name) for name in GROUPS).alias("of")


def kept(emissions: pl.LazyFrame, profile: str) -> pl.LazyFrame:
    """Give the emissions that may be summed: of one profile, and not by market."""
    import polars as pl

    return emissions.filter(pl.col("profile") == profile, pl.col("basis") != "market")


def derive(
    legs: pl.LazyFrame,
    emissions: pl.LazyFrame,
    findings: pl.DataFrame,
    places: Places,
    held: pl.DataFrame | None = None,
) -> Iterator[list[tuple[Any, ...]]]:
    """Give the rows of the index of some shipments, a slice at a time.

    Slices are small: who answers meanwhile in the same process waits for one at most, and what
    lives at once is little to look through for what collects garbage.

    Parameters
    ----------
    legs
        ``of`` and the columns of `ACTIVITY`: all legs of each shipment.
    emissions
        ``of`` and the columns of `EMISSION`, see `kept`.
    findings
        ``subject`` and ``findings``: how many are about each.
    places
        Names of places, learnt on the way.
    held
        What was put into what, see `carrying.pairs`.
    """
    import polars as pl

    found = legs.collect(engine="streaming")
    if found.is_empty():
        return
    for name in PLACED:
        places.learn(found[name])
    told = _described(found)
    codes = carried(named(found), nothing() if held is None else held)
    for table in (_summed(emissions), _noticed(found, findings), codes):
        told = told.join(table, on="of", how="left")
    told = told.with_columns(
        pl.col("co2e_ug", "lower_ug", "upper_ug", "transport_kgm").fill_null(NOTHING),
        pl.col("tier").fill_null(-1),
        pl.col("quantified", "findings").fill_null(0),
    )
    told = told.sort("start", "of")
    for some in told.iter_slices(AT_ONCE):
        values = (column.to_list() for column in some.get_columns())
        yield [
            _row(dict(zip(told.columns, row, strict=True)), places)
            for row in zip(*values, strict=True)
        ]


def named(legs: pl.DataFrame) -> pl.DataFrame:
    """Give under which names shipments stand in events: of their legs, and their own."""
    import polars as pl

    own = legs.select("of", pl.col("of").alias("subject"))
    return pl.concat([legs.select("of", "subject").drop_nulls(), own]).unique()


def _described(legs: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    bits = {f"transport.{mode}": 1 << at for at, mode in enumerate(MODES)}
    mode = pl.col("kind").replace_strict(bits, default=0, return_dtype=pl.Int64)
    ordered = legs.sort("leg_no", "start", "activity_id").with_columns(_mode=mode)
    each = ("subject", *GROUPS, *PLACED, *PARTIES, "vehicle")
    return ordered.group_by("of", maintain_order=True).agg(
        pl.col("start").min(), pl.col("end").max(), pl.len().cast(pl.Int64).alias("legs"),
        pl.col("_mode").unique().sum().alias("modes"),
        pl.col("origin").drop_nulls().first().alias("first"),
        pl.col("destination").drop_nulls().last().alias("last"),
        *(pl.col(n).drop_nulls().unique(maintain_order=True).alias(f"every_{n}") for n in each),
    )  # fmt: skip


def _summed(emissions: pl.LazyFrame) -> pl.DataFrame:
    import polars as pl

    from tanlu.account.uncertainty import combine

    rows = emissions.with_columns(
        _tier=pl.col("tier").replace_strict(
            {name: at for at, name in enumerate(TIERS)}, default=0, return_dtype=pl.Int64
        ),
    ).collect(engine="streaming")
    # a leg that has a share of several receipts moves its goods once, as each boundary tells it
    legs = rows.group_by("of", "activity_id").agg(
        pl.col("transport_kgm").max(), pl.col("_tier").min()
    )
    sums = legs.group_by("of").agg(
        pl.col("transport_kgm").sum(),
        pl.col("_tier").min().alias("tier"),
        pl.col("activity_id").n_unique().cast(pl.Int64).alias("quantified"),
    )
    ends = pl.col("lower_ug", "upper_ug").clip(-MOST, MOST).cast(pl.Int64)
    amounts = combine(rows, ["of"]).with_columns(
        pl.col("co2e_ug").cast(pl.Int64, strict=False), ends
    )
    return sums.join(amounts.drop("sigma_ln_ppm"), on="of", how="left")


def _noticed(legs: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    about = pl.concat(
        [
            legs.select("of", (pl.lit("activity:") + pl.col("activity_id")).alias("subject")),
            legs.select("of", "subject").drop_nulls(),
            legs.select("of", pl.col("of").alias("subject")),
        ]
    ).unique()
    counted = about.join(findings, on="subject").group_by("of")
    return counted.agg(pl.col("findings").sum().cast(pl.Int64))


def _rounded(part: int, whole: int) -> int:
    """Round half away from zero, as the page of a shipment does."""
    size = (2 * abs(part) + whole) // (2 * whole)
    return size if part >= 0 else -size


def _row(row: dict[str, Any], places: Places) -> tuple[Any, ...]:
    of = row["of"]
    amount, activity = row["co2e_ug"], row["transport_kgm"]
    told = amount != NOTHING
    parties = list(dict.fromkeys(each for name in PARTIES for each in row[f"every_{name}"]))
    codes = [each for name in PLACED for each in row[f"every_{name}"]]
    pieces = [each for name in GROUPS for each in row[f"every_{name}"]]
    pieces += [each.partition(":")[2] or each for each in row["every_subject"]]
    # a box, a container or a vehicle leads to what it carried
    pieces += [each.partition(":")[2] or each for each in row["codes"] or ()]
    pieces += row["every_vehicle"]
    pieces += [*parties, *codes, *(name for code in codes for name in places.names(code))]
    made = {
        **{name: row[name] for name in ("start", "end", "modes", "tier", "legs", "findings")},
        "subject": of, "name": of.partition(":")[2], "co2e_ug": amount,
        **{end: row[end] if told else NOTHING for end in ("lower_ug", "upper_ug")},
        # mg of CO2e a tonne-kilometre
        "intensity": _rounded(amount * 1000, activity) if told and activity > 0 else NOTHING,
        "transport_kgm": activity if activity > 0 else NOTHING,
        "unquantified": row["legs"] - row["quantified"],
        "payers": PARTED + "".join(each + PARTED for each in row["every_payer"]),
        "parties": PARTED.join(parties), "origin": row["first"], "destination": row["last"],
        "text": marked(
            " ".join(dict.fromkeys(pieces)), row["modes"], row["tier"], row["findings"]
        ),
    }  # fmt: skip
    return tuple(made[name] for name in COLUMNS)
