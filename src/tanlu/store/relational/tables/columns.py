"""How a relational table is declared."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text
from sqlalchemy.schema import SchemaItem

__all__ = ["METADATA", "number", "secret", "tenant_table", "text"]

METADATA = MetaData()


def text(name: str, *, key: bool = False, null: bool = False) -> Column[str]:
    """Give a column of texts."""
    return Column(name, Text, primary_key=key, nullable=null)


def secret(name: str) -> Column[str]:
    """Give a column of texts that are kept sealed; it may be empty, and is never searched."""
    return Column(name, Text, nullable=True, info={"sealed": True})


def number(name: str, *, key: bool = False, null: bool = False) -> Column[int]:
    """Give a column of whole numbers of 64 bits; times are in µs UTC."""
    return Column(name, BigInteger, primary_key=key, nullable=null)


def tenant_table(name: str, *columns: SchemaItem, by: tuple[tuple[str, ...], ...] = ()) -> Table:
    """Give a table whose rows belong each to a tenant; the tenant stands first in its key.

    ``by`` names the columns by which it is looked up, each an index that begins with the tenant.
    """
    found = (Index(f"{name}_{'_'.join(each)}", "tenant", *each) for each in by)
    return Table(name, METADATA, text("tenant", key=True), *columns, *found)
