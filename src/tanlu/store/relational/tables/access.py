"""Who may come in: persons, memberships, programs, tokens, sessions, and what they did.

A person stands above the organisations, since one person works for several; what he may do in each
is a row of that organisation. Secrets are kept as hashes only.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import DDL, Index, Table, event

from tanlu.store.relational.tables.columns import METADATA, number, tenant_table, text

__all__ = [
    "ACTS",
    "ACTS_HEAD",
    "CLIENTS",
    "INVITATIONS",
    "KEPT",
    "MEMBERS",
    "PERSONS",
    "SESSIONS",
    "SUBJECTS",
    "TOKENS",
]

PERSONS = Table(
    "person",
    METADATA,
    text("person", key=True),
    text("name"),
    text("shown"),
    text("password", null=True),
    number("created_us"),
    number("changed_us"),
    number("disabled_us", null=True),
)
Index("person_name", PERSONS.c.name, unique=True)

# whom another house (OIDC) vouches for
SUBJECTS = Table(
    "subject",
    METADATA,
    text("issuer", key=True),
    text("subject", key=True),
    text("person"),
    number("created_us"),
)

MEMBERS = tenant_table(
    "membership",
    text("person", key=True),
    text("role"),
    number("since_us"),
    number("ended_us", null=True),
)
Index("membership_person", MEMBERS.c.person)

INVITATIONS = tenant_table(
    "invitation",
    text("invitation", key=True),
    text("secret"),
    text("role"),
    text("shown"),
    text("by"),
    number("created_us"),
    number("until_us"),
    number("used_us", null=True),
)
Index("invitation_secret", INVITATIONS.c.secret, unique=True)

# programs: with an id and a secret (OAuth2), or with one key that is sent each time
CLIENTS = tenant_table(
    "client",
    text("client", key=True),
    text("kind"),
    text("name"),
    text("role"),
    text("scopes"),
    text("secret"),
    text("former", null=True),
    number("former_until_us", null=True),
    text("by"),
    number("created_us"),
    number("until_us", null=True),
    number("revoked_us", null=True),
)
Index("client_client", CLIENTS.c.client, unique=True)
Index("client_secret", CLIENTS.c.secret, unique=True)
Index("client_former", CLIENTS.c.former)

TOKENS = tenant_table(
    "token",
    text("secret", key=True),
    text("client"),
    text("scopes"),
    number("created_us"),
    number("until_us"),
    by=(("client",),),
)
Index("token_secret", TOKENS.c.secret, unique=True)
Index("token_until", TOKENS.c.until_us)

SESSIONS = tenant_table(
    "session",
    text("secret", key=True),
    text("person"),
    number("created_us"),
    number("seen_us"),
    number("until_us"),
)
Index("session_secret", SESSIONS.c.secret, unique=True)
Index("session_person", SESSIONS.c.person)

# who did what: each row has the hash of the one before it
ACTS = tenant_table(
    "act",
    number("seq", key=True),
    number("at_us"),
    text("who"),
    text("kind"),
    text("role"),
    text("what"),
    text("object"),
    number("status"),
    text("code"),
    text("address"),
    text("request"),
    text("hash"),
)
ACTS_HEAD = tenant_table("act_head", number("seq"), text("hash"))

# what the server itself must remember: the key of its pseudonyms
KEPT = Table("kept", METADATA, text("name", key=True), text("value"))

SQLITE = """CREATE TRIGGER act_no_{verb} BEFORE {verb} ON act
BEGIN SELECT RAISE(ABORT, 'acts are only added'); END"""
POSTGRES = (
    """CREATE OR REPLACE FUNCTION act_only_added() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'acts are only added'; END $$""",
    """CREATE TRIGGER act_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON act
FOR EACH STATEMENT EXECUTE FUNCTION act_only_added()""",
)


def _when_made(text: str, dialect: str) -> None:
    made: Any = DDL  # the library says nothing of its types
    event.listen(ACTS, "after_create", made(text).execute_if(dialect=dialect))


for _verb in ("update", "delete"):
    _when_made(SQLITE.format(verb=_verb), "sqlite")
for _text in POSTGRES:
    _when_made(_text, "postgresql")
