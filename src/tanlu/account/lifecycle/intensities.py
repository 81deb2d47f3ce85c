"""What one run of each unit process emits: its activities by factors, its gases by potential.

Activities go through ``account.quantify`` like those of a ledger. Their whole amounts are enlarged
before and the result divided after, so that a process that is told per item loses no digit; where
a band of mass decides the class of vehicle the amount stays as it is.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from tanlu.account.batch import quantify
from tanlu.account.unquantified import no_findings
from tanlu.terms import gases, schema

if TYPE_CHECKING:
    from tanlu.account.lifecycle.system import System
    from tanlu.factors import Library

__all__ = ["Intensities", "intensities"]

US_A_DAY = 86_400_000_000
GASES = ("co2_fossil", "co2_bio", "ch4_fossil", "ch4_bio", "n2o")
FROM_LINE = ("process", "stage", "times", "scale", "data", "dqr", "sigma", "left_out")
KEPT = (
    *("line", "process", "stage", "kind", "boundary", "tier", "method", "factor_id"),
    *("factor_hash", "gwp_set", "assumptions", "data", "dqr", "left_out", "sigma_ln_ppm"),
    *("co2e", *GASES, "luc"),
)
# what flows weigh as in the columns of gases
COLUMNS = {
    ("CO2", "fossil"): "co2_fossil", ("CO2", "biogenic"): "co2_bio", ("CO2", "luc"): "luc",
    ("CH4", "fossil"): "ch4_fossil", ("CH4", "biogenic"): "ch4_bio", ("N2O", "fossil"): "n2o",
    ("N2O", "biogenic"): "n2o",
}  # fmt: skip


class Intensities(NamedTuple):
    """Rows of emission per run [µg, float64], and findings of lines that have none."""

    rows: pl.DataFrame
    findings: pl.DataFrame


def intensities(
    system: System, *, library: Library | None = None, profile: str, gwp_set: str
) -> Intensities:
    """Give what each line emits in one run of its process.

    Returns
    -------
    Intensities
        ``rows``: line, process, stage, kind, boundary, factor, data, dqr, sigma_ln_ppm, and co2e,
        co2_fossil, co2_bio, ch4_fossil, ch4_bio, n2o, luc [µg per run].

    Raises
    ------
    TanluError
        TL111 for a gas that the GWP set does not list.
    """
    stages = system.processes.select("process", pl.col("stage").alias("_stage"))
    told = system.lines.join(stages, on="process", how="left", maintain_order="left")
    told = told.with_columns(
        pl.coalesce("stage", "_stage").alias("stage"), pl.col("scale").fill_null(1.0)
    )
    done = quantify(_activities(told, system), library=library, profile=profile, gwp_set=gwp_set)
    rows = [
        _of_lines(told, done.emissions),
        _of_flows(system.flows.join(stages, on="process", how="left"), gwp_set),
    ]
    return Intensities(pl.concat(rows), pl.concat([no_findings(), done.findings]))


def _activities(told: pl.DataFrame, system: System) -> pl.DataFrame:
    """Give the lines as activities of a day at the start of the study's period."""
    start = int(system.about.get("start", 0))
    wanted = schema("activity").dtypes()
    shared = [name for name in told.columns if name in wanted]
    return told.select(
        pl.col("line").alias("activity_id"), *shared,
        pl.lit(start, pl.Int64).alias("start"), pl.lit(start + US_A_DAY, pl.Int64).alias("end"),
        pl.lit(system.about.get("zone", "Asia/Shanghai")).alias("zone"),
        pl.lit("day").alias("precision"),
    )  # fmt: skip


def _of_lines(told: pl.DataFrame, emissions: pl.DataFrame) -> pl.DataFrame:
    times = pl.col("times").fill_null(1.0) / pl.col("scale")
    factor = pl.col("sigma_ln_ppm") / 1e6
    both = (factor * factor + pl.col("sigma").fill_null(0.0) ** 2).sqrt()
    joined = emissions.drop("stage").join(
        told.select("line", *FROM_LINE), left_on="activity_id", right_on="line"
    )
    return joined.with_columns(
        pl.col("activity_id").alias("line"),
        (both * 1e6).round().cast(pl.Int64).alias("sigma_ln_ppm"),
        (pl.col("co2e_ug") * times).alias("co2e"),
        *((pl.col(f"{gas}_ug") * times).alias(gas) for gas in GASES),
        pl.lit(None, pl.Float64).alias("luc"),
    ).select(KEPT)


def _of_flows(flows: pl.DataFrame, gwp_set: str) -> pl.DataFrame:
    """Give gases that leave a process by themselves; biogenic CO2 stays outside CO2e."""
    names = {name: gases.gas(name) for name in flows["gas"].unique().sort()}
    potentials = {}
    for name, origin in flows.select("gas", "origin").unique().sort("gas", "origin").iter_rows():
        known = names[name]
        of = f"{known}_{'bio' if origin == 'biogenic' else 'fossil'}" if known == "CH4" else known
        apart = known == "CO2" and origin == "biogenic"
        potentials[name, origin] = 0.0 if apart else float(gases.potential(of, gwp_set))
    weight = [
        (name, origin, value, COLUMNS.get((names[name], origin)))
        for (name, origin), value in potentials.items()
    ]
    table = pl.DataFrame(
        weight,
        schema={"gas": pl.String, "origin": pl.String, "_gwp": pl.Float64, "_as": pl.String},
        orient="row",
    )
    mass = pl.col("mass_kg") * 1e9
    # a flow errs by itself
    own = pl.concat_str("line", pl.lit("#flow"))
    return (
        flows.join(table, on=["gas", "origin"], how="left")
        .with_columns(
            pl.concat_str(pl.lit("flow."), "gas").alias("kind"),
            pl.when(pl.col("data") == "primary").then(pl.lit("measured"))
            .otherwise(pl.lit("modelled")).alias("tier"),
            pl.lit("direct").alias("boundary"), pl.lit("flow").alias("method"),
            own.alias("factor_hash"), own.alias("factor_id"), pl.lit(gwp_set).alias("gwp_set"),
            pl.lit(None, pl.String).alias("assumptions"),
            pl.lit(None, pl.String).alias("left_out"),
            (pl.col("sigma").fill_null(0.0) * 1e6).round().cast(pl.Int64).alias("sigma_ln_ppm"),
            pl.col("_stage").alias("stage"), (mass * pl.col("_gwp")).alias("co2e"),
            *(pl.when(pl.col("_as") == name).then(mass).alias(name) for name in (*GASES, "luc")),
        )
        .select(KEPT)
    )  # fmt: skip


def enlarged(amount: float, most: float = 1e11) -> float:
    """Give the power of ten by which an amount may be multiplied to keep its digits as int64."""
    size = abs(amount)
    if not 0 < size < most:
        return 1.0
    # what is smaller than that is no amount, and said where it is rounded
    return 10.0 ** min(math.floor(math.log10(most) - math.log10(size)), 290)
