"""报告 What the ledger says: totals with their reasons, and one number with all of its own.

A report is a `Document` until `render` gives it a form; nothing here changes a ledger.
"""

from tanlu.report.numbers import exact, grouped, scale
from tanlu.report.render import render
from tanlu.report.svg import picture
from tanlu.report.terminal import text
from tanlu.report.transport import transport
from tanlu.report.why import why
from tanlu.report.words import Words
from tanlu.report.workbook import workbook

__all__ = [
    "Words",
    "exact",
    "grouped",
    "picture",
    "render",
    "scale",
    "text",
    "transport",
    "why",
    "workbook",
]
