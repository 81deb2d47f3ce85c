"""What a verification found: steps, findings with code and place, and one verdict."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from tanlu.errors import TanluError, say

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["EXITS", "STEPS", "Book", "Finding", "Report", "Step"]

STEPS = {
    1: "archive", 2: "manifest", 3: "files", 4: "statements", 5: "proofs", 6: "ledger",
    7: "recalculation", 8: "totals", 9: "findings", 10: "credentials", 11: "report",
}  # fmt: skip
EXITS = {"verified": 0, "failed": 1, "cannot decide": 2, "verified with findings": 3}
# codes that say what could not be decided, and those that leave what was verified standing
UNDECIDED = frozenset({"TL131", "TL707", "TL732", "TL735", "TL736"})
NOTED = frozenset({"TL729", "TL730", "TL734"})
MOST_SHOWN = 200


class Finding(NamedTuple):
    """One thing that does not hold or should be known: its code, where it is, and why."""

    code: str
    where: str
    why: str
    fields: dict[str, Any]

    def say(self, language: str = "en") -> str:
        """Give the sentence in ``en`` or ``zh``."""
        return say(self.code, language=language, **self.fields)

    def facts(self) -> dict[str, str]:
        """Give what ``--json`` prints."""
        return {"code": self.code, "where": self.where, "why": self.why, "said": self.say()}


@dataclass(slots=True)
class Step:
    """One of the eleven steps: ``holds``, ``fails``, ``partly`` or ``skipped``, and its figures."""

    number: int
    name: str
    state: str = "skipped"
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome: ``verdict``, ``steps``, the ``findings`` shown and how many there are by code.

    ``facts`` tells whose pack it is: ledger, period, log, totals, formulas.
    """

    verdict: str
    steps: tuple[Step, ...]
    findings: tuple[Finding, ...]
    counts: dict[str, int]
    facts: dict[str, Any]

    @property
    def exit(self) -> int:
        """0 verified, 1 failed, 2 cannot decide, 3 verified with findings."""
        return EXITS[self.verdict]

    def json(self) -> dict[str, Any]:
        """Give all of it as what JSON can hold."""
        return {
            "verdict": self.verdict,
            "exit": self.exit,
            **self.facts,
            "steps": [
                {"step": each.number, "name": each.name, "state": each.state, **each.facts}
                for each in self.steps
            ],
            "counts": self.counts,
            "findings": [each.facts() for each in self.findings],
        }


class Book:
    """Where the steps write down what they find.

    ``noted`` are the codes that leave what was verified standing.
    """

    noted: ClassVar[frozenset[str]] = NOTED

    def __init__(self) -> None:
        self.steps = {number: Step(number, name) for number, name in STEPS.items()}
        self.findings: list[Finding] = []
        self.counts: Counter[str] = Counter()
        self.facts: dict[str, Any] = {}
        self._at = 1

    def begin(self, number: int) -> Step:
        """Give the step that is now done; it holds until something is found."""
        self._at = number
        step = self.steps[number]
        step.state = "holds"
        return step

    def fault(self, error: TanluError, where: str = "") -> None:
        """Write down what does not hold, first where it is."""
        told = dict(error.fields)
        place = where or str(told.get("value", ""))
        why = str(told["why"]) if "why" in told else str(error)
        if where and where != told.get("value"):
            why = why if "why" not in told else f"{told.get('value')}: {why}"
        self.counts[error.code] += 1
        step = self.steps[self._at]
        if error.code not in self.noted:
            step.state = "fails" if error.code not in UNDECIDED else "partly"
        if self.counts[error.code] <= MOST_SHOWN:
            told |= {"value": place, **({"why": why} if "why" in told else {})}
            self.findings.append(Finding(error.code, place[:300], why[:300], told))

    def note(self, code: str, where: str, why: str) -> None:
        """Write down a finding by its code."""
        self.fault(TanluError(code, value=where, why=why))

    def fails(self, *numbers: int) -> bool:
        """Tell whether one of these steps failed."""
        return any(self.steps[number].state == "fails" for number in numbers)

    def close(self) -> Report:
        """Give the outcome of all steps."""
        self.begin(11)
        failed = set(self.counts) - UNDECIDED - self.noted
        if failed:
            verdict = "failed"
        elif UNDECIDED & set(self.counts):
            verdict = "cannot decide"
        else:
            verdict = "verified with findings" if self.counts else "verified"
        steps = tuple(self.steps.values())
        counts = dict(sorted(self.counts.items()))
        return Report(verdict, steps, tuple(self.findings), counts, self.facts)

    def __iter__(self) -> Iterator[Finding]:
        """Give the findings so far."""
        return iter(self.findings)
