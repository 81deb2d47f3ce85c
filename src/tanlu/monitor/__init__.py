"""监测 What comes in from outside: files read into activities, every row accounted for."""

from tanlu.monitor.batch import Batch, read
from tanlu.monitor.corrections import corrections
from tanlu.monitor.intake import intake
from tanlu.monitor.mapping import Mapping
from tanlu.monitor.propose import Proposal, propose
from tanlu.monitor.read import Dialect, sniff

__all__ = [
    "Batch",
    "Dialect",
    "Mapping",
    "Proposal",
    "corrections",
    "intake",
    "propose",
    "read",
    "sniff",
]
