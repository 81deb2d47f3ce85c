"""复算簿 The workbook that recomputes itself: every emission a formula, every total a sum of them."""

from tanlu.report.workbook.book import workbook

__all__ = ["workbook"]
