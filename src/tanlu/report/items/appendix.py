"""The sections behind the figures: what is missing or assumed, sources, conformity, method."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from tanlu.report import numbers
from tanlu.report.items.view import View, dec_tkm
from tanlu.terms import Section

__all__ = ["assumptions", "declared", "factors", "method", "missing"]


def missing(p: View) -> Section:
    """Give what was recorded but not quantified, with its reasons."""
    w, found = p.words, p.facts["unquantified"]
    quarantined = f"{found['quarantined']:,}"
    key = "text.missing" if found["activities"] else "text.missing_none"
    by_kind = tuple(
        (w.kind(kind), rows, numbers.exact(int(mass or 0), 9), dec_tkm(kgm), "")
        for kind, rows, mass, kgm in p.missing.select(
            "kind", "activities", "mass_mg", "transport_kgm"
        ).iter_rows()
    )
    reasons = tuple(
        (row["code"], row["count"], None, None, row["reason"] or "") for row in found["reasons"]
    )
    columns = (w("column.item"), w("column.rows"), w("column.mass"), w("column.tkm"),
               w("column.reason"))  # fmt: skip
    return Section(
        w("section.missing"), w(key, quarantined=quarantined), (), columns, by_kind + reasons
    )


def assumptions(p: View) -> Section:
    """Give every assumption with how many legs and how much CO2e rest on it."""
    w = p.words
    rows = tuple(
        (w.assumption(row["code"]), row["code"], row["legs"], p.of(row["co2e_kg"]))
        for row in p.facts["assumptions"]
    )
    columns = (w("column.assumption"), w("column.code"), w("column.legs"), p.column("wtw"))
    text = w("text.assumptions" if rows else "text.no_assumptions")
    return Section(w("section.assumptions"), text, (), columns, rows)


def factors(p: View) -> Section:
    """Give the factors used, largest first, and the documents behind them with licences."""
    w = p.words
    sources = {row["source_id"]: row for row in p.facts["sources"]}
    rows = tuple(
        (
            row.get("name", row["factor_id"]), row["gwp_set"], p.of(row["co2e_kg"]),
            "; ".join(sources[s]["title"] for s in row.get("sources", ()) if s in sources),
            "; ".join(sources[s]["licence"] for s in row.get("sources", ()) if s in sources),
            row["factor_id"],
        )
        for row in p.facts["factors"][:40]
    )  # fmt: skip
    columns = (w("column.factor"), w("column.gwp"), p.column("wtw"), w("column.source"),
               w("column.licence"), w("column.factor_id"))  # fmt: skip
    return Section(w("section.factors"), "", (), columns, rows)


def declared(p: View) -> Section:
    """Give the conditions of the sentence of conformity, and the sentence if they hold."""
    w, found = p.words, p.facts["declaration"]
    rows = tuple(
        (w(f"condition.{row['condition']}"), w("holds.yes" if row["holds"] else "holds.no"))
        for row in found["conditions"]
    )
    lacking = [w(f"condition.{r['condition']}") for r in found["conditions"] if not r["holds"]]
    text = (
        w("text.statement")
        if found["holds"]
        else w("text.no_statement", missing=("；" if w.language == "zh" else "; ").join(lacking))
    )
    columns = (w("column.condition"), w("column.holds"))
    return Section(w("section.declaration"), text, (), columns, rows)


def method(p: View) -> Section:
    """Give the state of the ledger and the rules from which the report was made."""
    w, f = p.words, p.facts
    period = f["period"]
    span = w(
        "lead.period", start=_day(period["start_us"], period["zone"]),
        end=_day(period["end_us"], period["zone"], last=True), zone=period["zone"],
    )  # fmt: skip
    items: tuple[tuple[str, str], ...] = (
        ("standard", f["standard"]), ("profile", w.profile(f["profile"])),
        ("basis", w(f"basis.{f['basis']}")), ("period", span), ("zone", period["zone"]),
        ("boundary", w("item.boundary_value")), ("gwp", ", ".join(f["gwp_sets"])),
        ("version", str(f["ledger_version"])), ("edition", f["edition"] or w("revision")),
        ("factors", str(f.get("factors_hash") or "–")), ("spec", str(f.get("spec_hash") or "–")),
        ("rows", f"{f['rows']:,}"), ("code", f"Tanlu {f['code_version']}"),
    )  # fmt: skip
    decided = f.get("chains_hash") or w("item.chains_none")
    if f.get("chains_changed"):
        items += (("chains", f"{decided} · {w('item.chains_changed')}"),)
    elif f.get("chains_hash"):
        items += (("chains", decided),)
    rows = tuple((w(f"item.{name}"), value) for name, value in items)
    return Section(
        w("section.method"), w("text.method"), (), (w("column.item"), w("column.value")), rows
    )


def _day(at_us: int | None, zone: str, *, last: bool = False) -> str:
    if at_us is None:
        return "–"
    seconds = (at_us - (1 if last else 0)) // 1_000_000
    return dt.datetime.fromtimestamp(seconds, ZoneInfo(zone)).date().isoformat()
