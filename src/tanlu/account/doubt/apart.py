"""Take the error of each emission apart into causes: those it shares with others and its own.

The variance of ln of a row is the sum of the variances of its causes (IPCC 2006 vol. 1 ch. 3,
equation 3.1). A cause that stands on many rows errs alike on all of them: the factor, the code of
an assumption, the meter, a warming potential. What is left to a row alone is the quality of its
own data; rows of one activity, and shares of one total, have it in common.
"""

from __future__ import annotations

import csv
import math
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from tanlu.account.doubt.pedigree import RELIABILITY, factor_sigmas
from tanlu.account.rules import assumptions
from tanlu.factors import assumption as factor_assumption

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tanlu.factors import Library

__all__ = ["KINDS", "Causes", "causes", "told"]

MILLIONTHS = 1e6
KINDS = ("factor", "assumption", "meter", "gwp", "data")
LOGNORMAL = "lognormal"
# codes that say how a total was shared: inside the total these errors cancel
SHARED_OUT = "A-ROUND"
# what an emission row need not have
ABSENT: dict[str, Any] = {
    "activity_id": pl.String, "share_of": pl.String, "kind": pl.String, "method": pl.String,
    "tier": pl.String, "factor_id": pl.String, "factor_hash": pl.String, "assumptions": pl.String,
    "boundary": pl.String, "gwp_set": pl.String, "source_device": pl.String,
    "co2e_ug": pl.Int64, "ch4_fossil_ug": pl.Int64, "ch4_bio_ug": pl.Int64, "n2o_ug": pl.Int64,
}  # fmt: skip
CASE = ("kind", "tier", "factor_id", "assumptions", "_sigma", "quality", "_meter")
OWN_LOT = ("own", "case", "kind")


class Causes(NamedTuple):
    """Amounts by case and owner, and the causes that each case shares.

    ``rows``: the columns of ``by``, ``kind``, ``case``, ``own`` (who bears the error that is not
    shared), ``own_sigma``, ``amount`` [µg], ``exact`` (Int128, µg). ``parts``: ``case``,
    ``cause``, ``of`` (factor, assumption, meter, gwp), ``sigma``, ``law``.
    """

    rows: pl.DataFrame
    parts: pl.DataFrame
    by: tuple[str, ...]

    @property
    def cases(self) -> int:
        """The number of cases: rows of one case have the same causes."""
        return int(self.rows["case"].max() or 0) + 1 if self.rows.height else 0  # type: ignore[arg-type]


def causes(
    frame: pl.DataFrame,
    by: Sequence[str] = (),
    *,
    amount: str = "co2e_ug",
    library: Library | None = None,
    gwp: bool = False,
) -> Causes:
    """Give the error of emission rows taken apart into causes.

    Parameters
    ----------
    frame
        Emission rows of one profile, basis and GWP set; of them ``sigma_ln_ppm`` and the amount
        are needed. Beside them ``quality`` and ``source_device`` of the activities where ``told``
        gave them: without quality nothing is anyone's own, and errors of one factor never cancel.
    by
        Columns by which the results shall be cut.
    amount
        Which column is summed [µg]: co2e_ug, or counted_ug of an inventory's lines.
    library
        Parts a vehicle's curve from its carrier and knows the factors' distributions.
    gwp
        Whether the warming potentials err too (IPCC AR6 WG1 table 7.15); an inventory takes them
        as agreed numbers.

    Notes
    -----
    σ² = σ_factor² + Σ σ_code² + σ_own²; codes by their tables, σ_own by the pedigree score of the
    activity's data, the factor has what is left. What tables and row do not agree upon is scaled
    so that the sum is always σ² of the row. An error that a learned model states for each leg is
    the leg's own.
    """
    rows = _whole(frame, amount)
    keys = [*CASE, *(("factor_hash", "boundary") if gwp else ())]
    cases = rows.select(keys).unique().sort(keys).with_row_index("case")
    numbered = rows.join(cases, on=keys, how="left", nulls_equal=True, maintain_order="left")
    split, left = _split(cases, library)
    if gwp:
        split = pl.concat([split, _warming(numbered)])
    kept = numbered.join(left, on="case", how="left", maintain_order="left").with_columns(
        pl.when(pl.col("_sigma").is_null())
        .then((pl.col("sigma") ** 2 - pl.col("_codes")).clip(0.0).sqrt())
        .otherwise("own_sigma")
        .alias("own_sigma")
    )
    lots = [*by, *(name for name in OWN_LOT if name not in by)]
    summed = (
        kept.group_by(lots)
        .agg(
            pl.col("own_sigma").max(),
            pl.col("amount").cast(pl.Int128).sum().alias("exact"),
        )
        # whole numbers first: the sum is the same in whatever order it is made
        .with_columns(pl.col("exact").cast(pl.Float64).alias("amount"))
        .sort(lots)
    )
    return Causes(summed, split.filter(pl.col("sigma") > 0).sort("case", "cause"), tuple(by))


