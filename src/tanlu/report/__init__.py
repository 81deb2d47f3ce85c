"""报告 What the ledger says: totals with their reasons, and one number with all of its own.

A report is a `Document` until `render` gives it a form; nothing here changes a ledger.
"""

from tanlu.report.numbers import exact, grouped, scale
from tanlu.report.render import render
from tanlu.report.svg import colour, number, picture, tokens
from tanlu.report.terminal import text
from tanlu.report.transport import transport
from tanlu.report.why import why
from tanlu.report.workbook import workbook

__all__ = [
    "colour",
    "exact",
    "grouped",
    "number",
    "picture",
    "render",
    "scale",
    "text",
    "tokens",
    "transport",
    "why",
    "workbook",
]
