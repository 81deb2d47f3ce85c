"""The report of a restatement, from the facts that ``tanlu.verify.edition`` gives."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tanlu.report import numbers
from tanlu.report.numbers import grouped
from tanlu.report.words import Words
from tanlu.terms import Chart, Document, Section

__all__ = ["restatement"]

KG_POWER = 9


def restatement(facts: Mapping[str, Any], *, language: str = "en") -> Document:
    """Give the report of what changed from one edition to another.

    Parameters
    ----------
    facts
        What ``tanlu.verify.edition.tell`` gives.
    language
        ``en`` or ``zh``.

    Returns
    -------
    Document
        Head, reasons, parts, largest rows, factors and pins; ``facts`` as they were given.
    """
    page = _Page(Words(language), facts)
    sections = [page.head(), page.reasons(), page.parts(), page.rows()]
    if facts["factors"]:
        sections.append(page.factors())
    if facts["pins"]:
        sections.append(page.pins())
    title = f"{page.w('restate.title')} · {page.named('old')} → {page.named('new')}"
    told = {**facts, "language": page.w.language}
    return Document(title, page.w.language, tuple(sections), told)


class _Page:
    """Words, facts and the unit of all amounts."""

    def __init__(self, words: Words, facts: Mapping[str, Any]) -> None:
        self.w, self.facts = words, facts
        largest = max(abs(int(facts[side]["co2e_ug"])) for side in ("old", "new"))
        self.unit = numbers.scale(largest)

    def named(self, side: str) -> str:
        return str(self.facts[side]["edition"])

    def of(self, kg: str) -> Decimal:
        return Decimal(kg).scaleb(KG_POWER - self.unit.power)

    def column(self, key: str) -> str:
        return f"{self.w(f'restate.{key}')} [{self.unit.unit} CO₂e]"

    def amounts(self, row: Mapping[str, Any]) -> tuple[Decimal, ...]:
        return tuple(self.of(row[name]) for name in ("old_kg", "new_kg", "difference_kg"))

    def columns(self) -> tuple[str, ...]:
        return tuple(self.column(name) for name in ("old", "new", "change"))

    def head(self) -> Section:
        w, f, co2e = self.w, self.facts, f"{self.unit.unit} CO₂e"
        lead = w(
            "restate.lead", old=self.named("old"), new=self.named("new"),
            v0=f["old"]["version"], v1=f["new"]["version"], profile=w.profile(f["old"]["profile"]),
        )  # fmt: skip
        state = "material" if f["material"] else "immaterial"
        judged = w(
            f"restate.{state}", percent=f["largest_percent"], threshold=f["threshold_percent"]
        )
        exact = w("restate.adds_up" if f["adds_up"] else "restate.adds_not")
        figures = (
            (w("restate.old"), grouped(self.of(f["old"]["co2e_kg"])), co2e),
            (w("restate.new"), grouped(self.of(f["new"]["co2e_kg"])), co2e),
            (w("restate.change"), grouped(self.of(f["difference_kg"])), co2e),
            (w("restate.percent"), f["percent"] or "–", "%"),
        )
        held = zip(("old", "new"), f["as_pinned"], strict=True)
        gone = tuple(w("restate.not_pinned", name=self.named(s)) for s, same in held if not same)
        why = f["new"].get("reason")
        told = (w("restate.told", reason=why),) if why else ()
        return Section(w("restate.title"), " ".join((lead, *told, judged, exact, *gone)), figures)

    def reasons(self) -> Section:
        w, found = self.w, self.facts["reasons"]
        rows = tuple(
            (w(f"restate.reason.{row['reason']}"), row["rows"], row["activities"],
             *self.amounts(row))
            for row in found
        )  # fmt: skip
        columns = (w("restate.reason"), w("restate.rows"), w("restate.activities"), *self.columns())
        text = w("restate.text_reasons") if rows else w("restate.no_reasons")
        names = tuple(str(row[0]) for row in rows)
        values = tuple(float(row[-1]) for row in rows)
        series = ((w("restate.change"), values),)
        unit = f"{self.unit.unit} CO₂e"
        chart = Chart("bar", w("restate.reasons"), unit, names, series) if rows else None
        return Section(w("restate.reasons"), text, (), columns, rows, chart)

    def parts(self) -> Section:
        w = self.w
        rows = tuple((self.part(row["part"]), *self.amounts(row)) for row in self.facts["parts"])
        return Section(w("restate.parts"), "", (), (w("restate.part"), *self.columns()), rows)

    def part(self, name: str) -> str:
        group = "scope" if name.startswith("scope_") else "boundary"
        return self.w.maybe(group, name.removeprefix("scope_"))

    def rows(self) -> Section:
        w = self.w
        rows = tuple(
            (w(f"restate.reason.{each['reason']}"), row["subject"] or row["activity_id"],
             row["replaces"] or "", w.kind(row["kind"]), self.part(row["part"]),
             *self.amounts(row))
            for each in self.facts["reasons"]
            for row in each["evidence"]
        )  # fmt: skip
        columns = (w("restate.reason"), w("restate.activity"), w("restate.replaces"),
                   w("restate.kind"), w("restate.part"), *self.columns())  # fmt: skip
        return Section(w("restate.evidence"), w("restate.text_evidence"), (), columns, rows)

    def factors(self) -> Section:
        w = self.w
        rows = tuple(
            (row["factor_was"] or "–", row["factor_id"] or "–", row["rows"], *self.amounts(row))
            for row in self.facts["factors"]
        )
        columns = (w("restate.factor_was"), w("restate.factor"), w("restate.rows"),
                   *self.columns())  # fmt: skip
        return Section(w("restate.factors"), w("restate.text_factors"), (), columns, rows)

    def pins(self) -> Section:
        w = self.w
        rows = tuple(
            (w.maybe("restate.pin", name), _shown(old), _shown(new))
            for name, old, new in self.facts["pins"]
        )
        columns = (w("restate.pin"), self.named("old"), self.named("new"))
        return Section(w("restate.pins"), w("restate.text_pins"), (), columns, rows)


def _shown(value: object) -> str:
    return "–" if value is None else str(value)
