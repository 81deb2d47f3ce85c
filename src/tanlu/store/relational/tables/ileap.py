"""Activity data that an organisation gives to its partners (iLEAP)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, or_, select

from tanlu.store.relational.tables.columns import number, tenant_table, text

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

__all__ = ["READERS", "TADS", "read_by"]

# in the order of publication, so that a page begins where the one before it ended
TADS = tenant_table(
    "ileap_tad", text("id", key=True), number("place"), text("content"), by=(("place",),)
)
# for whom: a TAD without a reader is for all partners
READERS = tenant_table("ileap_reader", text("id", key=True), text("reader", key=True))


def read_by(reader: str) -> ColumnElement[bool]:
    """Give the criterion of what a partner may read: what is for all, and what is for him."""
    mine = (READERS.c.tenant == TADS.c.tenant) & (READERS.c.id == TADS.c.id)
    anybody = exists(select(READERS.c.id).where(mine))
    this = exists(select(READERS.c.id).where(mine, READERS.c.reader == reader))
    return or_(~anybody, this)
