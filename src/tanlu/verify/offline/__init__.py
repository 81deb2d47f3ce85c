"""Checks that need only the words: this folder can be carried away and run without the rest.

It opens no ledger and imports nothing of Tanlu above ``terms``.
"""

<<<<<<< HEAD
from tanlu.verify.offline.carried import verify_min
=======
from tanlu.verify.offline.disclosure import Disclosed, check_disclosure
>>>>>>> d-privacy
from tanlu.verify.offline.pack import verify_pack
from tanlu.verify.offline.recompute import Difference, recompute
from tanlu.verify.offline.report import Finding, Report, Step

<<<<<<< HEAD
__all__ = ["Difference", "Finding", "Report", "Step", "recompute", "verify_min", "verify_pack"]
=======
__all__ = [
    "Difference",
    "Disclosed",
    "Finding",
    "Report",
    "Step",
    "check_disclosure",
    "recompute",
    "verify_pack",
]
>>>>>>> d-privacy
