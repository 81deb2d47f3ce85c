"""转移报告 What a change really saved: all six stages, what it set off, and what is left."""

from tanlu.report.shift.document import shift, shift_sections

__all__ = ["shift", "shift_sections"]
