"""What is shown to others and what they say: published proofs, guests, walls, reviews."""

from __future__ import annotations

from sqlalchemy import Index

from tanlu.store.relational.tables.columns import number, tenant_table, text

__all__ = ["GUESTS", "PROOFS", "REVIEWS", "WALLS"]

# the file is kept as it was shown, so that nothing but it can be reached by its code; once it is
# taken back the file goes and the row stays, which tells "gone" from "never there"
PROOFS = tenant_table(
    "proof",
    text("code", key=True),
    text("subject"),
    text("groups"),
    text("content", null=True),
    text("sha256"),
    text("policy"),
    # JSON: public keys of who stated the parts, by their short names
    text("keys"),
    text("by"),
    number("version"),
    number("created_us"),
    number("retracted_us", null=True),
    text("retracted_by", null=True),
    by=(("subject",), ("created_us",)),
)
# who has the code asks for no organisation
Index("proof_code", PROOFS.c.code, unique=True)

# links for guests; the secret is kept as its hash only
GUESTS = tenant_table(
    "guest",
    text("guest", key=True),
    text("secret"),
    text("title"),
    text("period"),
    text("shows"),
    text("by"),
    number("version"),
    number("created_us"),
    number("until_us"),
    number("ended_us", null=True),
    number("seen", null=False),
    by=(("created_us",),),
)
Index("guest_secret", GUESTS.c.secret, unique=True)

# links that let a display show parks without a login; the secret of the link and that of the cookie
# which it is exchanged for are kept as their hashes only
WALLS = tenant_table(
    "wall",
    text("wall", key=True),
    text("secret"),
    text("cookie"),
    text("title"),
    # JSON: the names of parks
    text("parks"),
    # 1: what the whole organisation emits is shown too
    number("network"),
    text("language"),
    text("by"),
    number("created_us"),
    number("until_us"),
    number("ended_us", null=True),
    number("opened"),
    number("seen_us", null=True),
    by=(("created_us",),),
)
Index("wall_secret", WALLS.c.secret, unique=True)
Index("wall_cookie", WALLS.c.cookie, unique=True)

# what verifiers said of a claim, each said once and none changed: a finding, its end, a sign-off
REVIEWS = tenant_table(
    "review",
    text("review", key=True),
    text("claim"),
    text("kind"),
    # the finding that is ended
    text("about", null=True),
    text("words"),
    text("by"),
    number("at_us"),
    # the job in which the claim was made again
    text("job", null=True),
    by=(("claim", "at_us"),),
)
