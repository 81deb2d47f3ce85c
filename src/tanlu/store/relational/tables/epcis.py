"""Exchange of events: captures under way and done, named queries, who is told of them."""

from __future__ import annotations

from tanlu.store.relational.tables.columns import number, secret, tenant_table, text

__all__ = ["EPCIS_CAPTURES", "EPCIS_QUERIES", "EPCIS_SUBSCRIPTIONS"]

# the body is kept until its events are: a server that dies goes on with it
EPCIS_CAPTURES = tenant_table(
    "epcis_capture",
    text("capture", key=True),
    text("who"),
    text("behaviour"),
    text("body", null=True),
    text("errors", null=True),
    number("events"),
    number("running"),
    number("success"),
    number("taken", null=True),
    number("refused", null=True),
    number("created_us"),
    number("finished_us", null=True),
    by=(("created_us",),),
)
EPCIS_QUERIES = tenant_table(
    "epcis_query", text("name", key=True), text("query"), text("who"), number("created_us")
)
# ``since`` is the version of the ledger whose events were told last
EPCIS_SUBSCRIPTIONS = tenant_table(
    "epcis_subscription",
    text("subscription", key=True),
    text("query"),
    text("who"),
    text("dest"),
    secret("secret"),
    text("schedule", null=True),
    number("if_empty"),
    number("initial_us", null=True),
    number("since"),
    number("due_us"),
    number("failures"),
    number("created_us"),
    number("told_us", null=True),
    by=(("query",), ("due_us",)),
)
