"""A mapping proposed from a file's header and sample, for a person to look at and mend."""

from tanlu.monitor.propose.proposal import Answers, Proposal, propose
from tanlu.monitor.propose.seen import Seen, fields, meanings_of, seen, units_of

__all__ = ["Answers", "Proposal", "Seen", "fields", "meanings_of", "propose", "seen", "units_of"]
