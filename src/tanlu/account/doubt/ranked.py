"""What would most reduce the doubt: causes ranked by what is left if each were measured."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import polars as pl

from tanlu.account.doubt.linear import sums

if TYPE_CHECKING:
    from tanlu.account.doubt.apart import Causes
    from tanlu.factors import Library

__all__ = ["MEASURED", "ranking"]

# σ of metered energy and of the factor of its carrier: ln 1.05 / 2 (ecoinvent 2: combustion 1.05)
MEASURED = math.log(1.05) / 2
SHAPE = {
    "cause": pl.String, "of": pl.String, "variance": pl.Float64, "after": pl.Float64,
}  # fmt: skip


def ranking(found: Causes, library: Library | None = None) -> pl.DataFrame:
    """Give every cause with what measuring it would take from the doubt of the whole sum.

    Parameters
    ----------
    found
        As ``causes`` gives it.
    library
        Names the factors.

    Returns
    -------
    DataFrame
        ``cause``, ``of`` (factor, assumption, meter, gwp, data or kind), ``label``,
        ``share_ppm`` of the variance (first order), ``fall_ppm`` of the variance if it were
        measured, ``now_ug`` and ``then_ug`` (half of the 95 % interval, float64), largest fall
        first. Causes of different sorts overlap: a kind holds the factors of its rows.

    Notes
    -----
    First order: S_c = V_c / V with V = Σ_c V_c, V_c = (Σ x·σ_c)². Measured: σ_c becomes at most
    that of metered energy, 0.0244; a kind that is measured has the error of one carrier's factor
    in common and that of its own meters, and none of its factors and assumptions. A warming
    potential is nothing that a reporter can measure: it stays.
    """
    shared = sums(found, ()).with_columns((pl.col("weighed") ** 2).alias("variance"))
    own, own_then = _own(found.rows)
    total = float(shared["variance"].sum()) + own
    lots = _capped(found)
    causes = shared.join(lots, on="cause").select(
        "cause",
        "of",
        "variance",
        pl.when(pl.col("of") == "gwp")
        .then(total)
        .otherwise(total - pl.col("variance") + pl.col("_then") ** 2)
        .alias("after"),
    )
    data = pl.DataFrame([("data", "data", own, total - own + own_then)], SHAPE, orient="row")
    table = pl.concat([causes, data, _kinds(found, shared, own)]).filter(pl.col("variance") > 0)
    half = 1.96 * math.sqrt(total)
    return (
        table.with_columns(
            _ppm(pl.col("variance") / total).alias("share_ppm"),
            _ppm(1 - pl.col("after") / total).alias("fall_ppm"),
            pl.lit(half).alias("now_ug"),
            (1.96 * pl.col("after").clip(0.0).sqrt()).alias("then_ug"),
            _label(table, library).alias("label"),
        )
        .select("cause", "of", "label", "share_ppm", "fall_ppm", "now_ug", "then_ug")
        .sort("fall_ppm", "share_ppm", "cause", descending=[True, True, False])
    )


def _capped(found: Causes) -> pl.DataFrame:
    """Give Σ x·min(σ, measured) of each shared cause."""
    low = found.parts.with_columns(pl.col("sigma").clip(upper_bound=MEASURED))
    then = sums(found._replace(parts=low), ())
    return then.select("cause", pl.col("weighed").alias("_then"))


def _own(rows: pl.DataFrame) -> tuple[float, float]:
    """Give the variance of what is not shared, as it is and measured."""
    each = rows.sort("own", "case").group_by("own", maintain_order=True).agg(
        (pl.col("amount") * pl.col("own_sigma")).sum().alias("now"),
        (pl.col("amount") * pl.col("own_sigma").clip(upper_bound=MEASURED)).sum().alias("then"),
    )  # fmt: skip
    now, then = each.select((pl.col("now", "then") ** 2).sum()).row(0)
    return float(now), float(then)


def _kinds(found: Causes, shared: pl.DataFrame, own: float) -> pl.DataFrame:
    """Give the variance that each kind of activity has, and the whole one if it were measured."""
    mine = sums(found, ["kind"]).rename({"weighed": "mine"})
    crossed = shared.select("cause", "weighed").join(
        mine.select("kind").unique(), how="cross"
    ).join(mine.drop("of"), on=["kind", "cause"], how="left").with_columns(
        pl.col("mine").fill_null(0.0)
    )  # fmt: skip
    left = crossed.sort("kind", "cause").group_by("kind", maintain_order=True).agg(
        ((pl.col("weighed") - pl.col("mine")) ** 2).sum().alias("rest"),
        (pl.col("mine") ** 2).sum().alias("shared"),
    )  # fmt: skip
    found_kinds = []
    for kind, rest, variance in left.iter_rows():
        rows = found.rows.filter(pl.col("kind").eq_missing(pl.lit(kind)))
        amount = float(rows["exact"].sum() or 0)
        now, then = _own(rows)
        after = rest + (amount * MEASURED) ** 2 + own - now + then
        found_kinds.append((f"kind:{kind}", "kind", variance + now, after))
    return pl.DataFrame(found_kinds, SHAPE, orient="row")


def _ppm(share: pl.Expr) -> pl.Expr:
    return (share.fill_nan(0.0) * 1_000_000).round().cast(pl.Int64)


def _label(table: pl.DataFrame, library: Library | None) -> pl.Expr:
    """Give what a cause is about: codes and kinds as they are, factors by class, carrier, place."""
    bare = pl.col("cause").str.splitn(":", 2).struct.field("field_1").fill_null(pl.col("cause"))
    if library is None:
        return bare
    about = ("vehicle_class", "energy_carrier", "technology", "material", "place")
    said = library.factors.select(
        "factor_id",
        pl.concat_str(
            pl.when(pl.col("vehicle_class").is_null() & pl.col("energy_carrier").is_null()
                    & pl.col("material").is_null()).then("activity"),
            *(pl.col(name).cast(pl.String).replace("", None) for name in about),
            separator=" · ", ignore_nulls=True,
        ).alias("said"),
    )  # fmt: skip
    first = bare.str.split("+").list.first()
    wanted = table.filter(pl.col("of") == "factor").select(
        first.alias("factor_id")).unique()  # fmt: skip
    names = dict(said.join(wanted, on="factor_id", how="semi").iter_rows())
    return (
        pl.when(pl.col("of") == "factor")
        .then(first.replace_strict(names, default=None, return_dtype=pl.String).fill_null(bare))
        .otherwise(bare)
    )
