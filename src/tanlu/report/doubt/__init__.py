"""存疑 How sure a report is: intervals by both approaches, data quality, what to measure first."""

from tanlu.report.doubt.facts import Doubt, doubt, steps
from tanlu.report.doubt.sheet import sheet

__all__ = ["Doubt", "doubt", "sheet", "steps"]
