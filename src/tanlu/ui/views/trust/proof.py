"""One shipment shown to everybody: its grams, its legs, and the check of both, without a login.

All that is here comes from the file that was published; no ledger is opened.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from tanlu.errors import TanluError
from tanlu.report import Words as Said
from tanlu.serve.api import PUBLIC
from tanlu.serve.proofs import SIZES, Leg, Proof, Seen, Shelf, address, legs, seen
from tanlu.ui.frame.page import Context, Shown, View

__all__ = ["VIEWS", "labelled", "show"]

# what was taken back is gone for everybody at once, and who has the address tells it to nobody
HEADERS = {
    "Cache-Control": "no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer",
}  # fmt: skip
GONE = "TL933"


def show(context: Context) -> Shown:
    """Give the page of a proof; 410 when it was taken back, TL931 when there is none."""
    try:
        found = _found(context)
    except TanluError as error:
        if error.code != GONE:
            raise
        return Shown("proof/gone.html", {}, context.words(".gone"), status=410, headers=HEADERS)
    checked = seen(found)
    model = {
        "code": found.code, "subject": found.subject, "other": _other(context),
        "name": found.subject.partition(":")[2] or found.subject,
        "steps": _steps(context, checked), "sha256": found.sha256, "bytes": len(found.content),
        "held": None, "error": checked.error.say(context.language) if checked.error else "",
        "published": context.numbers.moment(found.created_us),
    }  # fmt: skip
    if checked.shown is not None:
        model["held"] = _held(context, found, checked)
    return Shown("proof.html", model, context.words(".of", name=model["name"]), headers=HEADERS)


def labelled(context: Context) -> Shown:
    """Give the labels of a proof in all sizes, to be printed."""
    found = _found(context)
    size = context.query("size", "60x40")
    chosen = size if size in SIZES else "60x40"
    model = {
        "code": found.code, "name": found.subject.partition(":")[2], "size": chosen,
        "sizes": [(each, context.here(size=each), each == chosen) for each in SIZES],
        "tongues": [("zh", "中文", "zh-CN"), ("en", "English", "en")],
        "address": address(context.asked, found.code), "mm": SIZES[chosen],
    }  # fmt: skip
    return Shown("proof/label.html", model, context.words(".label.title"), headers=HEADERS)


def _found(context: Context) -> Proof:
    return Shelf(context.asked.home.state).found(context.path("code"))


def _other(context: Context) -> str:
    """Give the address of the page in the other tongue."""
    tongue = "en" if context.language == "zh" else "zh"
    return f"/{tongue}{context.request.url.path[3:]}"


def _steps(context: Context, checked: Seen) -> list[dict[str, str]]:
    """Give each step: what was done, what it means, and what it cannot show."""
    t, made = context.words, []
    for step in checked.steps:
        told = f".step.{step.name}"
        found = t(f"{told}.found", **step.facts) if step.state == "held" else ""
        if step.state in ("open", "failed", "unseen"):
            found = t(f".state.{step.state}") if step.state != "open" else t(f"{told}.open")
        made.append({
            "name": t(told), "state": step.state, "found": found,
            "means": t(f"{told}.means"), "not": t(f"{told}.not"),
        })  # fmt: skip
    return made


def _held(context: Context, found: Proof, checked: Seen) -> dict[str, Any]:
    """Give what is shown, once every step held."""
    assert checked.shown is not None
    n, t, said, shown = context.numbers, context.words, Said(context.language), checked.shown
    parts = legs(shown)
    places = [
        leg.told[end] for leg in parts for end in ("origin", "destination") if end in leg.told
    ]
    said.learn(pl.Series(places, dtype=pl.String))
    total_ug = sum(leg.co2e_ug for leg in parts)
    ends = [sum(getattr(leg, end) for leg in parts) for end in ("lower_ug", "upper_ug")]
    largest = max((leg.co2e_ug for leg in parts), default=0)
    withheld = list(dict.fromkeys(name for part in shown.shown for name in part.withheld))
    starts = [leg.told["start"] for leg in parts if "start" in leg.told]
    stops = [leg.told["end"] for leg in parts if "end" in leg.told]
    return {
        "total": n.carbon(total_ug),
        "ends": " – ".join(n.carbon(end, like=total_ug).value for end in ends),
        "stops": [_stop(context, said, leg, largest) for leg in parts],
        "mass": next((str(n.mass(leg.told["mass_mg"])) for leg in parts if "mass_mg" in leg.told),
                     ""),
        "period": f"{n.moment(min(starts), 'day')} – {n.moment(max(stops), 'day')}"
        if starts and stops else "",
        "groups": [t(f".group.{name}") for name in found.groups],
        "withheld": [t(f".group.{name}") for name in withheld],
        "proved": shown.proved, "origin": shown.origin, "size": shown.size,
        "root": shown.shown[0].key,
        "stated": n.moment(max(part.issued_s for part in shown.shown) * 1_000_000),
        "rows": sum(len(part.rows) for part in shown.shown),
    }  # fmt: skip


def _stop(context: Context, said: Said, leg: Leg, largest: int) -> dict[str, Any]:
    n, told = context.numbers, leg.told
    amount = n.carbon(leg.co2e_ug)
    kind = told.get("kind")
    ends = list(dict.fromkeys(
        said.place(told[end]) for end in ("origin", "destination") if end in told
    ))  # fmt: skip
    how = " · ".join(filter(None, [
        said.carrier(told["energy_carrier"]) if "energy_carrier" in told else "",
        str(told.get("vehicle_class", "")), said.maybe("method", told.get("method")),
    ]))  # fmt: skip
    interval = " – ".join(n.carbon(end, like=leg.co2e_ug).value
                          for end in (leg.lower_ug, leg.upper_ug))  # fmt: skip
    return {
        "name": said.kind(kind) if kind else said.maybe("stage", told.get("stage")),
        "role": kind.rpartition(".")[2] if kind else "hub", "where": " → ".join(ends),
        "value": amount.value, "unit": amount.unit,
        "detail": str(n.distance(told["distance_m"])) if "distance_m" in told else interval,
        "share": leg.co2e_ug / largest if largest > 0 else 0, "tier": leg.tier, "how": how,
        "href": "",
    }  # fmt: skip


VIEWS = (
    View("proof", "/p/{code}", show, roles=(PUBLIC,), layout="public"),
    View("proof.label", "/p/{code}/label", labelled, roles=(PUBLIC,), layout="public"),
)
