"""Give the life-cycle stage of a leg: the activity's own, else by the rules of ``stages.csv``.

The six stages of e-commerce (production, warehousing, trunk, delivery, returns, disposal) and use.
Returns are never guessed: an activity says that it is one.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from tanlu.account.rules import rows

__all__ = ["STAGES", "stage"]

STAGES = ("production", "warehousing", "trunk", "delivery", "returns", "use", "disposal")


def stage() -> pl.Expr:
    """Give the stage of a row with columns stage, kind and vehicle_class; null where none fits.

    The first rule whose kind and vehicle class are the row's, or a family of them, holds.
    """
    return pl.coalesce("stage", *_rules()).alias("stage")


@cache
def _rules() -> tuple[pl.Expr, ...]:
    return tuple(
        pl.when(_within("kind", row["kind"]), _within("vehicle_class", row["vehicle_class"])).then(
            pl.lit(row["stage"])
        )
        for row in rows("legs/stages.csv")
    )


def _within(name: str, family: str) -> pl.Expr:
    if not family:
        return pl.lit(value=True)
    same = (pl.col(name) == family) | pl.col(name).str.starts_with(f"{family}.")
    return same.fill_null(value=False)
