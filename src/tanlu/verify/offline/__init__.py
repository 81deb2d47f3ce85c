"""Checks that need only the words: this folder can be carried away and run without the rest.

It opens no ledger and imports nothing of Tanlu above ``terms``.
"""

from tanlu.verify.offline.carried import verify_min
from tanlu.verify.offline.disclosure import Disclosed, check_disclosure
from tanlu.verify.offline.pack import verify_pack
from tanlu.verify.offline.recompute import Difference, recompute
from tanlu.verify.offline.report import Finding, Report, Step

__all__ = [
    "Difference",
    "Disclosed",
    "Finding",
    "Report",
    "Step",
    "check_disclosure",
    "recompute",
    "verify_min",
    "verify_pack",
]
