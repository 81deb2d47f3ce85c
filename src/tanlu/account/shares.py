"""Share a whole number by weights so that the shares add up to it, to the last microgram.

Largest remainder (Hamilton): every share is the whole part of total · weight / sum of weights, and
what is left goes, one each, to the largest remainders; equal remainders fall to the smaller id. The
result depends neither on the order of rows nor on threads, and minus the total gives minus the
shares. ISO 14083:2023 12 asks for nothing more than that nothing is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["allocate", "shared"]


def allocate(amount: int, weights: Sequence[int], ids: Sequence[str] | None = None) -> list[int]:
    """Give the share of each weight in an amount; the shares add up to the amount.

    Parameters
    ----------
    amount
        Whole number [µg].
    weights
        Whole numbers, none negative.
    ids
        Names that settle equal remainders; positions by default.

    Raises
    ------
    TanluError
        TL513 when a weight is negative or all are zero while the amount is not.
    """
    names = (
        list(ids) if ids is not None else [f"{position:012d}" for position in range(len(weights))]
    )
    frame = pl.DataFrame(
        {"_group": [""] * len(names), "_id": names, "_weight": list(weights)},
        schema={"_group": pl.String, "_id": pl.String, "_weight": pl.Int64},
    ).with_columns(pl.lit(amount, pl.Int64).alias("amount"))
    return shared(frame, "_group", "_id", "_weight", ["amount"])["amount"].to_list()


def shared(
    frame: pl.DataFrame, group: str, key: str, weight: str, amounts: Iterable[str]
) -> pl.DataFrame:
    """Give the frame with each amount replaced by the row's share of it within its group.

    Parameters
    ----------
    frame
        One row for each taker; every row of a group holds the whole amounts of the group.
    group, key, weight
        Names of the columns: the group, what settles equal remainders, the weight (int64).
    amounts
        Names of int64 columns; a null amount stays null.

    Raises
    ------
    TanluError
        TL513 when a weight is null or negative, or all of a group are zero.

    Notes
    -----
    Products are Int128: a total up to 9.2e18 times a sum of weights up to 1.8e19.
    """
    _weighable(frame, group, weight)
    order = "_order"
    work = frame.with_row_index(order).with_columns(pl.col(weight).cast(pl.Int128).alias("_w"))
    work = work.with_columns(pl.col("_w").sum().over(group).alias("_sum"))
    for name in amounts:
        product = pl.col(name).cast(pl.Int128).abs() * pl.col("_w")
        work = (
            work.with_columns((product // pl.col("_sum")).alias("_whole"))
            .with_columns((product - pl.col("_whole") * pl.col("_sum")).alias("_rest"))
            .sort([group, "_rest", key], descending=[False, True, False], nulls_last=True)
            .with_columns(
                pl.int_range(pl.len()).over(group).alias("_rank"),
                (pl.col(name).cast(pl.Int128).abs() - pl.col("_whole").sum())
                .over(group)
                .alias("_left"),
            )
            .with_columns(
                (
                    pl.col(name).sign()
                    * (pl.col("_whole") + (pl.col("_rank") < pl.col("_left")).cast(pl.Int128)).cast(
                        pl.Int64
                    )
                ).alias(name)
            )
        )
    return work.sort(order).select(frame.columns)


def _weighable(frame: pl.DataFrame, group: str, weight: str) -> None:
    bad = (
        frame.group_by(group)
        .agg(
            (pl.col(weight).is_null() | (pl.col(weight) < 0)).any().alias("wrong"),
            (pl.col(weight) == 0).all().alias("empty"),
        )
        .filter(pl.col("wrong") | pl.col("empty"))
    )
    if bad.height:
        why = "a weight is missing or negative" if bad["wrong"].any() else "all weights are zero"
        raise TanluError("TL513", value=bad[group].to_list()[0], why=why)
