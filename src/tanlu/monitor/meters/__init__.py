"""计量 From what meters show to activities by the hour, nothing lost and nothing made."""

from tanlu.monitor.meters.definitions import Definition, Definitions, definitions
from tanlu.monitor.meters.passing import pass_on

__all__ = ["Definition", "Definitions", "definitions", "pass_on"]
