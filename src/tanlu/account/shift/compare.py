"""Compare before and after over all six stages: nothing cut out, nothing netted silently.

What is done for a different number of orders is first brought to the later volume; the rest of the
change of each stage is parted exactly into activity, mix and factor. What the change sets off
elsewhere stands beside it, with the elasticity and its source, and the net saving has an interval.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from tanlu.account.shift.decompose import Part, away, decompose, whole
from tanlu.account.shift.found import notes
from tanlu.account.shift.gather import SIX, UNSTAGED, classes, spreads, usable
from tanlu.account.shift.induce import elasticities, induced
from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tanlu.account.shift.induce import Elasticity

__all__ = ["STAGES", "Shift", "Summary", "compare"]

STAGES = SIX
WIDTH = 1.96
# an effect may be larger than both states: ten times the activity at a tenth of the rate
AMOUNTS = (
    *("before_ug", "after_ug", "change_ug", "volume_ug", "activity_ug", "mix_ug", "factor_ug"),
    *("saving_ug", "lower_ug", "upper_ug", "before_each_ug", "after_each_ug"),
)
COLUMNS: dict[str, type[pl.DataType]] = {
    "stage": pl.String, **dict.fromkeys(AMOUNTS, pl.Int128),
    "rows_before": pl.Int64, "rows_after": pl.Int64,
    "activity_ratio": pl.Float64, "intensity_ratio": pl.Float64,
}  # fmt: skip


class Summary(NamedTuple):
    """The figures of a comparison [µg]; a saving is positive when the later state emits less.

    ``gross_ug`` is what is saved at the later volume before anything is set off, ``induced_ug``
    what is set off and not yet in the later state, ``net_ug`` their difference. ``rebound_ppm`` is
    induced over gross, null without a gross saving.
    """

    before_ug: int
    after_ug: int
    before_volume: int
    after_volume: int
    per: str
    gross_ug: int
    gross_lower_ug: int
    gross_upper_ug: int
    induced_ug: int
    induced_lower_ug: int
    induced_upper_ug: int
    net_ug: int
    net_lower_ug: int
    net_upper_ug: int
    rebound_ppm: int | None
    planned: bool


class Shift(NamedTuple):
    """A comparison: each stage, each induced effect, their sum, and what a reader must know."""

    stages: pl.DataFrame
    induced: pl.DataFrame
    summary: Summary
    findings: pl.DataFrame


def compare(
    before: pl.DataFrame | pl.LazyFrame,
    after: pl.DataFrame | pl.LazyFrame,
    *,
    volumes: tuple[int, int] | None = None,
    per: str | tuple[str, str] = "order",
    planned: bool = True,
    given: Mapping[str, float] | None = None,
    known: Iterable[Elasticity] | None = None,
) -> Shift:
    """Give the change of every stage with its causes, what it sets off, and what is left of it.

    Parameters
    ----------
    before, after
        Schema ``emission``: of two periods or editions of a ledger, or of ``quantify`` on
        hypothetical activities.
    volumes
        How many functional units each state serves; without it both count as one whole, which
        compares totals.
    per
        The functional unit. Two different ones are refused.
    planned
        Whether ``after`` is a plan. A measured later state holds what was set off already: it is
        then shown and not subtracted again.
    given
        Ratios after / before of drivers that no emission shows, as ``{"return_cost": 0.5}``.
    known
        Elasticities; those of the house by default.

    Returns
    -------
    Shift
        ``stages`` has all six stages, also empty ones, and further ones where rows name them.
        ``activity_ratio`` and ``intensity_ratio`` are after / before for an order, null where a
        stage has no emission on one side.

    Raises
    ------
    TanluError
        TL512 for rows of several profiles, GWP sets or bases; TL556 for volumes that are not
        positive or units that differ; TL502 for a given driver that no elasticity knows, TL555
        for a ratio that is none.

    Notes
    -----
    saving = E_before · V_after / V_before − E_after; saving = −(activity + mix + factor) and
    change = volume + activity + mix + factor, each to the microgram. Intensity ratio =
    E_after / Σ_u E_before,u · Q_after,u / Q_before,u, summed over the units u of amounts.
    """
    unit, sizes = _unit(per, volumes)
    sides, left = usable(before, after)
    grow = Fraction(sizes[1], sizes[0])
    table = classes(sides)
    stages = _stages(table, spreads(sides, grow), grow, sizes)
    effects = induced(
        stages, dict(given or {}), elasticities() if known is None else known, planned=planned
    )
    half = WIDTH * spreads(sides, grow, whole_sum=True).get("", 0.0)
    summary = _summary(stages, effects, half, (*sizes, unit), planned=planned)
    return Shift(stages, effects, summary, notes(stages, summary, left))


def _unit(per: str | tuple[str, str], volumes: tuple[int, int] | None) -> tuple[str, Any]:
    units = (per, per) if isinstance(per, str) else per
    if units[0] != units[1]:
        raise TanluError("TL556", value=" / ".join(units), why="the functional units differ")
    sizes = (1, 1) if volumes is None else volumes
    if min(sizes) <= 0:
        raise TanluError("TL556", value=min(sizes), why="a volume is not positive")
    return ("whole" if volumes is None else units[0]), sizes


def _stages(
    table: pl.DataFrame, spread: Mapping[str, float], grow: Fraction, sizes: tuple[int, int]
) -> pl.DataFrame:
    others = sorted(set(table["stage"]) - {*STAGES, UNSTAGED})
    last = [UNSTAGED] if UNSTAGED in set(table["stage"]) else []
    made = []
    for stage in (*STAGES, *others, *last):
        rows = table.filter(pl.col("stage") == stage)
        made.append(_stage(stage, rows, spread.get(stage, 0.0), grow, sizes))
    return pl.DataFrame(made, schema=COLUMNS, orient="row")


def _stage(
    stage: str, rows: pl.DataFrame, spread: float, grow: Fraction, sizes: tuple[int, int]
) -> tuple[Any, ...]:
    before, after = (sum(int(v) for v in rows[name]) for name in ("before_ug", "after_ug"))
    scaled = away(before * grow)
    parts = [
        Part(unit, int(was) * grow, Fraction(int(now)), int(old) * grow, Fraction(int(new)))
        for unit, was, now, old, new in rows.select(
            "unit", "before_amount", "after_amount", "before_ug", "after_ug"
        ).iter_rows()
    ]  # fmt: skip
    activity, mix, factor = whole(decompose(parts), after - scaled)
    saving = scaled - after
    half = round(WIDTH * spread)
    done, rate = _ratios(parts)
    return (
        stage, before, after, after - before, scaled - before, activity, mix, factor,
        saving, saving - half, saving + half, away(Fraction(before, sizes[0])),
        away(Fraction(after, sizes[1])), int(rows["rows_before"].sum()),
        int(rows["rows_after"].sum()), done, rate,
    )  # fmt: skip


def _ratios(parts: list[Part]) -> tuple[float | None, float | None]:
    """Give after / before of what is done for an order, and of what a unit done emits."""
    kept = Fraction(0)  # the later activity at the earlier intensity
    for unit in {part.group for part in parts}:
        own = [part for part in parts if part.group == unit]
        was = sum((part.before_amount for part in own), Fraction(0))
        now = sum((part.after_amount for part in own), Fraction(0))
        emitted = sum((part.before_ug if was else part.after_ug for part in own), Fraction(0))
        kept += emitted * now / was if was else emitted
    before = sum((part.before_ug for part in parts), Fraction(0))
    after = sum((part.after_ug for part in parts), Fraction(0))
    done = float(kept / before) if kept and before else None
    return done, float(after / kept) if kept and after else None


def _summary(
    stages: pl.DataFrame,
    effects: pl.DataFrame,
    half: float,
    volumes: tuple[int, int, str],
    *,
    planned: bool,
) -> Summary:
    gross = int(stages["saving_ug"].sum())
    # what a measured state holds already adds neither amount nor doubt
    counted = effects.filter(pl.col("state").is_in(["counted", "not_credited"]) & pl.lit(planned))
    amount = int(counted["induced_ug"].sum())
    # effects of one driver rest on one judgement and err together
    ends = counted.group_by("driver").agg(
        (pl.col("induced_ug") - pl.col("lower_ug")).sum().alias("down"),
        (pl.col("upper_ug") - pl.col("induced_ug")).sum().alias("up"),
    )
    down, up = (sum(int(each) ** 2 for each in ends[name]) for name in ("down", "up"))
    net = gross - amount
    return Summary(
        int(stages["before_ug"].sum()), int(stages["after_ug"].sum()), *volumes,
        gross, gross - round(half), gross + round(half),
        amount, amount - round(down**0.5), amount + round(up**0.5),
        net, net - round((half**2 + up) ** 0.5), net + round((half**2 + down) ** 0.5),
        away(Fraction(amount, gross) * 10**6) if gross > 0 else None, planned,
    )  # fmt: skip
