"""怎么算的: one number with its formula, its factor and the losers, its file, line and proof.

The end of every drill: total → breakdown → records → one record → this page.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tanlu.report import Words as Said
from tanlu.report import why
from tanlu.ui.frame.page import Context, Shown, View
from tanlu.ui.frame.remembering import remembered
from tanlu.ui.frame.ruling import ruled
from tanlu.ui.views.account.amounts import READERS
from tanlu.ui.views.trust import evidence

__all__ = ["VIEWS", "show"]

# legs laid out in full; a subject of more is narrowed by its activities
MOST = 40
LOSERS = 6
# what a reader wants of an activity before he asks for all of it
PARTS = ("load_ppm", "empty_ppm", "bio_ppm")
PLAIN = ("vehicle", "round", "operator", "payer", "quality")


def show(context: Context) -> Shown:
    """Give the calculation of a shipment, a consignment or one activity; TL806 when it is none."""
    workspace, subject = context.asked.workspace, context.path("subject")
    profile = ruled(context).profile
    facts: Any = remembered(
        workspace, ("why", subject, context.language, profile),
        lambda: why(workspace, subject, language=context.language, profile=profile).facts,
    )  # fmt: skip
    total = facts["total"]
    n, said = context.numbers, Said(context.language)
    kept_ug = int(total["co2e_ug"]) if facts["legs"] else None
    model = {
        "subject": subject, "facts": facts,
        "total": n.carbon(kept_ug),
        "ends": [] if kept_ug is None else [
            n.carbon(_ug(total[end]), like=kept_ug).value for end in ("lower_kg", "upper_kg")
        ],
        "boundaries": [
            (said.maybe("boundary", name), n.carbon(_ug(total[f"{name}_kg"]), like=kept_ug))
            for name in ("wtt", "ttw", "generation", "upstream") if f"{name}_kg" in total
        ],
        "legs": [_leg(context, said, leg) for leg in facts["legs"][:MOST]],
        "more": max(0, facts["activities"]["count"] - MOST),
    }  # fmt: skip
    title = context.words(".of", subject=subject)
    return Shown("calculation.html", model, title, fragment="calculation/legs.html")


def _ug(kilograms: str) -> int:
    return int(Decimal(kilograms).scaleb(9))


def _leg(context: Context, said: Said, leg: dict[str, Any]) -> dict[str, Any]:
    n = context.numbers
    amount = n.carbon(int(leg["co2e_ug"]))
    source, ledger = leg["source"] or {}, leg["ledger"]
    route = [said.place(leg[end]) for end in ("origin", "destination") if leg[end]]
    return {
        "id": leg["leg"], "kind": said.kind(leg["kind"]), "role": leg["kind"].rpartition(".")[2],
        "route": " → ".join(route) or said.place(leg["place"]),
        "tier": leg["tier"], "amount": amount,
        "when": n.moment(leg["start"]), "strips": [*_strips(context, leg)],
        "steps": [step for sheet in leg["sheets"] for step in sheet["steps"]],
        "differences": [d for sheet in leg["sheets"] for d in sheet["differences"]],
        "assumptions": leg["assumptions"], "factor": _factor(context, leg),
        "facts": _facts(context, said, leg), "source": source,
        "original": context.words(".line", **_line(source)) if source else "",
        "evidence": _evidence(context, source),
        "rows": [
            (name, f"v{at['version']} · {at['part']}", at["row"],
             context.url("ledger.one", version=at["version"]))
            for name in ("activity", "emission") if (at := ledger[name])
        ],
    }  # fmt: skip


def _evidence(context: Context, source: dict[str, Any]) -> str:
    """Give where the original lies, for who may open it; a device has none."""
    sha256, who = source.get("sha256"), context.principal
    if not sha256 or who is None or who.role not in evidence.READERS:
        return ""
    return context.url("evidence.one", sha256=sha256)


def _line(source: dict[str, Any]) -> dict[str, Any]:
    return {
        "file": source.get("name") or (source.get("sha256") or "")[:16],
        "sheet": source.get("sheet") or "", "line": source.get("line") or "–",
    }  # fmt: skip


def _facts(context: Context, said: Said, leg: dict[str, Any]) -> list[tuple[str, str]]:
    n, t, told = context.numbers, context.words, leg["activity"]
    found = [
        (t(".mass"), str(n.mass(leg["mass_mg"]))),
        (t(".distance"), f"{n.distance(leg['distance_m'])} {leg['distance_type'] or ''}".strip()),
        (t(".class"), leg["vehicle_class"] or "–"),
        (t(".carrier"), said.carrier(leg["energy_carrier"] or "none")),
        (t(".method"), said.maybe("method", leg["method"])),
    ]
    found += [
        (t(f".{name}"), n.percent(Decimal(told[name]) / 1_000_000))
        for name in PARTS
        if name in told
    ]
    found += [(t(f".{name}"), str(told[name])) for name in PLAIN if name in told]
    return found


def _strips(context: Context, leg: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the formula with its numbers: what was done × rate = base, base × factor = emission."""
    t, n = context.words, context.numbers
    made = []
    for sheet in leg["sheets"]:
        steps = {step["name"]: step for step in sheet["steps"]}
        if "x" not in steps:
            continue
        base = steps["x"]
        # energy that was metered is its own base
        if "quantity" in steps and steps["quantity"]["value"] != base["value"]:
            terms = [_term(n, steps[name], t(f".{name}")) for name in ("quantity", "rate")]
            made.append({"terms": terms, "result": _short(n, base["value"]), "unit": base["unit"],
                         "title": t(".base")})  # fmt: skip
        inputs = sheet["inputs"]
        grams = [inputs[f"{name}_co2e_g"] for name in ("ttw", "wtt") if f"{name}_co2e_g" in inputs]
        whole = sum((Decimal(str(each["value"])) for each in grams), Decimal(0))
        total_ug = sum(v for k, v in sheet["recorded"].items() if k.endswith("_co2e_ug"))
        result = n.carbon(total_ug)
        unit = grams[0]["unit"] if grams else ""
        made.append({
            "terms": [_term(n, base, t(".base")), (_short(n, whole), unit.replace("g/", "gCO₂e/"),
                                       t(".factor"))],
            "result": result.value, "unit": result.unit, "title": t(".emission"),
        })  # fmt: skip
    if leg["share"] and made:
        total_ug = sum(int(v) for v in leg["share"]["total_ug"].values())
        own = n.carbon(int(leg["co2e_ug"]))
        part = Decimal(leg["co2e_ug"]) / total_ug if total_ug else None
        total = n.carbon(total_ug)
        made.append({
            "terms": [(total.value, total.unit, t(".round_total")),
                      (n.percent(part, 2), "", t(".share"))],
            "result": own.value, "unit": own.unit, "title": t(".own"),
        })  # fmt: skip
    return made


def _term(n: Any, step: dict[str, Any], meaning: str) -> tuple[str, str, str]:
    return _short(n, step["value"]), step["unit"].replace("t.km", "t·km"), meaning


def _short(n: Any, value: Any) -> str:
    return str(n.number(Decimal(str(value))))


def _factor(context: Context, leg: dict[str, Any]) -> dict[str, Any] | None:
    found = leg["factor"]
    if not found or not found.get("winner"):
        return None
    winner, zh = found["winner"], context.language == "zh"
    return {
        "id": leg["factor_id"], "hash": leg["factor_hash"], "value": winner["value"],
        "unit": winner["unit"], "source": winner["source"],
        "losers": [
            {
                "value": f"{each['value']} {each['unit']}", "title": each["title"],
                "year": each["year"], "place": each["place"],
                "why": each["zh" if zh else "en"],
            }
            for each in found["losers"][:LOSERS]
        ],
    }  # fmt: skip


VIEWS = (View("calculation", "/calculation/{subject:path}", show, roles=READERS, of_ledger=True),)
