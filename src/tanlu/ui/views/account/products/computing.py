"""A product system, computed and shown and not kept: stages, contributions, reuse of its box."""

from __future__ import annotations

from typing import Any

from tanlu.account.lifecycle import read_system
from tanlu.errors import TanluError
from tanlu.report.product import product
from tanlu.ui.frame.page import Context, Shown, View
from tanlu.ui.views.account.products.drawn import sheet, stages

__all__ = ["VIEWS", "show"]

AUTHORS = ("manager", "operator", "verifier", "developer")
# of the text [characters]
LONGEST = 200_000


def show(context: Context) -> Shown:
    """Give the form, and the sheet of what was sent."""
    told = context.form.get("system") if context.form is not None else ""
    text = told if isinstance(told, str) else ""
    model: dict[str, Any] = {"text": text[:LONGEST], "wrong": "", "made": None}
    charts = {}
    if text:
        try:
            system = read_system(text[:LONGEST])
            facts: Any = product(system, context.asked.workspace, language=context.language).facts
            charts = {"stages": stages(context, facts["stages"], facts["co2e_kg"])}
            model["made"] = {"name": facts["name"] or facts["product"], **sheet(context, facts)}
        except TanluError as error:
            model["wrong"] = error.say(context.language)
    status = 400 if model["wrong"] else 200
    return Shown("products/system.html", model, charts=charts, status=status)


VIEWS = (View("products.system", "/products/system", show, roles=AUTHORS, methods=("GET", "POST")),)
