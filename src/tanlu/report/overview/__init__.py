"""What the first page says: a period's total and its change, where it comes from, what to do."""

from tanlu.report.items.cubes import carry, ready
from tanlu.report.overview.cuts import CUTS, cut, subjects
from tanlu.report.overview.facts import overview
from tanlu.report.overview.periods import before, codes, grounds, months
from tanlu.report.overview.tiers import tiers

__all__ = [
    "CUTS",
    "before",
    "carry",
    "codes",
    "cut",
    "grounds",
    "months",
    "overview",
    "ready",
    "subjects",
    "tiers",
]
