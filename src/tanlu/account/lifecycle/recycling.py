"""The circular footprint formula of PEF: burdens and credits of recycling, shared over two lives.

    material  (1 − R1)·Ev + R1·(A·Erec + (1 − A)·Ev·Qin) + (1 − A)·R2·(ErecEoL − Ev*·Qout)
    energy    (1 − B)·R3·(Eer − LHV·Xheat·Eheat − LHV·Xelec·Eelec)
    disposal  (1 − R2 − R3)·Ed

Qin and Qout are the qualities of the recycled over that of the primary material. Commission
Recommendation (EU) 2021/2279 annex I 4.4.8.1. The formula is linear in its intensities, so a
material of a product system becomes lines with signed ``times``: the same factor in two terms errs
once, and the interval knows it.
"""

from __future__ import annotations

import csv
import datetime as dt
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from tanlu.account.unquantified import unanswered
from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Circular", "CircularFactor", "circular", "circular_factor", "coefficients"]

SHARES = ("r1", "r2", "r3", "a", "b")
RATIOS = {"q_in": 1.0, "q_out": 1.0, "lhv": 0.0, "x_heat": 0.0, "x_elec": 0.0}
INTENSITIES = ("virgin", "recycled", "recycling", "avoided", "recovery", "heat", "power", "buried")


class CircularFactor(NamedTuple):
    """A and B of a material with the ratios of quality, dated and sourced."""

    material: str
    a: float
    b: float
    q_in: float
    q_out: float
    valid_from: dt.date
    status: str
    source: str


class Circular(NamedTuple):
    """The rows with their terms, and findings (TL533) of rows that have none."""

    rows: pl.DataFrame
    findings: pl.DataFrame


@cache
def _factors() -> tuple[CircularFactor, ...]:
    text = resources.files("tanlu.account.lifecycle").joinpath("circular.csv").read_text("utf-8")
    return tuple(
        CircularFactor(
            row["material"], float(row["a"]), float(row["b"]), float(row["q_in"]),
            float(row["q_out"]), dt.date.fromisoformat(row["valid_from"]), row["status"],
            row["source"],
        )
        for row in csv.DictReader(text.splitlines())
    )  # fmt: skip


def circular_factor(material: str, on: dt.date | None = None) -> CircularFactor:
    """Give A, B and the ratios of quality of a material on a day, its family's where it has none.

    ``plastic.pp`` is answered by ``plastic``, an unknown material by the row without a name.
    """
    day = on or dt.date.max
    held = [row for row in _factors() if row.valid_from <= day] or list(_factors())
    names = material.split(".")
    for size in range(len(names), -1, -1):
        wanted = ".".join(names[:size])
        for row in sorted(held, key=lambda each: each.valid_from, reverse=True):
            if row.material == wanted:
                return row
    return held[0]


def coefficients(told: Mapping[str, float]) -> dict[str, float]:
    """Give by what each intensity of one material is multiplied [1].

    Parameters
    ----------
    told
        r1, r2, r3, a, b, q_in, q_out, lhv [MJ/kg], x_heat, x_elec; absent ones as ``circular``.

    Raises
    ------
    TanluError
        TL533 for a share outside 0 to 1, or R2 + R3 over 1.
    """
    r1, r2, r3, a, b = (float(told.get(name, 0.0)) for name in SHARES)
    q_in, q_out, lhv, heat, power = (float(told.get(k, v)) for k, v in RATIOS.items())
    for name in SHARES:
        if not 0 <= float(told.get(name, 0.0)) <= 1:
            raise TanluError("TL533", value=name, why=repr(told.get(name)))
    for name in RATIOS:
        if not float(told.get(name, 0.0)) >= 0:
            raise TanluError("TL533", value=name, why=repr(told.get(name)))
    if r2 + r3 > 1 + 1e-12:
        raise TanluError("TL533", value="r2 + r3", why=repr(r2 + r3))
    recovered = (1 - b) * r3
    return {
        "virgin": (1 - r1) + r1 * (1 - a) * q_in,
        "recycled": r1 * a,
        "recycling": (1 - a) * r2,
        "avoided": -(1 - a) * r2 * q_out,
        "recovery": recovered,
        "heat": -recovered * lhv * heat,
        "power": -recovered * lhv * power,
        "buried": max(1 - r2 - r3, 0.0),
    }


def circular(frame: pl.DataFrame) -> Circular:
    """Give the terms of the circular footprint formula of each row.

    Parameters
    ----------
    frame
        r1, r2, r3, a, b [1], q_in, q_out (1 by default), lhv [MJ/kg], x_heat, x_elec [1] (0 by
        default), and intensities [g/kg]: virgin Ev, recycled Erec, recycling ErecEoL, avoided Ev*
        (Ev by default), recovery Eer, buried Ed; heat and power Eheat, Eelec [g/MJ].

    Returns
    -------
    Circular
        ``rows``: the frame with material_g, energy_g, disposal_g and co2e_g [g/kg]; null where a
        share is outside 0 to 1 or R2 + R3 over 1, and a finding for each such row.
    """
    have = set(frame.columns)

    def of(name: str, other: float = 0.0) -> pl.Expr:
        known = pl.col(name).cast(pl.Float64) if name in have else pl.lit(None, pl.Float64)
        return known.fill_null(other)

    r1, r2, r3, a, b = (of(name) for name in SHARES)
    q_in, q_out, lhv, x_heat, x_elec = (of(name, value) for name, value in RATIOS.items())
    virgin = of("virgin")
    avoided = pl.coalesce("avoided", virgin) if "avoided" in have else virgin
    right = (
        pl.all_horizontal(each.is_between(0, 1) for each in (r1, r2, r3, a, b))
        & (r2 + r3 <= 1 + 1e-12)
        & pl.all_horizontal(each >= 0 for each in (q_in, q_out, lhv, x_heat, x_elec))
    )
    material = (
        (1 - r1) * virgin
        + r1 * (a * of("recycled") + (1 - a) * virgin * q_in)
        + (1 - a) * r2 * (of("recycling") - avoided * q_out)
    )
    saved = lhv * x_heat * of("heat") + lhv * x_elec * of("power")
    terms = {
        "material_g": material,
        "energy_g": (1 - b) * r3 * (of("recovery") - saved),
        "disposal_g": (1 - r2 - r3) * of("buried"),
    }
    rows = frame.with_columns(pl.when(right).then(each).alias(name) for name, each in terms.items())
    rows = rows.with_columns((pl.col("material_g") + pl.col("energy_g") + pl.col("disposal_g"))
                             .alias("co2e_g"))  # fmt: skip
    return Circular(rows, unanswered(rows["co2e_g"], "TL533", "row"))
