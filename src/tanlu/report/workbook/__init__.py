"""复算簿 A workbook that recomputes itself: every emission a formula, every total a sum."""

from tanlu.report.workbook.book import workbook

__all__ = ["workbook"]
