"""The misstatement ledger, and what it means against materiality.

Over- and understatement stand apart and are never netted: two mistakes do not make one truth.
Misstatements are *factual* (found in a unit) or *projected* (what the sample says of the rest);
corrections that the ledger holds reduce what is left. Uncertainty of factors stands beside this,
never in it. ISO 14064-3:2019, 6.3 (evaluation; from memory, only the headings up to 6.1.2 could be
checked), with the rule of decision of our own that `verdict` tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tanlu.verify.assurance.frame import SCALE
from tanlu.verify.assurance.sampling.bounds import ONE, stringer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tanlu.verify.assurance.engagement import Engagement
    from tanlu.verify.assurance.papers import Filled
    from tanlu.verify.assurance.sampling.samples import Stratum

__all__ = ["DIRECTIONS", "Amounts", "Evaluation", "Misstatement", "back", "evaluate", "forward"]

DIRECTIONS = ("over", "under", "omission")


@dataclass(frozen=True, slots=True)
class Misstatement:
    """What was found in one unit of the population: a line of the misstatement ledger.

    ``found_ug`` is above zero where too much was reported. ``corrected_ug`` is how much of it the
    ledger has taken back since. ``supported`` is false where there was no evidence at all.
    """

    id: str
    direction: str
    reported: str
    evidence: str
    unit: str
    found_ug: int
    corrected_ug: int
    supported: bool
    remark: str

    def payload(self) -> list[Any]:
        """Give it as a row of texts and truths."""
        return [
            self.id, self.direction, self.reported, self.evidence, self.unit, str(self.found_ug),
            str(self.corrected_ug), self.supported, self.remark,
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Amounts:
    """One direction: found, projected on all, upper bound, corrected since; none below zero [ug].

    ``basic_ug`` is the part of the bound that is there although nothing was found. ``likely_ug`` is
    what remains of the projection and ``most_ug`` of the bound; ``unproved_ug`` is the part of the
    projection that comes from units without evidence.
    """

    factual_ug: int = 0
    projected_ug: int = 0
    bound_ug: int = 0
    corrected_ug: int = 0
    unproved_ug: int = 0
    basic_ug: int = 0

    @property
    def likely_ug(self) -> int:
        """Most likely misstatement that is left."""
        return max(0, self.projected_ug - self.corrected_ug)

    @property
    def most_ug(self) -> int:
        """Upper bound of what is left."""
        return max(0, self.bound_ug - self.corrected_ug)

    def payload(self) -> dict[str, str]:
        """Give the amounts as decimal texts."""
        names = (
            "factual", "projected", "bound", "corrected", "unproved", "basic", "likely", "most",
        )  # fmt: skip
        return {name: str(getattr(self, f"{name}_ug")) for name in names}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All directions against materiality, with what follows.

    ``verdict`` is ``within``, ``extend`` (the sample is too small to tell), ``correct`` (errors
    that the preparer can mend), ``material``, ``pervasive`` or ``unproved``; ``reverse`` tells
    whether a reverse sample was examined, and ``uncovered_ug`` how much is of kinds that it is not
    about.
    """

    total_ug: int
    materiality_ug: int
    performance_ug: int
    amounts: dict[str, Amounts]
    ledger: tuple[Misstatement, ...]
    units: int
    reverse: bool
    verdict: str
    more: int = 0
    uncovered_ug: int = 0

    def payload(self) -> dict[str, Any]:
        """Give it for a statement."""
        return {
            "total": str(self.total_ug),
            "materiality": str(self.materiality_ug),
            "performance": str(self.performance_ug),
            "amounts": {name: each.payload() for name, each in self.amounts.items()},
            "ledger": [each.payload() for each in self.ledger],
            "units": self.units,
            "reverse": self.reverse,
            "verdict": self.verdict,
            "more": self.more,
            "uncovered": str(self.uncovered_ug),
        }