def told(workspace: Any, frame: pl.DataFrame, *, as_of: int | None = None) -> pl.DataFrame:
    """Give emission rows with ``quality`` and ``source_device`` of the activities behind them.

    A share of a measured total takes those of the total. Columns that are there stay.
    """
    names = [each for each in ("quality", "source_device") if each not in frame.columns]
    if not names:
        return frame
    columns = ["activity_id", *names]
    known = workspace.scan("activity", as_of=as_of, columns=columns).select(columns)
    behind = frame.lazy().with_columns(pl.coalesce("share_of", "activity_id").alias("_activity"))
    wanted = behind.select("_activity").unique()
    few = known.join(wanted, left_on="activity_id", right_on="_activity", how="semi")
    return (
        behind.join(few, left_on="_activity", right_on="activity_id", how="left",
                    maintain_order="left")
        .drop("_activity")
        .collect(engine="streaming")
    )  # fmt: skip


def _whole(frame: pl.DataFrame, amount: str) -> pl.DataFrame:
    """Give the rows with every column that causes are read from."""
    have = set(frame.columns)
    absent = [pl.lit(None, kind).alias(name) for name, kind in ABSENT.items() if name not in have]
    rows = frame.with_columns(absent)
    if "quality" in have:
        # not stated counts as 3, as in the formulas
        quality = pl.col("quality").fill_null(3).clip(1, 5).cast(pl.Int64)
    else:
        quality = pl.lit(None, pl.Int64)
    learned = (pl.col("tier") == "learned").fill_null(value=False)
    rows = rows.with_row_index("_row").with_columns(
        pl.col(amount).alias("amount"),
        quality.alias("quality"),
        pl.coalesce("factor_id", "factor_hash").fill_null("").alias("factor_id"),
        pl.coalesce("share_of", "activity_id", pl.col("_row").cast(pl.String)).alias("own"),
        (pl.col("sigma_ln_ppm") / MILLIONTHS).alias("sigma"),
        pl.when(~learned).then("sigma_ln_ppm").alias("_sigma"),
        pl.col("source_device").alias("_meter"),
        _codes().alias("assumptions"),
    )
    return rows.filter(pl.col("amount") != 0)


def _codes() -> pl.Expr:
    """Give the codes of a row in one order, without those that only share a total out."""
    listed = (
        pl.col("assumptions")
        .str.split(";")
        .list.eval(
            pl.element().filter((pl.element() != "") & ~pl.element().str.starts_with(SHARED_OUT))
        )
    )
    return listed.list.unique().list.sort().list.join(";").replace("", None)


