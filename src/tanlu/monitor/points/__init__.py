"""测点 What is asked of machines, and what chargers and tag readers tell, as rows."""

from tanlu.monitor.points.chargers import MEASURANDS, PASSED, sampled
from tanlu.monitor.points.plan import Point, read_plan
from tanlu.monitor.points.registers import Request, requests, values
from tanlu.monitor.points.tags import tag_events

__all__ = [
    "MEASURANDS",
    "PASSED",
    "Point",
    "Request",
    "read_plan",
    "requests",
    "sampled",
    "tag_events",
    "values",
]
