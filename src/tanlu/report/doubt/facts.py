"""The facts about the doubt of any frame of emission rows, and the sections that tell them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from tanlu.account.doubt import Simulation, approach_1, causes, moments, quality, ranking, simulate
from tanlu.errors import TanluError
from tanlu.report import numbers
from tanlu.report.doubt.layout import lay_out
from tanlu.report.words import Words
from tanlu.terms import Progress, Section

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

    from tanlu.factors import Library

__all__ = ["Doubt", "doubt", "steps"]

TOP = 40


class Doubt(NamedTuple):
    """Every figure about the doubt of a sum, amounts as decimal strings [kg], and its sections."""

    facts: dict[str, Any]
    sections: tuple[Section, ...]


def doubt(
    lines: pl.DataFrame,
    by: Sequence[str] = ("kind",),
    *,
    amount: str = "co2e_ug",
    library: Library | None = None,
    draws: int = 0,
    seed: int = 1,
    gwp: bool = False,
    words: Words | None = None,
) -> Doubt:
    """Give how sure a sum of emissions is: intervals, quality, and what to measure first.

    Parameters
    ----------
    lines
        Emission rows of one profile and basis, with columns of their own to cut by (scope,
        category, entity …); ``quality`` and ``source_device`` where ``account.doubt.told`` gave
        them.
    by
        Columns that the lines have; each is a cut of its own, all from the same draws.
    amount
        What is summed [µg]: ``co2e_ug``, or ``counted_ug`` of an inventory.
    library
        Names factors, parts curves from carriers, and has the pedigrees.
    draws, seed
        Monte Carlo; none without draws.
    gwp
        Whether warming potentials err too.
    words
        The tongue of the sections; English by default.

    Returns
    -------
    Doubt
        ``facts`` with co2e_kg, approach_1, analytic, approach_2, by, quality, ranking; sections.

    Raises
    ------
    TanluError
        TL002 for draws without the extra ``account``; TL545.
    """
    *_, last = steps(
        lines, by, amount=amount, library=library, draws=draws, seed=seed, gwp=gwp, words=words
    )
    found = last.result
    if not isinstance(found, Doubt):
        raise TypeError(found)
    return found


def steps(
    lines: pl.DataFrame,
    by: Sequence[str] = ("kind",),
    *,
    amount: str = "co2e_ug",
    library: Library | None = None,
    draws: int = 0,
    seed: int = 1,
    gwp: bool = False,
    words: Words | None = None,
) -> Iterator[Progress]:
    """Do as ``doubt``, draw by draw; the last progress has the ``Doubt`` as its result."""
    keys = [name for name in by if name in lines.columns]
    made = causes(lines, keys, amount=amount, library=library, gwp=gwp)
    drawn: Simulation | None = None
    if draws:
        for step in simulate(made, draws, seed=seed):
            drawn = step.result if isinstance(step.result, Simulation) else drawn
            yield Progress(step.step, step.done, step.total, step.unit)
    whole = approach_1(made).row(0, named=True) if made.rows.height else dict.fromkeys(ZERO, 0)
    facts: dict[str, Any] = {
        "co2e_kg": _kg(whole["co2e_ug"]),
        "approach_1": _approach_1(whole),
        "analytic": _analytic(made),
        "approach_2": None if drawn is None else _drawn(drawn.summary().row(0, named=True), seed),
        "by": {key: _cut(made, drawn, key) for key in keys},
        "quality": _quality(lines, amount, library),
        "ranking": [_ranked(row) for row in ranking(made, library).head(TOP).iter_rows(named=True)],
    }
    sections = lay_out(facts, words or Words("en"))
    yield Progress("doubt", lines.height, lines.height, result=Doubt(facts, sections))


ZERO = ("co2e_ug", "lower_ug", "upper_ug", "sigma_ln_ppm", "shared_ppm")


def _kg(amount_ug: float | None) -> str | None:
    value = numbers.kilograms(None if amount_ug is None else round(amount_ug))
    return None if value is None else numbers.plain(value)


def _percent(ppm: int | None) -> str | None:
    return None if ppm is None else numbers.plain(numbers.exact(ppm, 4))


def _approach_1(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "lower_kg": _kg(row["lower_ug"]),
        "upper_kg": _kg(row["upper_ug"]),
        "sigma_percent": _percent(row["sigma_ln_ppm"]),
        "shared_percent": _percent(row["shared_ppm"]),
    }


def _analytic(made: Any) -> dict[str, Any] | None:
    """Give the exact interval; nothing where the extra for it is not installed."""
    try:
        row = moments(made).row(0, named=True)
    except TanluError as error:
        if error.code == "TL002":
            return None
        raise
    return {
        "lower_kg": _kg(row["lower_ug"]),
        "upper_kg": _kg(row["upper_ug"]),
        "sigma_percent": _percent(row["sigma_ln_ppm"]),
    }


def _drawn(row: dict[str, Any], seed: int) -> dict[str, Any]:
    names = ("mean", "median", "lower", "upper", "sd", "mean_se", "lower_se", "upper_se")
    return {
        "draws": row["draws"],
        "seed": seed,
        **{f"{name}_kg": _kg(row[f"{name}_ug"]) for name in names},
    }


def _cut(made: Any, drawn: Simulation | None, key: str) -> list[dict[str, Any]]:
    found = approach_1(made, [key])
    simulated = {} if drawn is None else {
        row[key]: row for row in drawn.summary([key]).iter_rows(named=True)
    }  # fmt: skip
    rows = []
    for row in found.sort("co2e_ug", key, descending=[True, False]).iter_rows(named=True):
        value = row[key]
        fact = {
            key: None if value is None else str(value),
            "co2e_kg": _kg(row["co2e_ug"]),
            **_approach_1(row),
        }
        if value in simulated:
            fact |= {
                f"drawn_{end}_kg": _kg(simulated[value][f"{end}_ug"]) for end in ("lower", "upper")
            }
        rows.append(fact)
    return rows


def _quality(lines: pl.DataFrame, amount: str, library: Library | None) -> dict[str, Any]:
    row = quality(lines, amount=amount, library=library).row(0, named=True)
    shares = ("primary_share", "primary", "modelled", "default", "rated")
    scores = ("technology", "geography", "time", "precision", "dqr")
    return {
        **{f"{name}_percent": _percent(row[f"{name}_ppm"]) for name in shares},
        **{name: None if row[name] is None else f"{row[name]:.4f}" for name in scores},
        "dqr_class": row["dqr_class"],
    }


def _ranked(row: dict[str, Any]) -> dict[str, Any]:
    less = row["now_ug"] - row["then_ug"]
    narrower = Decimal(0) if not row["now_ug"] else Decimal(repr(less / row["now_ug"] * 100))
    return {
        "cause": row["cause"],
        "of": row["of"],
        "label": row["label"],
        "share_percent": _percent(row["share_ppm"]),
        "fall_percent": _percent(row["fall_ppm"]),
        "half_width_kg": _kg(row["now_ug"]),
        "half_width_then_kg": _kg(row["then_ug"]),
        "less_kg": _kg(less),
        "narrower_percent": numbers.plain(narrower.quantize(Decimal("0.0001"))),
    }
