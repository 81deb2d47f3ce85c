"""How good a supplier's data is, told part by part so that he can mend it."""

from __future__ import annotations

from typing import Any, NamedTuple

__all__ = ["Grade", "graded"]

# what each part counts for, of 100: taken at all, energy that was metered, mass, and a way
WEIGHTS = {"accepted": 40, "measured": 30, "tonnes": 15, "placed": 15}
GRADES = ((90, "A"), (75, "B"), (50, "C"))
LOWEST = "D"


class Grade(NamedTuple):
    """A letter, its points of 100, and (part, rows that have it, of how many, points, most)."""

    letter: str
    points: int
    parts: tuple[tuple[str, int, int, int, int], ...]


def graded(results: list[dict[str, Any]]) -> Grade | None:
    """Give the grade of rehearsed files; None where no row was looked at.

    ``accepted`` is a share of all rows, the others are shares of the rows that were taken.
    """
    rows = sum(each["rows_in"] for each in results)
    taken = sum(each["rows_accepted"] for each in results)
    if not rows:
        return None
    parts = []
    for name, most in WEIGHTS.items():
        of = rows if name == "accepted" else taken
        have = taken if name == "accepted" else sum(each.get(name, 0) for each in results)
        parts.append((name, have, of, most * have // of if of else 0, most))
    points = sum(part[3] for part in parts)
    letter = next((name for least, name in GRADES if points >= least), LOWEST)
    return Grade(letter, points, tuple(parts))
