"""证据包 Evidence packs: a slice of a ledger that shows by itself that it holds."""

from tanlu.verify.pack.checking import verify
from tanlu.verify.pack.making import build
from tanlu.verify.pack.mounting import contents, mount
from tanlu.verify.pack.proving import check_proof, prove

__all__ = ["build", "check_proof", "contents", "mount", "prove", "verify"]
