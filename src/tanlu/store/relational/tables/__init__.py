"""The relational tables, a file a room; every one of a tenant carries its ``tenant``."""

from tanlu.store.relational.tables import access, epcis, hooks, ileap, jobs, pact, proofs, quotes
from tanlu.store.relational.tables.answers import ANSWERS, IMPORTS, REQUESTS, UPLOADS
from tanlu.store.relational.tables.columns import METADATA
from tanlu.store.relational.tables.organisations import MAPS, TENANTS

__all__ = [
    "ANSWERS",
    "IMPORTS",
    "MAPS",
    "METADATA",
    "REQUESTS",
    "TENANTS",
    "UPLOADS",
    "access",
    "epcis",
    "hooks",
    "ileap",
    "jobs",
    "pact",
    "proofs",
    "quotes",
]