def _projected(strata: tuple[Stratum, ...], found: Mapping[str, int]) -> tuple[int, int, list[int]]:
    """Give (found in what was examined in full, largest interval, projections) of a direction."""
    points = dict.fromkeys((one.name for one in strata), 0)
    for stratum in strata:
        points[stratum.name] += stratum.drawn.points
    exact, interval, projections = 0, 0, []
    for stratum in strata:
        # all rounds of a draw stand for its total together
        total, together = stratum.drawn.total, points[stratum.name]
        if together:
            interval = max(interval, -(-total // together))
        for key, size, hits in stratum.drawn.rows.iter_rows():
            wrong = found.get(key, 0)
            if wrong and hits is None:
                exact += wrong
            elif wrong:
                projections += [-(-wrong * total // (together * size))] * hits
    return exact, interval, projections


def _amounts(
    strata: tuple[Stratum, ...],
    found: Mapping[str, int],
    unproved: Mapping[str, int],
    corrected_ug: int,
    confidence_ppm: int,
) -> Amounts:
    exact, interval, projections = _projected(strata, found)
    doubtful, _, open_ = _projected(strata, unproved)
    return Amounts(
        factual_ug=sum(found.values()),
        projected_ug=exact + sum(projections),
        bound_ug=stringer(interval, projections, confidence_ppm, exact),
        corrected_ug=corrected_ug,
        unproved_ug=doubtful + sum(open_),
        basic_ug=stringer(interval, [], confidence_ppm),
    )


def _together(under: Amounts, lost: Amounts) -> int:
    """Give the upper bound of understatement and omission together [ug].

    Both add up to what is missing. That nothing was found is told once for both, as for strata of
    one sample: the larger interval enters, then the errors of both. The errors' steps are those of
    each sample alone, which are no smaller than in one row.
    """
    bound = under.bound_ug + lost.bound_ug - min(under.basic_ug, lost.basic_ug)
    return max(0, bound - under.corrected_ug - lost.corrected_ug)


def forward(
    strata: tuple[Stratum, ...],
    units: Mapping[str, Mapping[str, Any]],
    filled: Filled,
    after: Mapping[str, int],
    confidence_ppm: int,
) -> tuple[dict[str, Amounts], list[Misstatement]]:
    """Compare what was reported with its evidence, unit by unit.

    Parameters
    ----------
    units
        ``co2e_ug, reported, unit`` of each unit drawn.
    filled
        The evidence; None where there is none, and then the whole amount is unproved.
    after
        What the ledger reports of corrected units now [ug].

    Notes
    -----
    The amount of a unit follows its quantity: evidence of 90 where 100 was reported leaves nine
    tenths of its CO₂e. The share of error in it is the tainting of sampling by money.
    """
    lines: list[Misstatement] = []
    for key, (evidence, remark) in filled.items():
        unit = units[key]
        reported = Fraction(Decimal(unit["reported"]))
        shown = Fraction(evidence) if evidence is not None else Fraction(0)
        truth = _whole(unit["co2e_ug"] * shown / reported)
        wrong = unit["co2e_ug"] - truth
        if not wrong:
            continue
        left = abs(after[key] - truth) if key in after else abs(wrong)
        lines.append(
            Misstatement(
                id=key,
                direction="over" if wrong > 0 else "under",
                reported=unit["reported"],
                evidence="–" if evidence is None else f"{evidence:f}",
                unit=unit["unit"],
                found_ug=wrong,
                corrected_ug=max(0, abs(wrong) - left),
                supported=evidence is not None,
                remark=remark,
            )
        )
    made = {}
    for direction in DIRECTIONS[:2]:
        mine = [line for line in lines if line.direction == direction]
        found = {line.id: abs(line.found_ug) for line in mine}
        unproved = {line.id: abs(line.found_ug) for line in mine if not line.supported}
        corrected = sum(line.corrected_ug for line in mine)
        made[direction] = _amounts(strata, found, unproved, corrected, confidence_ppm)
    return made, lines


def _whole(value: Fraction) -> int:
    """Round half away from zero, so that a negative twin cancels."""
    sign = -1 if value < 0 else 1
    return sign * int((abs(value) * 2 + 1) // 2)


def back(
    strata: tuple[Stratum, ...],
    filled: Filled,
    corrected: Mapping[str, Decimal],
    *,
    unit: str,
    covered_ug: int,
    confidence_ppm: int,
) -> tuple[Amounts, list[Misstatement]]:
    """Compare an independent frame with what was reported of it: what was left out.

    A share p of the frame that is not reported means ``reported · p / (1 − p)`` of CO₂e that is
    not: what is missing emits as what is there does.

    Parameters
    ----------
    unit
        Unit of the frame.
    covered_ug
        Amount reported of the kinds that the frame is about.
    corrected
        What the ledger reports of a unit beyond what it did at the seal, in the frame's unit.
    """
    sizes = {key: size for one in strata for key, size, _ in one.drawn.rows.iter_rows()}
    first = strata[0].drawn
    total = first.total + sum(size for _, size, hits in first.rows.iter_rows() if hits is None)
    lines, lost, mended = [], {}, 0
    for key, (amount, remark) in filled.items():
        missing = max(0, sizes[key] - _whole(Fraction(amount or 0) * SCALE))
        if not missing:
            continue
        lost[key] = missing
        since = min(missing, _whole(Fraction(corrected.get(key, Decimal(0))) * SCALE))
        mended += max(0, since)
        lines.append(
            Misstatement(
                id=key,
                direction="omission",
                reported="–" if amount is None else f"{amount:f}",
                evidence=f"{(Decimal(sizes[key]) / SCALE).normalize():f}",
                unit=unit,
                found_ug=-_emitted(missing, total, covered_ug),
                corrected_ug=_emitted(max(0, since), total, covered_ug),
                supported=True,
                remark=remark,
            )
        )
    shares = _amounts(strata, lost, {}, mended, confidence_ppm)
    return Amounts(
        factual_ug=sum(-line.found_ug for line in lines),
        projected_ug=_emitted(shares.projected_ug, total, covered_ug),
        bound_ug=_emitted(shares.bound_ug, total, covered_ug),
        corrected_ug=sum(line.corrected_ug for line in lines),
        basic_ug=_emitted(shares.basic_ug, total, covered_ug),
    ), lines


def _emitted(missing: int, total: int, covered_ug: int) -> int:
    """Give what a missing part of a frame emits, were it like the part that is reported."""
    there = max(total - missing, 1)
    return -(-abs(covered_ug) * missing // there)


def evaluate(
    engagement: Engagement,
    total_ug: int,
    amounts: dict[str, Amounts],
    ledger: list[Misstatement],
    *,
    units: int,
    reverse: bool,
    uncovered_ug: int = 0,
) -> Evaluation:
    """Weigh what was found against materiality, and say what follows instead of just failing.

    Notes
    -----
    ``within``: the bound of what is too much, and that of what is too little (understatement and
    omission together), are at most material and what is likely at most the performance
    materiality. ``extend``: the likely misstatement is small but the bound is not, so more units
    tell. ``correct``: the likely one is above performance materiality, at most material.
    ``material``: it is above materiality in one direction, understatement and omission together;
    ``pervasive``: above twice that. ``unproved``: it is material only by units without evidence.
    """
    material = abs(total_ug) * engagement.materiality_ppm // ONE
    performance = material * engagement.performance_ppm // ONE
    none = Amounts()
    over, under, lost = (amounts.get(name, none) for name in DIRECTIONS)
    likely = max(over.likely_ug, under.likely_ug + lost.likely_ug)
    proved = max(
        over.likely_ug - over.unproved_ug,
        max(0, under.likely_ug - under.unproved_ug) + lost.likely_ug,
    )
    most = max(over.most_ug, _together(under, lost))
    if proved > 2 * material:
        verdict = "pervasive"
    elif proved > material:
        verdict = "material"
    elif likely > material:
        verdict = "unproved"
    elif likely > performance:
        verdict = "correct"
    else:
        verdict = "extend" if most > material else "within"
    return Evaluation(
        total_ug=total_ug,
        materiality_ug=material,
        performance_ug=performance,
        amounts=amounts,
        ledger=tuple(sorted(ledger, key=lambda line: (-abs(line.found_ug), line.id))),
        units=units,
        reverse=reverse,
        verdict=verdict,
        more=_more(most, material, units) if verdict == "extend" else 0,
        uncovered_ug=uncovered_ug,
    )


def _more(most: int, material: int, units: int) -> int:
    """Propose how many more to look at: as if the bound shrank as they grow, half at least."""
    return max(units // 2, -(-units * (most - material) // max(material, 1)))
