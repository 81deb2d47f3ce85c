"""The first page as facts."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.report.ledger import activity, kept, legs

from tanlu.report import transport
from tanlu.report.overview import overview
from tanlu.store import open_workspace


@pytest.fixture(scope="module")
def workspace(network_books):
    return open_workspace(network_books)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_says_the_same_total_and_interval_as_the_report(workspace, language):
    facts = overview(workspace, "2026-10", language=language).facts
    report = transport(workspace, "2026-10", language=language).facts
    assert facts["co2e_kg"] == report["co2e_wtw_kg"]
    assert (facts["lower_kg"], facts["upper_kg"]) == (report["lower_kg"], report["upper_kg"])
    assert facts["intensity_g_per_tkm"] == report["intensity_g_per_tkm"]
    assert facts["transport_tkm"] == report["transport_tkm"]
    assert facts["unquantified"] == report["unquantified"]["activities"]


def test_the_newest_month_is_shown_where_none_is_said(workspace):
    facts = overview(workspace).facts
    assert facts["period"] == facts["months"][0]


def test_a_change_is_of_the_period_before_and_absent_without_one(workspace):
    assert overview(workspace, "2026-10").facts["before"] is None
    day, eve = (overview(workspace, name).facts for name in ("2026-10-06", "2026-10-05"))
    now, then = Decimal(day["co2e_kg"]), Decimal(eve["co2e_kg"])
    assert day["before"] == "2026-10-05"
    assert Decimal(day["change"]["co2e"]) == ((now - then) * 100 / then).quantize(Decimal("0.1"))


def test_both_halves_of_the_flow_sum_to_the_total(workspace):
    document = overview(workspace, "2026-10", language="zh")
    flow = document.sections[0].chart
    modes = {b for _, b, _ in flow.links} & {a for a, _, _ in flow.links}
    into = sum(value for _, b, value in flow.links if b in modes)
    out = sum(value for a, _, value in flow.links if a in modes)
    assert into == pytest.approx(out)
    assert "柴油" in {a for a, _, _ in flow.links}


def test_an_empty_ledger_has_a_first_page_too(tmp_path):
    empty = open_workspace(tmp_path / "empty", create=True)
    facts = overview(empty).facts
    assert (facts["period"], facts["co2e_kg"], facts["per_shipment_g"]) == (None, "0", None)
    assert facts["change"] == dict.fromkeys(facts["change"])


def test_nothing_recorded_is_no_improvement(tmp_path):
    books = kept(tmp_path, *legs(("2026-09-30", 5 * 10**9), ("2026-12-01", 10**9)))
    facts = overview(books, "2026-10").facts
    assert facts["empty"]
    assert set(facts["change"].values()) == {None}
    assert facts["measured_percent"] is None


def test_a_period_that_records_do_not_reach_the_end_of_is_not_compared(tmp_path):
    days = [("2026-09-01", 6 * 10**9), ("2026-09-30", 4 * 10**9), ("2026-10-06", 10**9)]
    running = overview(kept(tmp_path / "running", *legs(*days)), "2026-10").facts
    assert running["partly"] == {"period": "2026-10", "from": "2026-10-06", "until": "2026-10-06"}
    assert (running["change"]["co2e"], running["change"]["shipments"]) == (None, None)
    assert running["change"]["intensity"] == "-80"

    over = overview(kept(tmp_path / "over", *legs(*days, ("2026-11-02", 10**9))), "2026-10").facts
    assert over["partly"] is None
    assert over["change"]["co2e"] == "-90"


def test_a_ledger_that_begins_within_the_period_before_is_not_compared(tmp_path):
    days = [("2026-09-20", 10**9), ("2026-10-06", 10**9), ("2026-10-31", 10**9)]
    facts = overview(kept(tmp_path, *legs(*days)), "2026-10").facts
    assert facts["partly"] == {"period": "2026-09", "from": "2026-09-20", "until": "2026-09-20"}
    assert facts["change"]["co2e"] is None


def test_the_period_before_keeps_its_electricity_where_this_one_has_none(tmp_path):
    rows, done = legs(("2026-09-01", 10**9), ("2026-09-30", 10**9), ("2026-10-31", 10**9))
    done[0] |= {"basis": "location"}
    facts = overview(kept(tmp_path, rows, done), "2026-10").facts
    assert facts["basis"] == "none"
    assert facts["change"]["co2e"] == "-50"


@pytest.mark.parametrize("period", ["2026-10", "2026-10-01T08:00/2026-10-31"])
def test_what_is_no_transport_is_not_said_to_be_left_out_of_it(tmp_path, period):
    rows, done = legs(("2026-10-06", 10**9), ("2026-10-07", 10**9))
    alone = {"shipment": None, "subject": None}
    more = [
        activity(9, "energy.electricity", start=rows[0]["start"], **alone),
        activity(10, "goods.material", start=rows[0]["start"], **alone),
        activity(11, "packaging.carton", start=rows[0]["start"], shipment="S0"),
    ]
    books = kept(tmp_path, rows + more, done[:1])
    facts = overview(books, period).facts
    assert facts["unquantified"] == 1
    assert facts["unquantified"] == transport(books, period).facts["unquantified"]["activities"]
