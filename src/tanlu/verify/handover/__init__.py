"""交接 Handovers without paper: both sides sign, boxes keep their custody, both settle alike."""

from tanlu.verify.handover import sm2
from tanlu.verify.handover.custody import Handovers, handovers
from tanlu.verify.handover.paper import sign_pdf, signatures
from tanlu.verify.handover.settlement import (
    Settled,
    agreed_terms,
    differing,
    settle,
    statement_of,
)
from tanlu.verify.handover.statements import facts, give, given, take

__all__ = [
    "Handovers",
    "Settled",
    "agreed_terms",
    "differing",
    "facts",
    "give",
    "given",
    "handovers",
    "settle",
    "sign_pdf",
    "signatures",
    "sm2",
    "statement_of",
    "take",
]
