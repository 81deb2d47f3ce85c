"""PACT: footprints of products exchanged with partners (Technical Specifications V3.0 and V2.x)."""

from tanlu.share.exchange.pact import events, filters, moments
from tanlu.share.exchange.pact.checks import check_all
from tanlu.share.exchange.pact.client import Client, Fetched, Partner, Reply, Transport
from tanlu.share.exchange.pact.footprint import Footprint
from tanlu.share.exchange.pact.forms import in_form
from tanlu.share.exchange.pact.mapping import Product, footprint_of
from tanlu.share.exchange.pact.model import Finding, schema

__all__ = [
    "Client",
    "Fetched",
    "Finding",
    "Footprint",
    "Partner",
    "Product",
    "Reply",
    "Transport",
    "check_all",
    "events",
    "filters",
    "footprint_of",
    "in_form",
    "moments",
    "schema",
]
