"""The widget without a script, as a frame of the shop's page; and the developer's page of it."""

from __future__ import annotations

import html

from tanlu.errors import TanluError
from tanlu.serve.api import PUBLIC, origin
from tanlu.serve.quotes import MOST_G, Asking, chosen, origin_of, packed, place
from tanlu.store.log import begin_log
from tanlu.ui.frame.files import AT, WIDGET, built, integrity
from tanlu.ui.frame.page import Context, Moved, Shown, View
from tanlu.ui.frame.policy import headers
from tanlu.ui.views.quote.explained import cards, quotes_of

__all__ = ["VIEWS", "frame", "playground"]

OWNERS = ("manager", "developer")
USUAL = {"from": "CN-GD", "to": "CN-BJ", "mass_g": "1500"}


def frame(context: Context) -> Shown:
    """Give the options of a parcel for a shop's page; only the shop's own pages may show it."""
    quotes = quotes_of(context)
    shop = quotes.merchants.known(context.query("merchant"))
    quotes.merchants.counted(shop["merchant"])
    document = quotes.quote(shop["tenant"], _asking(context, shop["merchant"]))
    model = {
        "cards": cards(context, document["quote"]),
        "href": context.url("quote", token=packed(document)),
    }  # fmt: skip
    allowed = headers(" ".join(["'self'", *shop["origins"]]), private=False)
    allowed["Cache-Control"] = "no-store"
    return Shown("quote/frame.html", model, headers=allowed)


def _asking(context: Context, merchant: str | None) -> Asking:
    mass = context.query("mass_g")
    if not (mass.isascii() and mass.isdigit() and len(mass) < 7 and 1 <= int(mass) <= MOST_G):
        raise TanluError("TL486", value="mass_g")
    ends = place(context.query("from")), place(context.query("to"))
    names = context.query("options")
    return Asking(*ends, int(mass), chosen(names.split(",") if names else ()), merchant)


def playground(context: Context) -> Shown | Moved:
    """Give the developer's page: the element in several looks, and what a shop writes down."""
    quotes, tenant = quotes_of(context), context.asked.tenant
    here = origin.base(context.request)
    if context.request.method == "POST":
        quotes.merchants.add(tenant, "/dev/widget", [here])
        begin_log(context.asked.workspace)
        quotes.look()
        return Moved(context.url("widget"))
    shops = [row for row in quotes.merchants.listed(tenant) if row["ended_us"] is None]
    own = _origin(here)
    mine = next((row for row in shops if own in row["origins"]), None)
    asked = {name: context.query(name, usual) for name, usual in USUAL.items()}
    found = built()
    assert found is not None, "a page is shown only where the files are built"
    name = found.names[WIDGET]
    said = {
        "merchant": mine["merchant"] if mine else "tlm_…", "from": asked["from"],
        "to": asked["to"], "mass-g": asked["mass_g"],
    }  # fmt: skip
    element = "<tanlu-carbon " + " ".join(f'{k}="{html.escape(v)}"' for k, v in said.items())
    model = {
        "mine": mine, "shops": shops, "asked": asked, "size": len(found.files[name]),
        "pinned": f"{here}{AT}{name}", "stable": f"{here}/{WIDGET}", "sri": integrity(WIDGET),
        "element": f"{element}></tanlu-carbon>",
        "script": f'<script defer src="{here}{AT}{name}" integrity="{integrity(WIDGET)}" '
        'crossorigin="anonymous"></script>',
        "policy": f"script-src {here}; connect-src {here}; frame-src {here}",
        "frame": f"/{context.language}/widget/frame",
    }  # fmt: skip
    return Shown("quote/widget.html", model)


def _origin(here: str) -> str:
    try:
        return origin_of(here)
    except TanluError:
        return here


VIEWS = (
    View("widget.frame", "/widget/frame", frame, roles=(PUBLIC,), layout="public",
         framed_by="'self'"),
    View("widget", "/dev/widget", playground, roles=OWNERS, group="admin", place=80,
         methods=("GET", "POST")),
)  # fmt: skip
