"""组织清单 The inventory of an organisation: entities, scopes, categories, each gram once."""

from tanlu.report.organisation.boundary import Boundary, parse, read
from tanlu.report.organisation.inventory import organisation
from tanlu.report.organisation.lines import lines
from tanlu.report.organisation.national import profiles
from tanlu.report.organisation.scopes import place

__all__ = ["Boundary", "lines", "organisation", "parse", "place", "profiles", "read"]
