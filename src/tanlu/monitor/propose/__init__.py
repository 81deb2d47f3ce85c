"""A mapping proposed from a file's header and sample, for a person to look at and mend."""

from tanlu.monitor.propose.proposal import Proposal, propose

__all__ = ["Proposal", "propose"]
