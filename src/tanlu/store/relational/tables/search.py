"""What is searched: a row a shipment, derived from the ledger and dropped without loss."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text

from tanlu.store.relational.tables.columns import number, text

__all__ = ["BUILT", "DERIVED", "PLACES", "SHIPMENTS"]

# apart from the state: an index lies in a file of its own and is never backed up
DERIVED = MetaData()

# columns that a filter reads stand in every index, so that a walk in an order opens no row
FILTERS = ("modes", "tier", "findings", "payers")
# texts are ordered by their bytes on every engine
ORDERED = Text().with_variant(Text(collation="C"), "postgresql")

SHIPMENTS = Table(
    "search_shipment",
    DERIVED,
    # of SQLite the row's own number, which the index of texts names
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    text("tenant"),
    # ``shipment:X``, ``consignment:X`` or ``chain:X``, and X alone
    Column("subject", ORDERED, nullable=False),
    Column("name", ORDERED, nullable=False),
    number("start"),
    number("end"),
    # amounts that are not known are NOTHING, below every amount
    number("co2e_ug"),
    number("lower_ug"),
    number("upper_ug"),
    number("intensity"),
    number("transport_kgm"),
    # bits of MODES and the place in TIERS of the weakest leg, -1 for none
    number("modes"),
    number("tier"),
    number("legs"),
    number("unquantified"),
    number("findings"),
    # every payer between U+001F
    text("payers"),
    text("parties"),
    text("origin", null=True),
    text("destination", null=True),
    text("text"),
    Index("search_subject", "tenant", "subject", unique=True),
    Index("search_date", "tenant", "start", "number", *FILTERS),
    Index("search_co2e", "tenant", "co2e_ug", "number", "start", *FILTERS),
    Index("search_intensity", "tenant", "intensity", "number", "start", *FILTERS),
    Index("search_name", "tenant", "name", "number", "start", *FILTERS),
)

PLACES = Table(
    "search_place",
    DERIVED,
    text("tenant", key=True),
    text("code", key=True),
    text("name"),
    text("name_zh"),
)

# of which ledger and version the rows are, in which form
BUILT = Table(
    "search_built",
    DERIVED,
    text("tenant", key=True),
    number("form"),
    text("ledger"),
    text("profile"),
    number("version"),
    number("rows"),
    number("at"),
)
