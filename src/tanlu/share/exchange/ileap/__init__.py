"""iLEAP: shipments, transport and hub operation categories and activity data, as v1.0.0 says."""

from tanlu.share.exchange.ileap.activities import filtered, limit_of
from tanlu.share.exchange.ileap.checks.checking import check, documents
from tanlu.share.exchange.ileap.checks.findings import Checked, Finding
from tanlu.share.exchange.ileap.checks.forms import form
from tanlu.share.exchange.ileap.client import Received, receive
from tanlu.share.exchange.ileap.mapping.footprints import Company, Exchanged, exchanged
from tanlu.share.exchange.ileap.mapping.legs import Left

__all__ = [
    "Checked",
    "Company",
    "Exchanged",
    "Finding",
    "Left",
    "Received",
    "check",
    "documents",
    "exchanged",
    "filtered",
    "form",
    "limit_of",
    "receive",
]
