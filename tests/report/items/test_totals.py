"""Sums are lazy, sliced and exact."""

from __future__ import annotations

import polars as pl
import pytest
from tests.report.ledger import activity, emission, frames, network

from tanlu.errors import TanluError
from tanlu.report.items import totals
from tanlu.report.items.totals import tally, unquantified, within


def test_a_period_is_half_open() -> None:
    table = pl.LazyFrame({"start": [9, 10, 19, 20]})

    assert within(table, (10, 20)).collect()["start"].to_list() == [10, 19]


def test_slicing_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = network(300, lost=0.2)
    tables = (ledger.scan("activity"), ledger.scan("emission"))
    whole = unquantified(*tables)
    monkeypatch.setattr(totals, "SLICE_ROWS", 17)

    assert whole.equals(unquantified(*tables))


def test_a_row_with_two_assumptions_counts_in_both() -> None:
    row = activity(0)
    made = frames([row], [emission(row, "ttw", 5, assumptions="a; b")])

    codes = tally(made[1].lazy(), "Asia/Shanghai").codes

    assert dict(codes.select("code", "co2e_ug").iter_rows()) == {"a": 5, "b": 5}


def test_a_label_cuts_like_a_column() -> None:
    rows = [activity(number) for number in range(3)]
    texts = ['{"PO number":"7"}', '{"PO number":"8","x":"9"}', None]
    made = frames(rows, [
        emission(row, "ttw", 5 + number, labels=text)
        for number, (row, text) in enumerate(zip(rows, texts, strict=True))
    ])  # fmt: skip

    ((key, table),) = tally(made[1].lazy(), "Asia/Shanghai", ("label:PO number",)).by

    assert dict(table.select(key, "co2e_ug").iter_rows()) == {"7": 5, "8": 6, None: 7}


def test_a_key_that_is_no_column_and_no_label_is_refused() -> None:
    with pytest.raises(TanluError, match=r"TL803.*label:"):
        tally(frames([], [])[1].lazy(), "Asia/Shanghai", ("labels",))


def test_days_are_cut_in_the_zone_of_the_ledger() -> None:
    row = activity(0)
    row["start"] = 1_790_784_000_000_000 - 1
    made = frames([row], [emission(row, "ttw", 5)])

    days = tally(made[1].lazy(), "Asia/Shanghai").days["day"].to_list()

    assert [str(day) for day in days] == ["2026-09-30"]


def test_the_mean_distance_adjustment_is_of_legs_that_have_one() -> None:
    rows = [activity(0), activity(1)]
    made = frames(rows, [
        emission(rows[0], "ttw", 5, daf_ppm=1_050_000),
        emission(rows[1], "ttw", 5, daf_ppm=None),
    ])  # fmt: skip

    daf = tally(made[1].lazy(), "Asia/Shanghai").daf

    assert daf["daf_mean"].to_list() == pytest.approx(daf["daf_min"].to_list())
