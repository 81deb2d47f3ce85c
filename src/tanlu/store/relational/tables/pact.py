"""Footprints that are shared by PACT, by what they are found, events of partners, and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select

from tanlu.store.relational.tables.columns import number, secret, tenant_table, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement

__all__ = ["ANSWERS", "EVENTS", "FOOTPRINTS", "KEYS", "PARTNERS", "READERS", "RECEIVED",
           "after", "found_by", "read_by", "valid"]  # fmt: skip

# what we tell; content never changes, its status stands beside it
FOOTPRINTS = tenant_table(
    "pact_footprint",
    text("id", key=True),
    number("form"),
    text("status"),
    number("published_us"),
    number("valid_from_us", null=True),
    number("valid_to_us", null=True),
    text("content"),
    by=(("published_us", "id"),),
)
# folded values by which a footprint is found
KEYS = tenant_table(
    "pact_key", text("name", key=True), text("value", key=True), text("id", key=True)
)
# who may read a footprint; one without readers is for every partner
READERS = tenant_table("pact_reader", text("id", key=True), text("reader", key=True))
# events that came; who sends it, source and identity are one event
EVENTS = tenant_table(
    "pact_event",
    text("who", key=True),
    text("source", key=True),
    text("id", key=True),
    number("form"),
    text("kind"),
    number("received_us"),
    text("body"),
)
# events that are to go out; state is waiting, sent or given up
ANSWERS = tenant_table(
    "pact_answer",
    text("id", key=True),
    text("base"),
    number("form"),
    text("body"),
    text("state"),
    number("tries"),
    number("first_us"),
    number("due_us"),
    text("why", null=True),
    by=(("state", "due_us"),),
)
# hosts of others and how we are known there; near allows one in a private network, reader is the
# client by which the partner asks here, empty where nobody told
PARTNERS = tenant_table(
    "pact_partner",
    text("base", key=True),
    text("client"),
    secret("secret"),
    text("reader"),
    number("near"),
    number("made_us"),
)
# footprints of others as they came, with what was found in them
RECEIVED = tenant_table(
    "pact_received",
    text("base", key=True),
    text("id", key=True),
    number("form"),
    number("received_us"),
    text("content"),
    text("findings"),
)


def found_by(name: str, values: Sequence[str]) -> ColumnElement[bool]:
    """Give the criterion that a footprint has one of some values of a name."""
    keys = select(KEYS.c.id).where(
        KEYS.c.tenant == FOOTPRINTS.c.tenant, KEYS.c.id == FOOTPRINTS.c.id,
        KEYS.c.name == name, KEYS.c.value.in_(values),
    )  # fmt: skip
    return keys.exists()


def valid(
    on: Sequence[int], after: Sequence[int], before: Sequence[int]
) -> list[ColumnElement[bool]]:
    """Give the criteria of validity, each of moments [µs] of which one suffices."""
    start, end = FOOTPRINTS.c.valid_from_us, FOOTPRINTS.c.valid_to_us
    kinds = (
        [and_(start <= at, end >= at) for at in on],
        [start > at for at in after],
        [end < at for at in before],
    )
    return [or_(*each) for each in kinds if each]


def read_by(reader: str) -> ColumnElement[bool]:
    """Give the criterion that a footprint is for everybody or for this reader."""
    mine = READERS.c.tenant == FOOTPRINTS.c.tenant
    some = select(READERS.c.id).where(mine, READERS.c.id == FOOTPRINTS.c.id)
    return or_(~some.exists(), some.where(READERS.c.reader == reader).exists())


def after(published_us: int, name: str) -> ColumnElement[bool]:
    """Give the criterion that a footprint follows another in the order of publication."""
    return or_(
        FOOTPRINTS.c.published_us > published_us,
        and_(FOOTPRINTS.c.published_us == published_us, FOOTPRINTS.c.id > name),
    )
