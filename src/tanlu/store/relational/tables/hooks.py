"""Webhooks: who wants to hear what, what was said, and what of it was heard."""

from __future__ import annotations

from tanlu.store.relational.tables.columns import number, secret, tenant_table, text

__all__ = ["ALARMS", "DELIVERIES", "HEARD", "HOOKS", "MESSAGES"]

HOOKS = tenant_table(
    "hook",
    text("id", key=True),
    text("url"),
    # with a space around each
    text("events"),
    text("note"),
    # on, off (by a person), disabled (by lasting failure)
    text("state"),
    secret("secret"),
    # the secret before it, until then
    secret("secret_before"),
    number("before_until_us", null=True),
    number("created_us"),
    # since when nothing was heard
    number("failing_us", null=True),
    number("failures"),
)

MESSAGES = tenant_table(
    "hook_message",
    text("id", key=True),
    text("event"),
    text("body"),
    number("at_us"),
    by=(("at_us",),),
)

DELIVERIES = tenant_table(
    "hook_delivery",
    text("hook", key=True),
    text("message", key=True),
    # waiting, done, dead
    text("state"),
    number("tries"),
    number("next_us"),
    number("begun_us"),
    number("tried_us", null=True),
    number("status", null=True),
    # what was answered, at most 1 KiB, or why nothing was
    text("said", null=True),
    by=(("state", "next_us"), ("hook", "state")),
)

# up to which version of its ledger an organisation was told of it
HEARD = tenant_table("hook_heard", number("version"))

# what is wrong with devices and was told; a line goes when it is over
ALARMS = tenant_table(
    "hook_alarm",
    text("device", key=True),
    text("alert", key=True),
    text("park", null=True),
    text("severity"),
    number("since", null=True),
)
