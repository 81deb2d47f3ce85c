"""运输链 Legs for orders that name two places only, and what a workspace decides about them."""

from tanlu.account.chains.decided import NONE, Overrides, overrides
from tanlu.account.chains.propose import masses, propose_chains

__all__ = ["NONE", "Overrides", "masses", "overrides", "propose_chains"]
