"""热力 Where and when: emissions by place, lane and step of time; every cut sums to the total."""

from tanlu.report.heat.facts import STEPS, Heat, heat
from tanlu.report.heat.pictures import modes, ranking, regions, web

__all__ = ["STEPS", "Heat", "heat", "modes", "ranking", "regions", "web"]
