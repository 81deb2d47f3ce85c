"""Checks that need only the words: this folder can be carried away and run without the rest.

It opens no ledger and imports nothing of Tanlu above ``terms``.
"""

from tanlu.verify.offline.recompute import Difference, recompute

__all__ = ["Difference", "recompute"]
