"""From a foreign file to columns of text: encoding, lines, cells, sheets, row groups."""

from tanlu.monitor.read.dialect import Dialect, sniff
from tanlu.monitor.read.source import Body, bodies

__all__ = ["Body", "Dialect", "bodies", "sniff"]
