"""The relational tables, a file a room; every one of a tenant carries its ``tenant``."""

from tanlu.store.relational.tables.columns import METADATA
from tanlu.store.relational.tables.hooks import DELIVERIES, HEARD, HOOKS, MESSAGES
from tanlu.store.relational.tables.jobs import JOBS
from tanlu.store.relational.tables.organisations import TENANTS

__all__ = ["DELIVERIES", "HEARD", "HOOKS", "JOBS", "MESSAGES", "METADATA", "TENANTS"]
