"""披露 What others ask for in their own order and with their own tags."""

from tanlu.report.disclosure.energy import energy_mix
from tanlu.report.disclosure.factors import factors
from tanlu.report.disclosure.points import datapoints, tags
from tanlu.report.disclosure.told import disclosed

__all__ = ["datapoints", "disclosed", "energy_mix", "factors", "tags"]
