"""旁账 What stands beside the sum: carbon that moved nothing, and books that are not carbon."""

from tanlu.report.beside.cobenefit import cobenefit, cobenefit_sections
from tanlu.report.beside.hidden import hidden, hidden_sections

__all__ = ["cobenefit", "cobenefit_sections", "hidden", "hidden_sections"]
