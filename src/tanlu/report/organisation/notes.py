"""The later sections: base year, the guide of China beside, what is not complete, the method."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tanlu.report.numbers import grouped
from tanlu.report.organisation.years import total_of
from tanlu.terms import Section

if TYPE_CHECKING:
    from tanlu.report.organisation.sections import Sheet

__all__ = ["notes"]


def notes(p: Sheet) -> list[Section | None]:
    """Give the sections after the figures."""
    return [
        _base(p),
        _changes(p),
        _national(p),
        _strangers(p),
        _unquantified(p),
        _findings(p),
        _method(p),
    ]


def _base(p: Sheet) -> Section | None:
    w, base = p.words, p.facts["base_year"]
    if base is None:
        return None
    rows = tuple(
        (
            w(f"base.{key}"), p.of(amount), p.of(base["adjustment_kg"][key]),
            p.of(base["recalculated_kg"][key]), p.of(base["this_kg"].get(key)),
            Decimal(base["change_percent"][key]) if key in base["change_percent"] else None,
        )
        for key, amount in base["pinned_kg"].items()
    )  # fmt: skip
    columns = (w("column.scope"), p.column("pinned"), p.column("adjustment"),
               p.column("recalculated"), p.column("this_year"), w("column.change"))  # fmt: skip
    text = base["message"] or w(
        "text.base_holds", year=base["year"], percent=base["adjustment_percent"],
        threshold=base["threshold_percent"],
    )  # fmt: skip
    return Section(w("section.base", year=base["year"]), text, (), columns, rows)


def _changes(p: Sheet) -> Section | None:
    w, base = p.words, p.facts["base_year"]
    if base is None or not base["changes"]:
        return None
    rows = tuple(
        (
            w(f"change.{each['kind']}"), p.entity(each["entity"]) if each["entity"] else "",
            each["day"] or "", each["reason"] or "",
            p.of(str(total_of(each["amounts_kg"]))),
        )
        for each in base["changes"]
    )  # fmt: skip
    columns = (w("column.change_kind"), w("column.entity"), w("column.day"), w("column.reason"),
               p.column("adjustment"))  # fmt: skip
    return Section(w("section.changes"), w("text.changes"), (), columns, rows)


def _national(p: Sheet) -> Section | None:
    w, found = p.words, p.facts["national"]
    if found is None:
        return None
    rows = tuple(
        (
            w.kind(row["kind"]), w.maybe("carrier", row["energy_carrier"]),
            w.maybe("boundary", row["boundary"]), p.of(row["national_kg"]),
            p.of(row["international_kg"]), p.of(row["difference_kg"]),
            "; ".join(w(f"differs.{why}") for why in row["why"]),
        )
        for row in found["rows"]
    )  # fmt: skip
    columns = (w("column.kind"), w("column.carrier"), w("column.boundary"), p.column("national"),
               p.column("international"), p.column("difference"), w("column.reason"))  # fmt: skip
    sets = found["gwp_sets"]
    figures = (
        (w("column.national", unit=p.scale.unit), grouped(p.of(found["national_kg"])), p.unit),
        (w("column.international", unit=p.scale.unit), grouped(p.of(found["international_kg"])),
         p.unit),
    )  # fmt: skip
    text = w("text.national", national=", ".join(sets["national"]),
             international=", ".join(sets["international"]))  # fmt: skip
    if found["without_gases"]:
        text += (" " if w.language == "en" else "") + w(
            "text.national_gases", count=f"{found['without_gases']:,}",
            told=f"{found['by_kilometre']:,}",
        )  # fmt: skip
    return Section(w("section.national"), text, figures, columns, rows)


def _strangers(p: Sheet) -> Section | None:
    w = p.words
    rows = tuple(
        (row["operator"] or "", row["payer"] or "", row["activities"], p.of(row["co2e_kg"]))
        for row in p.facts["strangers"]
    )
    if not rows:
        return None
    columns = (w("key.operator"), w("key.payer"), w("column.activities"), p.column("co2e"))
    return Section(w("section.strangers"), w("text.strangers"), (), columns, rows)


def _unquantified(p: Sheet) -> Section:
    w, found = p.words, p.facts["unquantified"]
    rows = tuple((w.kind(row["kind"]), row["activities"]) for row in found["by_kind"])
    text = w("text.unquantified", count=f"{found['activities']:,}",
             of=f"{found['of_activities']:,}")  # fmt: skip
    return Section(w("section.missing"), text, (), (w("column.kind"), w("column.activities")), rows)


def _findings(p: Sheet) -> Section | None:
    w = p.words
    rows = tuple((row["code"], row["message"], row["count"]) for row in p.facts["findings"])
    if not rows:
        return None
    columns = (w("column.code"), w("column.reason"), w("column.rows"))
    return Section(w("section.findings"), w("text.findings"), (), columns, rows)


def _method(p: Sheet) -> Section:
    w, f = p.words, p.facts
    rows = (
        (w("org.standards"), "; ".join(f["standards"])),
        (w("org.approach"), w(f"approach.{f['approach']}")),
        (w("org.boundary"), f["boundary_hash"]),
        (w("org.rules"), str(f["rules_version"])),
        (w("org.gwp"), ", ".join(f["gwp_sets"])),
        (w("org.significance"),
         f"{f['significance']['threshold_percent']} % {f['significance']['criteria']}".strip()),
        (w("org.ledger"), str(f["ledger_version"])),
        (w("org.formulas"), f["spec_hash"]),
    )  # fmt: skip
    return Section(w("section.method"), w("text.org_method"), (),
                   (w("column.item"), w("column.value")), rows)  # fmt: skip
