"""The relational tables, a file a room; every one of a tenant carries its ``tenant``."""

from tanlu.store.relational.tables import access, hooks, ileap, jobs, pact, proofs, quotes
from tanlu.store.relational.tables.answers import ANSWERS, IMPORTS, REQUESTS, UPLOADS
from tanlu.store.relational.tables.columns import METADATA
from tanlu.store.relational.tables.epcis import (
    EPCIS_CAPTURES,
    EPCIS_QUERIES,
    EPCIS_SUBSCRIPTIONS,
)
from tanlu.store.relational.tables.maps import MAPS
from tanlu.store.relational.tables.organisations import TENANTS

__all__ = [
    "ANSWERS",
    "EPCIS_CAPTURES",
    "EPCIS_QUERIES",
    "EPCIS_SUBSCRIPTIONS",
    "IMPORTS",
    "MAPS",
    "METADATA",
    "REQUESTS",
    "TENANTS",
    "UPLOADS",
    "access",
    "hooks",
    "ileap",
    "jobs",
    "pact",
    "proofs",
    "quotes",
]
