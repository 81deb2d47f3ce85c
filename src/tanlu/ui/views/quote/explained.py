"""The page of a quote: what each option emits and how it was counted, and that the signature holds.

The address holds the whole quote, so nothing is kept of it and nobody can guess another's.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from tanlu.account import assumption
from tanlu.errors import TanluError
from tanlu.report import Words as Said
from tanlu.serve.api import PUBLIC
from tanlu.serve.quotes import Quotes, options, unpacked
from tanlu.ui.frame.page import Context, Shown, View

__all__ = ["VIEWS", "cards", "quotes_of", "show"]

SECOND = 1_000_000


def show(context: Context) -> Shown:
    """Give the page of a quote; TL947 for an address that holds none."""
    token = context.path("token")
    document = unpacked(token)
    try:
        found = quotes_of(context).checked(document)
        quote = found.quote
        model = {
            "quote": quote, "found": found, "state": _state(found), "token": token,
            "cards": cards(context, quote),
            "issued": _when(context, quote["issued"]),
            "until": _when(context, quote["valid_until"]),
            "mass": context.numbers.mass(int(quote["mass_g"]) * 1000),
            "ends": [_name(context, quote[end]) for end in ("from", "to")],
            "signature": document["signature"],
            "raw": json.dumps(document, ensure_ascii=False, indent=1),
        }  # fmt: skip
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise TanluError("TL947", value="quote", why="it is no signed quote") from error
    return Shown("quote/explained.html", model)


def quotes_of(context: Context) -> Quotes:
    """Give the quotes of the server; TL931 where it has none."""
    found = getattr(context.request.app.state, "quotes", None)
    if not isinstance(found, Quotes):
        raise TanluError("TL931", value=context.request.url.path)
    return found


def cards(context: Context, quote: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the options of a quote as they are shown, the least one marked."""
    told = quote["options"]
    usual = next((each for each in told if each["option"] == "standard"), told[0])
    return [_card(context, each, int(usual["co2e_ug"])) for each in told]


def _card(context: Context, each: dict[str, Any], usual_ug: int) -> dict[str, Any]:
    n, zh = context.numbers, context.language == "zh"
    kept_ug = int(each["co2e_ug"])
    known = options().get(each["option"])
    name = (known.zh if zh else known.en) if known else each["option"]
    away = (kept_ug - usual_ug) / usual_ug if usual_ug else 0.0
    return {
        "option": each["option"], "name": name,
        "detail": ((known.detail_zh if zh else known.detail) if known else ""),
        "source": (known.source_zh if zh else known.source) if known else "",
        "amount": n.carbon(kept_ug), "tier": "default" if each["tier"] == "default" else "modelled",
        "interval": " – ".join(
            n.carbon(int(each[end]), like=kept_ug).value for end in ("lower_ug", "upper_ug")
        ),
        "away": f"{abs(away) * 100:.0f} %" if abs(away) >= 0.01 else "",
        "direction": "down" if away < 0 else "up", "good": away < 0,
        "lane": each["method"] == "lane", "shipments": n.count(int(each["shipments"])),
        "legs": [_leg(context, leg) for leg in each["legs"]],
    }  # fmt: skip


def _leg(context: Context, leg: dict[str, Any]) -> dict[str, Any]:
    n, said = context.numbers, Said(context.language)
    zh = context.language == "zh"
    distance = leg.get("distance_m")
    load = leg.get("load_ppm")
    return {
        "kind": said.kind(leg["kind"]), "class": leg.get("vehicle_class") or "–",
        "carrier": said.carrier(leg.get("energy_carrier") or "none"),
        "place": leg.get("place") or "–",
        "distance": str(n.distance(None if distance is None else int(distance))),
        "load": n.percent(int(load) / 1_000_000, 0) if load else "–",
        "amount": str(n.carbon(int(leg["co2e_ug"]))), "factor": str(leg.get("factor_id") or ""),
        "codes": [(code, _meaning(code, zh=zh)) for code in leg["codes"]],
    }  # fmt: skip


def _meaning(code: str, *, zh: bool) -> str:
    try:
        found = assumption(code)
    except TanluError:
        return ""
    return found.zh if zh else found.en


def _state(found: Any) -> str:
    if not (found.holds and found.known):
        return "broken"
    return "open" if found.expired else "whole"


def _name(context: Context, place: dict[str, Any]) -> str:
    return str(place["name_zh" if context.language == "zh" else "name"])


def _when(context: Context, text: str) -> str:
    moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return context.numbers.moment(int(moment.timestamp()) * SECOND)


VIEWS = (View("quote", "/quote/{token}", show, roles=(PUBLIC,), layout="public"),)
