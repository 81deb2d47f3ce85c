"""Sums are lazy, sliced and exact."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from tests.report.ledger import activity, emission, frames, network
from tests.report.workspace import activities

from tanlu.account import quantify
from tanlu.errors import TanluError
from tanlu.report import transport
from tanlu.report.heat import heat
from tanlu.report.items import totals
from tanlu.report.items.totals import tally, unquantified, within
from tanlu.report.overview import carry, cut, overview
from tanlu.store import open_workspace


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


@pytest.mark.parametrize("profile", ["iso14083", "ghg_protocol"])
def test_a_leg_goes_its_way_once_however_many_receipts_its_round_has(tmp_path, profile):
    one = activities()
    more = one.filter(activity_id="e1").with_columns(
        activity_id=pl.lit("e2"), volume_ml=pl.lit(9000, pl.Int64)
    )
    facts = []
    for number, rows in enumerate((one, pl.concat([one, more]))):
        workspace = open_workspace(tmp_path / f"{number}", create=True)
        workspace.append("activity", rows)
        workspace.append("emission", quantify(rows, profile=profile).emissions)
        report = transport(workspace, by=("vehicle_class",)).facts
        for kept in (True, False):
            if kept:
                list(carry(workspace))
            period = "2026-10" if kept else "2026-10-01T00:00/2026-10-31"
            lanes = heat(workspace, period).cells
            assert int(lanes["legs"].sum()) == report["legs"]
            shown = overview(workspace, period).facts
            assert shown["transport_tkm"] == report["transport_tkm"]
            assert shown["intensity_g_per_tkm"] == report["intensity_g_per_tkm"]
        found = cut(workspace, None, "tier", {})
        assert int(found.rows["legs"].sum()) == report["legs"]
        assert Decimal(int(found.rows["transport_kgm"].sum())) / 10**6 == Decimal(
            report["transport_tkm"]
        )
        facts.append(report)
    moved = ("transport_tkm", "legs")
    assert [facts[0][name] for name in moved] == [facts[1][name] for name in moved]
    masses = [sum(Decimal(row["mass_t"]) for row in each["modes"]) for each in facts]
    assert masses[0] == masses[1]
    assert Decimal(facts[1]["co2e_wtw_kg"]) > Decimal(facts[0]["co2e_wtw_kg"])
