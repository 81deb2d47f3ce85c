"""What a change sets off elsewhere: elasticities as data, each with source, interval and status."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.account.rules import rows
from tanlu.account.shift.decompose import away
from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Elasticity", "elasticities", "induced"]

STATUSES = ("official", "peer", "assumption")
MOST = 1_000_000  # a ratio beyond this or its inverse is a slip of the pen
COLUMNS = {
    "name": pl.String, "driver": pl.String, "to_stage": pl.String, "driver_ratio": pl.Float64,
    "value": pl.Float64, "low": pl.Float64, "high": pl.Float64, "induced_ug": pl.Int128,
    "lower_ug": pl.Int128, "upper_ug": pl.Int128, "state": pl.String, "status": pl.String,
    "source": pl.String, "year": pl.Int64, "en": pl.String, "zh": pl.String,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Elasticity:
    """By how many per cent a stage grows when its driver grows by one per cent.

    ``driver`` is ``<stage>.intensity`` (emission of a unit done), ``<stage>.activity`` (what is
    done for an order) or ``given.<name>`` (a ratio that the user states).
    """

    name: str
    driver: str
    to_stage: str
    value: float
    low: float
    high: float
    place: str
    source: str
    year: int
    status: str
    en: str
    zh: str


@cache
def elasticities() -> tuple[Elasticity, ...]:
    """Give the elasticities of the house, every one with its source or the word assumption."""
    return tuple(made(row) for row in rows("shift/elasticities.csv"))


def made(row: Mapping[str, str]) -> Elasticity:
    """Give an elasticity from its texts.

    Raises
    ------
    TanluError
        TL555 without a source, for an unknown status, or when the value is outside its interval.
    """
    value, low, high = (float(row[name]) for name in ("value", "low", "high"))
    wrong = {
        "no source is given": not row["source"].strip(),
        "the status is none of official, peer, assumption": row["status"] not in STATUSES,
        "the value is not within low and high": not low <= value <= high,
    }
    for why, holds in wrong.items():
        if holds:
            raise TanluError("TL555", value=row["name"], why=why)
    return Elasticity(
        row["name"], row["driver"], row["to_stage"], value, low, high, row["place"],
        row["source"], int(row["year"]), row["status"], row["en"], row["zh"],
    )  # fmt: skip


def induced(
    stages: pl.DataFrame,
    given: Mapping[str, float],
    known: Iterable[Elasticity],
    *,
    planned: bool,
) -> pl.DataFrame:
    """Give each induced effect with its interval; none is left out, none is credited.

    Parameters
    ----------
    stages
        ``stage``, ``after_ug``, ``activity_ratio`` and ``intensity_ratio`` of each stage.
    given
        Ratio after / before of the drivers that are not seen in emissions, by name.
    planned
        Whether the later state is a plan: what was measured holds its induced effects already.

    Returns
    -------
    DataFrame
        name, driver, to_stage, driver_ratio, value, low, high, induced_ug, lower_ug, upper_ug
        (null where the driver is not known), state (``counted``; ``contained`` in a measured
        state; ``not_credited`` where it would lower the emission; ``no_driver``), status, source,
        year, en, zh.

    Raises
    ------
    TanluError
        TL502 for a given driver that no elasticity knows, TL555 for a ratio that is none.

    Notes
    -----
    ΔE = E_after · (r^ε − 1), r the ratio of the driver and ε the elasticity.
    """
    listed = tuple(known)
    _check(given, listed)
    held = {row["stage"]: row for row in stages.iter_rows(named=True)}
    found = [_one(each, held, given, planned=planned) for each in listed]
    return pl.DataFrame(found, schema=COLUMNS, orient="row")


def _check(given: Mapping[str, float], known: tuple[Elasticity, ...]) -> None:
    drivers = {each.driver for each in known}
    names = sorted(each.removeprefix("given.") for each in drivers if each.startswith("given."))
    for name, ratio in given.items():
        if name not in names:
            raise TanluError("TL502", value=name, known=", ".join(names))
        if not 1 / MOST <= ratio <= MOST:
            raise TanluError("TL555", value=f"{name}={ratio:g}", why=f"no ratio below {MOST:,}")


def _one(
    known: Elasticity,
    held: Mapping[str, Mapping[str, Any]],
    given: Mapping[str, float],
    *,
    planned: bool,
) -> tuple[object, ...]:
    ratio = _ratio(known.driver, held, given)
    head = (known.name, known.driver, known.to_stage, ratio, known.value, known.low, known.high)
    tail = (known.status, known.source, known.year, known.en, known.zh)
    target = held.get(known.to_stage)
    if ratio is None or target is None:
        return (*head, None, None, None, "no_driver", *tail)
    amount, *ends = (
        away(Fraction(int(target["after_ug"])) * Fraction(ratio**elasticity - 1))
        for elasticity in (known.value, known.low, known.high)
    )
    lower, upper = min(ends), max(ends)
    if amount < 0:
        return (*head, 0, 0, max(0, upper), "not_credited", *tail)
    return (*head, amount, lower, upper, "counted" if planned else "contained", *tail)


def _ratio(
    driver: str, held: Mapping[str, Mapping[str, Any]], given: Mapping[str, float]
) -> float | None:
    where, _, what = driver.partition(".")
    if where == "given":
        return given.get(what)
    row = held.get(where)
    return None if row is None else row.get(f"{what}_ratio")
