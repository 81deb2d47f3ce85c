"""The organisations that a server serves: each is a tenant with a ledger of its own."""

from __future__ import annotations

from sqlalchemy import Table

from tanlu.store.relational.tables.columns import METADATA, number, tenant_table, text

__all__ = ["MAPS", "TENANTS"]

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
# the map that an organisation supplied: its boundaries as lines, and who approved it
MAPS = tenant_table(
    "map",
    text("name", key=True),
    # the number under which a map authority approved it
    text("approval"),
    # of the file as it was given
    text("sha256"),
    number("kept_us"),
    number("points"),
    # JSON: lines of [longitude, latitude], and by region its polygons as numbers of lines
    text("lines"),
)
