"""One unit for a report."""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from tanlu.report.items.totals import tally
from tanlu.report.items.view import View, dec, dec_tkm
from tanlu.report.words import Words
from tests.report.ledger import activity, emission, frames


def test_all_amounts_of_a_report_are_in_one_unit() -> None:
    row = activity(0)
    made = frames([row], [emission(row, "ttw", 5 * 10**12)])
    view = View(Words("en"), {}, tally(made[1].lazy(), "Asia/Shanghai"), pl.DataFrame())

    assert (view.unit, view.of("5000"), view.of(None)) == ("t CO₂e", Decimal(5), None)
    assert view.column("wtw") == "WTW [t CO₂e]"


def test_null_stays_null() -> None:
    assert (dec(None), dec_tkm(None), dec_tkm(0)) == (None, None, None)
