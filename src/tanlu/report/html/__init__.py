"""A document as one self-contained HTML page: no script, no font, no picture from elsewhere."""

from tanlu.report.html.page import page

__all__ = ["page"]
