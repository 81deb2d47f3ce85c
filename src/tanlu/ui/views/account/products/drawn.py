"""The sheet of a product as a page shows it: stages, contributions, quality, reuse."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from tanlu.report import Words as Said
from tanlu.report import scale
from tanlu.terms import Chart
from tanlu.ui.frame.page import Context
from tanlu.ui.views.account.amounts import decimal, ends, figure, ug

__all__ = ["sheet", "stages"]

MOST = 40


def stages(context: Context, rows: Sequence[Any], total_kg: str | None) -> Chart:
    """Give the life-cycle stages as bars; one without data is hatched, which is not zero."""
    said, t = Said(context.language), context.words
    rows = [row for row in rows if row["co2e_kg"] is not None or row["stage"] != "use"]
    unit = scale(ug(total_kg) or 0)

    def of(kilograms: str | None) -> float:
        return math.nan if kilograms is None else float(unit.of(ug(kilograms) or 0) or 0)

    name, names = t("products.emissions"), tuple(said(f"stage.{row['stage']}") for row in rows)
    bounds = tuple((of(row.get("lower_kg")), of(row.get("upper_kg"))) for row in rows)
    known = any(not math.isnan(low) for low, _ in bounds)
    return Chart(
        "bar", t("products.stages"), f"{unit.unit}CO₂e", names,
        ((name, tuple(of(row["co2e_kg"]) for row in rows)),),
        bounds=((name, bounds),) if known else (),
    )  # fmt: skip


def sheet(context: Context, facts: Any) -> dict[str, Any]:
    """Give the rows of a sheet by name."""
    n, said, t = context.numbers, Said(context.language), context.words
    like = ug(facts["co2e_kg"])
    total = n.carbon(like)
    return {
        "facts": facts, "total": total, "ends": ends(n, facts, like),
        "primary": decimal(n, facts["quality"]["primary_percent"], 1),
        "dqr": decimal(n, facts["quality"]["dqr"], 2),
        "aircraft": figure(n, facts["aircraft_kg"], like),
        "bio": str(figure(n, facts["co2_bio_kg"])).replace("CO₂e", "CO₂"),
        "rows": [_contribution(context, said, row, like) for row in facts["contributions"][:MOST]],
        "factors": [
            (
                (row["name"], context.url("factors.one", id=row["factor_id"])),
                figure(n, row["co2e_kg"], like).value, ", ".join(row["sources"]),
            )
            for row in facts["factors"][:MOST]
        ],
        "found": [row["text"] for row in facts["findings"]],
        "assumed": [
            (said.assumption(row["code"]), figure(n, row["co2e_kg"], like).value)
            for row in facts["assumptions"]
        ],
        "box": _box(context, facts["box"]), "unit": total.unit,
        "left_out": [(row["line"], row["reason"], f"{row['share_percent']} %")
                     for row in facts["left_out"]],
        "declared": [
            (t(f"products.{key}"), facts[key])
            for key in ("declared_unit", "functional_unit", "note") if facts.get(key)
        ],
    }  # fmt: skip


def _contribution(
    context: Context, said: Said, row: dict[str, Any], like: int | None
) -> dict[str, Any]:
    n = context.numbers
    # of the ledger a process is its kind, and a line the activity
    of_ledger = row["process"] == row["kind"] and not row["line"].startswith("overhead/")
    told = row.get("text") or (said.kind(row["kind"]) if row["kind"] else row["process"])
    return {
        "name": told, "line": row["line"],
        "stage": said.maybe("stage", row["stage"]), "amount": figure(n, row["co2e_kg"], like),
        "ends": ends(n, row, like), "share": decimal(n, row["share_percent"], 1),
        "tier": row["tier"] or "missing",
        "href": context.url("calculation", subject=f"activity_id:{row['line']}")
        if of_ledger else "",
    }  # fmt: skip


def _box(context: Context, box: dict[str, Any]) -> dict[str, Any] | None:
    """Give what reuse brings: parts of one use, and after how many turns it is ahead."""
    if not box:
        return None
    n, t = context.numbers, context.words
    like = max(abs(ug(value) or 0) for value in box["parts"].values())
    saved = [figure(n, box[key], like) for key in ("saved_kg", "saved_lower_kg", "saved_upper_kg")]
    return {
        "name": box["name"].get(context.language) or "",
        "verdict": t(f"products.box.{box['verdict']}"),
        "rows": [(t(f"products.box.{key}"), str(figure(n, value, like)))
                 for key, value in box["parts"].items()],
        "facts": [
            (t("products.box.uses"), decimal(n, box["uses"])),
            (t("products.box.turns"), decimal(n, box["turns"])),
            (t("products.box.saved"), f"{saved[0]} ({saved[1].value} – {saved[2].value})"),
        ],
    }  # fmt: skip
