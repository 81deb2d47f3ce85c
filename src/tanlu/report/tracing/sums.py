"""Sums of a trace with their 95 % intervals: what shares a factor errs together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanlu.account import combine
from tanlu.report.numbers import exact, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

__all__ = ["amount", "summed"]

# a kilogram has 10^9 micrograms
MICRO = 9


def summed(rows: pl.DataFrame, by: Sequence[str] = ()) -> dict[Any, dict[str, str]]:
    """Give each group's amount and interval; of no rows there is no sum, not nothing.

    The key is the value of the one column, the values of several, or ``None`` without any.
    """
    if rows.is_empty():
        return {}
    found = {}
    for row in combine(rows, by).iter_rows(named=True):
        key = None if not by else row[by[0]] if len(by) == 1 else tuple(row[name] for name in by)
        found[key] = amount(row["co2e_ug"], row["lower_ug"], row["upper_ug"])
    return found


def amount(co2e_ug: int, lower_ug: int, upper_ug: int) -> dict[str, str]:
    """Give an amount and its interval as decimal texts, in micrograms and in kilograms."""
    said = {"co2e_ug": str(co2e_ug), "lower_ug": str(lower_ug), "upper_ug": str(upper_ug)}
    for name, value in (("co2e", co2e_ug), ("lower", lower_ug), ("upper", upper_ug)):
        said[f"{name}_kg"] = plain(exact(value, MICRO))
    return said
