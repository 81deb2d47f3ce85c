"""监测 What comes in from outside: files read into activities, every row accounted for."""

from tanlu.monitor.batch import Batch, read
from tanlu.monitor.corrections import corrections
from tanlu.monitor.intake import intake, rehearse
from tanlu.monitor.mapping import Mapping
from tanlu.monitor.propose import (
    Answers,
    Proposal,
    fields,
    meanings_of,
    propose,
    seen,
    units_of,
)
from tanlu.monitor.read import Dialect, sniff

__all__ = [
    "Answers",
    "Batch",
    "Dialect",
    "Mapping",
    "Proposal",
    "corrections",
    "fields",
    "intake",
    "meanings_of",
    "propose",
    "read",
    "rehearse",
    "seen",
    "sniff",
    "units_of",
]
