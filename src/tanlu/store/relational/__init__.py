"""Relational state: what is looked up and changed one by one, beside the ledger that only grows."""

from tanlu.store.relational.opening import State, open_state
from tanlu.store.relational.scoped import Everywhere, Scoped

__all__ = ["Everywhere", "Scoped", "State", "open_state"]
