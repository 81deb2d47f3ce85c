"""Answers that were given under an Idempotency-Key, and files that wait to be read."""

from __future__ import annotations

from tanlu.store.relational.tables.columns import number, tenant_table, text

__all__ = ["ANSWERS", "IMPORTS", "REQUESTS", "UPLOADS"]

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
# how far the reading of an upload is: what was said of its columns (JSON), the mapping (TOML), and
# the jobs; one of a supplier waits from ``submitted_us`` on for somebody who may read it
IMPORTS = tenant_table(
    "import",
    text("upload", key=True),
    text("answers", null=True),
    text("mapping", null=True),
    text("rehearsed", null=True),
    text("read", null=True),
    text("quantified", null=True),
    text("request", null=True),
    number("submitted_us", null=True),
    number("changed_us"),
)
# what an organisation asks of a supplier, or of all where no ``supplier`` is named
REQUESTS = tenant_table(
    "supplier_request",
    text("request", key=True),
    text("supplier"),
    text("what"),
    text("period"),
    text("due"),
    text("by"),
    number("created_us"),
    number("closed_us", null=True),
)
