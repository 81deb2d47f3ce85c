"""The index follows the ledger."""

from __future__ import annotations

import shutil
import time

import polars as pl
import pytest

from tanlu.account import quantify_all
from tanlu.report import why
from tanlu.serve.searching import Searching, page
from tanlu.store.relational.search import MODES
from tests.serving import last


@pytest.fixture
def searching(home):
    made = Searching(home)
    yield made
    made.close()


def every(searching, **asked):
    """Give all rows of a question, page by page."""
    told, after = [], None
    while True:
        found = page(searching, "home", after=after, limit=37, **asked)
        told += found["shipments"]
        after = found["next"]
        if after is None:
            return told


def test_each_shipment_stands_once_with_its_sum_and_its_legs(searching, home):
    built = last(searching.update("home"))
    workspace = home.workspace("home")
    legs = workspace.scan("activity").filter(pl.col("shipment").is_not_null()).collect()
    told = every(searching)
    assert built["rows"] == len(told) == legs["shipment"].n_unique()
    rows = workspace.scan("emission").filter(pl.col("shipment").is_not_null()).collect()
    sums = dict(rows.group_by("shipment").agg(pl.col("co2e_ug").sum()).iter_rows())
    activity = dict(
        rows.filter(boundary="ttw").group_by("shipment").agg(pl.col("transport_kgm").sum())
        .iter_rows()
    )  # fmt: skip
    for row in told:
        assert _scaled(row["co2e_kg"], 9) == sums[row["name"]]
        assert _scaled(row["transport_tkm"], 6) == activity[row["name"]]
        mine = legs.filter(shipment=row["name"])
        assert row["legs"] == mine.height
        assert row["unquantified"] == 0
        modes = set(mine["kind"].str.strip_prefix("transport.")) & set(MODES)
        assert set(row["modes"]) == modes


def _scaled(text, digits):
    from decimal import Decimal

    return int(Decimal(text).scaleb(digits))


def test_the_interval_in_a_list_is_that_of_the_shipment_s_own_page(searching, home):
    last(searching.update("home"))
    for row in every(searching)[:12]:
        total = why(home.workspace("home"), row["subject"]).facts["total"]
        for name in ("co2e_kg", "lower_kg", "upper_kg"):
            assert float(row[name]) == pytest.approx(float(total[name]), abs=1e-9)


def test_places_are_found_by_their_english_and_chinese_names_and_parties_by_theirs(searching):
    last(searching.update("home"))
    shown = every(searching)
    for word, code in (("江苏", "CN-JS"), ("jiangsu", "CN-JS"), ("广东", "CN-GD")):
        found = {row["name"] for row in every(searching, q=word)}
        here = {r["name"] for r in shown if code in (r["origin"]["code"], r["destination"]["code"])}
        assert found >= here > set()
    carrier = every(searching, q="carrier-east")
    assert carrier
    assert all("CARRIER-EAST" in row["parties"] for row in carrier)
    row = next(row for row in shown if row["origin"]["code"] == "CN-GD")
    assert (row["origin"]["name"], row["origin"]["name_zh"]) == ("Guangdong", "广东")


def test_what_is_carried_forward_is_what_a_new_index_has(searching, home, tmp_path):
    last(searching.update("home"))
    workspace = home.workspace("home")
    legs = workspace.scan("activity").filter(kind="transport.road").collect()
    first, second, third = (legs[at : at + 1] for at in range(3))
    longer = first.with_columns(
        pl.col("distance_m") * 3, activity_id=pl.lit("longer"), supersedes=pl.col("activity_id")
    )
    other = second.with_columns(
        activity_id=pl.lit("new"), subject=pl.lit("waybill:NEW-1"), shipment=pl.lit("NEW-1"),
        consignment=pl.lit("NEW-1"), origin=pl.lit("CN-SN"),
    )  # fmt: skip
    workspace.append("activity", pl.concat([longer, other]))
    workspace.retract("activity", third["activity_id"])
    workspace.retract("emission", third["activity_id"], key="activity_id")
    last(quantify_all(workspace))
    carried = last(searching.update("home"))
    assert 0 < carried["changed"] < 10
    assert carried["version"] == workspace.version
    anew = Searching(home, tmp_path / "anew")
    last(anew.update("home"))
    assert every(searching, sort="name") == every(anew, sort="name")
    assert [row["name"] for row in every(searching, q="new-1 陕西")] == ["NEW-1"]
    anew.close()


def test_nothing_is_read_again_where_nothing_was_written(searching):
    last(searching.update("home"))
    assert last(searching.update("home"))["changed"] == 0


def test_the_index_follows_in_the_background_and_says_how_far_it_is(searching, home):
    assert searching.far("home")["version"] is None
    searching.follow()
    _until(lambda: searching.far("home")["version"] == home.workspace("home").version)
    home.workspace("home").append(
        "finding", pl.DataFrame({"finding_id": ["f"], "code": ["TL331"], "severity": ["info"],
                                 "subject": [page(searching, "home")["shipments"][0]["subject"]],
                                 "count": [1]}),
    )  # fmt: skip
    _until(lambda: searching.far("home")["version"] == home.workspace("home").version)
    assert len(every(searching, findings=True)) == 1
    assert searching.far("home")["rows"] == len(every(searching))


def _until(met, seconds=90.0):
    ends = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < ends
        time.sleep(0.05)


def test_another_organisation_has_an_index_of_its_own(searching):
    last(searching.update("home"))
    last(searching.update("other"))
    assert page(searching, "other", q="carrier")["shipments"] == []
    assert page(searching, "home", q="carrier")["shipments"] != []


def test_an_index_that_is_gone_is_built_again(searching):
    built = last(searching.update("home"))
    shutil.rmtree(searching.folder / "home")
    assert last(searching.update("home")) == built
