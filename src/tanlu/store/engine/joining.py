"""The match join: each activity finds the one interval of its key that was valid at its time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

__all__ = ["KEYS", "join_intervals", "told_apart"]

KEYS = ("kind", "vehicle_class", "energy_carrier", "temperature_class", "place")


def join_intervals(
    frame: pl.DataFrame | pl.LazyFrame,
    resolved: pl.DataFrame,
    at: str = "start",
    *,
    keys: tuple[str, ...] = KEYS,
    engine: str = "polars",
) -> pl.DataFrame:
    """Give every row of the frame with the resolved columns that hold for it, in its order.

    Parameters
    ----------
    frame
        Rows with the key columns and the instant ``at`` [us UTC].
    resolved
        Rows of schema ``resolved``: for each key disjoint intervals [valid_from, valid_to).
    at
        Column of the instant that decides.
    keys
        Columns compared; null equals null.
    engine
        ``polars``, or ``duckdb`` (extra duckdb) as one SQL join.

    Returns
    -------
    pl.DataFrame
        The frame's columns and those of ``resolved`` that are no key; where nothing matches they
        are null. A column of both names is the frame's.

    Notes
    -----
    Each key column becomes a small integer, all of them one packed integer; that leads to the
    first interval of the key, and the number of later intervals already begun leads to the row.
    So the cost is one look-up and one comparison for each interval beyond the first.
    """
    import polars as pl

    table = frame.lazy().collect()
    ordered = resolved.sort([*keys, "valid_from"], nulls_last=False, maintain_order=True)
    kept = [name for name in ordered.columns if name not in (*keys, *table.columns)]
    if engine == "duckdb":
        from tanlu.store.engine.duckdb_engine import join_duckdb

        return table.hstack(join_duckdb(table, ordered, kept, keys, at).get_columns())
    packed, codes = _packed(ordered, table, keys)
    firsts = _first_rows(packed, ordered)
    row = _row(codes.to_frame("code"), table[at], firsts)
    valid = row.is_not_null()
    if ordered.height:
        limits = ordered.select("valid_from", "valid_to").select(pl.all().gather(row))
        instant = table[at]
        valid = (limits["valid_from"] <= instant) & (instant < limits["valid_to"])
    row = pl.select(pl.when(valid).then(row))[:, 0] if table.height else row
    return table.hstack(ordered.select(pl.col(kept).gather(row)).get_columns())


def _packed(
    ordered: pl.DataFrame, table: pl.DataFrame, keys: tuple[str, ...]
) -> tuple[pl.Series, pl.Series]:
    """Give one integer for each row's key on both sides; null where no key can match."""
    import polars as pl

    left = right = pl.lit(0, pl.Int64)
    for key in keys:
        known = ordered[key].drop_nulls().unique().sort()
        kind = pl.Enum(known)
        size = len(known) + 1
        left = left * size + _code(key, kind)
        right = right * size + _code(key, kind)
    return ordered.select(left)[:, 0].rename("code"), table.select(right)[:, 0]


def _code(key: str, kind: pl.Enum) -> pl.Expr:
    import polars as pl

    # null has code 0; a text that no key has is null and matches nothing
    text = pl.col(key).cast(pl.String)
    code = text.cast(kind, strict=False).to_physical().cast(pl.Int64) + 1
    return pl.when(text.is_null()).then(0).otherwise(code)


def _first_rows(packed: pl.Series, ordered: pl.DataFrame) -> pl.DataFrame:
    """Give for each key the row of its first interval and the begins of the later ones."""
    import polars as pl

    grouped = (
        pl.DataFrame({"code": packed, "begin": ordered["valid_from"]})
        .with_row_index("first")
        .group_by("code", maintain_order=True)
        .agg(pl.col("first").first(), pl.col("begin").slice(1))
    )
    longest = grouped["begin"].list.len().max() or 0
    assert isinstance(longest, int)
    begins = [
        pl.col("begin").list.get(number, null_on_oob=True).alias(f"begin{number}")
        for number in range(longest)
    ]
    return grouped.select("code", pl.col("first").cast(pl.UInt32), *begins)


def _row(codes: pl.DataFrame, instants: pl.Series, firsts: pl.DataFrame) -> pl.Series:
    """Give for each code and instant the row of the interval that may hold it."""
    import polars as pl

    begins = [name for name in firsts.columns if name.startswith("begin")]
    joined = (
        codes.lazy()
        .with_columns(instant=instants)
        .join(firsts.lazy(), on="code", how="left", maintain_order="left")
    )
    begun = [
        (pl.col(name) <= pl.col("instant")).fill_null(value=False).cast(pl.UInt32)
        for name in begins
    ]
    row = pl.col("first")
    for later in begun:
        row = row + later
    return joined.select(row.alias("row")).collect()["row"]


def told_apart(frame: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """Give the rows of a frame that differ, and for each row which of them it is.

    Returns
    -------
    tuple
        Row numbers of the first of each, rising; and for each row of the frame the number of its
        first among them. A column that is null throughout tells nothing apart.

    Notes
    -----
    Rows are compared by two independent hashes of 64 bits, the second checked against that of
    the first row; should they ever disagree, every row is one of its own.
    """
    import polars as pl

    names = [name for name in frame.columns if frame[name].null_count() < frame.height]
    if not names:
        one = min(frame.height, 1)
        return pl.Series([0] * one, dtype=pl.UInt32), pl.zeros(frame.height, pl.UInt32, eager=True)
    first, second = frame.select(_mixed(names, seed).alias(str(seed)) for seed in (1, 2))
    ahead = first.arg_unique().sort()
    known = pl.DataFrame(
        [first.gather(ahead), pl.int_range(ahead.len(), dtype=pl.UInt32, eager=True).alias("_n")]
    )
    joined = first.to_frame().join(known, on=first.name, how="left", maintain_order="left")
    numbers = joined["_n"]
    if (second == second.gather(ahead).gather(numbers)).all():
        return ahead, numbers
    every = pl.int_range(frame.height, dtype=pl.UInt32, eager=True)
    return every, every


def _mixed(names: list[str], seed: int) -> pl.Expr:
    """Give a hash of all columns; each column is hashed under a seed of its own."""
    import polars as pl

    found = pl.lit(0, pl.UInt64)
    for number, name in enumerate(names):
        found = found ^ pl.col(name).hash(seed + 100 * number)
    return found
