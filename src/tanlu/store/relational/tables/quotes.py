"""Shops that may show quotes, each with its public key and the origins that it holds for."""

from __future__ import annotations

from tanlu.store.relational.tables.columns import number, tenant_table, text

__all__ = ["MERCHANTS"]

MERCHANTS = tenant_table(
    "quote_merchant",
    text("merchant", key=True),
    text("name"),
    # with a space between each
    text("origins"),
    number("created_us"),
    number("ended_us", null=True),
    by=(("created_us",),),
)
