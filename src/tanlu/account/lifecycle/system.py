"""A product system: unit processes, what they take from each other, from factors and the air.

Four tables, each with the names of schema below; ``read_system`` makes them of a ``product.toml``,
a program may make them of its own columns. Amounts are per reference flow of the process, in the
stored unit of their dimension (mg, J, m, mL, items).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["EXCHANGES", "FLOWS", "LINES", "PROCESSES", "System"]

PROCESSES = {
    "process": pl.String, "en": pl.String, "zh": pl.String, "stage": pl.String,
    "output": pl.Float64, "dimension": pl.String,
}  # fmt: skip
EXCHANGES = {
    "process": pl.String, "supplier": pl.String, "amount": pl.Float64, "dimension": pl.String,
}  # fmt: skip
# ``times`` is signed: what a credit of the circular formula subtracts; ``scale`` says by how much
# the whole amounts of the activity were enlarged, so that no digit is lost to rounding
LINES = {
    "line": pl.String, "process": pl.String, "stage": pl.String, "kind": pl.String,
    "mass_mg": pl.Int64, "distance_m": pl.Int64, "energy_j": pl.Int64, "volume_ml": pl.Int64,
    "count": pl.Int64, "teu_milli": pl.Int64, "amount_fen": pl.Int64, "currency": pl.String,
    "distance_type": pl.String, "vehicle_class": pl.String, "energy_carrier": pl.String,
    "temperature_class": pl.String, "technology": pl.String, "material": pl.String,
    "load_ppm": pl.Int64, "empty_ppm": pl.Int64, "origin": pl.String, "destination": pl.String,
    "place": pl.String, "quality": pl.Int64, "times": pl.Float64, "scale": pl.Float64,
    "data": pl.String, "dqr": pl.Float64, "sigma": pl.Float64, "left_out": pl.String,
    "en": pl.String, "zh": pl.String, "source": pl.String, "source_zh": pl.String,
}  # fmt: skip
FLOWS = {
    "line": pl.String, "process": pl.String, "gas": pl.String, "origin": pl.String,
    "mass_kg": pl.Float64, "data": pl.String, "dqr": pl.Float64, "sigma": pl.Float64,
    "en": pl.String, "zh": pl.String, "source": pl.String, "source_zh": pl.String,
}  # fmt: skip
ORIGINS = ("fossil", "biogenic", "luc")


@dataclass(frozen=True, slots=True)
class System:
    """Unit processes of a product and what is said about the study.

    ``processes``, ``exchanges``, ``lines`` (activities that factors quantify) and ``flows`` (gases
    that leave a process by themselves) as the tables above; ``about`` holds the words: product,
    names, declared unit, start [us], profile, excluded stages, cut-off, subject in the ledger.

    Raises
    ------
    TanluError
        TL526 for a supplier that is no process, TL527 where a supplier is counted in another
        dimension, TL528 for a reference flow that is not positive, TL530 for a name used twice or
        a line of no process, TL531 for a negative amount.
    """

    processes: pl.DataFrame
    exchanges: pl.DataFrame
    lines: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=LINES))
    flows: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FLOWS))
    about: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, wanted in (
            ("processes", PROCESSES), ("exchanges", EXCHANGES), ("lines", LINES), ("flows", FLOWS),
        ):  # fmt: skip
            object.__setattr__(self, name, _whole(getattr(self, name), wanted))
        _check(self)


def _whole(table: pl.DataFrame, wanted: dict[str, Any]) -> pl.DataFrame:
    have = set(table.columns)
    return table.select(
        pl.col(name).cast(kind) if name in have else pl.lit(None, kind).alias(name)
        for name, kind in wanted.items()
    )


def _check(system: System) -> None:
    processes, exchanges = system.processes, system.exchanges
    twice = processes.filter(pl.col("process").is_duplicated())["process"]
    if twice.len():
        raise TanluError("TL530", value=twice[0], why="two processes have this name")
    idle = processes.filter(~_real("output") | (pl.col("output") <= 0))
    if idle.height:
        raise TanluError("TL528", value=idle["process"][0], why=repr(idle["output"][0]))
    known = processes["process"].implode()
    strange = exchanges.filter(~pl.col("supplier").is_in(known))
    if strange.height:
        raise TanluError("TL526", value=strange["process"][0], why=strange["supplier"][0])
    for table in (exchanges, system.lines, system.flows):
        stray = table.filter(~pl.col("process").is_in(known))
        if stray.height:
            raise TanluError("TL530", value=stray["process"][0], why="there is no such process")
    _check_amounts(system)


def _real(name: str) -> pl.Expr:
    return pl.col(name).is_finite().fill_null(value=False)


def _check_amounts(system: System) -> None:
    told = system.processes.select(pl.col("process").alias("supplier"), "dimension")
    other = (
        system.exchanges.join(told, on="supplier", suffix="_made")
        .filter(pl.col("dimension") != pl.col("dimension_made"))
        .sort("process", "supplier")
    )
    if other.height:
        row = other.row(0, named=True)
        why = f"{row['supplier']}: {row['dimension']}, {row['dimension_made']}"
        raise TanluError("TL527", value=row["process"], why=why)
    wrong = system.exchanges.filter(~_real("amount") | (pl.col("amount") < 0))
    if wrong.height:
        raise TanluError("TL531", value=wrong["process"][0], why=wrong["supplier"][0])
    amounts = [pl.col(name) < 0 for name, kind in LINES.items() if kind == pl.Int64]
    bad = system.lines.filter(pl.any_horizontal(amounts))
    if bad.height:
        raise TanluError("TL531", value=bad["process"][0], why=bad["line"][0])
    lost = system.flows.filter(~_real("mass_kg"))
    if lost.height:
        raise TanluError("TL531", value=lost["process"][0], why=lost["line"][0])
