"""The report of a comparison: before and after of one ledger, or of two sets of emissions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.account.shift import compare
from tanlu.errors import TanluError
from tanlu.report import numbers
from tanlu.report.items.totals import one_sum, within
from tanlu.report.shift.lay import lay_out, recorded
from tanlu.report.words import Words
from tanlu.terms import VERSION, Document, time

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tanlu.account.shift import Shift
    from tanlu.terms import Section

__all__ = ["shift", "shift_sections"]


def shift(
    workspace: Any,
    before: str,
    after: str,
    *,
    orders: tuple[int, int] | None = None,
    planned: bool = False,
    given: Mapping[str, float] | None = None,
    language: str = "en",
    profile: str | None = None,
    basis: str | None = None,
) -> Document:
    """Give the report of what changed between two periods or editions of a ledger.

    Parameters
    ----------
    workspace
        What `tanlu.store.open_workspace` gives.
    before, after
        Each the name of an edition or a period as for `transport`.
    orders
        How many orders each served; the number of shipments by default, and nothing where no
        shipment is told.
    planned
        Whether the later state is a plan, whose induced effects are still to come.
    given
        Ratios after / before of drivers that no emission shows.
    language
        ``en`` or ``zh``.
    profile, basis
        Which to compare where the ledger holds several.

    Returns
    -------
    Document
        ``facts`` holds every figure, amounts as decimal strings [kg].

    Raises
    ------
    TanluError
        TL112 for a text that is neither edition nor period, TL801 for several profiles or bases,
        TL556 for a state without emissions; TL512 and TL556 as ``compare`` raises them.
    """
    first, last = (_side(workspace, text) for text in (before, after))
    # one profile and basis for both: a state without electricity has no basis of its own
    _, profile, basis = one_sum(pl.concat([first, last]), profile, basis)
    rows, others = (one_sum(side, profile, basis)[0] for side in (first, last))
    for name, text, side in (("before", before, rows), ("after", after, others)):
        if not side.select(pl.len()).collect(engine="streaming").item():
            raise TanluError("TL556", value=f"{name} {text}", why="no emission is recorded in it")
    told = _shipments(rows), _shipments(others)
    counted = orders or (told if min(told) else None)
    per = "order" if orders else "shipment"
    found = compare(rows, others, volumes=counted, per=per, planned=planned, given=given)
    words = Words(language)
    facts = {
        "report": "shift", "language": words.language, "before": before, "after": after,
        "profile": profile, "basis": basis, "ledger_version": int(workspace.version),
        "code_version": VERSION, **_facts(found),
    }  # fmt: skip
    title = f"{words('shift.title')} · {before} → {after}"
    return Document(title, words.language, lay_out(words, found, facts), facts)


def shift_sections(found: Shift, language: str = "en") -> tuple[Section, ...]:
    """Give the sections of a comparison for another report."""
    words = Words(language)
    facts = {"before": words("shift.before"), "after": words("shift.after"), **_facts(found)}
    head, *rest = lay_out(words, found, facts)
    return (replace(head, title=words("shift.title")), *rest)


def _side(workspace: Any, text: str) -> pl.LazyFrame:
    editions = {row["edition"]: row for row in workspace.editions().iter_rows(named=True)}
    row = editions.get(text)
    if row is None:
        return within(workspace.scan("emission"), time.period(text, str(workspace.zone)))
    span = None
    if row["period_start"] is not None and row["period_end"] is not None:
        span = (row["period_start"], row["period_end"])
    return within(workspace.scan("emission", as_of=row["version"]), span)


def _shipments(rows: pl.LazyFrame) -> int:
    count = rows.select(pl.col("shipment").drop_nulls().n_unique()).collect(engine="streaming")
    return int(count.item())


def _facts(found: Shift) -> dict[str, Any]:
    summary = found.summary
    amounts = {
        f"{name.removesuffix('_ug')}_kg": _kg(value)
        for name, value in summary._asdict().items()
        if name.endswith("_ug")
    }
    rebound = summary.rebound_ppm
    return {
        **amounts,
        "before_volume": summary.before_volume,
        "after_volume": summary.after_volume,
        "per": summary.per,
        "planned": summary.planned,
        "rebound_percent": None if rebound is None else numbers.plain(numbers.exact(rebound, 4)),
        "stages": [_row(row) for row in recorded(found.stages).iter_rows(named=True)],
        "induced": [_row(row) for row in found.induced.iter_rows(named=True)],
        "findings": found.findings.select("code", "subject", "value", "hint", "count").to_dicts(),
    }


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Give a row with its micrograms as decimal texts in kg."""
    told: dict[str, Any] = {}
    for name, value in row.items():
        if name.endswith("_ug"):
            told[f"{name.removesuffix('_ug')}_kg"] = None if value is None else _kg(value)
        else:
            told[name] = repr(value) if isinstance(value, float) else value
    return told


def _kg(amount: int) -> str:
    return numbers.plain(numbers.exact(amount, 9))
