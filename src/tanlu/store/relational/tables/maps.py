"""The map that an organisation supplied: its boundaries as lines, and who approved it."""

from __future__ import annotations

from tanlu.store.relational.tables.columns import number, tenant_table, text

__all__ = ["MAPS"]

MAPS = tenant_table(
    "map",
    text("name", key=True),
    # the number under which a map authority approved it
    text("approval"),
    # of the file as it was given
    text("sha256"),
    number("kept_us"),
    number("points"),
    # JSON: lines of [longitude, latitude]
    text("lines"),
)
