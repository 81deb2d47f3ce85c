"""tanlu client: programs that may ask a server, with a key or with id and secret."""

from __future__ import annotations

import argparse

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.cli.serving.home import keeper, served

__all__ = ["declare"]


def declare(add: Add, console: Console) -> None:
    """Declare the verb with its actions."""
    action = served(add, console, "client")

    made = action("new", new)
    made.add_argument("name", help=console.word("client_name"))
    made.add_argument("--role", default="viewer", help=console.word("client_role"))
    made.add_argument("--key", action="store_true", help=console.word("client_key"))
    made.add_argument(
        "--scope", action="append", default=[], metavar="SCOPE", help=console.word("client_scope")
    )
    made.add_argument("--days", type=int, metavar="N", help=console.word("client_days"))
    action("list", list_)
    action("rekey", rekey)
    action("revoke", revoke).add_argument("client", help=console.word("client_id"))


def new(asked: argparse.Namespace, console: Console) -> int:
    """Make a program; its secret is shown now and never again."""
    with keeper(asked) as at:
        made = at.new_client(
            asked.name, asked.role, tenant=asked.organisation, key=asked.key, scopes=asked.scope,
            days=asked.days,
        )  # fmt: skip
    word = "client_made_key" if asked.key else "client_made"
    console.say(word, client=made.client, secret=made.secret)
    console.result(made._asdict())
    return 0


def list_(asked: argparse.Namespace, console: Console) -> int:
    """List the programs of an organisation."""
    with keeper(asked) as at:
        rows = at.clients(asked.organisation)
    for row in rows:
        state = console.word("client_over" if row["revoked_us"] else "client_holds")
        console.tell(
            f"{row['client']:20} {row['kind']:6} {row['role']:10} {state:8} {row['name']}  "
            f"{row['scopes']}".rstrip()
        )
    if not rows:
        console.say("client_none")
    console.result({"clients": rows})
    return 0


def revoke(asked: argparse.Namespace, console: Console) -> int:
    """End a program and its tokens at once."""
    with keeper(asked) as at:
        at.revoke(asked.client, asked.organisation)
    console.say("client_revoked", client=asked.client)
    console.result({"client": asked.client, "revoked": True})
    return 0


def rekey(asked: argparse.Namespace, console: Console) -> int:
    """Seal what is kept of partners' and webhooks' secrets under a new key."""
    with keeper(asked) as at:
        count = at.rekey()
    console.say("client_rekeyed", count=count)
    console.result({"rows": count})
    return 0
