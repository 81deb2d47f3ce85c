"""交接 Handovers without paper: both sides sign, boxes keep their custody, both settle alike."""

from tanlu.verify.handover.custody import Handovers, handovers
from tanlu.verify.handover.paper import sign_pdf, signatures
from tanlu.verify.handover.settlement import (
    agreed_terms,
    differing,
    lines_of,
    settle,
    statement_of,
)
from tanlu.verify.handover.shown import document
from tanlu.verify.handover.statements import counted, facts, give, given, take

__all__ = [
    "Handovers",
    "agreed_terms",
    "counted",
    "differing",
    "document",
    "facts",
    "give",
    "given",
    "handovers",
    "lines_of",
    "settle",
    "sign_pdf",
    "signatures",
    "statement_of",
    "take",
]
