"""Who may come in first: what a server says of it when it begins to listen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tanlu.cli.console import Console
    from tanlu.serve.api import Home

__all__ = ["demo", "first"]

DEMO = "demo"


def first(home: Home, url: str, console: Console) -> dict[str, Any]:
    """Say by which link the first manager comes in, while there is none; give it too."""
    from tanlu.serve.access import Keeper

    made = Keeper(home).first()
    if made is None:
        return {}
    # behind the # it is sent to no server and stands in no log
    link = f"{url}/join#{made.secret}"
    console.say("serve_first", link=link)
    return {"join": link}


def demo(home: Home, console: Console) -> dict[str, Any]:
    """Say name and password of a manager and id and secret of a program; give them too.

    Both are new at each start: what an earlier one said opens nothing any more.
    """
    from tanlu.serve.access import Keeper

    keeper = Keeper(home)
    keeper.add(DEMO, "manager")
    password = keeper.password(DEMO)
    for row in keeper.clients():
        if row["name"] == DEMO and row["revoked_us"] is None:
            keeper.revoke(row["client"])
    made = keeper.new_client(DEMO, "manager")
    console.say("serve_demo_login", name=DEMO, password=password)
    console.say("serve_demo_client", client=made.client, secret=made.secret)
    return {"name": DEMO, "password": password, **made._asdict()}