def _split(cases: pl.DataFrame, library: Library | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give the shared parts of the cases, and what is their own (with Σ σ_code² beside it)."""
    coded = _code_parts(cases)
    sums = coded.group_by("case").agg((pl.col("sigma") ** 2).sum().alias("_codes"))
    work = cases.join(sums, on="case", how="left", maintain_order="left").with_columns(
        pl.col("_codes").fill_null(0.0)
    )
    whole = (pl.col("_sigma") / MILLIONTHS) ** 2
    scores = {score: sigma**2 for score, sigma in enumerate(RELIABILITY, start=1)}
    quality = pl.col("quality").replace_strict(scores, default=0.0, return_dtype=pl.Float64)
    work = work.with_columns(
        # a learned row has no variance of its case: its codes stand as they are
        pl.min_horizontal(1.0, whole / pl.col("_codes")).fill_nan(1.0).fill_null(1.0).alias("_fit"),
        (whole - pl.col("_codes")).clip(0.0).alias("_rest"),
    ).with_columns(
        # σ is kept in millionths: less than its rounding is no factor's error
        pl.when(pl.col("_rest") - quality > 2 / MILLIONTHS * whole.sqrt())
        .then(quality)
        .otherwise("_rest")
        .alias("_own")
    )
    coded = coded.join(work.select("case", "_fit"), on="case").with_columns(
        (pl.col("sigma") * pl.col("_fit").sqrt()).alias("sigma")
    )
    metered = work.filter(pl.col("_meter").is_not_null()).select(
        "case",
        (pl.lit("meter:") + pl.col("_meter")).alias("cause"),
        pl.lit("meter").alias("of"),
        pl.col("_own").sqrt().alias("sigma"),
        pl.lit(LOGNORMAL).alias("law"),
    )
    factors = _factor_parts(work.with_columns(pl.col("_rest") - pl.col("_own")), library)
    own = work.select(
        "case",
        pl.when(pl.col("_meter").is_null()).then(pl.col("_own").sqrt()).otherwise(0.0)
        .alias("own_sigma"),
        "_codes",
    )  # fmt: skip
    order = ["case", "cause", "of", "sigma", "law"]
    return pl.concat([each.select(order) for each in (coded, metered, factors)]), own


def _code_parts(cases: pl.DataFrame) -> pl.DataFrame:
    codes = (
        cases.select("case", pl.col("assumptions").str.split(";").alias("code"))
        .explode("code")
        .drop_nulls("code")
    )
    known = {code: _code_sigma(code) for code in codes["code"].unique().sort()}
    return codes.select(
        "case",
        (pl.lit("assumption:") + pl.col("code")).alias("cause"),
        pl.lit("assumption").alias("of"),
        pl.col("code").replace_strict(known, default=0.0, return_dtype=pl.Float64).alias("sigma"),
        pl.lit(LOGNORMAL).alias("law"),
    )


@cache
def _code_sigma(code: str) -> float:
    """Give σ of a code; one that a mapping made up counts as A-OTHER, as in the formulas."""
    from tanlu.errors import TanluError

    if code in assumptions():
        return assumptions()[code].sigma_ln
    try:
        return float(factor_assumption(code).sigma_ln)
    except TanluError:
        return assumptions()["A-OTHER"].sigma_ln


def _factor_parts(work: pl.DataFrame, library: Library | None) -> pl.DataFrame:
    """Give the factor's own error: of the curve, and of the carrier where the library knows it."""
    potential = pl.col("factor_id").str.starts_with("gwp/")
    pieces = pl.col("factor_id").str.split("/").list
    named = work.select(
        "case",
        pl.when(potential).then("factor_id").otherwise(pieces.first()).alias("first"),
        pl.when(~potential).then(pieces.get(1, null_on_oob=True)).alias("second"),
        pl.col("_rest").alias("variance"),
    )
    names = pl.concat([named["first"], named["second"]]).rename("ids")
    known = (
        factor_sigmas(library, names) if library is not None
        else pl.DataFrame(schema={"ids": pl.String, "sigma": pl.Float64, "law": pl.String})
    )  # fmt: skip
    both = named.join(known, left_on="second", right_on="ids", how="left").join(
        known.select("ids", pl.col("law").alias("first_law")),
        left_on="first", right_on="ids", how="left",
    )  # fmt: skip
    # the minimum of nothing and a number is the number
    carrier = (
        pl.when(pl.col("sigma").is_not_null())
        .then(pl.min_horizontal(pl.col("sigma") ** 2, "variance"))
        .otherwise(0.0)
    )
    both = both.with_columns(carrier.alias("_carrier"))
    shapes = (
        ("first", pl.col("variance") - pl.col("_carrier"), "first_law"),
        ("second", pl.col("_carrier"), "law"),
    )
    return pl.concat(
        both.drop_nulls(name).select(
            "case",
            (pl.lit("factor:") + pl.col(name)).alias("cause"),
            pl.lit("factor").alias("of"),
            variance.clip(0.0).fill_null(0.0).sqrt().alias("sigma"),
            pl.col(law).fill_null(LOGNORMAL).alias("law"),
        )
        for name, variance, law in shapes
    )


def _warming(rows: pl.DataFrame) -> pl.DataFrame:
    """Give the error of warming potentials: the share of a gas in CO2e times that of its GWP."""
    from tanlu.terms import gases

    found = []
    sets = rows["gwp_set"].drop_nulls().unique().sort().to_list()
    for row in _potentials():
        column = f"{row['gas'].lower()}_ug"
        for name in sets:
            weight = float(gases.potential(row["gas"], name))
            mine = rows.filter(pl.col("gwp_set") == name).group_by("case")
            share = pl.col(column).sum() * weight / pl.col("co2e_ug").sum()
            found.append(
                mine.agg(share.fill_nan(0.0).fill_null(0.0).alias("share")).select(
                    "case",
                    pl.lit(f"gwp:{name}/{row['gas']}").alias("cause"),
                    pl.lit("gwp").alias("of"),
                    (pl.col("share") * float(row["sigma"])).alias("sigma"),
                    pl.lit(LOGNORMAL).alias("law"),
                )
            )
    shape = {"case": pl.UInt32, "cause": pl.String, "of": pl.String, "sigma": pl.Float64,
             "law": pl.String}  # fmt: skip
    return pl.concat([pl.DataFrame(schema=shape), *found])


@cache
def _potentials() -> tuple[dict[str, Any], ...]:
    """Give σ of the warming potentials: half a 90 % range over 1.645 times the value."""
    text = resources.files("tanlu.account.doubt").joinpath("potentials.csv").read_text("utf-8")
    return tuple(
        row | {"sigma": math.log1p(float(row["plus_minus"]) / float(row["value"])) / 1.645}
        for row in csv.DictReader(text.splitlines())
    )
