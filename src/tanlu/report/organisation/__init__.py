"""组织清单 The inventory of an organisation: entities, scopes, categories, each gram once."""

from tanlu.report.organisation.boundary import Boundary, parse, read
from tanlu.report.organisation.lines import lines
from tanlu.report.organisation.scopes import place

__all__ = ["Boundary", "lines", "parse", "place", "read"]
