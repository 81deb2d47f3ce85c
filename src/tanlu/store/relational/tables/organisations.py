"""The organisations that a server serves: each is a tenant with a ledger of its own."""

from __future__ import annotations

from sqlalchemy import Table

from tanlu.store.relational.tables.columns import METADATA, number, text

__all__ = ["TENANTS"]

# above the tenants: which there are, how they are called, and where their ledgers lie
TENANTS = Table(
    "organisation",
    METADATA,
    text("slug", key=True),
    text("name"),
    text("name_zh", null=True),
    text("folder"),
    number("created_us"),
)
