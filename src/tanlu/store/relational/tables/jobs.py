"""Jobs: what runs long, how far it is, and what came of it."""

from __future__ import annotations

from tanlu.store.relational.tables.columns import number, tenant_table, text

__all__ = ["JOBS"]

JOBS = tenant_table(
    "job",
    text("id", key=True),
    text("kind"),
    # JSON
    text("arguments"),
    text("asked_by"),
    # queued, running, done, failed, cancelled, broken
    text("state"),
    number("created_us"),
    number("started_us", null=True),
    number("ended_us", null=True),
    # what it waits for: another job, or who else writes the ledger
    text("waits_for", null=True),
    text("step", null=True),
    number("step_us", null=True),
    number("done"),
    number("total", null=True),
    text("unit", null=True),
    number("cancel"),
    # JSON: what the verb gave, or the code of an error with its fields
    text("result", null=True),
    text("error", null=True),
    by=(("created_us", "id"), ("state",)),
)
