"""Faults of real data, injected at known rates, each told in the truth."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from tanlu.simulate.draw import bits
from tanlu.simulate.stated import table

if TYPE_CHECKING:
    from tanlu.simulate.network import Plan

__all__ = ["Dirt", "soil"]

_PPM = 1_000_000


@dataclass(frozen=True, slots=True)
class Dirt:
    """Shares [1] of legs with each fault; a leg has at most one, a copy is a row of its own.

    ``duplicate`` the same row again; ``near_duplicate`` again with another mass by 1 % and a
    later start; ``slip`` mass x 1000; ``missing`` no mass; ``mode`` a mode that does not fit the
    vehicle; ``dates`` start and end swapped; ``encoding`` UTF-8 read as GB 18030; ``outage`` the
    row never arrived because its operator was silent that day.
    """

    duplicate: float = 0.0
    near_duplicate: float = 0.0
    slip: float = 0.0
    missing: float = 0.0
    mode: float = 0.0
    dates: float = 0.0
    encoding: float = 0.0
    outage: float = 0.0

    @classmethod
    def usual(cls) -> Dirt:
        """Give the faults of an ordinary month: 2.3 % of rows."""
        return cls(0.006, 0.002, 0.002, 0.004, 0.003, 0.002, 0.003, 0.001)


_NAMES = [field.name for field in fields(Dirt)]


def soil(made: Plan, legs: pl.DataFrame, bare: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give the legs with their faults, and the truth about every leg and every faulty row.

    Returns
    -------
    tuple
        Rows in order with copies at the end; ``truth`` with ``line`` [from 0, null: lost],
        ``waybill, leg_no, mass_g, energy_j, dirt, was``.
    """
    truth = pl.DataFrame(
        {
            "waybill": legs["waybill"],
            "leg_no": bare["leg_no"],
            "mass_g": bare["mass_g"],
            "energy_j": bare["energy_j"],
            "dirt": _chosen(made, bare),
        }
    )
    both = legs.with_columns(truth["dirt"], pl.int_range(legs.height, dtype=pl.Int64).alias("leg"))
    kept = _faulty(both.filter(pl.col("dirt").ne_missing("outage")))
    copies = both.filter(pl.col("dirt").is_in(["duplicate", "near_duplicate"]))
    kept = pl.concat([kept, _copied(copies)]).with_row_index("line")
    lines = kept.select(pl.col("line").cast(pl.Int64), "leg", "copy")
    told = (
        truth.with_row_index("leg")
        .with_columns(pl.col("leg").cast(pl.Int64), _was(legs, truth["dirt"]).alias("was"))
        .join(lines, on="leg", how="left", maintain_order="left_right")
        .with_columns(_told_dirt())
        .sort("line", nulls_last=True, maintain_order=True)
        .select("line", "waybill", "leg_no", "mass_g", "energy_j", "dirt", "was")
    )
    return kept.select(legs.columns), told


def _told_dirt() -> pl.Expr:
    # the first row of a pair is clean, its copy carries the fault
    original = pl.col("dirt").is_in(["duplicate", "near_duplicate"]) & ~pl.col("copy")
    return pl.when(~original.fill_null(value=False)).then("dirt").alias("dirt")


def _chosen(made: Plan, bare: pl.DataFrame) -> pl.Series:
    """Draw the fault of each leg, null for none; an outage strikes whole days of an operator."""
    rates = [round(getattr(made.dirt, name) * _PPM) for name in _NAMES[:-1]]
    if not any(rates) and not made.dirt.outage:
        return pl.Series([None], dtype=pl.String).new_from_index(0, bare.height)
    key = bare["n"] * 16 + bare["leg_no"].cast(pl.UInt64) + 8 * bare["back"].cast(pl.UInt64)
    drawn = (bits(key, made.seed, 61) % _PPM).cast(pl.Int64)
    found: pl.Expr = pl.lit(None, dtype=pl.String)
    edge = sum(rates)
    for name, rate in reversed(list(zip(_NAMES[:-1], rates, strict=True))):
        found = pl.when(drawn < edge).then(pl.lit(name)).otherwise(found) if rate else found
        edge -= rate
    silent = (bare["start"] // 1440 * 64 + bare["source"]).cast(pl.UInt64)
    lost = bits(silent, made.seed, 62) % _PPM < round(made.dirt.outage * _PPM)
    return pl.select(pl.when(lost).then(pl.lit("outage")).otherwise(found)).to_series()


def _faulty(rows: pl.DataFrame) -> pl.DataFrame:
    is_a = {name: pl.col("dirt").eq_missing(pl.lit(name)) for name in _NAMES}
    mass = pl.col("mass_kg")
    wrong = pl.col("mode").replace_strict(_WRONG, default="road")
    swap = is_a["dates"]
    return rows.with_columns(
        pl.when(is_a["slip"]).then(mass * 1000).when(is_a["missing"]).then(None).otherwise(mass)
        .alias("mass_kg"),
        pl.when(is_a["mode"]).then(wrong).otherwise("mode").alias("mode"),
        pl.when(swap).then("end").otherwise("start").alias("start"),
        pl.when(swap).then("start").otherwise("end").alias("end"),
        pl.when(is_a["encoding"]).then(pl.col("goods").replace(_damaged())).otherwise("goods")
        .alias("goods"),
        pl.lit(value=False).alias("copy"),
    )  # fmt: skip


# what a clerk picks by mistake: the neighbour in the list
_WRONG = {"road": "rail", "rail": "air", "air": "sea", "inland": "road", "sea": "inland",
          "sorting": "road", "transfer": "sorting"}  # fmt: skip


def _copied(rows: pl.DataFrame) -> pl.DataFrame:
    near = pl.col("dirt") == "near_duplicate"
    return rows.with_columns(
        pl.when(near).then((pl.col("mass_kg") * 1010).floor() / 1000).otherwise("mass_kg")
        .alias("mass_kg"),
        pl.when(near).then(pl.col("start") + pl.duration(minutes=7)).otherwise("start")
        .alias("start"),
        pl.lit(value=True).alias("copy"),
    )  # fmt: skip


def _was(legs: pl.DataFrame, dirt: pl.Series) -> pl.Series:
    """Give what stood in the damaged field, as text."""
    start = pl.col("start").dt.to_string("%Y-%m-%d %H:%M")
    return (
        legs.with_columns(dirt.alias("dirt"))
        .select(
            pl.when(pl.col("dirt").is_in(["slip", "missing", "near_duplicate"]))
            .then(pl.col("mass_kg").cast(pl.String))
            .when(pl.col("dirt") == "mode").then("mode")
            .when(pl.col("dirt") == "dates").then(start)
            .when(pl.col("dirt") == "encoding").then("goods")
        )
        .to_series()
        if dirt.null_count() < dirt.len()
        else pl.Series([None], dtype=pl.String).new_from_index(0, legs.height)
    )  # fmt: skip


@cache
def _damaged() -> dict[str, str]:
    return {
        row["zh"]: row["zh"].encode().decode("gb18030", errors="replace") for row in table("goods")
    }
