"""Answers that were given under an Idempotency-Key, and files that wait to be read."""

from __future__ import annotations

from tanlu.store.relational.tables.columns import number, tenant_table, text

__all__ = ["ANSWERS", "UPLOADS"]

# what a program got that says twice the same; ``asked`` is the hash of all that it said, and the
# status is 0 while the request runs
ANSWERS = tenant_table(
    "answer",
    text("identity", key=True),
    text("key", key=True),
    text("asked"),
    number("status"),
    text("media", null=True),
    text("body", null=True),
    number("created_us"),
    by=(("created_us",),),
)
# a file between its upload and its reading; its bytes lie in the server's home under its identity
UPLOADS = tenant_table(
    "upload",
    text("upload", key=True),
    text("name"),
    text("sha256"),
    number("bytes"),
    text("by"),
    number("created_us"),
    by=(("created_us",),),
)
