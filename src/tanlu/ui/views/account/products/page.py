"""产品: every order, parcel or SKU by its life-cycle stages, and the shelf of PACT."""

from __future__ import annotations

from typing import Any

from tanlu.report import Words as Said
from tanlu.report.product import product
from tanlu.serve.exchange import shelf
from tanlu.ui.frame.page import Context, Shown, View
from tanlu.ui.frame.remembering import remembered
from tanlu.ui.views.account.amounts import READERS, figure, profile_of, ug
from tanlu.ui.views.account.products.drawn import stages

__all__ = ["VIEWS", "show"]

KEYS = ("parcel", "order", "consignment", "sku")
USUAL = ("iso14067", "iso14083")
SHELF, SHOWN = 50, 20


def show(context: Context) -> Shown:
    """Give what the ledger ships by stages, the largest first, and the footprints exchanged."""
    workspace, t, n = context.asked.workspace, context.words, context.numbers
    by = asked if (asked := context.query("by")) in KEYS else KEYS[0]
    period, profile = context.query("period") or None, profile_of(context, USUAL)
    facts: Any = remembered(
        workspace, ("products", by, period, profile, context.language),
        lambda: product(None, workspace, by=by, period=period, profile=profile,
                        language=context.language).facts,
        books=True,
    )  # fmt: skip
    said = Said(context.language)
    chart = stages(context, facts["stages"], facts["co2e_kg"])
    mean = n.carbon(ug(facts["mean_kg"]))
    model = {
        "tabs": [(t(f".by.{key}"), context.here(by=key), key == by) for key in KEYS],
        "by": t(f".by.{by}"), "count": n.count(facts["count"]), "mean": mean,
        "total": figure(n, facts["co2e_kg"]), "profile": said.profile(profile),
        "gaps": [said(f"stage.{row['stage']}") for row in facts["stages"]
                 if row["co2e_kg"] is None and row["stage"] != "use"],
        "rows": [_row(context, row) for row in facts["largest"][:SHOWN]],
        **_shelf(context),
    }  # fmt: skip
    return Shown("products.html", model, charts={"stages": chart} if chart.categories else {})


def _row(context: Context, row: dict[str, Any]) -> dict[str, Any]:
    n, like = context.numbers, ug(row["co2e_kg"])
    return {
        "name": row["key"].partition(":")[2] or row["key"], "amount": n.carbon(like),
        "stages": [
            (stage, figure(n, row["stages"].get(stage), like).value)
            for stage in ("production", "warehousing", "trunk", "delivery", "returns", "disposal")
        ],
        "href": context.url("products.one", id=row["key"]),
    }  # fmt: skip


def _shelf(context: Context) -> dict[str, Any]:
    """Give the footprints that partners find, and those of partners with what does not hold."""
    n = context.numbers
    with context.asked.state() as state:
        ours = shelf.find(state, 3, None, reader=None, limit=SHELF).footprints
        theirs = shelf.received(state)
    return {
        "ours": [
            {
                "id": each.id, "name": each.content.get("productNameCompany") or each.id,
                "status": each.status, "created": str(each.content.get("created", ""))[:10],
                "value": _pcf(each.content), "href": context.url("products.pact", id=each.id),
            }
            for each in ours
        ],
        "theirs": [
            {
                "name": _text(each.content, "productNameCompany"), "base": each.base,
                "value": _pcf(each.content), "when": n.moment(each.received_us, "day"),
                "findings": [finding.say(context.language) for finding in each.findings],
            }
            for each in theirs[:SHELF]
        ],
    }  # fmt: skip


def _text(content: Any, key: str) -> str:
    return str(content.get(key) or "–")[:120] if isinstance(content, dict) else "–"


def _pcf(content: Any) -> str:
    """Give what a footprint tells [kg CO₂e per declared unit], as it is written there."""
    pcf = content.get("pcf") if isinstance(content, dict) else None
    if not isinstance(pcf, dict):
        return "–"
    told = pcf.get("pcfExcludingBiogenicUptake") or pcf.get("pCfExcludingBiogenic") or "–"
    amount = pcf.get("declaredUnitAmount") or pcf.get("unitaryProductAmount") or ""
    unit = pcf.get("declaredUnitOfMeasurement") or pcf.get("declaredUnit") or ""
    return f"{told} kgCO₂e / {amount} {unit}"[:80]


VIEWS = (
    View("products", "/products", show, roles=READERS, scope="shipments:read", group="account",
         place=30),
)  # fmt: skip
