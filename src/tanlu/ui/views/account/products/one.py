"""One product of the ledger: its stages, what contributes, on which factors it rests."""

from __future__ import annotations

from typing import Any

from tanlu.report.product import product
from tanlu.ui.frame.page import Context, Shown, View
from tanlu.ui.frame.remembering import remembered
from tanlu.ui.views.account.amounts import READERS, profile_of
from tanlu.ui.views.account.products.drawn import sheet, stages
from tanlu.ui.views.account.products.page import USUAL

__all__ = ["VIEWS", "show"]


def show(context: Context) -> Shown:
    """Give the sheet of a product; TL806 when nothing is recorded of it."""
    workspace, subject = context.asked.workspace, context.path("id")
    period, profile = context.query("period") or None, profile_of(context, USUAL)
    facts: Any = remembered(
        workspace, ("product", subject, period, profile, context.language),
        lambda: product(subject, workspace, period=period, profile=profile,
                        language=context.language).facts,
        books=True,
    )  # fmt: skip
    name = subject.partition(":")[2] or subject
    chart = stages(context, facts["stages"], facts["co2e_kg"])
    who = context.principal
    model = {
        "name": name, "subject": subject, **sheet(context, facts),
        "why": context.url("calculation", subject=subject),
        "shipment": context.url("shipments.one", subject=subject),
        "publish": context.url("products.publish", subject=subject)
        if who is not None and who.role == "manager" else "",
    }  # fmt: skip
    title = context.words(".of", name=name)
    return Shown("products/one.html", model, title, charts={"stages": chart})


# its address takes any name: `views` reads modules in order, and those before have theirs
VIEWS = (View("products.one", "/products/{id:path}", show, roles=READERS, scope="shipments:read"),)
