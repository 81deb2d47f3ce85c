"""The footprint of a product: runs of each process times what one run emits, in whole micrograms.

Rows are what a result is made of: one a process, line and boundary. Totals, stages, contributions,
interval, shares of primary data and data quality are sums of them. Biogenic CO2 stands apart and
CO2 of land-use change is counted and told (ISO 14067:2018 6.4.9); offsets have no place here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from tanlu.account.lifecycle.cutoff import cut, limits
from tanlu.account.lifecycle.intensities import GASES, intensities
from tanlu.account.lifecycle.matrix import scaling, solve
from tanlu.account.lifecycle.stages import missing
from tanlu.account.unquantified import no_findings
from tanlu.errors import TanluError

if TYPE_CHECKING:
    from tanlu.account.lifecycle.system import System
    from tanlu.factors import Library

__all__ = ["Footprint", "footprint", "rounded", "totals"]

AMOUNTS = ("co2e", *GASES, "luc")
LIMIT = 9.2e18


class Footprint(NamedTuple):
    """Rows [µg per demand], runs of the processes, what was cut off by which limits, findings."""

    rows: pl.DataFrame
    runs: pl.DataFrame
    left_out: pl.DataFrame
    limits: tuple[float, float]
    findings: pl.DataFrame


def footprint(
    system: System,
    demands: pl.DataFrame | None = None,
    *,
    library: Library | None = None,
    profile: str = "iso14067",
    gwp_set: str = "AR6",
) -> Footprint:
    """Give the footprint of a product, or of many demands on one system.

    Parameters
    ----------
    system
        Unit processes, as ``read_system`` gives them.
    demands
        Columns demand, process, amount (in the stored unit of the process's output); the declared
        unit of the system by default.
    library, profile, gwp_set
        As for ``tanlu.account.quantify``.

    Returns
    -------
    Footprint
        ``rows``: demand, process, stage, line, kind, boundary, tier, data, dqr, factor_id,
        factor_hash, sigma_ln_ppm, co2e_ug, lower_ug, upper_ug and gases [µg, int64]; ``findings``
        (schema ``finding``) name lines without a factor and stages without data (TL529).

    Raises
    ------
    TanluError
        TL508 for an amount over 9.2 Mt, and as ``solve``.

    Notes
    -----
    E = Σ_p s_p · Σ_l x_l · EF_l with A·s = f; ISO 14067:2018 6.3, GB/T 24067-2024 6.
    """
    asked = declared(system) if demands is None else demands
    runs = solve(system, asked)
    found = intensities(system, library=library, profile=profile, gwp_set=gwp_set)
    rows = rounded(runs.join(found.rows, on="process", maintain_order="left_right"))
    kept, left_out, unfit = cut(rows, system.about)
    gaps = missing(kept, system.about)
    findings = pl.concat([no_findings(), found.findings, unfit, gaps]).sort("finding_id")
    return Footprint(kept, runs, left_out, limits(system.about), findings)


def declared(system: System) -> pl.DataFrame:
    """Give the demand that the declared unit of a system is.

    Raises
    ------
    TanluError
        TL530 when the system does not say which process makes it.
    """
    about = system.about
    if "product" not in about or "amount" not in about:
        raise TanluError("TL530", value="product", why="no declared unit is told")
    return pl.DataFrame(
        {
            "demand": [str(about.get("id", about["product"]))],
            "process": [str(about["product"])],
            "amount": [float(about["amount"])],
        }
    )


def rounded(rows: pl.DataFrame) -> pl.DataFrame:
    """Give rows of runs and µg per run as whole micrograms with their 95 % interval.

    Raises
    ------
    TanluError
        TL508 for an amount over 9.2 Mt.
    """
    amounts = [(pl.col("runs") * pl.col(name)).alias(name) for name in AMOUNTS]
    found = rows.with_columns(amounts)
    large = found.filter(pl.any_horizontal(pl.col(name).abs() > LIMIT for name in AMOUNTS))
    if large.height:
        raise TanluError("TL508", value=large["process"][0])
    spread = (pl.col("sigma_ln_ppm") * (1.96 / 1e6)).exp()
    ends = (pl.col("co2e") / spread, pl.col("co2e") * spread)
    found = found.with_columns(
        *(_whole(pl.col(name)).alias(f"{name}_ug") for name in AMOUNTS),
        _whole(pl.min_horizontal(*ends).clip(-LIMIT, LIMIT)).alias("lower_ug"),
        _whole(pl.max_horizontal(*ends).clip(-LIMIT, LIMIT)).alias("upper_ug"),
    ).drop(AMOUNTS)
    return found.sort("demand", "process", "line", "boundary", "factor_hash")


def _whole(value: pl.Expr) -> pl.Expr:
    return (value.sign() * (value.abs() + 0.5).floor()).cast(pl.Int64)


def totals(
    system: System,
    demands: pl.DataFrame,
    *,
    library: Library | None = None,
    profile: str = "iso14067",
    gwp_set: str = "AR6",
) -> pl.DataFrame:
    """Give the footprint of many demands by stage, without rows: one matrix product.

    Returns
    -------
    DataFrame
        demand, stage, co2e_g [g, float64], in order of demand and stage.

    Raises
    ------
    TanluError
        As ``solve``.
    """
    found = intensities(system, library=library, profile=profile, gwp_set=gwp_set).rows
    runs: Any = scaling(system, demands)
    names = system.processes["process"].sort()
    labels = demands["demand"].unique(maintain_order=True)
    stages = found["stage"].unique().sort()
    wide = (
        names.to_frame()
        .join(
            found.pivot("stage", index="process", values="co2e", aggregate_function="sum"),
            on="process",
            how="left",
            maintain_order="left",
        )
        .select(pl.col(stages.to_list()).fill_null(0.0))
    )
    grams = wide.to_numpy().T @ runs / 1e6
    return pl.concat(
        [
            pl.DataFrame({"demand": labels, "stage": [stage] * labels.len(), "co2e_g": grams[at]})
            for at, stage in enumerate(stages)
        ]
    ).sort("demand", "stage")
