"""Where data comes from: each source with what it brought, when, what is missing and refused."""

from tanlu.monitor.sources.listed import COLUMNS, sources
from tanlu.monitor.sources.months import commits, months

__all__ = ["COLUMNS", "commits", "months", "sources"]
