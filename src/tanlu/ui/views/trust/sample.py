"""样本: what an engagement drew, drawn again here; each unit leads to formula and evidence."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl

from tanlu.errors import TanluError
from tanlu.report import Words as Said
from tanlu.store.log import has_log, log_of
from tanlu.ui.frame.page import Context, Shown, View
from tanlu.ui.frame.remembering import remembered
from tanlu.verify.assurance import Trail

__all__ = ["VIEWS", "show"]

READERS = ("manager", "operator", "verifier", "viewer")
MOST = 300


def show(context: Context) -> Shown:
    """Give both samples of an engagement; TL931 where the log has none of that name.

    A sample that does not come out as it was stated is said, and nothing of it is shown.
    """
    workspace, name = context.asked.workspace, context.path("id")
    log = log_of(workspace) if has_log(workspace) else None
    trail = Trail(workspace, log, name)
    if log is None or not trail.told("plan"):
        raise TanluError("TL931", value=name[:80])
    engagement, plan = trail.engagement(), trail.last("plan")
    model: dict[str, Any] = {
        "id": name, "plan": plan.index, "key": plan.kid.hex(), "about": engagement,
        "points": context.numbers.count(plan.content["points"]),
        "level": context.words(f"verify.level.{engagement.level}"),
        "materiality": context.numbers.number(engagement.materiality_ppm / 10_000, 2),
        "stated": None, "wrong": "", "forward": [], "reverse": [], "units": 0,
    }  # fmt: skip
    stated = trail.told("sample")
    if stated:
        model["stated"] = _stated(context, stated[-1])
        try:
            both, found = remembered(workspace, ("sample", name, stated[-1].index), trail.redrawn)
        except TanluError as error:
            model["wrong"] = error.say(context.language)
        else:
            model["forward"] = _forward(context, both, found.units)
            model["reverse"] = [
                (row["id"], each.label) for each in both.reverse
                for row in each.drawn.rows.head(MOST).iter_rows(named=True)
            ]  # fmt: skip
            model["units"] = sum(each.drawn.rows.height for each in both.forward)
    return Shown("verify/sample.html", model, context.words("verify.drawn.of", name=name))


def _stated(context: Context, told: Any) -> dict[str, Any]:
    content = told.content
    return {
        "index": told.index, "when": context.numbers.moment(told.issued_s * 1_000_000),
        "root": content["root"].hex(), "nonce": content["nonce"].hex(),
        "version": content["version"], "seal": content["seal"],
    }  # fmt: skip


def _forward(context: Context, both: Any, units: pl.DataFrame) -> list[dict[str, Any]]:
    """Give each unit that was drawn, the largest first, with what to hold a document against."""
    n, said, t = context.numbers, Said(context.language), context.words
    drawn = pl.concat([each.drawn.rows.select("id", "hits") for each in both.forward])
    # what several rounds drew is looked at once
    rows = drawn.unique("id", keep="first").join(units, on="id", how="left")
    return [
        {
            "name": row["shipment"] or row["subject"] or row["id"], "kind": said.kind(row["kind"]),
            "href": context.url("calculation", subject=f"activity_id:{row['id']}"),
            "when": n.moment(row["start"], "day"), "tier": row["tier"],
            "why": t("verify.drawn.whole" if row["hits"] is None else "verify.drawn.chance"),
            "source": row["source"], "line": row["line"] or "–",
            "reported": n.number(Decimal(row["reported"])), "unit": row["unit"],
            "exact": row["reported"], "co2e": n.carbon(row["co2e_ug"]),
        }
        for row in rows.sort("size", "id", descending=[True, False]).head(MOST).iter_rows(
            named=True
        )
    ]  # fmt: skip


VIEWS = (
    View("verify.sample", "/verify/engagements/{id}", show, roles=READERS, scope="log:read"),
)  # fmt: skip
