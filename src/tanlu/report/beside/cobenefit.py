"""The report of the books that are not carbon, and of what an amount is said to equal."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.account.cobenefit import BOOKS, books, equivalents
from tanlu.report import numbers
from tanlu.report.items.totals import one_sum, within
from tanlu.report.words import Words
from tanlu.terms import VERSION, Document, Section, time

if TYPE_CHECKING:
    from tanlu.account.cobenefit import Books

__all__ = ["cobenefit", "cobenefit_sections"]

# a ledger has ten times as many columns as the books read
EMITTED = ("activity_id", "share_key", "kind", "energy_carrier", "energy_j", "labels", "co2e_ug")
RECORDED = ("activity_id", "kind", "mass_mg", "volume_ml", "material", "energy_carrier")


def cobenefit(
    workspace: Any,
    period: str | None = None,
    *,
    standard: str | None = None,
    language: str = "en",
    profile: str | None = None,
    basis: str | None = None,
) -> Document:
    """Give the report of water, wood, plastic and air pollutants of a period.

    Parameters
    ----------
    workspace, period, language, profile, basis
        As for `transport`.
    standard
        Emission standard of the vehicles whose label does not tell it.

    Returns
    -------
    Document
        ``facts``: each book with its sources, the gaps, and what the total is said to equal.

    Raises
    ------
    TanluError
        TL801 for several profiles or bases.
    """
    span = None if period is None else time.period(period, str(workspace.zone))
    rows, chosen, ground = one_sum(within(workspace.scan("emission"), span), profile, basis)
    emissions = rows.select(EMITTED).collect(engine="streaming")
    recorded = within(workspace.scan("activity"), span)
    activities = recorded.select(RECORDED).collect(engine="streaming")
    words = Words(language)
    facts = {
        "report": "cobenefit", "period": period, "profile": chosen, "basis": ground,
        "ledger_version": int(workspace.version), "code_version": VERSION,
        **_facts(books(activities, emissions, standard=standard), emissions, words.language),
    }  # fmt: skip
    return Document(words("cobenefit.title"), words.language, _lay_out(words, facts), facts)


def cobenefit_sections(
    activities: pl.DataFrame,
    emissions: pl.DataFrame,
    *,
    standard: str | None = None,
    language: str = "en",
) -> tuple[Section, ...]:
    """Give the sections of the books beside carbon for another report."""
    words = Words(language)
    found = books(activities, emissions, standard=standard)
    return _lay_out(words, _facts(found, emissions, words.language))


def _facts(found: Books, emissions: pl.DataFrame, language: str) -> dict[str, Any]:
    by = ["book", "kind", "unit", "source", "clause", "year", "status"]
    summed = found.rows.group_by(by).agg(
        pl.col("amount").cast(pl.Int128).sum(), pl.len().alias("rows")
    )
    total = int(emissions["co2e_ug"].cast(pl.Int128).sum() or 0)
    carbon = equivalents("co2e", Fraction(total, 10**9))
    return {
        "books": [
            {**row, "amount": str(int(row["amount"]))}
            for row in summed.sort(by).iter_rows(named=True)
        ],
        "gaps": found.gaps.to_dicts(),
        "co2e_kg": numbers.plain(numbers.exact(total, 9)),
        "equals": [
            {"name": each.by.name, "number": f"{float(each.number):.6g}",
             "words": each.by.zh if language == "zh" else each.by.en, "status": each.by.status,
             "source": each.by.source, "date": each.by.date.isoformat()}
            for each in carbon
        ],
    }  # fmt: skip


def _lay_out(w: Words, facts: dict[str, Any]) -> tuple[Section, ...]:
    rows = tuple(
        (
            w(f"cobenefit.{row['book']}"), w.kind(row["kind"]), _shown(row), row["rows"],
            w.maybe("shift.status", row["status"]),
            f"{row['source']}, {row['year']}: {row['clause']}",
        )
        for row in facts["books"]
    )  # fmt: skip
    columns = (w("cobenefit.book"), w("column.kind"), w("cobenefit.amount"), w("column.rows"),
               w("shift.status"), w("column.source"))  # fmt: skip
    gaps = tuple((w(f"cobenefit.{g['book']}"), w.kind(g["kind"]), g["rows"])
                 for g in facts["gaps"])  # fmt: skip
    equal = tuple((float(e["number"]), e["words"], e["status"], e["source"], e["date"])
                  for e in facts["equals"])  # fmt: skip
    made = [
        Section(w("cobenefit.title"), w("cobenefit.lead"), (), columns, rows),
        Section(w("cobenefit.gaps"), w("cobenefit.text_gaps"), (),
                (w("cobenefit.book"), w("column.kind"), w("column.rows")), gaps),
        Section(w("cobenefit.equals", kg=facts["co2e_kg"]), w("cobenefit.text_equals"), (),
                (w("cobenefit.number"), w("cobenefit.of"), w("shift.status"), w("column.source"),
                 w("cobenefit.date")), equal),
    ]  # fmt: skip
    return tuple(section for section in made if section.rows)


def _shown(row: dict[str, Any]) -> str:
    # millilitres to litres, milligrams to kilograms
    power, unit = (3, "L") if BOOKS[row["book"]] == "mL" else (6, "kg")
    return f"{numbers.grouped(numbers.exact(int(row['amount']), power))} {unit}"
