"""The tables of an inventory as a page shows them; each amount in the unit of the total."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tanlu.report import Words as Said
from tanlu.ui.frame.page import Context
from tanlu.ui.views.account.amounts import decimal, ends, figure, ug

__all__ = ["of"]

CAUSES, SITES, KINDS = 8, 20, 12
KEYS = ("scope_1_kg", "scope_2_location_kg", "scope_2_market_kg", "scope_3_kg")


def of(context: Context, said: Said, facts: Any, period: str) -> dict[str, Any]:
    """Give the rows of every table, by name."""
    like = ug(facts["co2e_location_kg"])
    return {
        "unit": context.numbers.carbon(like).unit,
        "iso": _iso(context, said, facts, like),
        "categories": _categories(context, said, facts, period, like),
        "entities": _entities(context, said, facts, like),
        "sites": _sites(context, said, facts, period, like),
        "kinds": _kinds(context, said, facts, period, like),
        "tiers": sorted(
            ((tier, decimal(context.numbers, part, 1)) for tier, part in facts["tiers"].items()),
            key=lambda each: -Decimal(each[1].replace(",", "")),
        ),
        "causes": _causes(context, said, facts),
        "base": _base(context, facts),
        "outside": _outside(context, facts, period, like),
        "eliminated": _eliminated(context, said, facts, like),
        "bio": [
            (said(f"scope.{scope}"), str(context.numbers.mass(_mg(mass))))
            for scope, mass in sorted(facts["co2_bio_kg"].items())
        ],
        "missing": _missing(context, said, facts),
    }  # fmt: skip


def _mg(kilograms: str | None) -> int | None:
    return None if kilograms is None else int(Decimal(kilograms).scaleb(6))


def _iso(context: Context, said: Said, facts: Any, like: int | None) -> list[tuple[str, ...]]:
    n = context.numbers
    held = {row["iso_category"]: row for row in facts["by_iso_category"]}
    return [
        (
            said(f"iso.{number}"),
            figure(n, (row := held.get(number, {})).get("co2e_kg"), like).value,
            ends(n, row, like) or "–",
            decimal(n, row.get("share_percent"), 1), decimal(n, row.get("primary_percent"), 1),
        )
        for number in range(1, 7)
    ]  # fmt: skip


def _categories(
    context: Context, said: Said, facts: Any, period: str, like: int | None
) -> list[dict[str, Any]]:
    """Give the fifteen categories of scope 3: what is not told of is said so, and is not zero."""
    n = context.numbers
    bounds = {row["category"]: row for row in facts["by_category"] if row["scope"] == 3}
    return [
        {
            "name": said(f"category.{row['category']}"), "status": row["status"],
            "said": said(f"status.{row['status']}"), "value": figure(n, row["co2e_kg"], like),
            "ends": ends(n, bounds.get(row["category"], {}), like),
            "share": decimal(n, row["share_percent"], 1) if row["co2e_kg"] else "–",
            "significant": row["significant"], "reason": row["reason"] or "",
            "href": context.url("inventory.records", year=period, scope=3,
                                category=row["category"]) if row["co2e_kg"] else "",
        }
        for row in facts["categories"]
    ]  # fmt: skip


def _entities(context: Context, said: Said, facts: Any, like: int | None) -> list[tuple[str, ...]]:
    n = context.numbers
    return [
        (row["name"], said(f"relation.{row['relation']}"),
         n.percent(Decimal(row["share"]), 1), *(figure(n, row[key], like).value for key in KEYS))
        for row in facts["entities"]
    ]  # fmt: skip


def _sites(
    context: Context, said: Said, facts: Any, period: str, like: int | None
) -> list[tuple[Any, ...]]:
    n, left = context.numbers, facts["by_site"][SITES:]
    more = len(left) + facts["by_site_rest"]["rows"]
    rest = sum((Decimal(row["co2e_kg"]) for row in left), Decimal(facts["by_site_rest"]["co2e_kg"]))
    total = Decimal(facts["co2e_location_kg"])
    part = n.percent(rest / total if total else None).removesuffix(" %")
    return [
        (
            (said.place(row["site"]) if row["site"] else context.words("inventory.site.none"),
             context.url("inventory.records", year=period, scope=row["scope"],
                         site=row["site"] or "-")),
            said(f"scope.{row['scope']}"), figure(n, row["co2e_kg"], like).value,
            ends(n, row, like), decimal(n, row["share_percent"], 1),
        )
        for row in facts["by_site"][:SITES]
    ] + _rest(context, more, rest, like, part)  # fmt: skip


def _rest(
    context: Context, more: int, kilograms: Decimal, like: int | None, last: str = "–"
) -> list[tuple[Any, ...]]:
    """Give what is not listed as one row, so that the rows sum to the total."""
    if not more:
        return []
    n = context.numbers
    name = context.words("inventory.rest", count=n.count(more))
    return [(name, "–", figure(n, f"{kilograms:f}", like).value, "–", last)]


def _kinds(
    context: Context, said: Said, facts: Any, period: str, like: int | None
) -> list[tuple[Any, ...]]:
    n = context.numbers
    every = sorted(facts["by_kind"], key=lambda row: -Decimal(row["co2e_kg"]))
    rows, left = every[:KINDS], every[KINDS:]
    rest = sum((Decimal(row["co2e_kg"]) for row in left), Decimal(0))
    return [
        (
            (said.kind(row["kind"]),
             context.url("inventory.records", year=period, scope=row["scope"], kind=row["kind"],
                         category=row["category"])),
            said(f"scope.{row['scope']}"), figure(n, row["co2e_kg"], like).value,
            ends(n, row, like), decimal(n, row["primary_percent"], 1),
        )
        for row in rows
    ] + _rest(context, len(left), rest, like)  # fmt: skip


def _causes(context: Context, said: Said, facts: Any) -> dict[str, Any]:
    """Give what makes the total doubtful, the largest first, and what measuring it would bring."""
    n, doubt = context.numbers, facts["doubt"]
    kinds = [row for row in doubt["ranking"] if row["of"] == "kind"]
    return {
        "sigma": decimal(n, doubt["approach_1"]["sigma_percent"], 1),
        "shared": decimal(n, doubt["approach_1"]["shared_percent"], 1),
        "quality": doubt["quality"]["dqr"] and decimal(n, doubt["quality"]["dqr"], 1),
        "rows": [
            (said.kind(row["label"]), decimal(n, row["share_percent"], 1),
             decimal(n, row["narrower_percent"], 1))
            for row in kinds[:CAUSES]
        ],
    }  # fmt: skip


def _base(context: Context, facts: Any) -> dict[str, Any] | None:
    base, n = facts["base_year"], context.numbers
    if base is None:
        return None
    kept = base["recalculated_kg"] if base["recalculate"] else base["pinned_kg"]
    largest = max((abs(ug(value) or 0) for value in kept.values()), default=0)
    return {
        "year": base["year"], "message": base["message"], "threshold": base["threshold_percent"],
        "rows": [
            (context.words(f"inventory.base.{key.removesuffix('_kg')}"),
             str(figure(n, kept.get(key), largest)),
             str(figure(n, base["this_kg"].get(key), largest)),
             f"{decimal(n, moved, 1)} %" if (moved := base["change_percent"].get(key)) else "–")
            for key in KEYS if key in kept
        ],
        "changes": [
            (each["kind"], each["day"] or "–", each["reason"] or "–") for each in base["changes"]
        ],
    }  # fmt: skip


def _outside(context: Context, facts: Any, period: str, like: int | None) -> list[tuple[Any, ...]]:
    n, t = context.numbers, context.words
    return [
        ((t(f"inventory.outside.{name}"),
          context.url("inventory.records", year=period, scope=name)),
         str(figure(n, row["co2e_kg"], like)), n.count(row["activities"]))
        for name, row in facts["outside"].items() if row["rows"]
    ]  # fmt: skip


def _eliminated(
    context: Context, said: Said, facts: Any, like: int | None
) -> list[tuple[str, ...]]:
    n = context.numbers
    names = {row["entity"]: row["name"] for row in facts["entities"]}
    return [
        (
            names.get(row["entity"], row["entity"] or "–"),
            said.maybe("category", str(row["category"])),
            " · ".join((names.get(row["counted_at"], row["counted_at"] or "–"),
                        said.maybe("scope", str(row["counted_scope"])))),
            str(figure(n, row["co2e_kg"], like)),
        )
        for row in facts["eliminated"]
    ]  # fmt: skip


def _missing(context: Context, said: Said, facts: Any) -> dict[str, Any]:
    found, n = facts["unquantified"], context.numbers
    return {
        "count": n.count(found["activities"]), "any": bool(found["activities"]),
        "of": n.count(found["of_activities"]), "share": decimal(n, found["share_percent"], 2),
        "rows": [
            (said.kind(row["kind"]), n.count(row["activities"])) for row in found["by_kind"]
        ],
    }  # fmt: skip
