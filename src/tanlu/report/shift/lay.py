"""The sections of a comparison, in the order of the questions asked."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tanlu.errors import say
from tanlu.report import numbers
from tanlu.report.numbers import grouped
from tanlu.terms import Chart, Section

if TYPE_CHECKING:
    import polars as pl

    from tanlu.account.shift import Shift
    from tanlu.report.words import Words

__all__ = ["lay_out", "recorded"]


def lay_out(words: Words, found: Shift, facts: dict[str, Any]) -> tuple[Section, ...]:
    """Give head, stages, causes, what was set off, findings and method."""
    sums = found.summary
    unit = numbers.scale(max(sums.before_ug, sums.after_ug))
    page = _Page(words, found, facts, unit)
    return (page.head(), page.stages(), page.causes(), page.induced(), page.findings(),
            Section(words("shift.method"), words("shift.text_method")))  # fmt: skip


def recorded(stages: pl.DataFrame) -> pl.DataFrame:
    """Give the stages of a comparison with null where nothing is recorded: that is no nought."""
    import polars as pl

    before, after = pl.col("rows_before") > 0, pl.col("rows_after") > 0
    amounts = [name for name in stages.columns if name.endswith("_ug")]

    def known(name: str) -> pl.Expr:
        if name.startswith("before"):
            return before
        return after if name.startswith("after") else before | after

    return stages.with_columns(pl.when(known(name)).then(name).alias(name) for name in amounts)


def _grams(amount_ug: int | None) -> Decimal | None:
    return None if amount_ug is None else numbers.exact(amount_ug, 6)


class _Page:
    """Words, comparison, facts and the unit of all amounts."""

    def __init__(
        self, words: Words, found: Shift, facts: dict[str, Any], unit: numbers.Scale
    ) -> None:
        self.w, self.found, self.facts, self.unit = words, found, facts, unit

    def of(self, amount: int | None) -> Decimal | None:
        return None if amount is None else numbers.exact(amount, self.unit.power)

    def column(self, key: str) -> str:
        return f"{self.w(f'shift.{key}')} [{self.unit.unit} CO₂e]"

    def span(self, lower: int, upper: int) -> str:
        places = numbers.digits([self.of(max(abs(lower), abs(upper)))])
        return f"{grouped(self.of(lower), places)} … {grouped(self.of(upper), places)}"

    def head(self) -> Section:
        w, s, co2e = self.w, self.found.summary, f"{self.unit.unit} CO₂e"
        rebound = None if s.rebound_ppm is None else numbers.exact(s.rebound_ppm, 4)
        lead = w(
            "shift.lead", before=self.facts["before"], after=self.facts["after"],
            n0=f"{s.before_volume:,}", n1=f"{s.after_volume:,}", per=w.maybe("shift.per", s.per),
        )  # fmt: skip
        figures = (
            (w("shift.before"), grouped(self.of(s.before_ug)), co2e),
            (w("shift.after"), grouped(self.of(s.after_ug)), co2e),
            (w("shift.gross"), grouped(self.of(s.gross_ug)), co2e),
            (w("shift.induced"), grouped(self.of(s.induced_ug)), co2e),
            (w("shift.net"), grouped(self.of(s.net_ug)), co2e),
            (w("shift.net_interval"), self.span(s.net_lower_ug, s.net_upper_ug), co2e),
            (w("shift.rebound"), grouped(rebound), "%"),
        )  # fmt: skip
        return Section(w("shift.title"), lead, figures)

    def stages(self) -> Section:
        w, table = self.w, recorded(self.found.stages)
        rows = tuple(
            (
                w.maybe("stage", r["stage"]), self.of(r["before_ug"]), self.of(r["after_ug"]),
                self.of(r["change_ug"]), self.of(r["saving_ug"]), self.of(r["lower_ug"]),
                self.of(r["upper_ug"]), _grams(r["before_each_ug"]), _grams(r["after_each_ug"]),
            )
            for r in table.iter_rows(named=True)
        )  # fmt: skip
        each = [f"{w(f'shift.{key}')} [g CO₂e]" for key in ("before_each", "after_each")]
        names = ("before", "after", "change", "saving", "lower", "upper")
        columns = (w("shift.stage"), *(self.column(name) for name in names), *each)
        # one bar for each state: before and after are never stacked
        bars = tuple(
            (f"{row[0]} · {w(f'shift.{key}')}", float(row[place] or 0))
            for row in rows
            if row[1] or row[2]
            for place, key in ((1, "before"), (2, "after"))
        )
        chart = Chart(
            "bar", w("shift.stages"), f"{self.unit.unit} CO₂e", tuple(name for name, _ in bars),
            ((w("shift.stages"), tuple(value for _, value in bars)),),
        )  # fmt: skip
        return Section(
            w("shift.stages"), w("shift.text_stages"), (), columns, rows, chart if bars else None
        )

    def causes(self) -> Section:
        w = self.w
        names = ("volume", "activity", "mix", "factor", "change")
        rows = tuple(
            (w.maybe("stage", r["stage"]), *(self.of(r[f"{name}_ug"]) for name in names))
            for r in recorded(self.found.stages).iter_rows(named=True)
            if r["change_ug"] is not None
        )
        columns = (w("shift.stage"), *(self.column(name) for name in names))
        return Section(w("shift.causes"), w("shift.text_causes"), (), columns, rows)

    def induced(self) -> Section:
        w = self.w
        rows = tuple(
            (
                r[w.language], w.maybe("stage", r["to_stage"]), w(f"shift.state_{r['state']}"),
                self.of(r["induced_ug"]), self.of(r["lower_ug"]), self.of(r["upper_ug"]),
                f"{r['value']:g} ({r['low']:g} … {r['high']:g})",
                w.maybe("shift.status", r["status"]), f"{r['source']}, {r['year']}",
            )
            for r in self.found.induced.iter_rows(named=True)
        )  # fmt: skip
        columns = (
            w("shift.effect"), w("shift.stage"), w("shift.state"), self.column("induced"),
            self.column("lower"), self.column("upper"), w("shift.elasticity"), w("shift.status"),
            w("column.source"),
        )  # fmt: skip
        return Section(w("shift.set_off"), w("shift.text_set_off"), (), columns, rows)

    def findings(self) -> Section:
        w = self.w
        rows = tuple(
            (r["code"], w.maybe("stage", r["subject"].removeprefix("stage:")),
             say(r["code"], language=w.language, value=r["value"]), r["count"])
            for r in self.found.findings.iter_rows(named=True)
        )  # fmt: skip
        columns = (w("column.code"), w("column.item"), w("column.reason"), w("column.count"))
        text = w("shift.text_findings") if rows else w("shift.no_findings")
        return Section(w("shift.findings"), text, (), columns, rows)
